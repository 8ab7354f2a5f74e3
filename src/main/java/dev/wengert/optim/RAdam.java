package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;

/**
 * Rectified Adam: {@code w ← w − rate·m̂} in the first steps, and {@code w ← w − rate·r·m̂/√v̂} as soon as the variance of the adaptive rate is
 * finite, that is for {@code ρ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ) > 5} with {@code ρ∞ = 2/(1 − β₂) − 1}, where {@code r = √((ρ − 4)(ρ − 2)ρ∞/((ρ∞ − 4)(ρ∞ −
 * 2)ρ))}. Source: L. Liu and others, On the variance of the adaptive learning rate and beyond, 2020, in PyTorch's form.
 */
public final class RAdam extends Optimiser {

    private final double beta1;
    private final double beta2;
    private final double epsilon;

    /**
     * RAdam at a constant rate, with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public RAdam(double rate) {
        this(Rate.constant(Given.positive("RAdam", "the rate", rate)));
    }

    /**
     * RAdam, with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public RAdam(Rate rate) {
        this(rate, 0.9, 0.999, 1e-8);
    }

    /**
     * RAdam.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param beta1 how much of the mean of the gradients stays in a step
     * @param beta2 how much of the mean of their squares stays
     * @param epsilon what is added to the root of the squares
     * @throws IllegalArgumentException unless the betas are at least 0 and less than 1, and epsilon is positive and finite
     */
    public RAdam(Rate rate, double beta1, double beta2, double epsilon) {
        super(rate);
        this.beta1 = Given.fraction("RAdam", "beta1", beta1);
        this.beta2 = Given.fraction("RAdam", "beta2", beta2);
        this.epsilon = Given.positive("RAdam", "epsilon", epsilon);
    }

    @Override
    protected List<String> slots() {
        return List.of("step", "exp_avg", "exp_avg_sq");
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable step = state.get(0).add(1);
        Variable m = state.get(1).mul(beta1).add(g.mul(1 - beta1));
        Variable v = state.get(2).mul(beta2).add(g.square().mul(1 - beta2));
        Variable power = Variable.of(beta2).pow(step);
        Variable correction = power.rsub(1);
        double limit = 2 / (1 - beta2) - 1;
        Variable rho = step.mul(2).mul(power).div(correction).rsub(limit);
        Variable rectified = rho.gt(5);
        Variable beyond =
                Variable.where(rectified, rho, Variable.of(6)); // so that no root of a negative number is taken
        Variable r = beyond.sub(4)
                .mul(beyond.sub(2))
                .mul(limit)
                .div(beyond.mul((limit - 4) * (limit - 2)))
                .sqrt();
        Variable adaptive = correction.sqrt().div(root(v).add(epsilon)).mul(r);
        Variable direction = m.div(Variable.of(beta1).pow(step).rsub(1)).mul(rates.get(0));
        Variable moved = w.sub(Variable.where(rectified, direction.mul(adaptive), direction));
        return List.of(moved, step, m, v);
    }
}
