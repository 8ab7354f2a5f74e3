package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Tangents;
import dev.wengert.autodiff.Variable;
import java.util.List;

/**
 * Operations that compute each element by itself, and are smooth where they are defined (except {@link Elu} at 0 and {@link PairOp#MOD} at multiples).
 *
 * <p>Their Jacobians are diagonal, so one rule, {@link #push}, serves both modes.
 */
public sealed interface ElementwiseOp extends Primitive
        permits UnaryOp,
                BinaryOp,
                PairOp,
                NumberOp,
                Power,
                Elu,
                VariablePower,
                Erfcx,
                MomentRatio,
                Polygamma,
                LogBeta,
                TotalWeight {

    /**
     * The perturbation d, of input i in forward mode or of the output in reverse mode, times {@code ∂y/∂x_i}; or null for none. The
     * operands are separate parameters, so that no step creates a list; b is null if there is one operand.
     */
    Variable push(int i, Variable d, Variable y, Variable a, Variable b);

    @Override
    default boolean derivesJvp() {
        return true;
    }

    /** Does what the vjps do, without a list of the operands. */
    @Override
    default void pullback(Cotangents c) {
        int n = c.operands();
        Variable g = c.g();
        Variable y = c.y();
        Variable a = c.x(0);
        Variable b = n == 2 ? c.x(1) : null;
        for (int i = 0; i < n; i++) {
            if (c.wants(i)) {
                c.add(i, push(i, g, y, a, b));
            }
        }
    }

    /** Does what the jvps do, without a list of the operands. */
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
