package dev.wengert.autodiff;

import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.util.function.UnaryOperator;

/** A derivative as a function. Applied to variables, it can be differentiated again; applied to tensors, it returns its value. */
@FunctionalInterface
public interface Derivative extends UnaryOperator<Variable> {

    /**
     * The value of the derivative at a point.
     *
     * @param x the point
     * @return the value
     */
    default Tensor apply(Tensor x) {
        return apply(Variable.of(Given.value("apply", "the point", x))).value();
    }
}
