package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The gated recurrent unit (Cho et al. 2014) in the form of PyTorch: with {@code a = x_t W_ih + b_ih} and {@code u = h_(t−1) W_hh + b_hh}, in
 * three parts r, z, n each,
 *
 * <pre>{@code
 * r = sigmoid(a_r + u_r)
 * z = sigmoid(a_z + u_z)
 * n = tanh(a_n + r u_n)
 * h_t = (1 - z) n + z h_(t-1)
 * }</pre>
 *
 * <p>A sequence of more than 64 steps is one operation, a loop: see {@link Loops}.
 */
public final class Gru implements Layer {

    private final Gates gates;

    /**
     * A layer with biases. All parameters are drawn uniformly from {@code ±1/√hidden}, as in PyTorch.
     *
     * @param name the name of the layer; its parameters are {@code name.weight_ih}, {@code name.weight_hh}, {@code name.bias_ih} and
     *     {@code name.bias_hh}
     * @param inputs d, the number of features of a step
     * @param hidden h, the number of features of a state
     * @param random the generator that draws the parameters
     * @throws IllegalArgumentException if inputs or hidden is less than 1
     */
    public Gru(String name, int inputs, int hidden, RandomGenerator random) {
        this(name, inputs, hidden, true, random);
    }

    /**
     * A layer with or without biases.
     *
     * @param name the name of the layer
     * @param inputs d, the number of features of a step
     * @param hidden h, the number of features of a state
     * @param bias whether there are biases
     * @param random the generator that draws the parameters
     * @throws IllegalArgumentException if inputs or hidden is less than 1
     */
    public Gru(String name, int inputs, int hidden, boolean bias, RandomGenerator random) {
        this.gates = new Gates("Gru", name, inputs, hidden, 3, bias, random);
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

    private Variable next(Variable h, Variable a) {
        Variable u = gates.ofState(h);
        Variable r = gates.gate(a, 0).add(gates.gate(u, 0)).sigmoid();
        Variable z = gates.gate(a, 1).add(gates.gate(u, 1)).sigmoid();
        Variable n = gates.gate(a, 2).add(r.mul(gates.gate(u, 2))).tanh();
        return z.rsub(1).mul(n).add(z.mul(h));
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
