package dev.wengert.autodiff;

/** How far errors of the operands move an elementwise operation. */
final class Slopes {

    /** Errors smaller than this share of their operand move the result in proportion, but for what {@link #MARGIN} covers. */
    private static final double SMALL = 0x1p-40;

    private static final double MARGIN = 1 + 0x1p-20;

    private Slopes() {}

    /**
     * {@code Σ |∂f/∂x_i| d_i}. Where an error is not small beside its operand, the largest slopes of the box {@code x ± d} count: at its
     * ends, and where it is nearest to 0, which may be a pole.
     */
    static double spread(ElementwiseOp op, double y, double[] x, double[] d) {
        double spread = 0;
        boolean small = true;
        for (int i = 0; i < x.length; i++) {
            if (d[i] != 0) {
                spread += Math.abs(op.slope(i, y, x)) * d[i];
                small &= d[i] <= SMALL * Math.abs(x[i]);
            }
        }
        return MARGIN * (small ? spread : steepest(op, y, spread, x, d));
    }

    private static double steepest(ElementwiseOp op, double y, double dy, double[] x, double[] d) {
        double spread = 0;
        for (int i = 0; i < x.length; i++) {
            double slope = 0;
            for (int side = -1; d[i] != 0 && side <= 1; side++) {
                double[] at = at(side, x, d);
                slope = Math.max(slope, Math.abs(op.slope(i, y - dy, at)));
                slope = Math.max(slope, Math.abs(op.slope(i, y + dy, at)));
            }
            spread += d[i] == 0 ? 0 : slope * d[i];
        }
        return Double.isNaN(spread) ? Double.POSITIVE_INFINITY : spread;
    }

    private static double[] at(int side, double[] x, double[] d) {
        double[] at = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            at[i] = side != 0 ? x[i] + side * d[i] : Math.abs(x[i]) <= d[i] ? 0 : x[i];
        }
        return at;
    }
}
