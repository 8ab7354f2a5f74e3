package dev.wengert.autodiff;

import dev.wengert.kernel.Elementary;
import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/**
 * The exponential linear unit and its derivatives, a family closed under differentiation: for {@code x > 0} it is x, 1, 0, 0, …,
 * elsewhere {@code α·expm1(x)}, then {@code α·exp(x)} at every order. At 0 the derivatives are those from the left.
 */
record Elu(double alpha, int order) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.elu(x[0], alpha, order, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d.mul(new Elu(alpha, Math.min(order + 1, 2)).apply(x));
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        BigReal v = x[0];
        if (v.isNaN()) {
            return v;
        }
        if (v.signum() > 0) {
            return order == 0 ? v : order == 1 ? BigReal.ONE : BigReal.ZERO;
        }
        return a.mul(BigReal.of(alpha), order == 0 ? a.expm1(v) : a.exp(v));
    }

    @Override
    public double slope(int i, double y, double... x) {
        return x[0] > 0 ? (order == 0 ? 1 : 0) : alpha * Elementary.exp(x[0]);
    }

    @Override
    public double rounding(double y, double... x) {
        return 2 * Math.ulp(y);
    }

    @Override
    public String label() {
        return "elu" + "′".repeat(order) + "(" + alpha + ")";
    }
}
