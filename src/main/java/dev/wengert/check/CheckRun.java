package dev.wengert.check;

import dev.wengert.accuracy.Unrolled;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One run of a check: a first look at the function, each operation alone, the whole function, Taylor remainders, replay. */
final class CheckRun {

    /** In one tape, an operation of the library is checked alone so many times; a loop may have thousands. */
    private static final int OFTEN = 200;

    private final Function<List<Variable>, Variable> f;
    private final List<Tensor> x;
    private final List<Parameter> parameters;
    private final Settings settings;
    private final SplittableRandom random;
    private final boolean strict;
    private final Set<String> intended;
    private final DoubleConsumer progress;
    private final Duration timeLimit;
    private final List<String> facts = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Blame> blames = new ArrayList<>();
    private final long seed;
    private final LongSupplier clock;
    private final long begun;
    private Variable culprit;
    private boolean foundAlone;
    private int frozenOperand = -1;

    /** The comparisons of the whole, while they are made. */
    private FunctionCheck comparing;

    CheckRun(
            Function<List<Variable>, Variable> f,
            List<Tensor> x,
            List<Parameter> parameters,
            Settings settings,
            long seed,
            boolean strict,
            Set<String> intended,
            List<String> known,
            DoubleConsumer progress,
            Duration timeLimit,
            LongSupplier clock) {
        this.f = f;
        this.x = x;
        this.parameters = parameters;
        this.settings = settings;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.strict = strict;
        this.intended = intended;
        this.facts.addAll(known);
        this.progress = progress;
        this.timeLimit = timeLimit;
        this.clock = clock;
        this.begun = clock.getAsLong();
    }

    /** Ends a check whose time is up. */
    private static final class TimeIsUp extends CancellationException {
        private static final long serialVersionUID = 1;
    }

    GradientReport run(boolean reproduce) {
        try {
            return complete(reproduce);
        } catch (TimeIsUp up) {
            if (comparing != null) {
                entries.addAll(comparing.entries());
            }
            entries.add(new Entry(
                    1,
                    "time",
                    "",
                    "",
                    Double.NaN,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    0,
                    0,
                    Verdict.INCONCLUSIVE,
                    "the time of " + timeLimit + " is up: nothing else was compared"));
            return report(List.of(), List.of(), false);
        }
    }

    private GradientReport complete(boolean reproduce) {
        Tensor[] cotangent = new Tensor[1];
        Function<List<Variable>, Variable> scalar = scalarised(cotangent);
        Tape traced = Tape.trace(args -> List.of(scalar.apply(args)), x, parameters);
        requireRepeatable(traced, scalar);
        Surroundings surroundings = new Surroundings(scalar, traced, settings, intended);
        Tape tape = surroundings.tape();
        String path = "gradient";
        try {
            reaches(tape);
            path = "jvp";
            tape.pushforward(tape.inputs());
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError thrown) {
            Entry entry = OperationCheck.thrown(1, path, thrown);
            entries.add(entry);
            blameTheOneThatThrows(Unrolled.of(tape), entry);
            return report(List.of(), List.of(), reproduce);
        }
        Set<Variable> fixed = surroundings.fixed();
        nameFixed(tape, fixed);
        if (Double.isNaN(tape.outputs().get(0).value().toArray()[0])) {
            facts.add("the function is NaN here: nothing is tested but that its derivative is NaN, too");
        }
        Optional<FrozenCheck.Frozen> frozen = attempt(
                "the comparison of the function with its tape",
                () -> new FrozenCheck(surroundings, fixed, settings, random).check());
        frozen.ifPresent(found -> entries.add(found.entry()));
        Tape steps = Unrolled.of(tape);
        if (steps != tape) {
            entries.addAll(new LoopCheck(tape, random).check(tape, steps, settings.order()));
        }
        FunctionCheck whole = new FunctionCheck(steps, fixed, settings, random, this::checkpoint);
        if (operations(steps, whole.gradient().tape())) {
            whole.allowConventions();
        }
        frozen.ifPresent(this::blameFrozen);
        tick(0.4);
        try {
            comparing = whole;
            List<Entry> compared = whole.run();
            comparing = null;
            entries.addAll(compared);
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError thrown) {
            entries.add(OperationCheck.thrown(settings.order(), "jvp of vjp", thrown));
            return report(List.of(), List.of(), reproduce);
        }
        if (blames.isEmpty() && whole.failed()) {
            blameInexact(steps);
        }
        if (blames.isEmpty() && whole.failed()) {
            double[] d = whole.failedDirection()
                    .orElseGet(() -> new Directions(tape.inputs(), fixed).random(random, Program.point(tape)));
            blameWiring(steps, d);
        }
        tick(0.7);
        nearby(surroundings, fixed);
        tick(0.9);
        List<StepError> errors = new ArrayList<>();
        List<Taylor.Row> taylor = attempt(
                        "the table of Taylor remainders", () -> Optional.of(whole.taylor(facts, errors, entries)))
                .orElse(List.of());
        if (!x.isEmpty()) {
            attempt("replay", () -> new ReplayCheck(scalar, traced, settings, random).check(facts))
                    .ifPresent(found -> {
                        entries.add(found.entry());
                        found.blame().filter(b -> blames.isEmpty()).ifPresent(blames::add);
                    });
        }
        requireRepeatable(traced, scalar); // again: the calls in between may have changed what the function keeps
        directionalProbability();
        tick(1);
        return report(taylor, errors, reproduce);
    }

