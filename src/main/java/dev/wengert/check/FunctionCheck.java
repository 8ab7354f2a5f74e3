package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Checks the derivatives of a tape that ends in a single number, order by order. Each order is checked as the derivative of the order
 * before, which has been checked already.
 */
final class FunctionCheck {

    /** With random directions, a derivative with at most this many entries is compared entry by entry. */
    private static final int SEPARATE_UP_TO = 200;

    /** Enough to learn whether there are exact forms. */
    private static final int FEW_DIGITS = 20;

    /** How often directions are tried that avoid kinks. */
    private static final int ATTEMPTS = 4;

    private final Program function;
    private final Settings settings;
    private final RandomGenerator random;
    private final Runnable tick;
    private final Judge judge;
    private final Directions directions;
    private final Directions smooth;

    /** The directions of the elements that are moved one by one. */
    private final int[] chosen;

    private final double[] x;
    private final Program gradient;
    private final List<Entry> entries = new ArrayList<>();
    private double[] failedDirection;

    FunctionCheck(Tape tape, Settings settings, RandomGenerator random, Runnable tick) {
        this(tape, Set.of(), settings, random, tick);
    }

    /** A check in which some inputs do not move. */
    FunctionCheck(Tape tape, Set<Variable> fixed, Settings settings, RandomGenerator random, Runnable tick) {
        this.function = new Program(tape);
        this.settings = settings;
        this.random = random;
        this.tick = tick;
        this.judge = new Judge(settings);
        this.directions = new Directions(tape.inputs(), fixed);
        this.x = Program.point(tape);
        Variable one = Variable.of(Tensor.ones(tape.outputs().get(0).shape()));
        this.gradient = new Program(Tape.between(tape.inputs(), tape.pullback(List.of(one))));
        this.chosen = settings.allEntries()
                ? IntStream.range(0, directions.size()).toArray()
                : directions.named(settings.elements());
        this.smooth = settings.oneByOne() ? directions : awayFromKinks();
    }

    /**
     * Directions that leave the elements alone which move an operation over its kink. Otherwise a single kink would hide all other elements
     * from random directions. If there are no other elements, all directions.
     */
    private Directions awayFromKinks() {
        Directions away = directions;
        List<Tensor> here = function.branches(x);
        if (here.stream().allMatch(b -> b.shape().size() == 0)) {
            return directions;
        }
        for (int attempt = 0; attempt < ATTEMPTS && away.size() > 0; attempt++) {
            Optional<Variable> distance = kinked(here, away.random(random, x));
            if (distance.isEmpty()) {
                return away;
            }
            Variable one = Variable.of(Tensor.ones());
            List<Variable> inputs = function.tape().inputs();
            double[] g =
                    Program.values(Tape.between(inputs, List.of(distance.get())).pullback(List.of(one)));
            boolean[] reaching = new boolean[g.length];
            for (int i = 0; i < g.length; i++) {
                reaching[i] = g[i] != 0;
            }
            away = away.without(reaching);
        }
        return directions;
    }

    /** A combination of the operands that move over their kinks along a direction; empty if none does. */
    private Optional<Variable> kinked(List<Tensor> here, double[] direction) {
        Variable sum = Variable.of(0);
        List<Tensor> plus = function.branches(FrozenCheck.moved(x, direction, FrozenCheck.CLOSEST));
        List<Tensor> minus = function.branches(FrozenCheck.moved(x, direction, -FrozenCheck.CLOSEST));
        for (int k = 0; k < here.size(); k++) {
            double[] a = here.get(k).toArray();
            double[] weights = Tensor.normal(random, a.length).toArray();
            for (int j = 0; j < a.length; j++) {
                boolean same = Double.compare(a[j], plus.get(k).toArray()[j]) == 0
                        && Double.compare(a[j], minus.get(k).toArray()[j]) == 0;
                weights[j] = same ? 0 : weights[j];
            }
            if (Arrays.stream(weights).anyMatch(w -> w != 0)) {
                Variable moved = Variable.of(Tensor.of(here.get(k).shape(), weights));
                for (Variable operand : function.tape().steps().get(k).inputs()) {
                    sum = sum.add(operand.mul(moved).sum());
                }
            }
        }
        return Optional.of(sum).filter(v -> v.op().isPresent());
    }

