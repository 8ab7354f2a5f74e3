package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * Operations that treat every element alike and are smooth where they are defined.
 *
 * <p>The Jacobian is diagonal, so one statement, {@link #push}, serves both directions.
 */
sealed interface ElementwiseOp extends Primitive
        permits UnaryOp, BinaryOp, Scale, Shift, Quotient, ReverseQuotient, Power, Elu, VariablePower {

    /** How many operands there are. */
    default int operands() {
        return 1;
    }

    /** The value at a number: the bits of {@link #eval}, by a shorter way where there is one. */
    default double at(double x) {
        return at(new double[][] {{x}}, Shape.of());
    }

    /** The value at two numbers, for an operation with two operands. */
    default double at(double a, double b) {
        return at(new double[][] {{a}, {b}}, Shape.of(), Shape.of());
    }

    private double at(double[][] x, Shape... s) {
        double[] y = new double[1];
        eval(y, Shape.of(), x, s, Primitive.work(workLengths(s)));
        return y[0];
    }

    /** The same as {@link Op#apply}, without an array for the operand. */
    default Variable apply(Variable x) {
        return Variable.node(this, x);
    }

    /** The same as {@link Op#apply}, without an array for the operands. */
    default Variable apply(Variable a, Variable b) {
        return Variable.node(this, a, b);
    }

    /**
     * The perturbation of the output that {@code d}, a perturbation of input {@code i}, causes; or null. The operands are no list, of
     * which each step would make one; the second is null where there is but one.
     */
    Variable push(int i, Variable d, Variable y, Variable a, Variable b);

    /** The function itself, of one element of each operand. */
    BigReal exact(BigArithmetic a, BigReal... x);

    /** The size of the partial derivative in operand {@code i}, for error bounds; independent of {@link #push}; infinite at poles. */
    double slope(int i, double y, double... x);

    /** How far from 0 slopes may still rise and fall again; those of most operations turn nowhere but at 0. */
    default double lastTurn() {
        return 0;
    }

    /** The stated error of the kernel at a point where its result is y. */
    double rounding(double y, double... x);

    @Override
    default BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        int[][] at = Origins.broadcast(s, out);
        BigReal[] y = new BigReal[out.size()];
        for (int k = 0; k < y.length; k++) {
            BigReal[] v = new BigReal[x.length];
            for (int i = 0; i < v.length; i++) {
                v[i] = x[i][at[i][k]];
            }
            y[k] = exact(a, v);
        }
        return y;
    }

    @Override
    default double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int[][] at = Origins.broadcast(s, out);
        double[] dy = new double[out.size()];
        double[] v = new double[x.length];
        double[] d = new double[x.length];
        for (int k = 0; k < dy.length; k++) {
            for (int i = 0; i < v.length; i++) {
                v[i] = x[i][at[i][k]];
                d[i] = dx[i][at[i][k]];
            }
            dy[k] = Slopes.exactInfinity(y[k], v, d) ? 0 : rounding(y[k], v) + Slopes.spread(this, y[k], v, d);
        }
        return dy;
    }

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

    @Override
    default Shape shape(Shape... x) {
        Primitive.arity(this, operands(), x);
        return x.length == 1 ? x[0] : Shape.broadcast(label(), x[0], x[1]);
    }
}
