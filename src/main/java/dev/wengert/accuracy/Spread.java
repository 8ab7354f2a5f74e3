package dev.wengert.accuracy;

import dev.wengert.autodiff.op.ElementwiseOp;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** How far errors of the operands move an elementwise operation. */
final class Spread {

    /** Errors smaller than this share of their operand (and of 1, where slopes rise and fall) move the result in proportion, but for
     * what {@link #MARGIN} covers. */
    private static final double SMALL = 0x1p-40;

    private static final double MARGIN = 1 + 0x1p-20;

    /** Between points no farther apart than {@link #FAR}, slopes are larger than at them by no more than this. */
    private static final double COARSE_MARGIN = 1 + 0x1p-6;

    /** Over errors larger than this slopes may rise and fall again. */
    private static final double FAR = 0x1p-5;

    private Spread() {}

    /**
     * {@code Σ |∂f/∂x_i| d_i}. Where an error is not small beside its operand, the largest slopes of the box {@code x ± d} count: at its
     * corners, and where it is nearest to 0, which may be a pole. Where they may be larger elsewhere in it, nothing is known: a sine of
     * what may be off by a radian is any number, and nobody can tell how fast it moves.
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

    /** Whether a result is infinite because an operand is, and not because it overflowed. */
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

    /** An operation as a function of numbers. */
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
            this.work = Kernel.work(op.workLengths(s));
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
