package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient descent, {@code w ← w − rate·g}, with momentum if it is asked for: {@code b ← momentum·b + (1 − dampening)·g}, {@code w ← w −
 * rate·b}, or by Nesterov's rule {@code w ← w − rate·(g + momentum·b)}; b starts as the first gradient. It is stochastic if the gradients are
 * those of random batches. Source: I. Sutskever and others, On the importance of initialization and momentum in deep learning, 2013, in
 * PyTorch's form.
 */
public final class Sgd extends Optimiser {

    private final boolean withMomentum;
    private final boolean nesterov;
    private final double dampening;

    /**
     * Gradient descent at a constant rate.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Sgd(double rate) {
        this(Rate.constant(Given.positive("Sgd", "the rate", rate)));
    }

    /**
     * Gradient descent.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public Sgd(Rate rate) {
        super(rate);
        this.withMomentum = false;
        this.nesterov = false;
        this.dampening = 0;
    }

    /**
     * Gradient descent with momentum.
     *
     * @param rate the learning rate
     * @param momentum the momentum
     * @throws IllegalArgumentException unless the rate is positive and finite, and the momentum at least 0 and less than 1
     */
    public Sgd(double rate, double momentum) {
        this(
                Rate.constant(Given.positive("Sgd", "the rate", rate)),
                Rate.constant(Given.fraction("Sgd", "the momentum", momentum)));
    }

    /**
     * Gradient descent with momentum.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param momentum the momentum
     * @throws IllegalArgumentException unless the momentum is at least 0 and less than 1
     */
    public Sgd(Rate rate, double momentum) {
        this(rate, Rate.constant(Given.fraction("Sgd", "the momentum", momentum)));
    }

    /**
     * Gradient descent with momentum.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param momentum the momentum as a function of the number of steps
     */
    public Sgd(Rate rate, Rate momentum) {
        this(rate, momentum, false, 0);
    }

    /**
     * Gradient descent with momentum and its variants.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param momentum the momentum as a function of the number of steps
     * @param nesterov whether the step is Nesterov's, which needs a dampening of 0
     * @param dampening how much less of a gradient enters the momentum, after the first one
     * @throws IllegalArgumentException unless the dampening is at least 0 and less than 1, and 0 with Nesterov's rule
     */
    public Sgd(Rate rate, Rate momentum, boolean nesterov, double dampening) {
        super(rate, momentum);
        if (nesterov && dampening != 0) {
            throw new IllegalArgumentException("Sgd: the dampening must be 0 with Nesterov's rule, got " + dampening);
        }
        this.withMomentum = true;
        this.nesterov = nesterov;
        this.dampening = Given.fraction("Sgd", "the dampening", dampening);
    }

    @Override
    protected List<String> slots() {
        return !withMomentum
                ? List.of()
                : dampening == 0 ? List.of("momentum_buffer") : List.of("momentum_buffer", "step");
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        if (!withMomentum) {
            return List.of(w.sub(g.mul(rates.get(0))));
        }
        Variable momentum = rates.get(1);
        Variable kept = state.get(0).mul(momentum);
        Variable buffer =
                dampening == 0 ? kept.add(g) : Variable.where(state.get(1).eq(0), g, kept.add(g.mul(1 - dampening)));
        Variable direction = nesterov ? g.add(buffer.mul(momentum)) : buffer;
        List<Variable> moved = new ArrayList<>(List.of(w.sub(direction.mul(rates.get(0))), buffer));
        if (dampening != 0) {
            moved.add(state.get(1).add(1));
        }
        return moved;
    }
}
