package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Powers;
import dev.wengert.tensor.Shape;

/**
 * The power {@code xⁿ} with a variable exponent n, and its derivatives {@code ∂ʲ⁺ᵏ/∂xʲ∂nᵏ}, a family closed under differentiation. {@link
 * Powers#derivative} states the conventions at and below 0.
 */
public record VariablePower(int j, int k) implements ElementwiseOp, Pairwise {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("pow", x[0], x[1]);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int l, int dl, double[] y, int m, int n, double[][] work) {
        Powers.derivative(j, k, a, i, di, b, l, dl, y, m, n, work[0]);
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {k + 1};
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable a, Variable b) {
        Op partial = i == 0 ? new VariablePower(j + 1, k) : new VariablePower(j, k + 1);
        return d.mul(partial.apply(a, b));
    }

    @Override
    public String label() {
        return j == 0 && k == 0 ? "pow" : "∂pow(" + j + ", " + k + ")";
    }
}
