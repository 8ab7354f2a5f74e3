package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Gammas;
import dev.wengert.tensor.Shape;

/** {@code ln|Γ|} and its derivatives, a family closed under differentiation: n is −1 for {@code ln|Γ|}, 0 for digamma. */
public record Polygamma(int n) implements ElementwiseOp, Single {

    /** {@code ln|Γ|}. */
    public static final Polygamma LGAMMA = new Polygamma(-1);

    /** Digamma, {@code Γ′/Γ}. */
    public static final Polygamma DIGAMMA = new Polygamma(0);

    public Polygamma {
        if (n < -1) {
            throw new IllegalArgumentException("lgamma: the order must be at least -1, got " + n);
        }
    }

    /** The n-th derivative of digamma. */
    public static Polygamma of(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("polygamma: n must be at least 0, got " + n);
        }
        return new Polygamma(n);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Gammas.polygamma(n, x[0], y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d.mul(new Polygamma(n + 1).apply(x));
    }

    @Override
    public String label() {
        return n < 0 ? "lgamma" : n == 0 ? "digamma" : "polygamma(" + n + ")";
    }
}
