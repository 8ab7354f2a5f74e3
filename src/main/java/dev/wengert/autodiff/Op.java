package dev.wengert.autodiff;

import dev.wengert.autodiff.op.Primitive;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * What a primitive computes, and how perturbations pass through it both ways.
 *
 * <p>For {@code y = op(x_0, …, x_n)} with Jacobians {@code J_i = ∂y/∂x_i}, {@link #vjp} is {@code J_iᵀ g} and {@link #jvp}
 * is {@code J_i t}. Both are expressions of {@link Variable}s, so that they can be differentiated in turn: every order of
 * derivative comes from these two methods. A rule
 *
 * <ul>
 *   <li>never asks for a {@link Variable#value() value}: it would be frozen where the program is replayed;
 *   <li>is written as if the shapes of all operands agreed: whoever sweeps undoes broadcasting once, by reducing a
 *       contribution to its input's shape or broadcasting it to its output's;
 *   <li>returns {@code null} where no perturbation passes: labels, indices, masks, and functions that are flat.
 * </ul>
 *
 * <p>The library's own operations are not listed here: they are reached through the methods of {@code Variable}. A new one
 * from outside implements {@link CustomOp}.
 */
public sealed interface Op permits Primitive, CustomOp {

    /**
     * The shape of the result.
     *
     * @param x the shapes of the operands
     * @return the shape of {@code y}
     * @throws ShapeException if the operands do not fit together; this is the only place where an operation says so
     */
    Shape shape(Shape... x);

    /**
     * The cotangent of one input, {@code J_iᵀ g}.
     *
     * @param i which input
     * @param g the cotangent of the output, of the shape of {@code y}
     * @param y the output
     * @param x the inputs
     * @return the cotangent of input {@code i}, of its shape or of one that reduces to it; null where there is none
     */
    Variable vjp(int i, Variable g, Variable y, List<Variable> x);

    /**
     * What the tangent of one input contributes to the tangent of the output, {@code J_i t}.
     *
     * @param i which input
     * @param t the tangent of input {@code i}, of its shape
     * @param y the output
     * @param x the inputs
     * @return the contribution, of the shape of {@code y} or of one that broadcasts to it; null where there is none
     */
    Variable jvp(int i, Variable t, Variable y, List<Variable> x);

    /**
     * The cotangents of all operands at once: by default {@link #vjp} for each that is wanted, with the whole cotangent of the
     * result. An operation of several results, packed into one variable, states this beside its vjp, and asks for the cotangent of
     * each of them ({@link Cotangents#slice}), which is absent where that result was not used: zeros in its place would be multiplied
     * by derivatives that may be infinite, and 0·∞ is NaN. (The vjp still serves checks, and the default of {@link CustomOp#jvp}.)
     *
     * @param c what has arrived at the step, and where it is handed on
     */
    default void pullback(Cotangents c) {
        for (int i = 0; i < c.operands(); i++) {
            if (c.wants(i)) {
                c.add(i, vjp(i, c.g(), c.y(), c.x()));
            }
        }
    }

    /**
     * The tangent of the result from those of all operands at once: by default the sum of what {@link #jvp} says of each that has
     * one.
     *
     * @param t the tangents of the operands, and where that of the result is added up
     */
    default void pushforward(Tangents t) {
        for (int i = 0; i < t.operands(); i++) {
            if (t.t(i) != null) {
                t.add(i, jvp(i, t.t(i), t.y(), t.x()));
            }
        }
    }

    /**
     * The name under which the operation is printed, such as {@code matmul} or {@code mul(2.0)}; by default that of its class, or
     * {@code CustomOp} if the class has none.
     *
     * @return the name
     */
    default String label() {
        String name = getClass().getSimpleName();
        return name.isEmpty() ? "CustomOp" : name;
    }

    /**
     * Whether vjp and jvp come from one statement, so that their agreement proves nothing.
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
