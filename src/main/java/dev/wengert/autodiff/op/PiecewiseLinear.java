package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * Piecewise linear functions of one operand. For leakyRelu, {@code a} is the slope below 0; for clamp, {@code a} and {@code b} are the
 * bounds.
 */
public record PiecewiseLinear(Kind kind, double a, double b) implements SelectOp, Single {

    /** The function. */
    public enum Kind {
        ABS,
        RELU,
        LEAKY_RELU,
        CLAMP
    }

    public static final PiecewiseLinear ABS = new PiecewiseLinear(Kind.ABS, 0, 0);
    public static final PiecewiseLinear RELU = new PiecewiseLinear(Kind.RELU, 0, 0);

    public PiecewiseLinear {
        if (kind == Kind.LEAKY_RELU && !Double.isFinite(a)) {
            throw new IllegalArgumentException("leakyRelu: the slope must be finite, got " + a);
        }
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.size();
        switch (kind) {
            case ABS -> Elementwise.abs(x[0], y, n);
            case RELU -> Elementwise.relu(x[0], y, n);
            case LEAKY_RELU -> Elementwise.leakyRelu(x[0], a, y, n);
            case CLAMP -> Elementwise.clamp(x[0], a, b, y, n);
            default -> throw new AssertionError(kind);
        }
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return branch().apply(x.get(0));
    }

    @Override
    public Slope branch() {
        return new Slope(this);
    }

    /** {@code min(max(x, low), high)}. */
    public static Variable clamp(Variable x, double low, double high) {
        if (!(low <= high)) {
            throw new IllegalArgumentException(
                    "clamp: low must not be above high, got low " + low + " and high " + high);
        }
        return new PiecewiseLinear(Kind.CLAMP, low, high).apply(x);
    }

    @Override
    public String label() {
        return switch (kind) {
            case ABS, RELU -> Labels.camelCase(kind);
            case LEAKY_RELU -> "leakyRelu(" + a + ")";
            case CLAMP -> "clamp(" + a + ", " + b + ")";
        };
    }
}
