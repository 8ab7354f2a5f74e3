package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.SingularValues;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The factors of {@code A = U·diag(s)·Vᵀ} for m×n matrices with {@code m ≥ n}: U, m×n, below it the row s, and below that Vᵀ, n×n.
 *
 * <p>Rules (J. Townsend, Differentiating the singular value decomposition, 2016), with {@code 1/(s_j² − s_i²)} taken apart into
 * {@code E_ij = 1/(s_j − s_i)} off the diagonal and {@code G_ij = 1/(s_j + s_i)}, so that nothing is squared: for {@code P = UᵀȦV},
 * {@code ṡ = diag P}, {@code U̇ = U(E∘sym P + G∘skew P) + (I − UUᵀ)ȦV/s} and {@code V̇ = V(E∘sym P − G∘skew P)}. And
 * {@code Ā = (U(diag s̄ + E∘skew(X + Y) + G∘skew(X − Y)) + (I − UUᵀ)Ū/s)Vᵀ} for {@code X = UᵀŪ} and {@code Y = VᵀV̄}. A cotangent of the values
 * alone needs neither E nor G, so equal values are fine then. At a value of 0 it is 0, as that of {@code |x|}.
 */
public enum SvdOp implements Primitive {
    SVD;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (x[0].rank() < 2 || x[0].extent(-2) < x[0].extent(-1)) {
            throw new ShapeException(
                    label(), "the matrix must have at least as many rows as columns", "operand " + x[0]);
        }
        return x[0].with(-2, x[0].extent(-2) + 1 + x[0].extent(-1));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int m = s[0].extent(-2);
        int n = s[0].extent(-1);
        for (int i = 0; i < Matrices.count(out); i++) {
            SingularValues.decompose(m, n, x[0], i * m * n, y, i * (m + 1 + n) * n, work[0]);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {SingularValues.workLength(s[0].extent(-2), s[0].extent(-1))};
    }

    private static int rows(Variable packed) {
        return packed.shape().extent(-2) - packed.shape().extent(-1) - 1;
    }

    /** U in the packed result. */
    static Variable u(Variable packed) {
        return packed.slice(-2, 0, rows(packed));
    }

    /** The values in the packed result. */
    static Variable s(Variable packed) {
        return packed.select(-2, rows(packed));
    }

    /** Vᵀ in the packed result. */
    static Variable vt(Variable packed) {
        return packed.slice(-2, rows(packed) + 1, packed.shape().extent(-2));
    }

    @Override
    public void pullback(Cotangents c) {
        int m = rows(c.y());
        Variable ofS = c.slice(-2, m, m + 1);
        Variable ofVt = c.slice(-2, m + 1, c.y().shape().extent(-2));
        c.add(0, cotangent(c.slice(-2, 0, m), ofS == null ? null : ofS.squeeze(-2), ofVt, c.y()));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return cotangent(u(g), s(g), vt(g), y);
    }

    private static Variable cotangent(Variable ofU, Variable ofS, Variable ofVt, Variable y) {
        Variable u = u(y);
        Variable s = s(y);
        Variable vt = vt(y);
        Variable inner = ofS == null ? null : ofS.mul(s.sign()).diag();
        Variable turned = ofU == null ? null : new MatMul(true, false).apply(u, ofU);
        if (ofU != null || ofVt != null) {
            Variable other = ofVt == null ? null : new MatMul(false, true).apply(vt, ofVt);
            Variable both = turned == null ? other : other == null ? turned : turned.add(other);
            Variable apart = turned == null ? other.neg() : other == null ? turned : turned.sub(other);
            Variable ofVectors = skew(both)
                    .mul(new Gaps(true, true).apply(s))
                    .add(skew(apart).mul(sums(s)));
            inner = inner == null ? ofVectors : inner.add(ofVectors);
        }
        if (inner == null) {
            return null;
        }
        Variable left = u.matmul(inner);
        if (ofU != null && isTall(u)) {
            left = left.add(ofU.sub(u.matmul(turned)).div(s.expandDims(-2)));
        }
        return left.matmul(vt);
    }

    private static boolean isTall(Variable u) {
        return u.shape().extent(-2) > u.shape().extent(-1);
    }

    /** The matrices {@code 1/(s_j + s_i)}. */
    private static Variable sums(Variable s) {
        return s.expandDims(-2).add(s.expandDims(-1)).reciprocal();
    }

    private static Variable skew(Variable m) {
        return m.sub(m.transpose()).mul(0.5);
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        Variable u = u(y);
        Variable s = s(y);
        Variable vt = vt(y);
        Variable moved = new MatMul(false, true).apply(t, vt);
        Variable inner = new MatMul(true, false).apply(u, moved);
        Variable even = inner.add(inner.transpose()).mul(0.5).mul(new Gaps(true, false).apply(s));
        Variable odd = skew(inner).mul(sums(s));
        Variable ofU = u.matmul(even.add(odd));
        if (isTall(u)) {
            ofU = ofU.add(moved.sub(u.matmul(inner)).div(s.expandDims(-2)));
        }
        Variable ofS = inner.diagonal().mul(s.sign());
        return Variable.concat(-2, ofU, ofS.expandDims(-2), new MatMul(true, false).apply(even.sub(odd), vt));
    }

    @Override
    public String label() {
        return "svd";
    }
}
