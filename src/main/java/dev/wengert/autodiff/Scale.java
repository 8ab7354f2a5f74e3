package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/** {@code c·x}. */
record Scale(double c) implements ElementwiseOp {
    @Override
    public double at(double x) {
        return x * c;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.scale(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return apply(d);
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return a.mul(BigReal.of(c), x[0]);
    }

    @Override
    public double slope(int i, double y, double... x) {
        return c;
    }

    @Override
    public double rounding(double y, double... x) {
        return Math.ulp(y) / 2;
    }

    @Override
    public String label() {
        return "mul(" + c + ")";
    }
}
