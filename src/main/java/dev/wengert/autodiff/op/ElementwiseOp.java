package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Variable;
import java.util.List;

/**
 * Operations that treat every element alike and are smooth where they are defined.
 *
 * <p>The Jacobian is diagonal, so one statement, {@link #push}, serves both directions.
 */
public sealed interface ElementwiseOp extends Primitive permits UnaryOp, BinaryOp, NumberOp, Power, Elu, VariablePower {

    /**
     * The perturbation of the output that {@code d}, a perturbation of input {@code i}, causes; or null. The operands are no list, of
     * which each step would make one; the second is null where there is but one.
     */
    Variable push(int i, Variable d, Variable y, Variable a, Variable b);

    @Override
    default boolean derivesJvp() {
        return true;
    }

    /** As the vjps, without a list of the operands. */
    @Override
    default void pullback(Cotangents c) {
        Variable b = c.operands() == 2 ? c.x(1) : null;
        for (int i = 0; i < c.operands(); i++) {
            if (c.wants(i)) {
                c.add(i, push(i, c.g(), c.y(), c.x(0), b));
            }
        }
    }

    /** As the jvps, without a list of the operands. */
    @Override
    default void pushforward(Tangents t) {
        Variable b = t.operands() == 2 ? t.x(1) : null;
        for (int i = 0; i < t.operands(); i++) {
            if (t.t(i) != null) {
                t.add(i, push(i, t.t(i), t.y(), t.x(0), b));
            }
        }
    }

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return push(i, g, y, x.get(0), x.size() == 1 ? null : x.get(1));
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return vjp(i, t, y, x);
    }
}
