package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;

/**
 * Adam: {@code m ← β₁m + (1 − β₁)g}, {@code v ← β₂v + (1 − β₂)g²}, {@code w ← w − rate·m̂/(√v̂ + ε)}, where {@code m̂ = m/(1 − β₁ᵗ)} and {@code v̂ =
 * v/(1 − β₂ᵗ)} after t steps of the parameter. Source: D. P. Kingma and J. Ba, Adam, 2015, in PyTorch's form.
 *
 * <p>With {@link #amsgrad} the largest v so far takes the place of v (S. J. Reddi and others, On the convergence of Adam and beyond, 2018).
 */
public class Adam extends Optimiser {

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private boolean amsgrad;

    /**
     * Adam at a constant rate, with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Adam(double rate) {
        this(Rate.constant(Given.positive("Adam", "the rate", rate)));
    }

    /**
     * Adam with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public Adam(Rate rate) {
        this(rate, 0.9, 0.999, 1e-8);
    }

    /**
     * Adam.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param beta1 how much of the mean of the gradients stays in a step
     * @param beta2 how much of the mean of their squares stays
     * @param epsilon what is added to the root of the squares
     * @throws IllegalArgumentException unless the betas are at least 0 and less than 1, and epsilon is positive and finite
     */
    public Adam(Rate rate, double beta1, double beta2, double epsilon) {
        super(rate);
        this.beta1 = Given.fraction("Adam", "beta1", beta1);
        this.beta2 = Given.fraction("Adam", "beta2", beta2);
        this.epsilon = Given.positive("Adam", "epsilon", epsilon);
    }

    /**
     * Divides by the largest mean of squares so far.
     *
     * @return this optimiser
     * @throws IllegalStateException if this optimiser has made a step
     */
    public Adam amsgrad() {
        requireUnused("amsgrad");
        this.amsgrad = true;
        return this;
    }

    @Override
    protected List<String> slots() {
        return amsgrad
                ? List.of("step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq")
                : List.of("step", "exp_avg", "exp_avg_sq");
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable step = state.get(0).add(1);
        Variable m = state.get(1).mul(beta1).add(g.mul(1 - beta1));
        Variable v = state.get(2).mul(beta2).add(g.square().mul(1 - beta2));
        Variable largest = amsgrad ? v.maximum(state.get(3)) : v;
        Variable denominator =
                root(largest).div(Variable.of(beta2).pow(step).rsub(1).sqrt()).add(epsilon);
        Variable rate = rates.get(0).div(Variable.of(beta1).pow(step).rsub(1));
        Variable moved = w.sub(m.div(denominator).mul(rate));
        return amsgrad ? List.of(moved, step, m, v, largest) : List.of(moved, step, m, v);
    }
}
