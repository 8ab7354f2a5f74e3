package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Factors;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * The lower triangle L of {@code LLᵀ = (A + Aᵀ)/2}.
 *
 * <p>Rules: {@code Ā = L⁻ᵀ sym(Φ(LᵀL̄)) L⁻¹} and {@code L̇ = L Φ(L⁻¹ sym(Ȧ) L⁻ᵀ)}, where {@code sym(M) = (M + Mᵀ)/2}, and Φ keeps the lower
 * triangle and halves its diagonal (I. Murray, Differentiation of the Cholesky decomposition, 2016).
 */
public enum Cholesky implements Primitive {
    CHOLESKY;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        Matrices.square(label(), x[0]);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(-1);
        for (int i = 0; i < Matrices.count(out); i++) {
            int at = i * n * n;
            int row = Factors.cholesky(n, x[0], y, at, work);
            if (row >= 0) {
                throw new ArithmeticException("cholesky: the matrix must be positive definite, got pivot "
                        + y[at + row * n + row] + " in row " + row + Matrices.of(out, i));
            }
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return Factors.workLengths(s[0].extent(-1), 1);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable inner = symmetric(lower(new MatMul(true, false).apply(y, g)));
        TriangularSolve back = new TriangularSolve(false, true);
        return back.apply(y, back.apply(y, inner).transpose());
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        TriangularSolve solve = new TriangularSolve(false, false);
        Variable inner = solve.apply(y, solve.apply(y, symmetric(t)).transpose());
        return y.matmul(lower(inner));
    }

    /** The lower triangle with its diagonal halved. */
    private static Variable lower(Variable m) {
        return m.tril(0).add(m.tril(-1)).mul(0.5);
    }

    private static Variable symmetric(Variable m) {
        return m.add(m.transpose()).mul(0.5);
    }

    @Override
    public String label() {
        return "cholesky";
    }
}
