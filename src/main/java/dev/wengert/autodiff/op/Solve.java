package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Factors;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * The solution X of {@code AX = B}, or of {@code AᵀX = B}.
 *
 * <p>Rules: {@code B̄} is the solution of the transposed equation for X̄, and {@code Ā = −B̄Xᵀ}, or {@code −XB̄ᵀ} for Aᵀ.
 *
 * @param transposed whether the equation has Aᵀ
 * @param memory what it shares with its rules
 */
public record Solve(boolean transposed, Memory memory) implements Factored {

    @Override
    public Kind factors() {
        return Kind.LU;
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Matrices.square("solve", x[0]);
        Matrices.requireRight("solve", x[0], x[1]);
        return x[1];
    }

    @Override
    public void eval(double[] y, Shape out, double[] lu, Shape a, double[][] x, double[][] work) {
        int n = out.extent(-2);
        int q = out.extent(-1);
        System.arraycopy(x[1], 0, y, 0, y.length);
        for (int i = 0; i < Matrices.count(out); i++) {
            int at = i * (n * n + n);
            int row = Factors.singular(n, lu, at);
            if (row >= 0) {
                throw new ArithmeticException(
                        "solve: the matrix must not be singular, got pivot 0 in row " + row + Matrices.of(out, i));
            }
            Factors.solve(transposed, n, q, lu, at, y, i * n * q, work);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return Factors.workLengths(s[1].extent(-2), s[1].extent(-1));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable right = new Solve(!transposed, memory).apply(x.get(0), g);
        if (i == 1) {
            return right;
        }
        MatMul outer = new MatMul(false, true);
        return (transposed ? outer.apply(y, right) : outer.apply(right, y)).neg();
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1
                ? apply(x.get(0), t)
                : apply(x.get(0), new MatMul(transposed, false).apply(t, y)).neg();
    }

    @Override
    public String label() {
        return transposed ? "solve(transposed)" : "solve";
    }
}
