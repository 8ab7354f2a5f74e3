package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Map;

/** Gradient descent: {@code w ← w − rate·g}; stochastic if the gradients are those of random batches. */
public final class Sgd {

    private final double rate;

    /**
     * Gradient descent at a constant rate.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Sgd(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Sgd: the rate must be positive and finite, got " + rate);
        }
        this.rate = rate;
    }

    /**
     * Moves parameters against their gradients.
     *
     * @param gradients a gradient for each parameter, as {@link dev.wengert.autodiff.Autodiff#gradients} returns them
     * @throws ShapeException if a gradient has not the shape of its parameter; then no parameter has moved
     */
    public void step(Map<Parameter, Tensor> gradients) {
        gradients.forEach((parameter, gradient) -> {
            if (!gradient.shape().equals(parameter.value().shape())) {
                throw new ShapeException(
                        "step",
                        "a gradient must have the shape of its parameter",
                        "parameter " + parameter + " and gradient " + gradient.shape());
            }
        });
        gradients.forEach((parameter, gradient) -> {
            Variable step = Variable.of(gradient).mul(rate);
            parameter.set(Variable.of(parameter.value()).sub(step).value());
        });
    }
}
