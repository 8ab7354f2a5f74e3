package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * Resilient propagation: each element has a step size of its own, which grows by η⁺ while the sign of its gradient stays, and shrinks by η⁻
 * when it changes; then the element waits for a step. For full batches. Source: M. Riedmiller and H. Braun, A direct adaptive method for
 * faster backpropagation learning, 1993, in PyTorch's form.
 */
public final class Rprop extends Optimiser {

    private final double start;
    private final double shrink;
    private final double grow;
    private final double smallest;
    private final double largest;

    /**
     * Rprop with the usual constants η⁻ = 0.5, η⁺ = 1.2, and step sizes from 1e-6 to 50.
     *
     * @param start the first step size
     * @throws IllegalArgumentException unless the step size is positive and finite
     */
    public Rprop(double start) {
        this(start, 0.5, 1.2, 1e-6, 50);
    }

    /**
     * Rprop.
     *
     * @param start the first step size
     * @param shrink η⁻, between 0 and 1
     * @param grow η⁺, above 1
     * @param smallest the smallest step size
     * @param largest the largest step size
     * @throws IllegalArgumentException unless the step sizes are positive and finite, the smallest is at most the largest, η⁻ is between 0 and
     *     1, and η⁺ above 1
     */
    public Rprop(double start, double shrink, double grow, double smallest, double largest) {
        super(Rate.constant(Given.positive("Rprop", "the first step size", start)));
        if (!(shrink > 0 && shrink < 1 && grow > 1 && grow < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Rprop: the factors must be between 0 and 1, and above 1, got " + shrink + " and " + grow);
        }
        if (smallest > largest) {
            throw new IllegalArgumentException(
                    "Rprop: the smallest step size must be at most the largest, got " + smallest + " and " + largest);
        }
        this.start = start;
        this.shrink = shrink;
        this.grow = grow;
        this.smallest = Given.positive("Rprop", "the smallest step size", smallest);
        this.largest = Given.positive("Rprop", "the largest step size", largest);
    }

    @Override
    protected List<String> slots() {
        return List.of("prev", "step_size");
    }

    @Override
    protected List<Tensor> start(Shape shape) {
        return List.of(Tensor.zeros(shape), Tensor.full(shape, start));
    }

    @Override
    protected List<Variable> rule(Variable w, Variable g, List<Variable> state, List<Variable> rates) {
        Variable product = g.mul(state.get(0));
        Variable turned = product.lt(0);
        Variable factor = Variable.where(
                product.gt(0), Variable.of(grow), Variable.where(turned, Variable.of(shrink), Variable.of(1)));
        Variable size = state.get(1).mul(factor).maximum(smallest).minimum(largest);
        Variable kept = Variable.where(turned, Variable.of(0), g);
        return List.of(w.sub(kept.sign().mul(size)), kept, size);
    }
}