    /** The entries so far. */
    List<Entry> entries() {
        return entries;
    }

    Program gradient() {
        return gradient;
    }

    /** The entries of all orders up to the chosen one. A failed order is the last. */
    List<Entry> run() {
        firstOrder();
        settleSmall(1);
        if (function.hidesKinks() && entries.stream().anyMatch(e -> e.verdict() == Verdict.KINK)) {
            allowConventions();
        }
        if (settings.order() >= 2 && !failed()) {
            higherOrder(2, "jvp of vjp", projected(gradient));
            if (hasOwnJvp()) {
                higherOrder(2, "jvp of jvp", along(function, directions.random(random, x)));
            }
            symmetry();
            settleSmall(2);
        }
        if (settings.order() >= 3 && !failed()) {
            double[] v = directions.random(random, x);
            higherOrder(3, "jvp of jvp of vjp", projected(along(gradient, v)));
            if (hasOwnJvp()) {
                higherOrder(3, "jvp of jvp of jvp", along(along(function, v), directions.random(random, x)));
            }
            settleSmall(3);
        }
        return entries;
    }

    /**
     * Passes what is small, once all entries of an order are known. Where an operation has no exact form, that is an entry of which the
     * bound is small beside the largest: no more can be known of it. Otherwise it is a rule's 0 that differs from the derivative, to many
     * digits, by less than the last bit of the smallest entry.
     */
    private void settleSmall(int order) {
        double largest = largest(order);
        double smallest = known(order).filter(v -> v > 0).min().orElse(0);
        for (int i = 0; i < entries.size(); i++) {
            Entry e = entries.get(i);
            if (e.order() != order
                    || e.verdict() != Verdict.INCONCLUSIVE
                    || !Judge.explains(e.bound(), e.value(), e.reference())) {
                continue;
            }
            if (e.bound() <= settings.accuracy() * largest && isWithoutExactForm(order == 1 ? function : gradient)) {
                entries.set(
                        i,
                        e.with(
                                Verdict.PASS,
                                "small: its bound is less than " + settings.accuracy()
                                        + " of the largest derivative, and operations without exact form tell no more"));
            } else if (e.value() == 0
                    && e.digits() >= Reference.ENOUGH_FOR_ZERO
                    && Math.abs(e.reference()) + e.bound() <= 0x1p-53 * smallest) {
                entries.set(i, e.with(Verdict.PASS, "0 beside the last bit of the smallest derivative"));
            }
        }
    }

    /** The size of the largest derivative of an order that is known; if all are 0, of what the order before would make it. */
    private double largest(int order) {
        double largest = known(order).max().orElse(0);
        double far = Arrays.stream(x).map(Math::abs).filter(Double::isFinite).reduce(1, Math::max);
        return largest > 0 || order == 1 ? largest : largest(order - 1) / far;
    }

    private DoubleStream known(int order) {
        return entries.stream()
                .filter(e -> e.order() == order && e.verdict() == Verdict.PASS && !e.isIdentity())
                .mapToDouble(e -> Math.abs(e.value()));
    }

    private static boolean isWithoutExactForm(Program program) {
        if (!program.hidesKinks()) {
            return false;
        }
        try {
            program.evaluate(new BigArithmetic(FEW_DIGITS));
            return false;
        } catch (IllegalStateException noExactForm) {
            return true;
        } catch (RuntimeException beyond) {
            return false;
        }
    }

