package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/** {@code c / x}, with the derivative {@code −y/x}. */
record ReverseQuotient(double c) implements ElementwiseOp {
    @Override
    public double at(double x) {
        return c / x;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.rdiv(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d.mul(y.div(x).neg());
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return a.div(BigReal.of(c), x[0]);
    }

    @Override
    public double slope(int i, double y, double... x) {
        return y / x[0];
    }

    @Override
    public double rounding(double y, double... x) {
        return Math.ulp(y) / 2;
    }

    @Override
    public String label() {
        return "rdiv(" + c + ")";
    }
}
