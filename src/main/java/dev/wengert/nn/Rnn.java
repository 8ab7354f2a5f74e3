package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The recurrent layer of Elman: {@code h_t = tanh(x_t W_ih + b_ih + h_(t−1) W_hh + b_hh)}. A sequence of more than 64
 * steps is one operation, a loop: see {@link Loops}.
 */
public final class Rnn implements Layer {

    private final Gates gates;
    private final UnaryOperator<Variable> activation;

    /**
     * A layer with tanh and biases. All parameters are drawn uniformly from {@code ±1/√hidden}, as in PyTorch.
     *
     * @param name the name of the layer; its parameters are {@code name.weight_ih}, {@code name.weight_hh}, {@code name.bias_ih} and
     *     {@code name.bias_hh}
     * @param inputs d, the number of features of a step
     * @param hidden h, the number of features of a state
     * @param random the generator that draws the parameters
     * @throws IllegalArgumentException if inputs or hidden is less than 1
     */
    public Rnn(String name, int inputs, int hidden, RandomGenerator random) {
        this(name, inputs, hidden, true, Variable::tanh, random);
    }

    /**
     * A layer.
     *
     * @param name the name of the layer
     * @param inputs d, the number of features of a step
     * @param hidden h, the number of features of a state
     * @param bias whether there are biases
     * @param activation stands in place of tanh
     * @param random the generator that draws the parameters
     * @throws IllegalArgumentException if inputs or hidden is less than 1
     */
    public Rnn(
            String name,
            int inputs,
            int hidden,
            boolean bias,
            UnaryOperator<Variable> activation,
            RandomGenerator random) {
        this.gates = new Gates("Rnn", name, inputs, hidden, 1, bias, random);
        this.activation = Given.value("Rnn", "the activation", activation);
    }

    /**
     * The states after each step, from a state of zeros.
     *
     * @param x [N, T, d]
     * @return [N, T, h]; the last state is {@code y.slice(1, T - 1, T)}
     * @throws ShapeException if x has another shape
     */
    @Override
    public Variable apply(Variable x) {
        return apply(x, gates.zeros(x));
    }

    /**
     * The states after each step.
     *
     * @param x [N, T, d]
     * @param h the state before the first step, [N, h]
     * @return [N, T, h]; the last state is {@code y.slice(1, T - 1, T)}
     * @throws ShapeException if x or h has another shape
     */
    public Variable apply(Variable x, Variable h) {
        gates.requireSequence(x, h);
        return gates.overTime(this::next, h, x);
    }

    /**
     * The state after a step.
     *
     * @param x [N, d]
     * @param h the state before, [N, h]
     * @return [N, h]
     * @throws ShapeException if x or h has another shape
     */
    public Variable step(Variable x, Variable h) {
        gates.requireStep(x, h);
        return next(h, gates.ofInput(x));
    }

    private Variable next(Variable h, Variable input) {
        return Given.result("Rnn", "a variable", activation.apply(input.add(gates.ofState(h))));
    }

    @Override
    public List<Parameter> parameters() {
        return gates.parameters();
    }

    @Override
    public String toString() {
        return gates.toString();
    }
}