    /** A part of the check. If the code of the user throws in it, a fact says so, and the other parts go on. */
    private <T> Optional<T> attempt(String part, Supplier<Optional<T>> check) {
        try {
            return check.get();
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError thrown) {
            facts.add(part + " was not checked: it throws " + thrown);
            return Optional.empty();
        }
    }

    private void nameFixed(Tape tape, Set<Variable> fixed) {
        List<String> names = Blame.names(tape.inputs());
        for (int i = 0; i < tape.inputs().size(); i++) {
            Variable input = tape.inputs().get(i);
            if (fixed.contains(input) && input.op().isEmpty()) {
                String name = names.get(i);
                facts.add(name + " passes no derivative, and takes no values close by: it is held fixed, as a label");
            }
        }
    }

    /** Checks the whole and each custom operation at a point close by. */
    private void nearby(Surroundings surroundings, Set<Variable> fixed) {
        if (!settings.nearby()) {
            facts.add("the gradient is known at this point alone: nothing is tested close by");
            return;
        }
        NearbyCheck check = new NearbyCheck(surroundings, fixed, settings, random, this::checkpoint);
        attempt("a point close by", () -> Optional.of(check.check(this::customOperations)))
                .ifPresent(found -> {
                    boolean open = entries.stream().anyMatch(e -> e.verdict() == Verdict.INCONCLUSIVE);
                    found.entries().stream()
                            .filter(e -> !(open && e.verdict() == Verdict.INCONCLUSIVE))
                            .forEach(entries::add);
                    found.frozen().filter(e -> blames.isEmpty()).ifPresent(this::blameFrozen);
                    found.failed()
                            .filter(t -> blames.isEmpty())
                            .ifPresent(t -> found.direction().ifPresent(d -> blameWiring(t, d)));
                });
    }

    private void blame(Optional<Blame> blame, Variable step) {
        if (blame.isPresent() && culprit == null) {
            culprit = step;
            foundAlone = true;
        }
        blame.ifPresent(blames::add);
    }

    private void blameWiring(Tape tape, double[] direction) {
        Optional<Blame> lost = attempt("the wiring", () -> new WiringCheck(settings).check(tape, direction));
        lost.ifPresent(blames::add);
        culprit =
                lost.map(b -> tape.steps().get(b.step() - tape.inputs().size())).orElse(culprit);
    }

    private GradientReport report(List<Taylor.Row> taylor, List<StepError> steps, boolean reproduce) {
        boolean failed = !blames.isEmpty() || entries.stream().anyMatch(e -> e.verdict() == Verdict.FAIL);
        String reproducer = "";
        try {
            reproducer = reproduce && failed ? reproducer() : "";
        } catch (TimeIsUp up) {
            facts.add("no reproducer: the time of " + timeLimit + " is up");
        }
        facts.addAll(0, shared());
        long lost = entries.stream().filter(e -> e.note().equals(Judge.LOST)).count();
        if (lost > 0) {
            facts.add("in " + lost + " comparisons " + Judge.LOST);
        }
        return new GradientReport(entries, blames, taylor, steps, facts, reproducer, strict, about());
    }

    private About about() {
        double seconds = (clock.getAsLong() - begun) / 1e9;
        return new About(seed, settings, strict, intended, x, parameters, seconds);
    }

