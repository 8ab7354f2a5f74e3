package dev.wengert.check;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The tapes of a function at its point and at others, where it is run anew. */
final class Surroundings {

    private final Function<List<Variable>, Variable> f;
    private final Settings settings;
    private final Set<String> intended;
    private final Tape tape;
    private String refusal = "";

    /**
     * The surroundings of a point.
     *
     * @param f the function, which gives a single number
     * @param traced its tape at the point
     * @param settings the domain
     * @param intended the labels of operations whose results are constants, whatever they were computed from
     */
    Surroundings(Function<List<Variable>, Variable> f, Tape traced, Settings settings, Set<String> intended) {
        this.f = f;
        this.settings = settings;
        this.intended = intended;
        this.tape = cut(traced);
    }

    /** The surroundings of another point, at which the function has a tape. */
    Surroundings around(Tape there) {
        return new Surroundings(f, there, settings, intended);
    }

    /** The tape at the point. What is meant to be constant are inputs of it, behind those of the function. */
    Tape tape() {
        return tape;
    }

    private Tape cut(Tape traced) {
        List<Variable> inputs = new ArrayList<>(traced.inputs());
        traced.steps().stream()
                .filter(step -> intended.contains(step.op().orElseThrow().label()))
                .forEach(inputs::add);
        return inputs.size() == traced.inputs().size() ? traced : Tape.between(inputs, traced.outputs());
    }

    /** The tape at another point; empty if the function refuses that point, or is not finite there, or the point is outside of the domain. */
    Optional<Tape> at(double[] point) {
        double[] here = Program.point(tape);
        for (int i = 0; i < point.length; i++) {
            if (point[i] != here[i] && (point[i] < settings.low() || point[i] > settings.high())) {
                return Optional.empty();
            }
        }
        List<Tensor> values = Program.split(point, tape.inputs());
        List<Tensor> arguments = new ArrayList<>();
        Map<Parameter, Tensor> parameters = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            Variable input = tape.inputs().get(i);
            if (input.parameter().isPresent()) {
                parameters.put(input.parameter().get(), values.get(i));
            } else if (input.op().isEmpty()) {
                arguments.add(values.get(i));
            }
        }
        try {
            Tape there = cut(Tape.trace(args -> List.of(f.apply(args)), arguments, parameters));
            return Optional.of(there).filter(t -> shapes(t).equals(shapes(tape)));
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException | StackOverflowError | AssertionError thrown) {
            refusal = "it throws " + thrown;
            return Optional.empty();
        }
    }

    private static List<Object> shapes(Tape tape) {
        return tape.inputs().stream().<Object>map(Variable::shape).toList();
    }

    /** The values of a tape's outputs if what is meant to be constant keeps its value at the point. */
    double[] values(Tape there) {
        boolean cut = tape.inputs().stream().anyMatch(v -> v.op().isPresent());
        if (!cut) {
            return Program.values(there.outputs());
        }
        double[] x = Program.point(there);
        int at = 0;
        for (Variable input : tape.inputs()) {
            int size = input.shape().size();
            if (input.op().isPresent()) {
                System.arraycopy(input.value().toArray(), 0, x, at, size);
            }
            at += size;
        }
        return new Program(there).evaluate(x);
    }

    /** What the function said when it last refused a point; empty if it refused none. */
    String refusal() {
        return refusal;
    }

    /** The inputs that no direction moves: those that are meant to be constants, and labels. */
    Set<Variable> fixed() {
        Set<Variable> fixed = Directions.identities();
        for (int i = 0; i < tape.inputs().size(); i++) {
            if (tape.inputs().get(i).op().isPresent() || isLabel(i)) {
                fixed.add(tape.inputs().get(i));
            }
        }
        return fixed;
    }

    /** Whether no derivative passes through an input that steps read, and they take no other value of it close by. */
    private boolean isLabel(int input) {
        Variable x = tape.inputs().get(input);
        boolean read = tape.steps().stream().anyMatch(step -> step.inputs().contains(x));
        if (!read || passes(input)) {
            return false;
        }
        int from = IntStream.range(0, input)
                .map(i -> tape.inputs().get(i).shape().size())
                .sum();
        double[] here = Program.point(tape);
        Program program = new Program(tape);
        for (double h : new double[] {0x1p-20, -0x1p-20}) {
            double[] moved = here.clone();
            for (int k = from; k < from + x.shape().size(); k++) {
                moved[k] += h * Directions.scale(moved[k]);
            }
            if (!Double.isNaN(program.evaluate(moved)[0])) {
                return false;
            }
        }
        return !Double.isNaN(program.evaluate(here)[0]);
    }

    private boolean passes(int input) {
        Variable one = Variable.of(Tensor.ones(tape.outputs().get(0).shape()));
        Variable g = tape.pullback(List.of(one)).get(input);
        return g.op().isPresent() || Arrays.stream(g.value().toArray()).anyMatch(v -> v != 0);
    }
}
