package dev.wengert.check;

import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/**
 * The derivative of a curve {@code h ↦ F(h)} of vectors at h = 0, by Richardson-extrapolated central differences (C. J. F. Ridders,
 * Accurate computation of F′(x) and F′(x)F″(x), Advances in Engineering Software 4, 1982), with a bound of the error of each component.
 *
 * <p>A {@link Tableau} of {@code (F(h) − F(−h))/(2h)} is filled for steps h0, h0/2, h0/4, …. The bound of an entry is the sum of two
 * parts:
 *
 * <ul>
 *   <li>rounding: the bounds of the errors of F, divided by h and amplified through the tableau;
 *   <li>truncation: the larger of two numbers. The first is {@link #SAFETY} times the larger distance to the two entries that it was
 *       made of. The second is {@link #MISFIT} times the error with which the same stencil, to the same order, predicts F(0), divided
 *       by h. The first is an estimate, and is accepted only in the asymptotic regime, where the column before converges as it must:
 *       successive differences shrink by a factor near 4ʲ two times in a row, or have sunk into their rounding. The second is a
 *       measurement: a fault of smoothness within the stencil (a kink nearby, a spike between its points) disturbs both the slope
 *       and the prediction, and for the prediction the true value is known.
 * </ul>
 *
 * <p>For each component the entry with the smallest bound is taken. If an entry from smaller steps contradicts it, that entry wins,
 * because smaller steps are closer to the asymptotic regime. Then the differences and the means at smaller steps, down to 2⁻²⁷ of the
 * first, must continue as the entry predicts, within their rounding. A component that fails this test, or has no entry in the
 * asymptotic regime, has an infinite bound.
 *
 * <p>A detail of the function that is as small as its rounding cannot be detected by any method that is given values alone.
 */
final class NumericalDerivative {

    /** The truncation error of an entry of the tableau is taken to be this many times its last change. */
    static final double SAFETY = 4;

    /** The same for the error of the prediction of F(0), which includes rounding. */
    static final double MISFIT = 16;

    private static final int ROWS = 14;

    /** The numbers of halvings of h0 for the steps that confirm; the last is the smallest step. */
    private static final int[] PROBES = {11, 15, 19, 23, 27};

    private final Tableau slopes = new Tableau();
    private final Tableau means = new Tableau();
    private final double[] center;
    private final double[] value;
    private final double[] bound;
    private final double[] step;
    private final int[] row;

    /** The smallest step at which a component moved, and whether it did so on both sides of some step. */
    private final double[] moves;

    private final boolean[] movesTwice;

    private NumericalDerivative(double[] center) {
        this.center = center;
        this.value = new double[center.length];
        this.bound = new double[center.length];
        this.step = new double[center.length];
        this.row = new int[center.length];
        this.moves = new double[center.length];
        this.movesTwice = new boolean[center.length];
        Arrays.fill(moves, Double.POSITIVE_INFINITY);
        Arrays.fill(bound, Double.POSITIVE_INFINITY);
    }

    /**
     * Differentiates a curve.
     *
     * @param curve F, of vectors of one length
     * @param errors for each component a bound of the error of {@code F(±h)} for all h up to h0
     * @param near the same for h up to h0/1024
     * @param own the same without the error of the points: what F adds by its own rounding
     * @param h0 the largest step. F must be finite up to there. It should not be a power of two: a function looks constant if all
     *     steps are multiples of its period
     */
    static NumericalDerivative of(
            DoubleFunction<double[]> curve, double[] errors, double[] near, Supplier<double[]> own, double h0) {
        NumericalDerivative derivative = new NumericalDerivative(curve.apply(0));
        derivative.extrapolate(curve, errors, h0);
        derivative.confirm(curve, near, h0);
        derivative.refuseJumps(curve, own, h0);
        return derivative;
    }

    /**
     * Takes the bounds of components whose change over the smallest step is not smaller than over the largest: F is steeper than any step
     * resolves, as if it jumped.
     */
    private void refuseJumps(DoubleFunction<double[]> curve, Supplier<double[]> own, double h0) {
        double h = Math.scalb(h0, -PROBES[PROBES.length - 1]);
        double[] plus = curve.apply(h);
        double[] minus = curve.apply(-h);
        for (int c = 0; c < center.length; c++) {
            double last = Math.abs(plus[c] - minus[c]);
            double first = Math.abs(slopes.value(0, 0, c)) * 2 * h0;
            if (last > first / 4 && last > 4 * own.get()[c]) {
                bound[c] = Double.POSITIVE_INFINITY;
            }
        }
    }

