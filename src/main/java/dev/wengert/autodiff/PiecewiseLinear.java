package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Functions of one operand with kinks. The numbers are the slope of leakyRelu, or the bounds of clamp. */
record PiecewiseLinear(Kind kind, double a, double b) implements SelectOp {

    enum Kind {
        ABS,
        RELU,
        LEAKY_RELU,
        CLAMP
    }

    static final PiecewiseLinear ABS = new PiecewiseLinear(Kind.ABS, 0, 0);
    static final PiecewiseLinear RELU = new PiecewiseLinear(Kind.RELU, 0, 0);

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
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
        return new Slope(this).apply(x.get(0));
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        BigReal[] y = new BigReal[out.size()];
        Arrays.setAll(y, k -> exact(a, x[0][k]));
        return y;
    }

    private BigReal exact(BigArithmetic arithmetic, BigReal x) {
        if (x.isNaN()) {
            return x;
        }
        return switch (kind) {
            case ABS -> x.abs();
            case RELU -> x.signum() > 0 ? x : BigReal.ZERO;
            case LEAKY_RELU -> x.signum() > 0 ? x : arithmetic.mul(BigReal.of(a), x);
            case CLAMP ->
                x.lessThan(BigReal.of(a)) ? BigReal.of(a) : BigReal.of(b).lessThan(x) ? BigReal.of(b) : x;
        };
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = new double[out.size()];
        for (int k = 0; k < dy.length; k++) {
            dy[k] = steepest(x[0][k], dx[0][k]) * dx[0][k];
            if (kind == Kind.LEAKY_RELU) {
                dy[k] += Math.ulp(y[k]) / 2;
            }
        }
        return dy;
    }

    /** The largest slope within a distance of x. */
    private double steepest(double x, double distance) {
        return switch (kind) {
            case ABS -> 1;
            case RELU -> x + distance < 0 ? 0 : 1;
            case LEAKY_RELU -> Math.max(1, Math.abs(a));
            case CLAMP -> x + distance < a || x - distance > b ? 0 : 1;
        };
    }

    /** Whether a kink is within a distance of x, so that the slope is not known. */
    boolean kinkWithin(double distance, double x) {
        return kind == Kind.CLAMP
                ? Math.abs(x - a) <= distance || Math.abs(x - b) <= distance
                : Math.abs(x) <= distance;
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
