package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Primitive;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * An operation: its shape rule, and its derivatives in reverse and forward mode.
 *
 * <p>For {@code y = op(x_0, …, x_n)} with Jacobians {@code J_i = ∂y/∂x_i}, {@link #vjp} is {@code J_iᵀ g} and {@link #jvp} is {@code J_i
 * t}. Both are expressions of {@link Variable}s, so they can be differentiated again: these two methods give derivatives of every order. A
 * rule
 *
 * <ul>
 *   <li>never asks for a {@link Variable#value() value}: a plan would freeze it;
 *   <li>is written as if all operands had the same shape: the sweep reduces a cotangent to its input's shape, and broadcasts a tangent to
 *       its output's shape;
 *   <li>returns {@code null} where no perturbation passes: for labels, indices, masks, and functions with derivative 0.
 * </ul>
 *
 * <p>The library's own operations are reached through the methods of {@code Variable}. A user's operation implements {@link CustomOp}.
 */
public sealed interface Op permits Primitive, CustomOp {

    /**
     * The shape of the result.
     *
     * @param x the shapes of the operands
     * @return the shape of {@code y}
     * @throws ShapeException if the operands do not fit together; an operation checks shapes only here
     */
    Shape shape(Shape... x);

    /**
     * The cotangent of one input, {@code J_iᵀ g}.
     *
     * @param i which input
     * @param g the cotangent of the output, of the shape of {@code y}
     * @param y the output
     * @param x the inputs
     * @return the cotangent of input {@code i}, of its shape or of a shape that reduces to it; null if there is none
     */
    Variable vjp(int i, Variable g, Variable y, List<Variable> x);

    /**
     * The contribution of one input's tangent to the tangent of the output, {@code J_i t}.
     *
     * @param i which input
     * @param t the tangent of input {@code i}, of its shape
     * @param y the output
     * @param x the inputs
     * @return the contribution, of the shape of {@code y} or of a shape that broadcasts to it; null if there is none
     */
    Variable jvp(int i, Variable t, Variable y, List<Variable> x);

    /**
     * Computes the cotangents of all operands at once. By default it calls {@link #vjp} for each operand that is wanted, with the whole
     * cotangent of the result. An operation that packs several results into one variable overrides this as well, and asks for the
     * cotangent of each result ({@link Cotangents#slice}), which is null if that result was not used. Zeros instead of null would be
     * multiplied by derivatives that may be infinite, and 0·∞ is NaN. The vjp stays the rule for a whole cotangent: checks use it, and the
     * default of {@link CustomOp#jvp} is its transpose.
     *
     * @param c holds the cotangent of the result, and takes the cotangents of the operands
     */
    default void pullback(Cotangents c) {
        for (int i = 0; i < c.operands(); i++) {
            if (c.wants(i)) {
                c.add(i, vjp(i, c.g(), c.y(), c.x()));
            }
        }
    }

    /**
     * Computes the tangent of the result from the tangents of all operands at once. By default it adds the {@link #jvp} of each operand
     * that has a tangent.
     *
     * @param t holds the tangents of the operands, and takes the tangent of the result
     */
    default void pushforward(Tangents t) {
        for (int i = 0; i < t.operands(); i++) {
            if (t.t(i) != null) {
                t.add(i, jvp(i, t.t(i), t.y(), t.x()));
            }
        }
    }

    /**
     * The printed name of the operation, such as {@code matmul} or {@code mul(2.0)}; by default the name of its class, or {@code CustomOp}
     * for an anonymous class.
     *
     * @return the name
     */
    default String label() {
        String name = getClass().getSimpleName();
        return name.isEmpty() ? "CustomOp" : name;
    }

    /**
     * Whether a perturbation of an operand passes. If not, both rules give null for it: for a label, an index, a mask. The search for
     * gradients does not look behind such an operand.
     *
     * @param i which input
     * @return true unless the operand is such data
     */
    default boolean passes(int i) {
        return true;
    }

    /**
     * Whether vjp and jvp come from one statement, so that their agreement is no evidence.
     *
     * @return true for rules that state a derivative once
     */
    default boolean derivesJvp() {
        return false;
    }

    /**
     * Applies this operation.
     *
     * @param x the operands
     * @return the result, a node of the graph
     * @throws ShapeException if the operands do not fit together
     */
    default Variable apply(Variable... x) {
        return Variable.node(this, x);
    }
}
