package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997) with a gate that forgets: with {@code a = x_t W_ih + b_ih + h_(t−1) W_hh + b_hh} in
 * four parts i, f, g, o,
 *
 * <pre>{@code
 * c_t = sigmoid(a_f) c_(t-1) + sigmoid(a_i) tanh(a_g)
 * h_t = sigmoid(a_o) tanh(c_t)
 * }</pre>
 *
 * <p>A sequence of more than 64 steps is one operation, a loop: see {@link Loops}.
 */
public final class Lstm implements Layer {

    /**
     * A state.
     *
     * @param h what is given out, [N, h]
     * @param c the memory, [N, h]
     */
    public record State(Variable h, Variable c) {

        /** Both must be there. */
        public State {
            Given.value("Lstm", "h", h);
            Given.value("Lstm", "c", c);
        }
    }

    /**
     * What a sequence gives.
     *
     * @param y h after each step, [N, T, h]
     * @param last the state after the last step
     */
    public record Sequence(Variable y, State last) {

        /** Both must be there. */
        public Sequence {
            Given.value("Lstm", "y", y);
            Given.value("Lstm", "the last state", last);
        }
    }

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
    public Lstm(String name, int inputs, int hidden, RandomGenerator random) {
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
    public Lstm(String name, int inputs, int hidden, boolean bias, RandomGenerator random) {
        this.gates = new Gates("Lstm", name, inputs, hidden, 4, bias, random);
    }

    /**
     * h after each step, from a state of zeros.
     *
     * @param x [N, T, d]
     * @return [N, T, h]
     * @throws ShapeException if x has another shape
     */
    @Override
    public Variable apply(Variable x) {
        Variable zeros = gates.zeros(x);
        return apply(x, new State(zeros, zeros)).y();
    }

    /**
     * h after each step, and the last state.
     *
     * @param x [N, T, d]
     * @param initial the state before the first step
     * @return both
     * @throws ShapeException if x or the state has another shape
     */
    public Sequence apply(Variable x, State initial) {
        gates.requireSequence(x, h(initial), initial.c);
        Loops.Step step = (state, a) -> {
            State next = next(new State(state.get(0), state.get(1)), a.get(0));
            return new Loops.Result(List.of(next.h, next.c), List.of(next.h));
        };
        Loops.Result result = gates.overTime(step, List.of(initial.h, initial.c), x);
        State last = new State(result.carry().get(0), result.carry().get(1));
        return new Sequence(result.ys().get(0).permute(1, 0, 2), last);
    }

    /**
     * The state after a step.
     *
     * @param x [N, d]
     * @param before the state before
     * @return the state
     * @throws ShapeException if x or the state has another shape
     */
    public State step(Variable x, State before) {
        gates.requireStep(x, h(before), before.c);
        return next(before, gates.ofInput(x));
    }

    private Variable h(State state) {
        return Given.value("Lstm", "the state", state).h;
    }

    private State next(State before, Variable input) {
        Variable a = input.add(gates.ofState(before.h));
        Variable i = gates.gate(a, 0).sigmoid();
        Variable f = gates.gate(a, 1).sigmoid();
        Variable g = gates.gate(a, 2).tanh();
        Variable o = gates.gate(a, 3).sigmoid();
        Variable c = f.mul(before.c).add(i.mul(g));
        return new State(o.mul(c.tanh()), c);
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
