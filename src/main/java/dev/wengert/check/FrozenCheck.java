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

    /**
     * Something that the tape takes for a constant: an operand of a step, or the result.
     *
     * @param step the number of the step; that of the next one for the result
     * @param operand which operand
     * @param origin the operation, itself off the tape, that was given the value; empty if the step was
     */
    private record Constant(int step, int operand, String origin) {}

    /**
     * The comparison of the function with its tape, if the tape froze something.
     *
     * @param operand the operand that was frozen, of the step that is blamed
     */
    record Frozen(Entry entry, Optional<Blame> blame, int operand) {}

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
        Optional<Blame> blame =
                entry.verdict() == Verdict.FAIL ? Optional.of(blame(constant.get(), entry)) : Optional.empty();
        return Optional.of(new Frozen(entry, blame, constant.get().operand()));
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
        for (int k = 0; k < tape.steps().size(); k++) {
            for (int i = 0; i < tape.steps().get(k).inputs().size(); i++) {
                if (!onTape.contains(operand(tape, k, i)) && differ(operand(tape, k, i), operand(other, k, i))) {
                    return Optional.of(new Constant(k, i, origin(operand(tape, k, i), operand(other, k, i))));
                }
            }
        }
        Variable result = tape.outputs().get(0);
        Variable there = other.outputs().get(0);
        return Optional.of(new Constant(tape.steps().size(), 0, origin(result, there)))
                .filter(c -> !onTape.contains(result) && differ(result, there));
    }

    private static boolean differ(Variable here, Variable there) {
        return !here.value().equals(there.value());
    }

    /** From which operand of which operation on the value of a constant changes; empty if the constant itself is a leaf. */
    private static String origin(Variable here, Variable there) {
        String origin = "";
        Variable a = here;
        Variable b = there;
        for (int i = 0; i < Math.min(a.inputs().size(), b.inputs().size()); ) {
            if (differ(a.inputs().get(i), b.inputs().get(i))) {
                origin = "operand " + i + " of " + a.op().orElseThrow().label();
                a = a.inputs().get(i);
                b = b.inputs().get(i);
                i = 0;
            } else {
                i++;
            }
        }
        return origin;
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
        boolean result = constant.step() == tape.steps().size();
        Variable step = result ? tape.outputs().get(0) : tape.steps().get(constant.step());
        String site = step.site().map(StackTraceElement::toString).orElse("");
        String what = "wiring: nothing "
                + (result ? "reaches the result" : "passes along the edge to operand " + constant.operand())
                + (constant.origin().isEmpty() ? ": its" : ": it was made from " + constant.origin() + ", whose")
                + " value was read and made a constant";
        String label = step.op().map(Op::label).orElse("result");
        return new Blame(label, tape.inputs().size() + constant.step(), "function", site, what, evidence);
    }
}
