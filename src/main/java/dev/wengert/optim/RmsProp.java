package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.ArrayList;
import java.util.List;

/**
 * RMSProp: {@code s ← αs + (1 − α)g²}, {@code w ← w − rate·g/(√s + ε)}. If it is centered, the square of the mean of the gradients is taken
 * off s under the root; with momentum, {@code b ← momentum·b + g/(√s + ε)} and {@code w ← w − rate·b}. Source: T. Tieleman and G. Hinton,
 * lecture 6.5, 2012; A. Graves, Generating sequences with recurrent neural networks, 2013; in PyTorch's form.
 */
public final class RmsProp extends Optimiser {

    private final double alpha;
    private final double epsilon;
    private final double momentum;
    private final boolean centered;

    /**
     * RMSProp at a constant rate, with the usual constants α = 0.99 and ε = 1e-8, without momentum.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public RmsProp(double rate) {
        this(Rate.constant(Given.positive("RmsProp", "the rate", rate)));
    }

    /**
     * RMSProp, with the usual constants α = 0.99 and ε = 1e-8, without momentum.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public RmsProp(Rate rate) {
        this(rate, 0.99, 1e-8, 0, false);
    }

    /**
     * RMSProp.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param alpha how much of the mean of the squares stays in a step
     * @param epsilon what is added to the root
     * @param momentum the momentum, 0 for none
     * @param centered whether the squares are taken around the mean
     * @throws IllegalArgumentException unless alpha and momentum are at least 0 and less than 1, and epsilon is positive and finite
     */
    public RmsProp(Rate rate, double alpha, double epsilon, double momentum, boolean centered) {
        super(rate);
        this.alpha = Given.fraction("RmsProp", "alpha", alpha);
        this.epsilon = Given.positive("RmsProp", "epsilon", epsilon);
        this.momentum = Given.fraction("RmsProp", "the momentum", momentum);
        this.centered = centered;
    }

    @Override
    protected List<String> slots() {
        List<String> slots = new ArrayList<>(List.of("square_avg"));
        if (centered) {
            slots.add("grad_avg");
        }
        if (momentum > 0) {
            slots.add("momentum_buffer");
        }
        return slots;
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        List<Variable> next = new ArrayList<>();
        Variable squares = state.get(0).mul(alpha).add(g.square().mul(1 - alpha));
        next.add(squares);
        Variable spread = squares;
        if (centered) {
            Variable mean = state.get(1).mul(alpha).add(g.mul(1 - alpha));
            next.add(mean);
            spread = squares.sub(mean.square());
        }
        Variable direction = g.div(root(spread).add(epsilon));
        if (momentum > 0) {
            direction = state.get(state.size() - 1).mul(momentum).add(direction);
            next.add(direction);
        }
        next.add(0, w.sub(direction.mul(rates.get(0))));
        return next;
    }
}
