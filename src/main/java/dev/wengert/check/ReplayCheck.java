package dev.wengert.check;

import dev.wengert.accuracy.Evaluation;
import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Checks that a gradient recorded at the point and replayed at others agrees with the eager gradient, if the function can be recorded. */
final class ReplayCheck {

    private final Function<List<Variable>, List<Variable>> gradient;
    private final Tape tape;
    private final Settings settings;
    private final RandomGenerator random;

    ReplayCheck(Function<List<Variable>, Variable> f, Tape tape, Settings settings, RandomGenerator random) {
        this.gradient = args -> Autodiff.gradients(f::apply, args);
        this.tape = tape;
        this.settings = settings;
        this.random = random;
    }

    /** The gradients that differ, and the operation whose rule was frozen, if there is one. */
    record Frozen(Entry entry, Optional<Blame> blame) {}

    /** The difference that was found, if any. Facts are added about the course of the check. */
    Optional<Frozen> check(List<String> facts) {
        List<Tensor> x = tape.inputs().stream()
                .filter(v -> v.parameter().isEmpty())
                .map(Variable::value)
                .toList();
        Tape recorded;
        try {
            recorded = Tape.record(gradient, x);
        } catch (IllegalStateException asked) {
            facts.add("not replayable: " + asked.getMessage() + origin(asked));
            return Optional.empty();
        }
        List<List<Tensor>> points = pointsElsewhere(x);
        if (points.isEmpty()) {
            facts.add("replay was not checked: the function takes no other point that was tried");
            return Optional.empty();
        }
        Plan plan = recorded.compile();
        for (List<Tensor> elsewhere : points) {
            List<Tensor> eager = values(gradient, elsewhere);
            List<Tensor> replayed = plan.run(elsewhere.toArray(Tensor[]::new));
            if (!eager.equals(replayed)) {
                facts.add("replay: a recorded gradient differs from the eager one at another point");
                Entry entry = entry(eager, replayed);
                return Optional.of(new Frozen(entry, blame(elsewhere, entry)));
            }
        }
        facts.add("replay: a recorded gradient agrees with the eager one at other points, bit for bit");
        return Optional.empty();
    }

    private static Entry entry(List<Tensor> eager, List<Tensor> replayed) {
        int i = IntStream.range(0, eager.size())
                .filter(k -> !eager.get(k).equals(replayed.get(k)))
                .findFirst()
                .orElseThrow();
        return new Entry(
                1,
                "replay",
                "input " + i,
                "",
                sum(replayed.get(i)),
                sum(eager.get(i)),
                0,
                0,
                0,
                Verdict.FAIL,
                "sums of a gradient at another point, replayed and eager; something was frozen");
    }

    /**
     * Other points that the function accepts, nearby and further away, on both sides: if a piecewise constant value is frozen, one side
     * may not show it. If the function accepts none of them, a closer point.
     */
    private List<List<Tensor>> pointsElsewhere(List<Tensor> x) {
        List<Tensor> d = x.stream().map(t -> t.map(v -> random.nextGaussian())).toList();
        List<List<Tensor>> points = new ArrayList<>();
        for (double h : new double[] {0x1p-3, -0x1p-3, 1, -1, 0x1p-6, 0x1p-9, 0x1p-12}) {
            List<Tensor> elsewhere = moved(x, d, h);
            if ((Math.abs(h) >= 0x1p-3 || points.isEmpty()) && takes(elsewhere)) {
                points.add(elsewhere);
            }
        }
        return points;
    }

    private List<Tensor> moved(List<Tensor> x, List<Tensor> d, double h) {
        return IntStream.range(0, x.size())
                .mapToObj(i -> {
                    double[] v = x.get(i).toArray();
                    Arrays.setAll(v, k -> inside(v[k] + h * d.get(i).toArray()[k]));
                    return Tensor.of(x.get(i).shape(), v);
                })
                .toList();
    }

    private boolean takes(List<Tensor> point) {
        try {
            values(gradient, point);
            return true;
        } catch (RuntimeException refused) {
            return false;
        }
    }

    private static List<Tensor> values(Function<List<Variable>, List<Variable>> f, List<Tensor> x) {
        return f.apply(x.stream().map(Variable::of).toList()).stream()
                .map(Variable::value)
                .toList();
    }

    private double inside(double v) {
        return Math.max(settings.low(), Math.min(settings.high(), v));
    }

    private static double sum(Tensor t) {
        return Arrays.stream(t.toArray()).sum();
    }

    /** The first custom operation with a frozen rule: recorded alone at its operands here, the rule is wrong at its operands elsewhere. */
    private Optional<Blame> blame(List<Tensor> elsewhere, Entry evidence) {
        List<Tensor> inputs = new ArrayList<>(elsewhere);
        tape.inputs().stream().filter(v -> v.parameter().isPresent()).forEach(v -> inputs.add(v.value()));
        List<Tensor> there = new Evaluation(Tape.between(tape.inputs(), tape.steps()), inputs).outputs();
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable step = tape.steps().get(k);
            Op op = step.op().orElseThrow();
            List<Tensor> operands = step.inputs().stream()
                    .map(v -> tape.inputs().contains(v)
                            ? inputs.get(tape.inputs().indexOf(v))
                            : tape.steps().contains(v) ? there.get(tape.steps().indexOf(v)) : v.value())
                    .toList();
            if (FrozenCheck.freezes(
                    op, step.inputs().stream().map(Variable::value).toList(), operands)) {
                String what =
                        "vjp: recorded at one point, it is not what it should be at another; it made a constant of a value";
                return Optional.of(Blame.of(step, tape.inputs().size() + k, "function", what, evidence));
            }
        }
        return Optional.empty();
    }

    /** The line of the user's code that led to an error. */
    private static String origin(Throwable error) {
        return Arrays.stream(error.getStackTrace())
                .filter(e -> !e.getClassName().startsWith("dev.wengert.autodiff.")
                        && !e.getClassName().startsWith("dev.wengert.check."))
                .findFirst()
                .map(e -> " (at " + e + ")")
                .orElse("");
    }
}
