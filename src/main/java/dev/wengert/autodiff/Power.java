package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
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
    public String label() {
        return "pow(" + n + ")";
    }
}
