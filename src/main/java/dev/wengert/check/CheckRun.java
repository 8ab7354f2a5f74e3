package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleConsumer;
import java.util.function.Function;

/** One run of a check: preflight, each operation alone, the whole, Taylor remainders, replay. */
final class CheckRun {

    private final Function<List<Variable>, Variable> f;
    private final List<Tensor> x;
    private final List<Parameter> parameters;
    private final Settings settings;
    private final SplittableRandom random;
    private final boolean strict;
    private final DoubleConsumer progress;
    private final List<String> facts = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Blame> blames = new ArrayList<>();
    private final long seed;
    private Variable culprit;
    private boolean foundAlone;

    CheckRun(
            Function<List<Variable>, Variable> f,
            List<Tensor> x,
            List<Parameter> parameters,
            Settings settings,
            long seed,
            boolean strict,
            DoubleConsumer progress) {
        this.f = f;
        this.x = x;
        this.parameters = parameters;
        this.settings = settings;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.strict = strict;
        this.progress = progress;
    }

    GradientReport run(boolean reproduce) {
        Tensor[] cotangent = new Tensor[1];
        Function<List<Variable>, Variable> scalar = scalarised(cotangent);
        Tape tape = Tape.trace(args -> List.of(scalar.apply(args)), x, parameters);
        try {
            preflight(tape, scalar);
        } catch (ShapeException | IllegalStateException | ArithmeticException thrown) {
            entries.add(new Entry(
                    1,
                    "gradient",
                    "",
                    "",
                    Double.NaN,
                    Double.NaN,
                    0,
                    0,
                    0,
                    Verdict.FAIL,
                    "the value can be computed, but its derivative throws: " + thrown.getMessage()));
            return new GradientReport(entries, blames, List.of(), List.of(), facts, "", strict);
        }
        Optional<FrozenCheck.Frozen> frozen = new FrozenCheck(scalar, tape, settings, random).check(facts);
        frozen.ifPresent(found -> entries.add(found.entry()));
        FunctionCheck whole = new FunctionCheck(tape, settings, random, this::checkpoint);
        operations(tape, whole.gradient().tape());
        frozen.flatMap(FrozenCheck.Frozen::blame).ifPresent(blames::add);
        tick(0.5);
        entries.addAll(whole.run());
        if (blames.isEmpty() && whole.failed()) {
            double[] d = whole.failedDirection()
                    .orElseGet(() -> new Directions(tape.inputs()).random(random, Program.point(tape)));
            Optional<Blame> lost = new WiringCheck(settings).check(tape, d);
            lost.ifPresent(blames::add);
            culprit = lost.map(b -> tape.steps().get(b.step() - tape.inputs().size()))
                    .orElse(null);
        }
        tick(0.9);
        List<StepError> steps = new ArrayList<>();
        List<Taylor.Row> taylor = whole.taylor(facts, steps);
        if (!x.isEmpty()) {
            new ReplayCheck(scalar, tape, settings, random).check(facts).ifPresent(found -> {
                entries.add(found.entry());
                found.blame().filter(b -> blames.isEmpty()).ifPresent(blames::add);
            });
        }
        directionalProbability();
        tick(1);
        String reproducer = reproduce && culprit != null ? reproducer() : "";
        return new GradientReport(entries, blames, taylor, steps, facts, reproducer, strict);
    }

    /** The first operation that is to blame, at operands as small as will do, as Java source; empty if it does not fail alone. */
    private String reproducer() {
        Op op = culprit.op().orElseThrow();
        List<Tensor> operands = culprit.inputs().stream().map(Variable::value).toList();
        List<Reproducer> forms = Reproducer.of(op, operands.size());
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
        facts.add("no reproducer: " + op.label()
                + (forms.isEmpty()
                        ? " cannot be made in Java source; a record or a class without arguments that is not private can"
                        : " does not fail alone"));
        return "";
    }

    /** Whether the check of a single operation finds the fault, which takes less time than the whole; always if it did not before. */
    private boolean failsAlone(Op op, List<Tensor> operands) {
        if (!foundAlone) {
            return true;
        }
        Settings quick =
                new Settings(settings.order(), settings.accuracy(), 2, false, 0, settings.low(), settings.high());
        Variable step = op.apply(operands.stream().map(Variable::of).toArray(Variable[]::new));
        return new OperationCheck(quick, new SplittableRandom(seed), this::checkpoint)
                .check(step, 0, "")
                .isPresent();
    }

    private void tick(double done) {
        checkpoint();
        progress.accept(done);
    }

    /** Where a check can be cancelled. */
    private void checkpoint() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the gradient check was interrupted");
        }
    }

    /** The function as it is, or if it returns a tensor, times a random cotangent. */
    private Function<List<Variable>, Variable> scalarised(Tensor[] cotangent) {
        return args -> {
            Variable y = f.apply(args);
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

    /** The function is repeatable, and reaches all of its inputs. */
    private void preflight(Tape tape, Function<List<Variable>, Variable> scalar) {
        Tape again = Tape.trace(args -> List.of(scalar.apply(args)), x, parameters);
        if (!again.outputs().get(0).value().equals(tape.outputs().get(0).value())) {
            throw new IllegalArgumentException("run: the function must be repeatable, got "
                    + tape.outputs().get(0).item() + " and then "
                    + again.outputs().get(0).item());
        }
        Variable one = Variable.of(Tensor.ones(tape.outputs().get(0).shape()));
        List<Variable> g = tape.pullback(List.of(one));
        for (int i = 0; i < g.size(); i++) {
            String name = tape.inputs().get(i).parameter().map(Parameter::name).orElse("input " + i);
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

    /** Each operation of the function's tape alone, then those that only the gradient's tape holds. */
    private void operations(Tape function, Tape gradient) {
        Settings local = new Settings(
                settings.order(), settings.accuracy(), 2, false, settings.digits(), settings.low(), settings.high());
        OperationCheck check = new OperationCheck(local, random, this::checkpoint);
        Set<Variable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Tape tape : List.of(function, gradient)) {
            String where = tape == function ? "function" : "gradient";
            for (int k = 0; k < tape.steps().size(); k++) {
                Variable step = tape.steps().get(k);
                if (seen.add(step)) {
                    Optional<Blame> blame = check.check(step, tape.inputs().size() + k, where);
                    if (blame.isPresent() && culprit == null) {
                        culprit = step;
                        foundAlone = true;
                    }
                    blame.ifPresent(blames::add);
                    tick(0.5
                            * seen.size()
                            / (function.steps().size() + gradient.steps().size()));
                }
            }
        }
    }

    private void directionalProbability() {
        if (!settings.allEntries()) {
            facts.add(settings.directions()
                    + " random directions: one entry that is off by δ passes with probability at most"
                    + " (√(2/π)·B/δ)^" + settings.directions() + ", where B is the bound of a direction");
        }
    }
}
