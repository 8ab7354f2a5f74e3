package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Powers;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.math.BigDecimal;

/**
 * {@code xⁿ} for a constant n; {@code x⁰ = 1} is flat, everywhere.
 *
 * @param low what n lacks: n less one is not always a double, and the power is to be as if it were
 */
record Power(double n, double low) implements ElementwiseOp {
    Power(double n) {
        this(n, 0);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.pow(x[0], n, y, out.size());
        if (low != 0) {
            Powers.refine(x[0], low, y, out.size());
        }
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return n == 0
                ? null
                : d.mul(new Power(n - 1, low + Powers.rest(n, 1)).apply(x).mul(n));
    }

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return a.pow(x[0], BigReal.of(new BigDecimal(n).add(new BigDecimal(low))));
    }

    @Override
    public double slope(int i, double y, double... x) {
        return n * StrictMath.pow(x[0], n - 1);
    }

    @Override
    public double rounding(double y, double... x) {
        return (low == 0 ? 1 : 2) * Math.ulp(y);
    }

    @Override
    public String label() {
        return "pow(" + n + ")";
    }
}
