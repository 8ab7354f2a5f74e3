package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/** {@code x / c}: one rounding, where {@code x·(1/c)} has two. */
record Quotient(double c) implements ElementwiseOp {
    @Override
    public double at(double x) {
        return x / c;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.quotient(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return apply(d);
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return a.div(x[0], BigReal.of(c));
    }

    @Override
    public double slope(int i, double y, double... x) {
        return 1 / c;
    }

    @Override
    public double rounding(double y, double... x) {
        return Math.ulp(y) / 2;
    }

    @Override
    public String label() {
        return "div(" + c + ")";
    }
}
