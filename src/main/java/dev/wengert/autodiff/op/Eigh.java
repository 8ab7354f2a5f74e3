package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.SymmetricEigen;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * The eigenvalues λ of {@code (A + Aᵀ)/2} and its eigenvectors, the columns of V, packed behind each other.
 *
 * <p>Rules: {@code Ā = sym(V(diag λ̄ + F∘(VᵀV̄))Vᵀ)}, where {@code F_ij = 1/(λ_j − λ_i)} off the diagonal. A cotangent of the values alone needs
 * no F, so equal values are fine then. {@code λ̇ = diag(VᵀȦV)} and {@code V̇ = V(F∘(VᵀȦV))}.
 */
public enum Eigh implements Primitive {
    EIGH;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        int n = Matrices.square(label(), x[0]);
        return Matrices.stack(x[0]).concat(label(), Shape.of(label(), n * (n + 1)));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = s[0].extent(-1);
        for (int i = 0; i < Matrices.count(s[0]); i++) {
            SymmetricEigen.decompose(n, x[0], i * n * n, y, i * n * (n + 1), work[0]);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {SymmetricEigen.workLength(s[0].extent(-1))};
    }

    /** The values in the packed result for matrices of a shape. */
    public static Variable values(Variable packed, Shape matrices) {
        return packed.slice(-1, 0, matrices.extent(-1));
    }

    /** The vectors in the packed result. */
    public static Variable vectors(Variable packed, Shape matrices) {
        int n = matrices.extent(-1);
        return packed.slice(-1, n, n * (n + 1)).reshape(matrices);
    }

    @Override
    public void pullback(Cotangents c) {
        Shape s = c.x(0).shape();
        int n = s.extent(-1);
        Variable vectors = c.slice(-1, n, n * (n + 1));
        c.add(0, cotangent(c.slice(-1, 0, n), vectors == null ? null : vectors.reshape(s), c.y(), s));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Shape s = x.get(0).shape();
        return cotangent(values(g, s), vectors(g, s), y, s);
    }

    private static Variable cotangent(Variable ofValues, Variable ofVectors, Variable y, Shape s) {
        Variable v = vectors(y, s);
        Variable inner = ofValues == null ? null : ofValues.diag();
        if (ofVectors != null) {
            Variable gaps = new Gaps(false, true).apply(values(y, s));
            Variable turned = gaps.mul(new MatMul(true, false).apply(v, ofVectors));
            inner = inner == null ? turned : inner.add(turned);
        }
        return inner == null ? null : symmetric(new MatMul(false, true).apply(v.matmul(inner), v));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        Shape s = t.shape();
        Variable v = vectors(y, s);
        Variable inner = new MatMul(true, false).apply(v, symmetric(t).matmul(v));
        Variable turned = v.matmul(new Gaps(false, false).apply(values(y, s)).mul(inner));
        Shape flat = y.shape().with(-1, s.extent(-1) * s.extent(-1));
        return Variable.concat(-1, inner.diagonal(), turned.reshape(flat));
    }

    private static Variable symmetric(Variable m) {
        return m.add(m.transpose()).mul(0.5);
    }

    @Override
    public String label() {
        return "eigh";
    }
}