    /** Reasons why two or more comparisons have no verdict, such as an operation without an exact form. The most frequent comes first. */
    private List<String> shared() {
        Map<String, Long> notes = entries.stream()
                .filter(e -> e.verdict() == Verdict.INCONCLUSIVE && !e.note().isEmpty())
                .collect(Collectors.groupingBy(Entry::note, TreeMap::new, Collectors.counting()));
        return notes.entrySet().stream()
                .filter(n -> n.getValue() > 1)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(n -> n.getValue() + " comparisons are inconclusive: " + n.getKey())
                .toList();
    }

    private void blameTheOneThatThrows(Tape tape, Entry evidence) {
        for (int k = 0; k < tape.steps().size() && culprit == null; k++) {
            Variable step = tape.steps().get(k);
            Optional<String> rule = OperationCheck.throwsAlone(step);
            if (rule.isPresent()) {
                culprit = step;
                String what = rule.get() + " of " + Blame.name(step) + ": it throws";
                blames.add(Blame.of(step, tape.inputs().size() + k, "function", what, evidence));
            }
        }
    }

    private void blameInexact(Tape tape) {
        if (entries.stream().noneMatch(e -> e.verdict() == Verdict.FAIL && e.digits() > 0)) {
            return;
        }
        for (int k = 0; k < tape.steps().size() && culprit == null; k++) {
            Variable step = tape.steps().get(k);
            Optional<Blame> inexact = OperationCheck.inexact(step, tape.inputs().size() + k, "function");
            if (inexact.isPresent()) {
                culprit = step;
                blames.add(inexact.get());
            }
        }
    }

    private void blameFrozen(FrozenCheck.Frozen found) {
        found.blame().ifPresent(blames::add);
        if (culprit == null && found.culprit().isPresent()) {
            culprit = found.culprit().get();
            frozenOperand = found.operand();
        }
    }

    /** The first operation to blame, with small operands, as Java source. If there is none, a fact says why. */
    private String reproducer() {
        String give = "; give the function itself, its point and the seed " + seed;
        if (culprit == null) {
            facts.add("no reproducer: " + obstacle() + give);
            return "";
        }
        Op op = culprit.op().orElseThrow();
        List<Tensor> operands = culprit.inputs().stream().map(Variable::value).toList();
        List<Reproducer> forms = Reproducer.of(op, operands.size(), frozenOperand);
        for (Reproducer form : forms) {
            if (form.fails(operands, settings.order(), seed)) {
                List<Tensor> small = new Shrinker(op, operands, candidate -> {
                            tick(0.95);
                            return failsAlone(op, candidate) && form.fails(candidate, settings.order(), seed);
                        })
                        .shrink();
                return form.source(small, settings.order(), seed);
            }
        }
        facts.add("no reproducer: "
                + (forms.isEmpty() ? Reproducer.obstacle(op) : Blame.name(op) + " does not fail alone")
                + give);
        return "";
    }

    /** The reason why no operation is at hand for a program. */
    private String obstacle() {
        Set<String> failed = entries.stream()
                .filter(e -> e.verdict() == Verdict.FAIL)
                .map(Entry::path)
                .collect(Collectors.toSet());
        return failed.contains("frozen value")
                ? "a value was read in a function of which the source is not known"
                : failed.equals(Set.of("replay"))
                        ? "only a replay at another point shows what is wrong"
                        : "no operation fails alone, and no edge was found to be lost";
    }

    /** Whether the quick check of a single operation finds the fault. Always true if that check did not find it before. */
    private boolean failsAlone(Op op, List<Tensor> operands) {
        if (!foundAlone) {
            return true;
        }
        Variable step = op.apply(operands.stream().map(Variable::of).toArray(Variable[]::new));
        return new OperationCheck(settings.forOneOperation(0), new SplittableRandom(seed), this::checkpoint)
                .fails(step);
    }

    private void tick(double done) {
        checkpoint();
        progress.accept(done);
    }

