package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * Adagrad: {@code s ← s + g²}, {@code w ← w − rate/(1 + (t − 1)·decay)·g/(√s + ε)} in step t of the parameter. Source: J. Duchi, E. Hazan and Y.
 * Singer, Adaptive subgradient methods, 2011, in PyTorch's form.
 */
public final class Adagrad extends Optimiser {

    private final double rateDecay;
    private final double start;
    private final double epsilon;

    /**
     * Adagrad at a constant rate, from sums of 0, with the usual ε = 1e-10.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Adagrad(double rate) {
        this(Rate.constant(Given.positive("Adagrad", "the rate", rate)));
    }

    /**
     * Adagrad, from sums of 0, with the usual ε = 1e-10.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public Adagrad(Rate rate) {
        this(rate, 0, 0, 1e-10);
    }

    /**
     * Adagrad.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param rateDecay how fast the rate falls
     * @param start the value at which the sums of squares start
     * @param epsilon what is added to the root
     * @throws IllegalArgumentException unless the decay and the start are finite and at least 0, and epsilon is positive and finite
     */
    public Adagrad(Rate rate, double rateDecay, double start, double epsilon) {
        super(rate);
        this.rateDecay = Given.notNegative("Adagrad", "the decay of the rate", rateDecay);
        this.start = Given.notNegative("Adagrad", "the start of the sums", start);
        this.epsilon = Given.positive("Adagrad", "epsilon", epsilon);
    }

    @Override
    protected List<String> slots() {
        return List.of("step", "sum");
    }

    @Override
    protected List<Tensor> start(Shape shape) {
        return List.of(Tensor.scalar(0), Tensor.full(shape, start));
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable rate = rates.get(0).div(state.get(0).mul(rateDecay).add(1));
        Variable sum = state.get(1).add(g.square());
        return List.of(
                w.sub(g.div(root(sum).add(epsilon)).mul(rate)), state.get(0).add(1), sum);
    }
}