    /** The slope by the values at ±h, their mean minus F(0), and bounds of the rounding of both. */
    private record Stencil(double[] slope, double[] slopeError, double[] mean, double[] meanError) {}

    private Stencil stencil(DoubleFunction<double[]> curve, double[] errors, double h) {
        double[] plus = curve.apply(h);
        double[] minus = curve.apply(-h);
        int n = center.length;
        Stencil s = new Stencil(new double[n], new double[n], new double[n], new double[n]);
        for (int c = 0; c < n; c++) {
            if (plus[c] != center[c] || minus[c] != center[c]) {
                moves[c] = Math.min(moves[c], h);
                movesTwice[c] |= plus[c] != center[c] && minus[c] != center[c];
            }
            double difference = plus[c] - minus[c];
            double right = plus[c] - center[c];
            double left = minus[c] - center[c];
            s.slope[c] = difference / (2 * h);
            s.slopeError[c] = (errors[c] + 0x1p-52 * Math.abs(difference)) / h;
            s.mean[c] = right / 2 + left / 2;
            s.meanError[c] = 2 * errors[c] + 0x1p-52 * (Math.abs(right) + Math.abs(left));
        }
        return s;
    }

    private void extrapolate(DoubleFunction<double[]> curve, double[] errors, double h0) {
        boolean settled = false;
        for (int i = 0; i < ROWS && !settled; i++) {
            double h = Math.scalb(h0, -i);
            Stencil s = stencil(curve, errors, h);
            slopes.add(s.slope, s.slopeError);
            means.add(s.mean, s.meanError);
            settled = i >= 3;
            for (int c = 0; c < value.length; c++) {
                settled &= !improve(i, c, h);
            }
        }
    }

    /** Searches row i for a better entry. Returns whether the row helped, or a smaller step may still help. */
    private boolean improve(int i, int c, double h) {
        boolean hopeful = bound[c] == Double.POSITIVE_INFINITY;
        for (int j = 1; j <= Math.min(i - 1, Tableau.COLUMNS - 1); j++) {
            if (!slopes.isAsymptotic(i, j - 1, c) || !slopes.isAsymptotic(i - 1, j - 1, c)) {
                continue;
            }
            double misfit = means.size(i, j, c) / h;
            double total = Math.max(SAFETY * slopes.change(i, j, c), MISFIT * misfit) + slopes.error(i, j, c);
            double t = slopes.value(i, j, c);
            if (total < bound[c] || Math.abs(t - value[c]) > total + bound[c]) {
                bound[c] = total;
                value[c] = t;
                step[c] = h;
                row[c] = i;
                hopeful = true;
            }
        }
        return hopeful || slopes.error(i, 0, c) < bound[c] / 8;
    }

    /** Gives up components that do not continue as predicted at smaller steps. */
    private void confirm(DoubleFunction<double[]> curve, double[] near, double h0) {
        for (int i = 0; i < slopes.rows(); i++) {
            for (int c = 0; c < value.length; c++) {
                if (i > row[c]) {
                    confirm(
                            c,
                            i,
                            slopes.value(i, 0, c),
                            slopes.error(i, 0, c),
                            means.value(i, 0, c),
                            means.error(i, 0, c));
                }
            }
        }
        for (int i : PROBES) {
            if (i >= slopes.rows()) {
                Stencil s = stencil(curve, near, Math.scalb(h0, -i));
                for (int c = 0; c < value.length; c++) {
                    confirm(c, i, s.slope[c], s.slopeError[c], s.mean[c], s.meanError[c]);
                }
            }
        }
    }

    private void confirm(int c, int i, double slope, double slopeError, double mean, double meanError) {
        if (bound[c] < Double.POSITIVE_INFINITY) {
            int halvings = i - row[c];
            boolean confirmed = slopes.miss(row[c], c, value[c], halvings, slope) <= slopeError + bound[c] / 2
                    && means.miss(row[c], c, 0, halvings, mean) <= meanError;
            bound[c] = confirmed ? bound[c] : Double.POSITIVE_INFINITY;
        }
    }

    /** The derivative of each component. */
    double[] value() {
        return value;
    }

    /** Whether a component had the same bits at all points, or moved only on one side, at steps larger than h. */
    boolean isStill(int component, double h) {
        return moves[component] == Double.POSITIVE_INFINITY || moves[component] > h && !movesTwice[component];
    }

    /** Whether a component moved, but only at steps larger than h. */
    boolean isFlat(int component, double h) {
        return moves[component] > h;
    }

    /** A bound of the error of each component; infinite where the differences do not converge. */
    double[] bound() {
        return bound;
    }

    /** The step at which each component was found. */
    double[] step() {
        return step;
    }
}
