package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Finds what a tape froze: a value that the function read from a variable and made a constant. Neither the rules nor the differences of
 * the tape see what hangs on it, so the function is run again, close by, and compared with its tape there.
 */
final class FrozenCheck {

    /** So close that nothing but what is frozen changes the program. */
    private static final double NEAR = 0x1p-20;

    private static final double[] FURTHER = {0x1p-15, 0x1p-10};

    private final Function<List<Variable>, Variable> f;
    private final Tape tape;
    private final Settings settings;
    private final double[] steps;

    FrozenCheck(Function<List<Variable>, Variable> f, Tape tape, Settings settings, RandomGenerator random) {
        this.f = f;
        this.tape = tape;
        this.settings = settings;
        this.steps = new Directions(tape.inputs()).random(random, Program.point(tape));
    }

    /** A constant operand of a step. */
    private record Constant(int step, int operand) {}

    /** The comparison of the function with its tape, if the tape froze something. */
    record Frozen(Entry entry, Optional<Blame> blame) {}

    /** What was found; empty if no constant changes with the inputs. */
    Optional<Frozen> check(List<String> facts) {
        Optional<Tape> near = there(NEAR);
        if (near.isEmpty()) {
            facts.add("the operations change with the values of the inputs; whether a value was frozen is not known");
            return Optional.empty();
        }
        Optional<Constant> constant = changed(near.get());
        if (constant.isEmpty()) {
            return Optional.empty();
        }
        Entry entry = compare(near.get(), NEAR);
        for (double h : FURTHER) {
            Optional<Tape> far = entry.verdict() == Verdict.FAIL ? Optional.empty() : there(h);
            entry = far.isPresent() ? compare(far.get(), h) : entry;
        }
        return Optional.of(new Frozen(
                entry, entry.verdict() == Verdict.FAIL ? Optional.of(blame(constant.get(), entry)) : Optional.empty()));
    }

    private List<Tensor> moved(double h) {
        double[] x = Program.point(tape);
        double[] moved = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            moved[i] = Math.max(settings.low(), Math.min(settings.high(), x[i] + h * steps[i]));
        }
        return Program.split(moved, tape.inputs());
    }

    /** The program of the function close by; empty if it is another one, or there is none. */
    private Optional<Tape> there(double h) {
        List<Tensor> values = moved(h);
        List<Tensor> x = new ArrayList<>();
        Map<Parameter, Tensor> parameters = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            Optional<Parameter> parameter = tape.inputs().get(i).parameter();
            if (parameter.isPresent()) {
                parameters.put(parameter.get(), values.get(i));
            } else {
                x.add(values.get(i));
            }
        }
        try {
            return Optional.of(Tape.trace(args -> List.of(f.apply(args)), x, parameters))
                    .filter(other -> shape(other).equals(shape(tape)));
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException refused) {
            return Optional.empty();
        }
    }

    /** What a program does, without its numbers. */
    private static List<List<Object>> shape(Tape tape) {
        Map<Variable, Integer> numbers = new IdentityHashMap<>();
        tape.inputs().forEach(v -> numbers.put(v, numbers.size()));
        tape.steps().forEach(v -> numbers.put(v, numbers.size()));
        return tape.steps().stream()
                .map(s -> {
                    List<Object> step =
                            new ArrayList<>(List.of(s.op().orElseThrow().label()));
                    s.inputs().forEach(v -> step.add(numbers.getOrDefault(v, -1)));
                    s.inputs().forEach(v -> step.add(v.shape()));
                    return step;
                })
                .toList();
    }

    /** The first constant that has another value in the other program. */
    private Optional<Constant> changed(Tape other) {
        Set<Variable> onTape = Collections.newSetFromMap(new IdentityHashMap<>());
        onTape.addAll(tape.inputs());
        onTape.addAll(tape.steps());
        return IntStream.range(0, tape.steps().size())
                .boxed()
                .flatMap(k -> IntStream.range(0, tape.steps().get(k).inputs().size())
                        .filter(i -> !onTape.contains(operand(tape, k, i)))
                        .filter(i -> !operand(tape, k, i)
                                .value()
                                .equals(operand(other, k, i).value()))
                        .mapToObj(i -> new Constant(k, i)))
                .findFirst();
    }

    private static Variable operand(Tape tape, int step, int i) {
        return tape.steps().get(step).inputs().get(i);
    }

    /** The tape, which has the constants of the point, against the function itself. */
    private Entry compare(Tape there, double h) {
        List<Tensor> x = moved(h);
        List<Tensor> exact = x.stream().map(t -> t.map(v -> 0)).toList();
        double frozen = tape.evaluate(x).get(0).item();
        double value = there.outputs().get(0).item();
        double bound = 2
                * (tape.errorBounds(x, exact).get(0).item()
                        + there.errorBounds(x, exact).get(0).item());
        boolean apart = Math.abs(frozen - value) > bound;
        String note = "a value was read and made a constant"
                + (apart ? "" : "; what hangs on it is too small to be told from rounding");
        Verdict verdict = apart ? Verdict.FAIL : Verdict.INCONCLUSIVE;
        return new Entry(1, "frozen value", "close by", "", frozen, value, bound, h, 0, verdict, note);
    }

    private Blame blame(Constant constant, Entry evidence) {
        Variable step = tape.steps().get(constant.step());
        Op op = step.op().orElseThrow();
        String site = step.site().map(StackTraceElement::toString).orElse("");
        String what = "wiring: nothing passes along the edge to operand " + constant.operand()
                + ": its value was read and made a constant";
        return new Blame(op.label(), tape.inputs().size() + constant.step(), "function", site, what, evidence);
    }
}
