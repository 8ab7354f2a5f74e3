package dev.wengert.check.detection;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/**
 * A function that returns a single number, and a point.
 *
 * @param name how it is called
 * @param scale the scale of its logits
 * @param f the function
 * @param x the point
 */
record Model(String name, double scale, Function<List<Variable>, Variable> f, List<Tensor> x) {

    /** The same model at its point, computed by another function. */
    Model with(Function<List<Variable>, Variable> other) {
        return new Model(name, scale, other, x);
    }
}
