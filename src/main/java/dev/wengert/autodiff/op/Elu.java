package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;

/**
 * The exponential linear unit and its derivatives, a family closed under differentiation. For {@code x > 0}, orders 0, 1, 2, … are x, 1, 0,
 * 0, …; for other x, order 0 is {@code α·expm1(x)} and every further order {@code α·exp(x)}. At 0, derivatives are those from the left.
 */
public record Elu(double alpha, int order) implements ElementwiseOp, Single {

    public Elu {
        Given.notNegative("elu", "alpha", alpha);
    }

    /** {@code α·elu(x/α)} with the limit −α at −∞. */
    public static Variable celu(Variable x, double alpha) {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("celu: alpha must be finite and above 0, got " + alpha);
        }
        return x.div(alpha).elu(1).mul(alpha);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.elu(x[0], alpha, order, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d.mul(new Elu(alpha, Math.min(order + 1, 2)).apply(x));
    }

    @Override
    public Flat branch() {
        return Flat.SIGN;
    }

    @Override
    public String label() {
        return "elu" + "′".repeat(order) + "(" + alpha + ")";
    }
}