    /** A place where a check can be cancelled. */
    private void checkpoint() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the gradient check was interrupted");
        }
        if (Duration.ofNanos(clock.getAsLong() - begun).compareTo(timeLimit) > 0) {
            throw new TimeIsUp();
        }
    }

    /** The function itself; if it returns a tensor, the sum of the tensor times a random cotangent. */
    private Function<List<Variable>, Variable> scalarised(Tensor[] cotangent) {
        return args -> {
            Variable y = f.apply(args);
            if (y == null) {
                throw new IllegalArgumentException(
                        "run: the function must return a variable, got null;" + " return what is to be differentiated");
            }
            Shape shape = y.shape();
            if (shape.size() == 1) {
                return y;
            }
            if (cotangent[0] == null) {
                cotangent[0] = Tensor.normal(random, shape.toArray());
                facts.add("the function returns a tensor of shape " + shape + "; a random cotangent made it a number");
            }
            return y.mul(Variable.of(cotangent[0])).sum();
        };
    }

    private void requireRepeatable(Tape tape, Function<List<Variable>, Variable> scalar) {
        Tape again = Tape.trace(args -> List.of(scalar.apply(args)), x, parameters);
        if (!again.outputs().get(0).value().equals(tape.outputs().get(0).value())) {
            throw new IllegalArgumentException("run: the function must be repeatable, got "
                    + tape.outputs().get(0).item() + " and then "
                    + again.outputs().get(0).item()
                    + "; it must not count its calls, read a clock, or draw from a generator that goes on");
        }
    }

    /** Adds a fact for each input whose gradient is zero. */
    private void reaches(Tape tape) {
        Variable one = Variable.of(Tensor.ones(tape.outputs().get(0).shape()));
        List<Variable> g = tape.pullback(List.of(one));
        List<String> names = Blame.names(tape.inputs());
        for (int i = 0; i < g.size(); i++) {
            String name = names.get(i);
            if (Arrays.stream(g.get(i).value().toArray()).allMatch(v -> v == 0)) {
                facts.add("the gradient with respect to " + name + " is identically zero: "
                        + (reached(tape, i) ? "nothing is tested there but that it is" : "it is not reached"));
            }
        }
    }

    private static boolean reached(Tape tape, int input) {
        Variable x = tape.inputs().get(input);
        return tape.outputs().contains(x)
                || tape.steps().stream().anyMatch(s -> s.inputs().contains(x));
    }

    /**
     * Checks each operation of the function's tape alone, then each operation that only the gradient's tape holds.
     *
     * @return whether a custom operation sits on its kink
     */
    private boolean operations(Tape function, Tape gradient) {
        Set<Variable> seen = Directions.identities();
        int all = function.steps().size() + gradient.steps().size();
        IntConsumer progress = n -> tick(0.4 * n / all);
        boolean kinks = operations(function, settings.order(), "function", op -> true, seen, progress);
        // the derivative of order n asks of operations of the gradient no more than order n − 1
        return settings.order() == 1
                ? kinks
                : operations(gradient, settings.order() - 1, "gradient", op -> true, seen, progress) || kinks;
    }

    /** Checks the custom operations of a tape close by, and those of its gradient, if no operation is to blame yet. */
    private void customOperations(Tape there) {
        Set<Variable> seen = Directions.identities();
        if (blames.isEmpty()) {
            operations(there, settings.order(), "function close by", CustomOp.class::isInstance, seen, n -> {});
        }
        if (blames.isEmpty() && settings.order() > 1) {
            Variable one = Variable.of(Tensor.ones(there.outputs().get(0).shape()));
            Tape gradient = Tape.between(there.inputs(), there.pullback(List.of(one)));
            operations(gradient, settings.order() - 1, "gradient close by", CustomOp.class::isInstance, seen, n -> {});
        }
    }

    private boolean operations(
            Tape tape, int order, String where, Predicate<Op> which, Set<Variable> seen, IntConsumer progress) {
        OperationCheck check =
                new OperationCheck(settings.with(order, 2, false, settings.digits()), random, this::checkpoint);
        Map<Op, Integer> times = new HashMap<>();
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable step = tape.steps().get(k);
            Op op = step.op().orElseThrow();
            boolean often = !(op instanceof CustomOp) && times.merge(op, 1, Integer::sum) > OFTEN;
            if (which.test(op) && !often && seen.add(step)) {
                blame(check.check(tape, k, where), step);
                progress.accept(seen.size());
            }
        }
        return check.foundKinks();
    }

    private void directionalProbability() {
        if (!settings.elements().isEmpty() && !settings.allEntries()) {
            facts.add("only chosen elements were checked on their own: "
                    + settings.elements().stream().map(Text::name).collect(Collectors.joining(", ")));
        } else if (!settings.allEntries()) {
            facts.add(settings.directions()
                    + " random directions: one entry that is off by δ passes with probability at most"
                    + " (√(2/π)·B/δ)^" + settings.directions() + ", where B is the bound of a direction");
        }
    }
}
