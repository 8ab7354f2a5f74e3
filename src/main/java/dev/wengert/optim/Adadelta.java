package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;

/**
 * Adadelta: {@code s ← ρs + (1 − ρ)g²}, {@code δ = √(a + ε)/√(s + ε)·g}, {@code a ← ρa + (1 − ρ)δ²}, {@code w ← w − rate·δ}. Source: M. D. Zeiler,
 * ADADELTA, 2012, in PyTorch's form.
 */
public final class Adadelta extends Optimiser {

    private final double rho;
    private final double epsilon;

    /**
     * Adadelta at a constant rate, with the usual constants ρ = 0.9 and ε = 1e-6.
     *
     * @param rate the learning rate; 1 is the rule of the paper
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Adadelta(double rate) {
        this(Rate.constant(Given.positive("Adadelta", "the rate", rate)));
    }

    /**
     * Adadelta, with the usual constants ρ = 0.9 and ε = 1e-6.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public Adadelta(Rate rate) {
        this(rate, 0.9, 1e-6);
    }

    /**
     * Adadelta.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param rho how much of the means of squares stays in a step
     * @param epsilon what is added below the roots
     * @throws IllegalArgumentException unless rho is at least 0 and less than 1, and epsilon is positive and finite
     */
    public Adadelta(Rate rate, double rho, double epsilon) {
        super(rate);
        this.rho = Given.fraction("Adadelta", "rho", rho);
        this.epsilon = Given.positive("Adadelta", "epsilon", epsilon);
    }

    @Override
    protected List<String> slots() {
        return List.of("square_avg", "acc_delta");
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable squares = state.get(0).mul(rho).add(g.square().mul(1 - rho));
        Variable delta = state.get(1)
                .add(epsilon)
                .sqrt()
                .div(squares.add(epsilon).sqrt())
                .mul(g);
        Variable deltas = state.get(1).mul(rho).add(delta.square().mul(1 - rho));
        return List.of(w.sub(delta.mul(rates.get(0))), squares, deltas);
    }
}
