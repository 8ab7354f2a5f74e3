package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Factors;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * The solution X of {@code TX = B}, or of {@code TᵀX = B}, for triangles T of which the other elements are not read.
 *
 * <p>Rules: {@code B̄} is the solution of the transposed equation for X̄, and {@code T̄ = −tri(B̄Xᵀ)}, or {@code −tri(XB̄ᵀ)} for Tᵀ.
 *
 * @param upper whether T is the upper triangle
 * @param transposed whether the equation has Tᵀ
 */
public record TriangularSolve(boolean upper, boolean transposed) implements Primitive {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Matrices.square("triangularSolve", x[0]);
        Matrices.requireRight("triangularSolve", x[0], x[1]);
        return x[1];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(-2);
        int q = out.extent(-1);
        System.arraycopy(x[1], 0, y, 0, y.length);
        for (int i = 0; i < Matrices.count(out); i++) {
            int row = Factors.triangular(upper, transposed, false, n, q, x[0], i * n * n, y, i * n * q, work);
            if (row >= 0) {
                throw new ArithmeticException(
                        "triangularSolve: the diagonal must have no 0, got one in row " + row + Matrices.of(out, i));
            }
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return Factors.workLengths(s[1].extent(-2), s[1].extent(-1));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable right = new TriangularSolve(upper, !transposed).apply(x.get(0), g);
        if (i == 1) {
            return right;
        }
        MatMul outer = new MatMul(false, true);
        return triangle(transposed ? outer.apply(y, right) : outer.apply(right, y))
                .neg();
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1
                ? apply(x.get(0), t)
                : apply(x.get(0), new MatMul(transposed, false).apply(triangle(t), y))
                        .neg();
    }

    private Variable triangle(Variable m) {
        return new Triangle(upper, 0).apply(m);
    }

    @Override
    public String label() {
        return "triangularSolve(" + (upper ? "upper" : "lower") + (transposed ? ", transposed)" : ")");
    }
}