    /** Says that custom operations sit on their kinks: what their comparisons choose there is a convention. */
    void allowConventions() {
        judge.allowConventions();
    }

    boolean failed() {
        return entries.stream().anyMatch(e -> e.verdict() == Verdict.FAIL);
    }

    /** Whether a custom operation states its own jvp, so that derivatives of its jvp differ from those of its vjp. */
    private boolean hasOwnJvp() {
        return function.tape().steps().stream()
                .anyMatch(s -> s.op().orElseThrow() instanceof CustomOp && !derivesJvp(s));
    }

    /** The direction of the first entry of first order that failed; empty if none failed. */
    Optional<double[]> failedDirection() {
        return Optional.ofNullable(failedDirection);
    }

    private void firstOrder() {
        if (smooth.size() < directions.size()) {
            entries.add(leftOut(directions.size() - smooth.size()));
        }
        double[] g = Program.values(gradient.tape().outputs());
        double[] rounding = rounding(gradient);
        for (int k = 0; k < count(); k++) {
            double[] d = direction(k);
            Reference reference = Reference.of(function, x, d, settings);
            double slope = dot(g, d);
            double slopeBound = absoluteDot(rounding, d) + (settings.oneByOne() ? 0 : dotRounding(g, d));
            double typical = Math.sqrt(dot(square(g), square(d)));
            Rule reverse =
                    new Rule(new double[] {slope}, new double[] {slopeBound}, a -> exactSlope(d, a)).typically(typical);
            List<Entry> backwards = judge.compare(1, "gradient", name(k), c -> "", reference, reverse);
            entries.addAll(overflowing(function, gradient, reference, reverse, backwards));
            Program tangent = along(function, d);
            Rule forward = Rule.of(tangent.tape().outputs(), function).typically(typical);
            List<Entry> forwards = judge.compare(1, "jvp", name(k), c -> "", reference, forward);
            entries.addAll(overflowing(function, tangent, reference, forward, forwards));
            entries.add(unlessBeyondDoubles(
                    duality(k, slope, slopeBound, forward.value(0), forward.rounding(0)), gradient, tangent));
            if (failedDirection == null && failed()) {
                failedDirection = d;
                if (!settings.oneByOne()) {
                    eachInput(k, d, g, rounding);
                }
            }
            tick.run();
        }
    }

    private static Entry leftOut(int elements) {
        return new Entry(
                1,
                "gradient",
                elements + " elements",
                "",
                Double.NaN,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                0,
                0,
                Verdict.KINK,
                "not differentiable: they move an operation over its kink; the random directions leave them out");
    }

    /** Compares along the part of a direction that belongs to one input, for each input: that names the one whose gradient is wrong. */
    private void eachInput(int k, double[] d, double[] g, double[] rounding) {
        List<Variable> inputs = function.tape().inputs();
        List<String> names = Blame.names(inputs);
        int from = 0;
        for (int i = 0; i < inputs.size() && inputs.size() > 1; i++) {
            int to = from + inputs.get(i).shape().size();
            double[] part = new double[d.length];
            System.arraycopy(d, from, part, from, to - from);
            from = to;
            if (Arrays.stream(part).anyMatch(v -> v != 0)) {
                double bound = absoluteDot(rounding, part) + dotRounding(g, part);
                Rule rule = new Rule(new double[] {dot(g, part)}, new double[] {bound}, a -> exactSlope(part, a));
                Reference reference = Reference.of(function, x, part, settings);
                String name = names.get(i) + " in direction " + k;
                List<Entry> compared = judge.compare(1, "gradient", name, c -> "", reference, rule);
                overflowing(function, gradient, reference, rule, compared).stream()
                        .filter(e -> e.verdict() == Verdict.FAIL)
                        .forEach(entries::add);
            }
        }
    }

