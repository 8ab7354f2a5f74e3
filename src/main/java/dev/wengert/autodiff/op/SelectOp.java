package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import java.util.List;

/**
 * Operations that are linear between kinks. Each states its slope, and a {@link Gate} applies the slope to the perturbation.
 *
 * <p>Where the slope is 0, the gate returns 0 even for an infinite perturbation, because 0·∞ is NaN. The slope is an operation of its own,
 * so that a replay computes it anew; no perturbation passes through it.
 *
 * <p>Conventions at kinks: relu′(0) = abs′(0) = 0, leakyRelu′(0) = slope, clamp passes 1 at both bounds, maximum and minimum pass ½ to each
 * operand at a tie, max and min over axes split evenly among ties.
 */
public sealed interface SelectOp extends Primitive permits PiecewiseLinear, Choice, Where, Gate, Max {

    /** The slope with respect to input {@code i}; null if no perturbation passes. */
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
