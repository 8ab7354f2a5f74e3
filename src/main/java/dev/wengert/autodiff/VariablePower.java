package dev.wengert.autodiff;

import dev.wengert.kernel.Powers;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * {@code ∂ʲ⁺ᵏ/∂xʲ∂nᵏ xⁿ} for a variable exponent n, a family closed under differentiation; {@code j = k = 0} is the power itself.
 * The conventions at and below zero are those of {@link Powers#derivative}.
 */
record VariablePower(int j, int k) implements ElementwiseOp, Strided.Loop {
    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("pow", x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
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
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        Op partial = i == 0 ? new VariablePower(j + 1, k) : new VariablePower(j, k + 1);
        return d.mul(partial.apply(x.get(0), x.get(1)));
    }

    @Override
    public String label() {
        return j == 0 && k == 0 ? "pow" : "∂pow(" + j + ", " + k + ")";
    }
}
