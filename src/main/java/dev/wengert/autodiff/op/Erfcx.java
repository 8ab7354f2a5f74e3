package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/**
 * {@code exp(x²)·erfc(x)} and its derivatives, a family closed under differentiation. The formula {@code 2x·erfcx(x) − 2/√π} of the first
 * one cancels for large x; there the kernel has a product of positive factors instead.
 */
public record Erfcx(int order) implements ElementwiseOp, Single {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.erfcx(order, x[0], y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d.mul(new Erfcx(order + 1).apply(x));
    }

    @Override
    public String label() {
        return "erfcx" + "′".repeat(order);
    }
}
