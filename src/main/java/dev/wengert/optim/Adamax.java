package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;

/**
 * Adam with a norm of infinite power: {@code m ← β₁m + (1 − β₁)g}, {@code u ← max(β₂u, |g| + ε)}, {@code w ← w − rate/(1 − β₁ᵗ)·m/u}. Source: D. P.
 * Kingma and J. Ba, Adam, 2015, in PyTorch's form.
 */
public final class Adamax extends Optimiser {

    private final double beta1;
    private final double beta2;
    private final double epsilon;

    /**
     * Adamax at a constant rate, with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Adamax(double rate) {
        this(Rate.constant(Given.positive("Adamax", "the rate", rate)));
    }

    /**
     * Adamax, with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public Adamax(Rate rate) {
        this(rate, 0.9, 0.999, 1e-8);
    }

    /**
     * Adamax.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param beta1 how much of the mean of the gradients stays in a step
     * @param beta2 how much of their largest absolute value stays
     * @param epsilon what is added to absolute values
     * @throws IllegalArgumentException unless the betas are at least 0 and less than 1, and epsilon is positive and finite
     */
    public Adamax(Rate rate, double beta1, double beta2, double epsilon) {
        super(rate);
        this.beta1 = Given.fraction("Adamax", "beta1", beta1);
        this.beta2 = Given.fraction("Adamax", "beta2", beta2);
        this.epsilon = Given.positive("Adamax", "epsilon", epsilon);
    }

    @Override
    protected List<String> slots() {
        return List.of("step", "exp_avg", "exp_inf");
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable step = state.get(0).add(1);
        Variable m = state.get(1).mul(beta1).add(g.mul(1 - beta1));
        Variable u = state.get(2).mul(beta2).maximum(g.abs().add(epsilon));
        Variable rate = rates.get(0).div(Variable.of(beta1).pow(step).rsub(1));
        return List.of(w.sub(m.div(u).mul(rate)), step, m, u);
    }
}
