package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/** {@code x + c}. */
record Shift(double c) implements ElementwiseOp {
    @Override
    public double at(double x) {
        return x + c;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.shift(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d;
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return a.add(x[0], BigReal.of(c));
    }

    @Override
    public double slope(int i, double y, double... x) {
        return 1;
    }

    @Override
    public double rounding(double y, double... x) {
        return Math.ulp(y) / 2;
    }

    @Override
    public String label() {
        return "add(" + c + ")";
    }
}
