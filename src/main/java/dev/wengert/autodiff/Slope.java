package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** The slope of an operation with kinks, at every element of its operand; a NaN stays one. */
record Slope(SelectOp of) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.size();
        if (of instanceof Max max) {
            Strided.maxSlope(x[0], s[0], y, max.to(), work);
        } else if (of instanceof PiecewiseLinear f) {
            switch (f.kind()) {
                case ABS -> Elementwise.sign(x[0], y, n);
                case RELU -> Elementwise.step(x[0], y, n);
                case LEAKY_RELU -> Elementwise.leakyReluSlope(x[0], f.a(), y, n);
                case CLAMP -> Elementwise.clampSlope(x[0], f.a(), f.b(), y, n);
                default -> throw new AssertionError(f);
            }
        } else {
            throw new AssertionError(of);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return of instanceof Max max ? new int[] {2 * max.to().size()} : NO_WORK;
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        BigReal[] y = new BigReal[out.size()];
        if (of instanceof Max max) {
            int[] at = Origins.broadcast(new Shape[] {max.to()}, s[0])[0];
            BigReal[] largest = max.exact(max.to(), x, s, a);
            int[] ties = new int[largest.length];
            for (int k = 0; k < y.length; k++) {
                ties[at[k]] += x[0][k].sameAs(largest[at[k]]) ? 1 : 0;
            }
            Arrays.setAll(
                    y,
                    k -> largest[at[k]].isNaN()
                            ? BigReal.NaN
                            : x[0][k].sameAs(largest[at[k]])
                                    ? a.div(BigReal.ONE, BigReal.of(ties[at[k]]))
                                    : BigReal.ZERO);
        } else if (of instanceof PiecewiseLinear f) {
            Arrays.setAll(y, k -> exact(f, x[0][k]));
        } else {
            throw new AssertionError(of);
        }
        return y;
    }

    private static BigReal exact(PiecewiseLinear f, BigReal x) {
        if (x.isNaN()) {
            return x;
        }
        return switch (f.kind()) {
            case ABS -> BigReal.of(x.signum());
            case RELU -> x.signum() > 0 ? BigReal.ONE : BigReal.ZERO;
            case LEAKY_RELU -> x.signum() > 0 ? BigReal.ONE : BigReal.of(f.a());
            case CLAMP -> x.lessThan(BigReal.of(f.a())) || BigReal.of(f.b()).lessThan(x) ? BigReal.ZERO : BigReal.ONE;
        };
    }

    /** Where errors of the operand reach over a kink, the slope is not known. */
    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = new double[out.size()];
        if (of instanceof PiecewiseLinear f) {
            for (int k = 0; k < dy.length; k++) {
                dy[k] = dx[0][k] > 0 && f.kinkWithin(dx[0][k], x[0][k]) ? 2 : 0;
            }
        } else if (of instanceof Max max) {
            int[] at = Origins.broadcast(new Shape[] {max.to()}, s[0])[0];
            double[] largest = new double[max.to().size()];
            double[] reach = new double[largest.length];
            int[] candidates = new int[largest.length];
            Strided.max(x[0], s[0], largest, max.to());
            Strided.max(dx[0], s[0], reach, max.to());
            for (int k = 0; k < dy.length; k++) {
                candidates[at[k]] += largest[at[k]] - x[0][k] <= 2 * reach[at[k]] ? 1 : 0;
            }
            for (int k = 0; k < dy.length; k++) {
                boolean candidate = largest[at[k]] - x[0][k] <= 2 * reach[at[k]];
                dy[k] = reach[at[k]] > 0 && candidate && candidates[at[k]] > 1 ? 1 : Math.ulp(y[k]) / 2;
            }
        }
        return dy;
    }

    @Override
    public String label() {
        return "slope of " + of.label();
    }
}
