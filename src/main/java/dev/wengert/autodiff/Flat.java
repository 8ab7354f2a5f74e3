package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Functions of one operand whose derivative is 0 or is not wanted. */
enum Flat implements InertOp {
    SIGN,
    DETACH;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        switch (this) {
            case SIGN -> Elementwise.sign(x[0], y, out.size());
            case DETACH -> System.arraycopy(x[0], 0, y, 0, out.size());
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        BigReal[] y = new BigReal[out.size()];
        Arrays.setAll(y, k -> this == DETACH ? x[0][k] : BigReal.of(x[0][k].signum()));
        return y;
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = new double[out.size()];
        Arrays.setAll(dy, k -> this == DETACH ? dx[0][k] : dx[0][k] > 0 && Math.abs(x[0][k]) <= dx[0][k] ? 2 : 0);
        return dy;
    }

    @Override
    public String label() {
        return Labels.camelCase(this);
    }
}
