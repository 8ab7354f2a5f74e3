package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * The matrices {@code F_ij = 1/(λ_j − λ_i)} of vectors λ, with 0 in the diagonal.
 *
 * @param singular whether λ are singular values, of which 0 is like an equal one; else they are eigenvalues
 * @param strict whether equal elements are an error; else F is NaN there
 */
public record Gaps(boolean singular, boolean strict) implements Primitive {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].concat(label(), Shape.of(x[0].extent(-1)));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = s[0].extent(-1);
        for (int k = 0; k < y.length; k++) {
            int vector = k / (n * n) * n;
            int i = k / n % n;
            int j = k % n;
            double from = x[0][vector + i];
            double gap = x[0][vector + j] - from;
            boolean zero = singular && (from == 0 || x[0][vector + j] == 0);
            if (strict && (zero || gap == 0 && i != j)) {
                throw new ArithmeticException(refused(zero ? "0.0" : from + " twice"));
            }
            y[k] = zero || gap == 0 && i != j ? Double.NaN : i == j ? 0 : 1 / gap;
        }
    }

    private String refused(String got) {
        return (singular
                        ? "svd: derivatives of singular vectors, and second derivatives of singular values, need different singular values other than 0, got "
                        : "eigh: derivatives of eigenvectors, and second derivatives of eigenvalues, need different eigenvalues, got ")
                + got;
    }

    /** {@code λ̄_j = Σ_i (T_ij − T_ji)} with {@code T = −g∘F²}. */
    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable t = g.mul(y.square());
        return t.sum(-1).sub(t.sum(-2));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return y.square().mul(t.expandDims(-1).sub(t.expandDims(-2)));
    }

    @Override
    public String label() {
        return "gaps(" + (singular ? "singular, " : "") + (strict ? "strict)" : "open)");
    }
}
