package dev.wengert.autodiff;

import dev.wengert.tensor.ShapeException;
import java.util.Collections;

/**
 * A function at a point: its value, and its derivative as a linear map. Each product is a sweep over the tape of one run of the function.
 */
public final class Linearization {

    private final Tape tape;

    Linearization(Tape tape) {
        this.tape = tape;
    }

    /**
     * The value of the function.
     *
     * @return what the function returned
     */
    public Variable value() {
        return tape.outputs().get(0);
    }

    /**
     * The Jacobian-vector product {@code Jt}.
     *
     * @param t a tangent, of the shape of the point
     * @return the tangent of the value
     * @throws ShapeException if t has another shape
     */
    public Variable jvp(Variable t) {
        return Sweep.pushforward("jvp", tape, Collections.singletonList(t)).get(0);
    }

    /**
     * The vector-Jacobian product {@code Jᵀg}.
     *
     * @param g a cotangent, of the shape of the value
     * @return the cotangent of the point
     * @throws ShapeException if g has another shape
     */
    public Variable vjp(Variable g) {
        return Sweep.pullback("vjp", tape, Collections.singletonList(g)).get(0);
    }
}
