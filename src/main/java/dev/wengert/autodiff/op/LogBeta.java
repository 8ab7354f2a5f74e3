package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Gammas;
import dev.wengert.tensor.Shape;

/**
 * {@code ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b)} and its derivatives {@code ∂ʲ⁺ᵏ/∂aʲ∂bᵏ}, a family closed under differentiation. The
 * differences {@code ψ(a) − ψ(a + b)} are computed without subtracting.
 */
public record LogBeta(int j, int k) implements ElementwiseOp, Pairwise {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("lbeta", x[0], x[1]);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int l, int dl, double[] y, int m, int n, double[][] work) {
        Gammas.lbeta(j, k, a, i, di, b, l, dl, y, m, n);
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable a, Variable b) {
        return d.mul((i == 0 ? new LogBeta(j + 1, k) : new LogBeta(j, k + 1)).apply(a, b));
    }

    @Override
    public String label() {
        return j == 0 && k == 0 ? "lbeta" : "∂lbeta(" + j + ", " + k + ")";
    }
}
