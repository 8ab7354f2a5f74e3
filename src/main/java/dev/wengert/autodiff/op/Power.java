package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Powers;
import dev.wengert.tensor.Shape;

/**
 * The power {@code xⁿ} for a constant n; {@code x⁰ = 1} has derivative 0 everywhere.
 *
 * @param low low part of the exponent: the exact one is n + low, since n − 1 may not be a double
 */
public record Power(double n, double low) implements ElementwiseOp, Single {

    /** {@code xⁿ}. */
    public Power(double n) {
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
        if (n == 0) {
            return null;
        }
        if (Double.isInfinite(n)) {
            return d.mul(new VariablePower(1, 0).apply(x, Variable.of(n)));
        }
        Variable power = new Power(n - 1, low + Powers.rest(n, 1)).apply(x);
        Variable slope = power.mul(n);
        return d.mul(low == 0 ? slope : slope.add(power.mul(low)));
    }

    @Override
    public String label() {
        return "pow(" + n + ")";
    }
}
