package dev.wengert.check;

import dev.wengert.accuracy.Evaluation;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds values that a tape froze: the function, or a rule, read a value from a variable and made it a constant, or chose a branch by it.
 * Neither rules nor differences of the tape can detect such a dependence. So the function is run again on both sides of the point and
 * differentiated there; the results are compared with its tape and the tapes of its derivatives. If they differ, slopes decide: the
 * slopes of the function as it runs, against those of the tape.
 */
final class FrozenCheck {

    /** Steps of the slopes. At the first, the programs are compared, too: it is so small that only frozen values change. */
    private static final double[] STEPS = {0x1p-20, 0x1p-15, 0x1p-10};

    /** A branch that changes only beyond this step is not a branch at the point. */
    static final double CLOSEST = 0x1p-44;

    private final Surroundings surroundings;
    private final Tape tape;
    private final Settings settings;
    private final double[] x;
    private final Directions directions;
    private final double[] random;

    FrozenCheck(Surroundings surroundings, Set<Variable> fixed, Settings settings, RandomGenerator random) {
        this.surroundings = surroundings;
        this.tape = surroundings.tape();
        this.settings = settings;
        this.x = Program.point(tape);
        this.directions = new Directions(tape.inputs(), fixed);
        this.random = directions.random(random, x);
    }

    /**
     * The comparison of the function with its tape, if the two differ.
     *
     * @param culprit the step to blame, if it fails alone
     * @param operand the operand of the culprit that was frozen; −1 if the rule of the culprit froze a value
     */
    record Frozen(Entry entry, Optional<Blame> blame, Optional<Variable> culprit, int operand) {}

    /** The worst comparison; empty if the function has the same tapes close by. */
    Optional<Frozen> check() {
        Optional<Entry> worst = Optional.empty();
        for (int order = 1; order <= settings.order(); order++) {
            Tape here = derived(tape, order);
            double[] up = Arrays.stream(random).map(Math::abs).toArray();
            boolean each = order == 1 && settings.allEntries() && !(isSame(here, random) && isSame(here, up));
            for (int k = 0; each && k < directions.size(); k++) {
                double[] direction = directions.unit(k);
                int i = directions.element(k);
                direction[i] = Directions.scale(x[i]);
                worst = worse(worst, compare(here, order, direction, directions.name(i)));
            }
            worst = worse(worst, compare(here, order, random, "a random direction"));
            worst = worse(worst, compare(here, order, up, "all elements"));
            if (worst.filter(e -> e.verdict() == Verdict.FAIL).isPresent()) {
                return worst.map(this::blamed);
            }
        }
        return worst.map(e -> new Frozen(e, Optional.empty(), Optional.empty(), -1));
    }

    private static Optional<Entry> worse(Optional<Entry> a, Optional<Entry> b) {
        return a.isEmpty()
                        || b.isPresent() && b.get().verdict().compareTo(a.get().verdict()) > 0
                ? b
                : a;
    }

    /** The program whose derivative is of that order: the function, its gradient, or the tangent of the gradient. */
    private Tape derived(Tape function, int order) {
        List<Variable> inputs = function.inputs();
        Tape derived = function;
        if (order > 1) {
            Variable one = Variable.of(Tensor.ones(function.outputs().get(0).shape()));
            derived = Tape.between(inputs, function.pullback(List.of(one)));
        }
        if (order > 2) {
            derived = Tape.between(inputs, derived.pushforward(Program.variables(random, inputs)));
        }
        return derived;
    }

    /** A point, moved a little. An element with a direction changes at least in its last bit. */
    static double[] moved(double[] x, double[] direction, double h) {
        return IntStream.range(0, x.length)
                .mapToDouble(i -> {
                    double step = h * direction[i];
                    double moved = x[i] + step;
                    return step != 0 && moved == x[i] ? Math.nextAfter(moved, step * Double.POSITIVE_INFINITY) : moved;
                })
                .toArray();
    }

    private double[] moved(double[] direction, double h) {
        return moved(x, direction, h);
    }

    /** The tape of the function, or of its derivative, close by; empty if the function refuses that point. */
    private Optional<Tape> there(int order, double[] direction, double h) {
        Optional<Tape> there = surroundings.at(moved(direction, h));
        try {
            return there.map(t -> derived(t, order));
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException thrown) {
            return Optional.empty(); // a rule that throws only there
        }
    }

