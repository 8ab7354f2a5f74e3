package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Reflections;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The factors of {@code A = QR} for m×n matrices with {@code m ≥ n}: Q, m×n, and below it R, n×n, with a diagonal that is not negative.
 *
 * <p>Rules: {@code Ā = (Q̄ + Q·copy(RR̄ᵀ − Q̄ᵀQ))R⁻ᵀ}, where copy makes the lower triangle a symmetric matrix. With {@code C = QᵀȦR⁻¹} and its
 * lower triangle L without the diagonal, {@code Ṙ = (C − L + Lᵀ)R} and {@code Q̇ = ȦR⁻¹ − Q(C − L + Lᵀ)} (S. F. Walter and L. Lehmann,
 * Algorithmic differentiation of linear algebra functions, 2010).
 */
public enum QrOp implements Primitive {
    QR;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (x[0].rank() < 2 || x[0].extent(-2) < x[0].extent(-1)) {
            throw new ShapeException(
                    label(), "the matrix must have at least as many rows as columns", "operand " + x[0]);
        }
        return x[0].with(-2, x[0].extent(-2) + x[0].extent(-1));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int m = s[0].extent(-2);
        int n = s[0].extent(-1);
        for (int i = 0; i < Matrices.count(out); i++) {
            Reflections.qr(m, n, x[0], i * m * n, y, i * (m + n) * n, work[0]);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {Reflections.workLength(s[0].extent(-2), s[0].extent(-1))};
    }

    /** Q in the packed result. */
    static Variable q(Variable packed) {
        return packed.slice(-2, 0, rows(packed));
    }

    /** R in the packed result. */
    static Variable r(Variable packed) {
        return packed.slice(-2, rows(packed), packed.shape().extent(-2));
    }

    private static int rows(Variable packed) {
        return packed.shape().extent(-2) - packed.shape().extent(-1);
    }

    @Override
    public void pullback(Cotangents c) {
        int m = rows(c.y());
        c.add(0, cotangent(c.slice(-2, 0, m), c.slice(-2, m, c.y().shape().extent(-2)), c.y()));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return cotangent(q(g), r(g), y);
    }

    private static Variable cotangent(Variable ofQ, Variable ofR, Variable y) {
        Variable factors = Independent.INDEPENDENT.apply(y);
        Variable q = q(factors);
        Variable r = r(factors);
        Variable inner = ofR == null ? null : new MatMul(false, true).apply(r, ofR.triu());
        if (ofQ != null) {
            Variable turned = new MatMul(true, false).apply(ofQ, q);
            inner = inner == null ? turned.neg() : inner.sub(turned);
        }
        if (inner == null) {
            return null;
        }
        Variable left = q.matmul(inner.tril().add(inner.tril(-1).transpose()));
        return divide(ofQ == null ? left : ofQ.add(left), r, false);
    }

    /** {@code MR⁻¹}, or {@code MR⁻ᵀ}. */
    private static Variable divide(Variable m, Variable r, boolean plain) {
        return new TriangularSolve(true, plain).apply(r, m.transpose()).transpose();
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        Variable factors = Independent.INDEPENDENT.apply(y);
        Variable q = q(factors);
        Variable r = r(factors);
        Variable moved = divide(t, r, true);
        Variable c = new MatMul(true, false).apply(q, moved);
        Variable lower = c.tril(-1);
        Variable upper = c.sub(lower).add(lower.transpose());
        return Variable.concat(-2, moved.sub(q.matmul(upper)), upper.matmul(r));
    }

    @Override
    public String label() {
        return "qr";
    }
}