    /** {@code ⟨Jᵀ1, d⟩ = ⟨1, Jd⟩}. No step is needed, so it holds up to rounding. */
    private Entry duality(int k, double reverse, double reverseBound, double forward, double forwardBound) {
        boolean derived = function.tape().steps().stream().allMatch(FunctionCheck::derivesJvp);
        double bound = reverseBound + forwardBound;
        String note = derived ? "derived: vjp and jvp come from one statement, so this is no evidence" : "";
        return Entry.identity(1, "duality", name(k), "", reverse, forward, bound, note);
    }

    /** Whether the operation that made a variable derives its jvp from its vjp. */
    static boolean derivesJvp(Variable step) {
        Op op = step.op().orElseThrow();
        if (!(op instanceof CustomOp)) {
            return op.derivesJvp();
        }
        return Arrays.stream(op.getClass().getMethods())
                .filter(m -> m.getName().equals("jvp"))
                .allMatch(m -> m.getDeclaringClass() == CustomOp.class || m.getDeclaringClass() == Op.class);
    }

    /**
     * The table of remainders along a random direction. If they fall too slowly, a fact is added, and for the second an entry. The errors of central
     * differences along that direction are added to the steps.
     */
    List<Taylor.Row> taylor(List<String> facts, List<StepError> steps, List<Entry> entries) {
        double[] d = smooth.random(random, x);
        Reference reference = Reference.of(function, x, d, settings);
        if (reference.kink() != null || reference.obstacle() != null || !(reference.step(0) > 0)) {
            return List.of();
        }
        double[] g = Program.values(gradient.tape().outputs());
        double slope = dot(g, d);
        double slopeBound = absoluteDot(rounding(gradient), d) + dotRounding(g, d);
        double curvature = Double.NaN;
        double curvatureBound = 0;
        if (settings.order() >= 2) {
            Program hessian = along(gradient, d);
            double[] hd = Program.values(hessian.tape().outputs());
            curvature = dot(hd, d);
            curvatureBound = absoluteDot(rounding(hessian), d) + dotRounding(hd, d);
        }
        steps.addAll(StepError.table(function, x, d, slope));
        List<Taylor.Row> rows = Taylor.table(
                function,
                x,
                d,
                Math.min(reference.reach(), 4 * reference.step(0)),
                new double[] {slope, curvature},
                new double[] {slopeBound, curvatureBound});
        if (!Taylor.fallsAsItMust(rows, false)) {
            facts.add("Taylor: the first remainder falls slower than h²");
        } else if (settings.order() >= 2 && !Taylor.fallsAsItMust(rows, true)) {
            facts.add("Taylor: the second remainder falls slower than h³");
            if (entries.stream().allMatch(e -> e.verdict() == Verdict.PASS)) {
                entries.add(slow(rows));
            }
        }
        return rows;
    }

    /** The entry for second remainders that fall too slowly. It fails if they fall as they must where the second derivative is wrong. */
    private static Entry slow(List<Taylor.Row> rows) {
        Taylor.Row last = rows.get(rows.size() - 1);
        return new Entry(
                2,
                "Taylor",
                "a random direction",
                "",
                last.second(),
                0,
                8 * last.floor(),
                last.h(),
                0,
                Taylor.fallsAsIfWrong(rows) ? Verdict.FAIL : Verdict.INCONCLUSIVE,
                "the remainder of second order falls slower than h³: the rules are right here, and not close by");
    }

    /** If there are too many outputs to be checked one by one, a random combination of them: a single number. */
    private Program projected(Program program) {
        if (settings.allEntries() || program.outputs() <= SEPARATE_UP_TO) {
            return program;
        }
        List<Variable> outputs = program.tape().outputs();
        List<Variable> u = Program.variables(directions.random(random, x), outputs);
        Variable sum = Variable.of(0);
        for (int i = 0; i < u.size(); i++) {
            sum = sum.add(outputs.get(i).mul(u.get(i)).sum());
        }
        return new Program(Tape.between(program.tape().inputs(), List.of(sum)));
    }

