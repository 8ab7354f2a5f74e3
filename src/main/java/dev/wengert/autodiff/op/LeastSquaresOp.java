package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.LeastSquares;
import dev.wengert.kernel.Reflections;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The X with the least {@code ‖AX − B‖} for matrices A with at least as many rows as columns, or {@code X = (AᵀA)⁻¹B}, which its rules
 * need. Each has the rules of the other.
 *
 * <p>Rules: with {@code U = (AᵀA)⁻¹X̄} and {@code R = B − AX}, {@code B̄ = AU} and {@code Ā = RUᵀ − B̄Xᵀ}. For the second, {@code B̄ = U} and
 * {@code Ā = −A(UXᵀ + XUᵀ)} (G. H. Golub and V. Pereyra, 1973).
 *
 * @param normal whether it is {@code (AᵀA)⁻¹B}
 * @param memory what it shares with its rules
 */
public record LeastSquaresOp(boolean normal, Memory memory) implements Factored {

    @Override
    public Kind factors() {
        return Kind.QR;
    }

    @Override
    public boolean readsMatrices() {
        return !normal;
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        if (x[0].rank() < 2 || x[0].extent(-2) < x[0].extent(-1)) {
            throw new ShapeException(
                    "lstsq", "the matrix must have at least as many rows as columns", "matrix " + x[0]);
        }
        int rows = x[0].extent(normal ? -1 : -2);
        if (x[1].rank() < 2 || x[1].extent(-2) != rows || !Matrices.stack(x[1]).equals(Matrices.stack(x[0]))) {
            throw new ShapeException(
                    "lstsq",
                    "the right side must have " + rows + " rows, and the leading extents of the matrix",
                    "matrix " + x[0] + " and right side " + x[1]);
        }
        return x[1].with(-2, x[0].extent(-1));
    }

    @Override
    public void eval(double[] y, Shape out, double[] factors, Shape a, double[][] x, double[][] work) {
        int m = a.extent(-2);
        int n = a.extent(-1);
        int q = out.extent(-1);
        if (normal) {
            System.arraycopy(x[1], 0, y, 0, y.length);
        }
        for (int i = 0; i < Matrices.count(a); i++) {
            int at = i * Reflections.size(m, n);
            int column = Reflections.dependent(m, n, factors, at);
            if (column >= 0) {
                throw new ArithmeticException("lstsq: the columns must be independent, got column " + column
                        + " as a combination of those before it" + Matrices.of(a, i));
            }
            if (normal) {
                LeastSquares.normal(m, n, q, factors, at, y, i * n * q, work[0]);
            } else {
                LeastSquares.solve(
                        m, n, q, matrices(x), i * m * n, factors, at, x[1], i * m * q, y, i * n * q, work[0]);
            }
        }
    }

    /** The matrices themselves. */
    private static double[] matrices(double[][] x) {
        return x[x.length == 3 ? 2 : 0];
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {LeastSquares.workLength(s[0].extent(-2), s[0].extent(-1))};
    }

    private LeastSquaresOp inverse() {
        return new LeastSquaresOp(true, memory);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable a = x.get(0);
        Variable u = inverse().apply(a, g);
        if (normal) {
            return i == 1 ? u : a.matmul(outer(u, y).add(outer(y, u))).neg();
        }
        Variable right = a.matmul(u);
        return i == 1 ? right : outer(x.get(1).sub(a.matmul(y)), u).sub(outer(right, y));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        if (i == 1) {
            return apply(x.get(0), t);
        }
        Variable a = x.get(0);
        Variable ty = t.matmul(y);
        MatMul transposed = new MatMul(true, false);
        if (normal) {
            return inverse()
                    .apply(a, transposed.apply(t, a.matmul(y)).add(transposed.apply(a, ty)))
                    .neg();
        }
        Variable residual = x.get(1).sub(a.matmul(y));
        return inverse().apply(a, transposed.apply(t, residual)).sub(apply(a, ty));
    }

    private static Variable outer(Variable left, Variable right) {
        return new MatMul(false, true).apply(left, right);
    }

    @Override
    public String label() {
        return normal ? "normalSolve" : "lstsq";
    }
}
