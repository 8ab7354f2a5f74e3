package dev.wengert.accuracy;

import dev.wengert.autodiff.op.ElementwiseOp;
import dev.wengert.kernel.Scratch;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Bounds of the change of an elementwise operation by errors of its operands. */
final class Spread {

    /**
     * Up to this fraction of the operand (and, for functions with turning slopes, up to this size), an error moves the result linearly;
     * {@link #MARGIN} covers the deviation.
     */
    private static final double SMALL = 0x1p-40;

    private static final double MARGIN = 1 + 0x1p-20;

    /** Between points at most {@link #FAR} apart, slopes exceed the slopes at these points by at most this factor. */
    private static final double COARSE_MARGIN = 1 + 0x1p-6;

    /** Within errors larger than this, slopes may have a turning point. */
    private static final double FAR = 0x1p-5;

    private Spread() {}

    /**
     * {@code Σ |∂f/∂x_i| d_i}. If an error is not small beside its operand, the largest slopes in the box {@code x ± d} are used: at its
     * corners, and where it is nearest to 0, which may be a pole. If the slope may peak inside the box, no finite bound is given: the sine
     * of an argument that is uncertain by a radian can be anything.
     */
    static double of(ElementwiseOp op, double y, double[] x, double[] d) {
        double spread = 0;
        boolean small = true;
        boolean lost = false;
        double most = Bounds.lastTurn(op) > 0 ? 1 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < x.length; i++) {
            if (d[i] != 0) {
                spread += Math.abs(Bounds.partial(op, i, y, x)) * d[i];
                small &= d[i] <= SMALL * Math.min(most, Math.abs(x[i]));
                lost |= d[i] > FAR && Math.max(0, Math.abs(x[i]) - d[i]) < Bounds.lastTurn(op);
            }
        }
        return small ? MARGIN * spread : lost ? Double.POSITIVE_INFINITY : steepest(op, x, d);
    }

    /** Whether a result is infinite because an exact operand is, and not because it overflowed. */
    static boolean exactInfinity(double y, double[] x, double[] d) {
        for (int i = 0; i < x.length && Double.isInfinite(y); i++) {
            if (Double.isInfinite(x[i]) && d[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static double steepest(ElementwiseOp op, double[] x, double[] d) {
        double[] slopes = new double[x.length];
        double[] at = new double[x.length];
        Values values = new Values(op, x.length);
        for (int point = 0; point < (x.length == 1 ? 3 : 9); point++) {
            for (int i = 0; i < x.length; i++) {
                int side = (i == 0 ? point % 3 : point / 3) - 1;
                at[i] = side != 0 ? x[i] + side * d[i] : Math.abs(x[i]) <= d[i] ? 0 : x[i];
            }
            double y = values.at(at);
            for (int i = 0; i < x.length; i++) {
                slopes[i] = Math.max(slopes[i], Math.abs(Bounds.partial(op, i, y, at)));
            }
        }
        double spread = 0;
        for (int i = 0; i < x.length; i++) {
            spread += d[i] == 0 ? 0 : COARSE_MARGIN * slopes[i] * d[i];
        }
        return Double.isNaN(spread) ? Double.POSITIVE_INFINITY : spread;
    }

    /** An operation as a function of single numbers. */
    private static final class Values {
        private final ElementwiseOp op;
        private final Shape[] s;
        private final double[][] operands;
        private final double[][] work;
        private final double[] y = new double[1];

        Values(ElementwiseOp op, int n) {
            this.op = op;
            this.s = new Shape[n];
            Arrays.fill(s, Shape.of());
            this.operands = new double[n][1];
            this.work = Scratch.arrays(op.workLengths(s));
        }

        double at(double[] x) {
            for (int i = 0; i < x.length; i++) {
                operands[i][0] = x[i];
            }
            op.eval(y, s[0], operands, s, work);
            return y[0];
        }
    }
}
