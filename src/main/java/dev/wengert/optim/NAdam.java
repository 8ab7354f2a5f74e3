package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * Adam with Nesterov's momentum: {@code w ← w − rate·((1 − μₜ)/(1 − ∏μ)·g + μₜ₊₁/(1 − μₜ₊₁∏μ)·m)/(√v̂ + ε)}, where {@code μₜ = β₁(1 −
 * ½·0.96^(ψt))} and ∏μ is the product up to μₜ. Source: T. Dozat, Incorporating Nesterov momentum into Adam, 2016, in PyTorch's form.
 */
public final class NAdam extends Optimiser {

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double momentumDecay;

    /**
     * NAdam at a constant rate, with the usual constants β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and ψ = 0.004.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public NAdam(double rate) {
        this(Rate.constant(Given.positive("NAdam", "the rate", rate)));
    }

    /**
     * NAdam, with the usual constants β₁ = 0.9, β₂ = 0.999, ε = 1e-8 and ψ = 0.004.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public NAdam(Rate rate) {
        this(rate, 0.9, 0.999, 1e-8, 0.004);
    }

    /**
     * NAdam.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param beta1 how much of the mean of the gradients stays in a step
     * @param beta2 how much of the mean of their squares stays
     * @param epsilon what is added to the root of the squares
     * @param momentumDecay ψ, how fast the momentum grows to β₁
     * @throws IllegalArgumentException unless the betas are at least 0 and less than 1, and the others are positive and finite
     */
    public NAdam(Rate rate, double beta1, double beta2, double epsilon, double momentumDecay) {
        super(rate);
        this.beta1 = Given.fraction("NAdam", "beta1", beta1);
        this.beta2 = Given.fraction("NAdam", "beta2", beta2);
        this.epsilon = Given.positive("NAdam", "epsilon", epsilon);
        this.momentumDecay = Given.positive("NAdam", "the momentum decay", momentumDecay);
    }

    @Override
    protected List<String> slots() {
        return List.of("step", "mu_product", "exp_avg", "exp_avg_sq");
    }

    @Override
    protected List<Tensor> start(Shape shape) {
        return List.of(Tensor.scalar(0), Tensor.scalar(1), Tensor.zeros(shape), Tensor.zeros(shape));
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable rate = rates.get(0);
        Variable step = state.get(0).add(1);
        Variable mu = mu(step);
        Variable next = mu(step.add(1));
        Variable product = state.get(1).mul(mu);
        Variable m = state.get(2).mul(beta1).add(g.mul(1 - beta1));
        Variable v = state.get(3).mul(beta2).add(g.square().mul(1 - beta2));
        Variable denominator = root(v.div(Variable.of(beta2).pow(step).rsub(1))).add(epsilon);
        Variable ofGradient = rate.mul(mu.rsub(1)).div(product.rsub(1));
        Variable ofMean = rate.mul(next).div(product.mul(next).rsub(1));
        Variable moved =
                w.sub(g.div(denominator).mul(ofGradient)).sub(m.div(denominator).mul(ofMean));
        return List.of(moved, step, product, m, v);
    }

    private Variable mu(Variable step) {
        return Variable.of(0.96).pow(step.mul(momentumDecay)).mul(0.5).rsub(1).mul(beta1);
    }
}
