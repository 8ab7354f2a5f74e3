package dev.wengert.autodiff;

import dev.wengert.kernel.Powers;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * {@code ∂ʲ⁺ᵏ/∂xʲ∂nᵏ xⁿ} for a variable exponent n, a family closed under differentiation; {@code j = k = 0} is the power itself.
 * The conventions at and below zero are those of {@link Powers#derivative}.
 */
record VariablePower(int j, int k) implements ElementwiseOp, Strided.Loop {
    @Override
    public int operands() {
        return 2;
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, operands(), x);
        return Shape.broadcast("pow", x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int l, int dl, double[] y, int m, int n, double[][] work) {
        Powers.derivative(j, k, a, i, di, b, l, dl, y, m, n, work[0]);
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {k + 1};
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable a, Variable b) {
        Op partial = i == 0 ? new VariablePower(j + 1, k) : new VariablePower(j, k + 1);
        return d.mul(partial.apply(a, b));
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return exact(a, j, k, x[0], x[1]);
    }

    /** The sum over d that {@link Powers#derivative} states, with the same conventions. */
    private static BigReal exact(BigArithmetic a, int j, int k, BigReal x, BigReal e) {
        if (k > 0 && x.signum() < 0) {
            return BigReal.NaN;
        }
        BigReal[] factor = new BigReal[k + 1];
        Arrays.setAll(factor, d -> d == 0 ? BigReal.ONE : BigReal.ZERO);
        for (int r = 0; r < j; r++) {
            BigReal shifted = a.sub(e, BigReal.of(r));
            for (int d = k; d > 0; d--) {
                factor[d] = a.add(a.mul(factor[d], shifted), a.mul(BigReal.of(d), factor[d - 1]));
            }
            factor[0] = a.mul(factor[0], shifted);
        }
        BigReal power = a.pow(x, a.sub(e, BigReal.of(j)));
        BigReal log = k == 0 ? BigReal.ZERO : a.log(x);
        boolean finiteAtZero = x.isZero() && (BigReal.of(j).lessThan(e) || e.sameAs(BigReal.of(j)));
        BigReal sum = BigReal.ZERO;
        double binomial = 1;
        for (int d = 0; d <= k; d++) {
            if (!factor[d].isZero() && !(d < k && (power.isZero() || finiteAtZero))) {
                BigReal logs = a.pow(log, BigReal.of(k - d));
                BigReal term = a.mul(a.mul(BigReal.of(binomial), factor[d]), a.mul(power, logs));
                if (x.isZero()) {
                    return term;
                }
                sum = a.add(sum, term);
            }
            binomial = binomial * (k - d) / (d + 1);
        }
        return sum;
    }

    @Override
    public double slope(int i, double y, double... x) {
        double[] work = new double[k + 2];
        return i == 0 ? Powers.derivative(j + 1, k, x[0], x[1], work) : Powers.derivative(j, k + 1, x[0], x[1], work);
    }

    @Override
    public double rounding(double y, double... x) {
        return Powers.error(j, k, x[0], x[1], new double[k + 1]);
    }

    @Override
    public String label() {
        return j == 0 && k == 0 ? "pow" : "∂pow(" + j + ", " + k + ")";
    }
}
