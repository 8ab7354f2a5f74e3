package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/**
 * The exponential linear unit and its derivatives, a family closed under differentiation: for {@code x > 0} it is x, 1, 0, 0, …,
 * elsewhere {@code α·expm1(x)}, then {@code α·exp(x)} at every order. At 0 the derivatives are those from the left.
 */
public record Elu(double alpha, int order) implements ElementwiseOp, Single {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.elu(x[0], alpha, order, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d.mul(new Elu(alpha, Math.min(order + 1, 2)).apply(x));
    }

    @Override
    public Flat branch() {
        return Flat.SIGN;
    }

    @Override
    public String label() {
        return "elu" + "′".repeat(order) + "(" + alpha + ")";
    }
}
