package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import java.util.List;

/**
 * Operations that are linear between kinks: each states its slope, and the perturbation passes through a {@link Gate}.
 *
 * <p>The gate selects: where the slope is 0 the perturbation is 0, whatever it was, because 0·∞ is NaN. The slope is an
 * operation of its own, so that it is computed anew where the program is replayed, and it is flat.
 *
 * <p>Conventions at kinks: relu′(0) = abs′(0) = 0, leakyRelu′(0) = slope, clamp passes 1 at both bounds, maximum and minimum
 * pass ½ to each operand at a tie, max and min over axes split evenly among ties.
 */
public sealed interface SelectOp extends Primitive permits PiecewiseLinear, Choice, Where, Gate, Max {

    /** The slope with respect to input {@code i}; or null where no perturbation passes. */
    Variable slope(int i, List<Variable> x);

    @Override
    Primitive branch();

    @Override
    default boolean derivesJvp() {
        return true;
    }

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable slope = slope(i, x);
        return slope == null ? null : Gate.GATE.apply(slope, g);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return vjp(i, t, y, x);
    }
}