    /**
     * The same entries, except where a step of the program or of the rules overflowed or underflowed. Then a failure says so, and it is one
     * only if the formula of the rules is wrong to many digits. Entries of functions with custom operations stay as they are: their rules
     * may be badly written.
     */
    private List<Entry> overflowing(
            Program program, Program rules, Reference reference, Rule rule, List<Entry> compared) {
        if (function.hidesKinks() || compared.stream().noneMatch(e -> e.verdict() == Verdict.FAIL)) {
            return compared;
        }
        boolean steep = rules.tape().steps().stream()
                .anyMatch(s -> Arrays.stream(s.value().toArray()).anyMatch(Double::isInfinite));
        Optional<String> why = beyondDoubles(rules)
                .or(() -> beyondDoubles(program))
                .or(() -> steep ? Optional.of("a slope is infinite here, and 0 times it is NaN") : Optional.empty());
        if (why.isEmpty()) {
            return compared;
        }
        int digits = Math.min(Reference.ENOUGH_FOR_ZERO, settings.digits());
        double[] exact = digits == 0 || !reference.canRefine(digits) ? null : rule.exact(digits);
        List<Entry> entries = new ArrayList<>();
        for (int c = 0; c < compared.size(); c++) {
            Entry e = compared.get(c);
            boolean failed = e.verdict() == Verdict.FAIL;
            boolean wrong = exact != null
                    && reference.kink() == null
                    && reference.digits(c) > 0
                    && !Judge.explains(
                            reference.bound(c) + settings.accuracy() * Math.abs(exact[c]),
                            exact[c],
                            reference.value(c));
            entries.add(
                    !failed
                            ? e
                            : wrong
                                    ? e.beyondDoubles(why.get())
                                    : e.with(
                                            Verdict.INCONCLUSIVE,
                                            why.get() + ", so that doubles cannot hold the derivative or its rule"));
        }
        return entries;
    }

    private static Optional<String> beyondDoubles(Program rules) {
        return rules.tape().steps().stream()
                .flatMap(s -> beyondDoubles(s).stream())
                .findFirst();
    }

    /** The overflow or underflow of a step: it gives infinity or 0, and the exact result is another number. Empty if there is none. */
    private static Optional<String> beyondDoubles(Variable step) {
        double[] y = Program.values(List.of(step));
        if (Arrays.stream(y).allMatch(v -> v != 0 && !Double.isInfinite(v))) {
            return Optional.empty();
        }
        Op op = step.op().orElseThrow();
        BigReal[] exact = new Program(Program.alone(step)).evaluate(new BigArithmetic(FEW_DIGITS));
        for (int k = 0; k < y.length; k++) {
            if (exact[k].isFinite() && Double.isInfinite(y[k])) {
                return Optional.of("overflow in " + Blame.name(op));
            }
            if (y[k] == 0 && !exact[k].isZero() && exact[k].abs().toDouble() < Double.MIN_NORMAL) {
                return Optional.of("underflow in " + Blame.name(op));
            }
        }
        return Optional.empty();
    }

    /** {@code ⟨g, d⟩} to many digits. */
    private BigReal[] exactSlope(double[] d, BigArithmetic a) {
        BigReal[] g = Program.exact(gradient.tape().outputs(), function, a);
        BigReal slope = BigReal.ZERO;
        for (int i = 0; i < d.length; i++) {
            slope = d[i] == 0 ? slope : a.add(slope, a.mul(g[i], BigReal.of(d[i])));
        }
        return new BigReal[] {slope};
    }

    /** Compares the tangents of a program with differences of the program, which is exact up to rounding. */
    private void higherOrder(int order, String path, Program program) {
        for (int k = 0; k < count(); k++) {
            double[] d = direction(k);
            Program derivative = along(program, d);
            Rule rule = Rule.of(derivative.tape().outputs(), program);
            Reference reference = Reference.of(program, x, d, settings);
            IntFunction<String> output = rule.size() == 1 && x.length > 1 ? c -> "a combination" : directions::name;
            List<Entry> compared = judge.compare(order, path, name(k), output, reference, rule);
            entries.addAll(overflowing(program, derivative, reference, rule, compared));
            tick.run();
        }
    }

