package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;

/**
 * Averaged stochastic gradient descent: {@code w ← w·(1 − λη) − η·g}, where {@code η = rate/(1 + λ·rate·t)^α} after t steps of the parameter,
 * and the average {@code a ← a + μ(w − a)} with {@code μ = 1/max(1, t − t₀)}, which is in the state as {@code ax}. Source: B. T. Polyak and A. B.
 * Juditsky, Acceleration of stochastic approximation by averaging, 1992, in PyTorch's form.
 */
public final class Asgd extends Optimiser {

    private final double lambda;
    private final double alpha;
    private final double start;

    /**
     * Averaged gradient descent at a constant rate, with the usual constants λ = 1e-4, α = 0.75 and t₀ = 1e6.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Asgd(double rate) {
        this(Rate.constant(Given.positive("Asgd", "the rate", rate)));
    }

    /**
     * Averaged gradient descent, with the usual constants λ = 1e-4, α = 0.75 and t₀ = 1e6.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public Asgd(Rate rate) {
        this(rate, 1e-4, 0.75, 1e6);
    }

    /**
     * Averaged gradient descent.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param lambda how fast the rate falls, and the parameters shrink
     * @param alpha the power with which the rate falls
     * @param start t₀, the step at which averaging starts
     * @throws IllegalArgumentException unless the constants are positive and finite
     */
    public Asgd(Rate rate, double lambda, double alpha, double start) {
        super(rate);
        this.lambda = Given.positive("Asgd", "lambda", lambda);
        this.alpha = Given.positive("Asgd", "alpha", alpha);
        this.start = Given.positive("Asgd", "the start of averaging", start);
    }

    @Override
    protected List<String> slots() {
        return List.of("step", "ax");
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable made = state.get(0);
        Variable rate = rates.get(0);
        Variable eta = rate.div(made.mul(rate).mul(lambda).add(1).pow(alpha));
        Variable mu = made.sub(start).maximum(1).reciprocal();
        Variable moved = w.mul(eta.mul(lambda).rsub(1)).sub(g.mul(eta));
        // the average is the parameter itself until averaging starts
        Variable average = Variable.where(
                mu.eq(1), moved, state.get(1).add(moved.sub(state.get(1)).mul(mu)));
        return List.of(moved, made.add(1), average);
    }
}
