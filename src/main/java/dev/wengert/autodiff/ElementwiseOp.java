package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * Operations that treat every element alike and are smooth where they are defined.
 *
 * <p>The Jacobian is diagonal, so one statement, {@link #push}, serves both directions.
 */
sealed interface ElementwiseOp extends Primitive
        permits UnaryOp, BinaryOp, Scale, Shift, Quotient, ReverseQuotient, Power, Elu, VariablePower {

    /** The perturbation of the output that {@code d}, a perturbation of input {@code i}, causes; or null. */
    Variable push(int i, Variable d, Variable y, List<Variable> x);

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return push(i, g, y, x);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return push(i, t, y, x);
    }

    /** One operand unless an operation says otherwise. */
    @Override
    default Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }
}