    /** Whether the function differs from its tape on either side of the point. */
    private boolean differs(Tape here, int order, double[] direction, double h) {
        for (double side : new double[] {h, -h}) {
            Optional<Tape> there = there(order, direction, side);
            if (there.isPresent()
                    && (changed(here, there.get()).isPresent()
                            || !Arrays.equals(
                                    new Program(here).evaluate(moved(direction, side)),
                                    surroundings.values(there.get())))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the function has a point on both sides, and is the same as its tape at both. Where all elements move, a value that any of them
     * changes would show, so that no element needs to move alone.
     */
    private boolean isSame(Tape here, double[] direction) {
        return !differs(here, 1, direction, STEPS[0])
                && there(1, direction, STEPS[0]).isPresent()
                && there(1, direction, -STEPS[0]).isPresent();
    }

    private Optional<Entry> compare(Tape here, int order, double[] direction, String name) {
        if (!differs(here, order, direction, STEPS[0])) {
            return Optional.empty();
        }
        Optional<Entry> entry = Optional.empty();
        for (double h : STEPS) {
            Optional<Slopes> coarse = slopes(here, order, direction, h);
            Optional<Slopes> fine = slopes(here, order, direction, h / 2);
            if (coarse.isPresent() && fine.isPresent()) {
                boolean branches = fine.get().branches(coarse.get());
                if (branches && !differs(here, order, direction, CLOSEST)) {
                    return Optional.empty();
                }
                entry = fine.get().entries(coarse.get(), branches, order, name, settings.accuracy());
                if (branches
                        || entry.filter(e -> e.verdict() == Verdict.INCONCLUSIVE)
                                .isEmpty()) {
                    return entry;
                }
            }
        }
        return entry;
    }

    /** The changes of the tape and of the function over a step; empty if neither side has a point that is accepted and values that are numbers. */
    private Optional<Slopes> slopes(Tape here, int order, double[] direction, double h) {
        Program program = new Program(here);
        double[] zero = Program.values(here.outputs());
        int n = zero.length;
        Slopes s = new Slopes(h, new double[n], new double[n], new double[n], new double[n]);
        List<Double> sides = new ArrayList<>();
        for (double side : new double[] {h, -h}) {
            double[] at = moved(direction, side);
            there(order, direction, side).map(Program::new).ifPresent(there -> {
                double[] frozen = program.evaluate(at);
                double[] value = surroundings.values(there.tape());
                if (Stream.of(frozen, value).flatMapToDouble(Arrays::stream).noneMatch(Double::isNaN)) {
                    double[] exact = new double[x.length];
                    s.add(side, zero, frozen, value, program.errors(at, exact), there.errors(at, exact));
                    sides.add(side);
                }
            });
        }
        if (sides.size() == 1) {
            s.mirror(sides.get(0));
        }
        return sides.isEmpty() ? Optional.empty() : Optional.of(s);
    }

    /**
     * One-sided slopes of each component over a step.
     *
     * @param tape the slopes of the tape, the mean of both sides
     * @param right the slopes of the function minus those of the tape, on the right
     * @param left the same on the left
     * @param bound the bound of the rounding in these differences
     */
    private record Slopes(double h, double[] tape, double[] right, double[] left, double[] bound) {

        void add(double side, double[] zero, double[] frozen, double[] value, double[] errors, double[] others) {
            for (int c = 0; c < zero.length; c++) {
                (side > 0 ? right : left)[c] = (value[c] - frozen[c]) / side;
                tape[c] += (frozen[c] - zero[c]) / side / 2;
                bound[c] = Math.max(bound[c], 2 * (errors[c] + others[c]) / h);
            }
        }

        /** If the function accepts one side alone, its slopes stand for both sides. */
        void mirror(double side) {
            System.arraycopy(side > 0 ? right : left, 0, side > 0 ? left : right, 0, tape.length);
            for (int c = 0; c < tape.length; c++) {
                tape[c] *= 2;
            }
        }

        double middle(int c) {
            return right[c] / 2 + left[c] / 2;
        }

        double apart(int c) {
            return Math.abs(right[c] / 2 - left[c] / 2);
        }

        /** Whether the slopes of the two sides stay apart as the step is halved. Then the function bends or jumps at the point. */
        boolean branches(Slopes coarse) {
            return IntStream.range(0, tape.length)
                    .anyMatch(c -> apart(c) > Math.max(bound[c], 0.75 * coarse.apart(c))
                            && apart(c) > Math.abs(middle(c)) / 4);
        }

        /** The first component that is wrong; if none is wrong, the first that is inconclusive; otherwise the first. */
        Optional<Entry> entries(Slopes coarse, boolean branches, int order, String name, double accuracy) {
            double largest = IntStream.range(0, tape.length)
                    .mapToDouble(c -> Math.max(Math.abs(tape[c]), Math.abs(tape[c] + middle(c))))
                    .max()
                    .orElse(0);
            Optional<Entry> worst = Optional.empty();
            for (int c = 0; c < tape.length; c++) {
                double total = 4 * (bound[c] + Math.abs(coarse.middle(c) - middle(c)));
                Verdict verdict = branches
                        ? Verdict.INCONCLUSIVE
                        : Math.abs(middle(c)) > total
                                ? Verdict.FAIL
                                : total <= accuracy * largest ? Verdict.PASS : Verdict.INCONCLUSIVE;
                String note = branches
                        ? branch(coarse, c)
                        : "a value was read and made a constant"
                                + (verdict == Verdict.FAIL
                                        ? ""
                                        : verdict == Verdict.PASS
                                                ? "; no more hangs on it than its bound"
                                                : "; what hangs on it is too small to be told from rounding");
                worst = worse(
                        worst,
                        Optional.of(new Entry(
                                order,
                                "frozen value",
                                name,
                                "",
                                tape[c],
                                tape[c] + middle(c),
                                total,
                                h,
                                0,
                                verdict,
                                note)));
            }
            return worst;
        }

        private String branch(Slopes coarse, int c) {
            return "the function takes another branch close by; "
                    + (apart(c) > 1.5 * coarse.apart(c)
                            ? "it jumps there"
                            : "on its two sides its slope is " + right[c] + " and " + left[c]
                                    + " more than the tape's");
        }
    }

    /**
     * A difference between two tapes: a constant operand of a step or a constant result with another value, or another step.
     *
     * @param step the number of the step; for the result, the number of steps
     * @param operand the number of the operand; −1 if the step itself differs
     * @param origin the operation off the tape that received the frozen value; empty if the step itself received it
     */
    private record Constant(int step, int operand, String origin) {}

    /** The first constant that has another value on the other tape, or the first step that differs. */
    private static Optional<Constant> changed(Tape tape, Tape other) {
        List<Variable> steps = tape.steps();
        Map<Variable, Integer> numbers = numbers(tape);
        Map<Variable, Integer> others = numbers(other);
        for (int k = 0; k < steps.size(); k++) {
            if (k == other.steps().size()
                    || !step(steps.get(k), numbers).equals(step(other.steps().get(k), others))) {
                return Optional.of(new Constant(k, -1, ""));
            }
            List<Variable> operands = steps.get(k).inputs();
            for (int i = 0; i < operands.size(); i++) {
                Variable there = other.steps().get(k).inputs().get(i);
                if (!numbers.containsKey(operands.get(i)) && differ(operands.get(i), there)) {
                    return Optional.of(new Constant(k, i, origin(operands.get(i), there)));
                }
            }
        }
        for (int i = 0; i < tape.outputs().size(); i++) {
            Variable result = tape.outputs().get(i);
            Variable there = other.outputs().get(i);
            if (!Objects.equals(numbers.get(result), others.get(there))
                    || !numbers.containsKey(result) && differ(result, there)) {
                return Optional.of(new Constant(steps.size(), 0, origin(result, there)));
            }
        }
        return Optional.empty();
    }

    private static Map<Variable, Integer> numbers(Tape tape) {
        Map<Variable, Integer> numbers = new IdentityHashMap<>();
        tape.inputs().forEach(v -> numbers.put(v, numbers.size()));
        tape.steps().forEach(v -> numbers.put(v, numbers.size()));
        return numbers;
    }

    /** The operation of a step, the numbers of its operands and their shapes; without the values of constants. */
    private static List<Object> step(Variable v, Map<Variable, Integer> numbers) {
        List<Object> step = new ArrayList<>(List.of(v.op().orElseThrow().label()));
        v.inputs().forEach(x -> step.add(numbers.getOrDefault(x, -1)));
        v.inputs().forEach(x -> step.add(x.shape()));
        return step;
    }

    private static boolean differ(Variable here, Variable there) {
        return !here.value().equals(there.value());
    }

    /** The operand, and its operation, at which the change of a constant begins; empty if the constant itself is a leaf. */
    private static String origin(Variable here, Variable there) {
        String origin = "";
        Variable a = here;
        Variable b = there;
        for (int i = 0; i < Math.min(a.inputs().size(), b.inputs().size()); ) {
            if (differ(a.inputs().get(i), b.inputs().get(i))) {
                origin = "operand " + i + " of " + Blame.name(a);
                a = a.inputs().get(i);
                b = b.inputs().get(i);
                i = 0;
            } else {
                i++;
            }
        }
        return origin;
    }

    /** The value that the function froze; if there is none, the value that the rule of an operation froze. */
    private Frozen blamed(Entry evidence) {
        for (double h : new double[] {STEPS[0], -STEPS[0]}) {
            Optional<Tape> there = there(1, random, h);
            Optional<Constant> constant = there.flatMap(t -> changed(tape, t).or(() -> inside(t)));
            if (constant.isPresent()) {
                int operand = constant.get().operand();
                Optional<Variable> culprit = Optional.of(constant.get().step())
                        .filter(k -> operand >= 0 && k < tape.steps().size())
                        .map(tape.steps()::get);
                return new Frozen(evidence, Optional.of(blame(constant.get(), evidence)), culprit, operand);
            }
            for (int k = 0; there.isPresent() && k < tape.steps().size(); k++) {
                Variable step = tape.steps().get(k);
                Op op = step.op().orElseThrow();
                if (freezes(
                        op,
                        values(step.inputs()),
                        values(there.get().steps().get(k).inputs()))) {
                    String what = "vjp of " + Blame.name(op)
                            + ": a value was read and made a constant, so that its own derivative is wrong";
                    Blame blame = Blame.of(step, tape.inputs().size() + k, "function", what, evidence);
                    return new Frozen(evidence, Optional.of(blame), Optional.of(step), -1);
                }
            }
        }
        return new Frozen(evidence, Optional.empty(), Optional.empty(), -1);
    }

    /** The first step that computes another value there, although its name is the same. */
    private Optional<Constant> inside(Tape there) {
        List<Tensor> kept = new Evaluation(Tape.between(tape.inputs(), tape.steps()), values(there.inputs())).outputs();
        return IntStream.range(0, kept.size())
                .filter(k -> !kept.get(k).equals(there.steps().get(k).value()))
                .mapToObj(k -> new Constant(k, -1, ""))
                .findFirst();
    }

    private Blame blame(Constant constant, Entry evidence) {
        boolean result = constant.step() == tape.steps().size();
        Variable step = result ? tape.outputs().get(0) : tape.steps().get(constant.step());
        String site = step.site().map(StackTraceElement::toString).orElse("");
        String what = constant.operand() < 0
                ? "wiring: close by it is another operation: a value was read and made a constant"
                : "wiring: nothing "
                        + (result ? "reaches the result" : "passes along the edge to operand " + constant.operand())
                        + (constant.origin().isEmpty()
                                ? ": its"
                                : ": it was made from " + constant.origin() + ", whose")
                        + " value was read and made a constant";
        String label = step.op().map(Op::label).orElse("result");
        return new Blame(label, tape.inputs().size() + constant.step(), "function", site, what, evidence);
    }

    /** Whether the rules of an operation, recorded at some operands and replayed at others, differ from the rules recorded there. */
    static boolean freezes(Op op, List<Tensor> here, List<Tensor> there) {
        return op instanceof CustomOp
                && !new Evaluation(rules(op, here), there)
                        .outputs()
                        .equals(values(rules(op, there).outputs()));
    }

    private static Tape rules(Op op, List<Tensor> operands) {
        List<Variable> x = operands.stream().map(Variable::of).toList();
        Variable y = op.apply(x.toArray(Variable[]::new));
        Variable g = Variable.of(Tensor.normal(
                new SplittableRandom(1), y.shape().toArray())); // ones could hide a rule: that of softmax gives 0
        return Tape.between(
                x,
                IntStream.range(0, x.size())
                        .mapToObj(i -> op.vjp(i, g, y, x))
                        .filter(Objects::nonNull)
                        .toList());
    }

    private static List<Tensor> values(List<Variable> x) {
        return x.stream().map(Variable::value).toList();
    }
}