    /** {@code uᵀHv = vᵀHu}, and forward over reverse mode gives the same as reverse over reverse. */
    private void symmetry() {
        double[] u = directions.random(random, x);
        double[] v = directions.random(random, x);
        Program hu = along(gradient, u);
        Program hv = along(gradient, v);
        Program reverse = new Program(Tape.between(
                gradient.tape().inputs(),
                gradient.tape().pullback(Program.variables(v, gradient.tape().outputs()))));
        double[] huErrors = rounding(hu);
        double[] hvErrors = rounding(hv);
        double[] huValue = Program.values(hu.tape().outputs());
        double[] hvValue = Program.values(hv.tape().outputs());
        double[] reverseValue = Program.values(reverse.tape().outputs());
        double[] reverseErrors = rounding(reverse);
        double bound =
                absoluteDot(huErrors, v) + absoluteDot(hvErrors, u) + dotRounding(hvValue, u) + dotRounding(huValue, v);
        entries.add(unlessBeyondDoubles(
                Entry.identity(2, "Hessian symmetry", "u, v", "", dot(hvValue, u), dot(huValue, v), bound, ""),
                hu,
                hv));
        for (int i = 0; i < x.length; i++) {
            Entry entry = Entry.identity(
                    2,
                    "vjp of vjp",
                    "direction v",
                    directions.name(i),
                    reverseValue[i],
                    hvValue[i],
                    reverseErrors[i] + hvErrors[i],
                    "");
            entries.add(unlessBeyondDoubles(entry, reverse, hv));
        }
    }

    /** The same identity; inconclusive if it failed, and a step of one of its sides overflowed or underflowed. */
    private Entry unlessBeyondDoubles(Entry identity, Program one, Program other) {
        Optional<String> why = identity.verdict() == Verdict.FAIL && !function.hidesKinks()
                ? beyondDoubles(one).or(() -> beyondDoubles(other))
                : Optional.empty();
        return why.map(w -> identity.with(Verdict.INCONCLUSIVE, w)).orElse(identity);
    }

    /** The program of the tangents of a program along a direction. */
    private Program along(Program program, double[] d) {
        Tape tape = program.tape();
        return new Program(Tape.between(tape.inputs(), tape.pushforward(Program.variables(d, tape.inputs()))));
    }

    private static double[] rounding(Program program) {
        return Program.rounding(program.tape().outputs());
    }

    private int count() {
        return settings.oneByOne() ? chosen.length : Math.min(settings.directions(), directions.size());
    }

    private double[] direction(int k) {
        return settings.oneByOne() ? directions.unit(chosen[k]) : smooth.random(random, x);
    }

    private String name(int k) {
        return settings.oneByOne() ? directions.name(directions.element(chosen[k])) : "direction " + k;
    }

    private static double dot(double[] a, double[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += b[i] == 0 ? 0 : a[i] * b[i];
        }
        return dot;
    }

    private static double[] square(double[] a) {
        return Arrays.stream(a).map(v -> v * v).toArray();
    }

    private static double absoluteDot(double[] errors, double[] b) {
        double[] sizes = Arrays.stream(b).map(Math::abs).toArray();
        return dot(errors, sizes);
    }

    /** A bound of the rounding error of a sum of products. It includes underflow, of the products and of the terms of the bound. */
    private static double dotRounding(double[] a, double[] b) {
        double[] sizes = Arrays.stream(a).map(Math::abs).toArray();
        return a.length * (0x1p-52 * absoluteDot(sizes, b) + 2 * Double.MIN_VALUE);
    }
}
