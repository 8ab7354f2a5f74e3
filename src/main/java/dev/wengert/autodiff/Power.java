package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.List;

/** {@code xⁿ} for a constant n; {@code x⁰ = 1} is flat, everywhere. */
record Power(double n) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.pow(x[0], n, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return n == 0 ? null : d.mul(x.get(0).pow(n - 1).mul(n));
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return a.pow(x[0], BigReal.of(n));
    }

    @Override
    public double slope(int i, double y, double... x) {
        return n * StrictMath.pow(x[0], n - 1);
    }

    @Override
    public double ulps() {
        return 1;
    }

    @Override
    public String label() {
        return "pow(" + n + ")";
    }
}
