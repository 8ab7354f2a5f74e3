package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.random.RandomGenerator;

/** What recurrent layers share: the parameters of their gates, side by side, and the loop over a sequence. */
final class Gates {

    /** The most steps that are written out; up to some 300, that replays faster. */
    private static final int SHORT = 64;

    private final Label label;
    private final int inputs;
    private final int hidden;
    private final List<Parameter> parameters; // weights of inputs and of states, then biases of both or none

    Gates(String kind, String name, int inputs, int hidden, int gates, boolean bias, RandomGenerator random) {
        this.label = new Label(kind, name);
        this.inputs = inputs;
        this.hidden = hidden;
        label.positive("inputs and hidden", inputs, hidden);
        Given.value(label.toString(), "the generator", random);
        int width = Shape.of(label.toString(), gates, hidden).size();
        Parameter ih = drawn("weight_ih", random, inputs, width);
        Parameter hh = drawn("weight_hh", random, hidden, width);
        this.parameters = bias
                ? List.of(ih, hh, drawn("bias_ih", random, width), drawn("bias_hh", random, width))
                : List.of(ih, hh);
    }

    private Parameter drawn(String part, RandomGenerator random, int... extents) {
        return new Parameter(label.parameter(part), Initialiser.uniformByFan().draw(random, hidden, hidden, extents));
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** The part of the gates that comes from inputs, of one step or of all. */
    Variable ofInput(Variable x) {
        return product(x, 0);
    }

    /** The part of the gates that comes from a state. */
    Variable ofState(Variable h) {
        return product(h, 1);
    }

    private Variable product(Variable x, int i) {
        Variable weight = parameters.get(i).variable();
        return parameters.size() == 2
                ? x.matmul(weight)
                : x.affine(weight, parameters.get(i + 2).variable());
    }

    /** One of the gates that lie side by side. */
    Variable gate(Variable gates, int i) {
        return gates.slice(-1, i * hidden, (i + 1) * hidden);
    }

    /**
     * Takes the steps of a sequence [N, T, d]: the states after each, stacked along axis 0, are the results. A short sequence is written out,
     * which replays faster; a long one is a loop, which is recorded faster and keeps less. The values have the same bits.
     */
    Loops.Result overTime(Loops.Step step, List<Variable> initial, Variable x) {
        Variable inputs = ofInput(x).permute(1, 0, 2);
        int steps = inputs.shape().extent(0);
        if (steps == 0 || steps > SHORT) {
            return Loops.scan(step, initial, List.of(inputs));
        }
        List<Variable> carry = initial;
        Variable[] states = new Variable[steps];
        List<Variable> each = inputs.unstack(0);
        for (int t = 0; t < steps; t++) {
            Loops.Result result = step.apply(carry, List.of(each.get(t)));
            carry = result.carry();
            states[t] = result.ys().get(0);
        }
        return new Loops.Result(carry, List.of(Variable.stack(0, states)));
    }

    /** The same where the state is one variable: the states [N, T, h]. */
    Variable overTime(BinaryOperator<Variable> next, Variable initial, Variable x) {
        Loops.Step step = (state, a) -> {
            Variable h = next.apply(state.get(0), a.get(0));
            return new Loops.Result(List.of(h), List.of(h));
        };
        return overTime(step, List.of(initial), x).ys().get(0).permute(1, 0, 2);
    }

    /** A state of zeros for each sequence. */
    Variable zeros(Variable x) {
        return Variable.of(Tensor.zeros(sequence(x).shape().extent(0), hidden));
    }

    Variable sequence(Variable x) {
        Shape got = Given.value(label.toString(), "x", x).shape();
        if (got.rank() != 3 || got.extent(2) != inputs) {
            throw label.shape("x must be [N, T, " + inputs + "]", got);
        }
        return x;
    }

    /** Requires a step of sequences, [N, d], and states [N, h]. */
    void requireStep(Variable x, Variable... states) {
        Shape got = Given.value(label.toString(), "x", x).shape();
        if (got.rank() != 2 || got.extent(1) != inputs) {
            throw label.shape("x must be [N, " + inputs + "]", got);
        }
        requireStates(got.extent(0), states);
    }

    void requireSequence(Variable x, Variable... states) {
        requireStates(sequence(x).shape().extent(0), states);
    }

    private void requireStates(int n, Variable... states) {
        Shape required = Shape.of(n, hidden);
        for (Variable state : states) {
            Shape got = Given.value(label.toString(), "the state", state).shape();
            if (!got.equals(required)) {
                throw label.shape("a state must be " + required, got);
            }
        }
    }

    @Override
    public String toString() {
        return label.with(inputs + " -> " + hidden);
    }
}
