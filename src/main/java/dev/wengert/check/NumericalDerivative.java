package dev.wengert.check;

import java.util.Arrays;
import java.util.function.DoubleFunction;

/**
 * The derivative of a curve {@code h ↦ F(h)} of vectors at h = 0, by Richardson-extrapolated central differences (C. J. F. Ridders,
 * Accurate computation of F′(x) and F′(x)F″(x), Advances in Engineering Software 4, 1982), with a bound of the error of each component.
 *
 * <p>The tableau is {@code T[i][0] = (F(hᵢ) − F(−hᵢ))/(2hᵢ)} with {@code hᵢ = h₀/2ⁱ}, and
 * {@code T[i][j] = T[i][j−1] + (T[i][j−1] − T[i−1][j−1])/(4ʲ − 1)}. The bound of an entry is the sum of two parts:
 *
 * <ul>
 *   <li>rounding: the bounds of the errors of F, divided by h and amplified through the tableau as the values are, with all signs
 *       against us: {@code E[i][j] = (4ʲ E[i][j−1] + E[i−1][j−1])/(4ʲ − 1)};
 *   <li>truncation: {@link #SAFETY} times the larger distance to the two entries that it was made of. That is an estimate, and is
 *       accepted only in the asymptotic regime, where the column before converges as it must: successive differences shrink by a
 *       factor near 4ʲ two times in a row, or have sunk into their rounding.
 * </ul>
 *
 * <p>For each component the entry with the smallest bound is taken; but one from smaller steps that contradicts it wins, because the
 * regime can only be nearer there. A component for which no entry is in the asymptotic regime has an
 * infinite bound.
 */
final class NumericalDerivative {

    /** How many times the last change an entry of the tableau is held to be off by truncation. */
    static final double SAFETY = 4;

    private static final int ROWS = 14;
    private static final int COLUMNS = 7;

    private final double[] value;
    private final double[] bound;
    private final double[] step;
    private final int evaluations;

    private NumericalDerivative(double[] value, double[] bound, double[] step, int evaluations) {
        this.value = value;
        this.bound = bound;
        this.step = step;
        this.evaluations = evaluations;
    }

    /**
     * Differentiates a curve.
     *
     * @param curve F, of vectors of one length
     * @param errors for each component a bound of the error of {@code F(±h)} for all h up to h0
     * @param h0 the largest step: F must be smooth, and finite, up to there
     */
    static NumericalDerivative of(DoubleFunction<double[]> curve, double[] errors, double h0) {
        int n = errors.length;
        double[][][] t = new double[ROWS][COLUMNS][];
        double[][][] e = new double[ROWS][COLUMNS][];
        double[] value = new double[n];
        double[] bound = new double[n];
        double[] step = new double[n];
        Arrays.fill(bound, Double.POSITIVE_INFINITY);
        int rows = 0;
        for (double h = h0; rows < ROWS; h /= 2, rows++) {
            difference(curve, errors, h, t[rows], e[rows]);
            for (int j = 1; j < Math.min(rows + 1, COLUMNS); j++) {
                extrapolate(t, e, rows, j);
            }
            boolean settled = rows >= 3;
            for (int c = 0; c < n; c++) {
                settled &= !improve(t, e, rows, c, h, value, bound, step);
            }
            if (settled) {
                break;
            }
        }
        return new NumericalDerivative(value, bound, step, 2 * Math.min(rows + 1, ROWS));
    }

    private static void difference(
            DoubleFunction<double[]> curve, double[] errors, double h, double[][] t, double[][] e) {
        double[] plus = curve.apply(h);
        double[] minus = curve.apply(-h);
        t[0] = new double[errors.length];
        e[0] = new double[errors.length];
        for (int c = 0; c < errors.length; c++) {
            t[0][c] = (plus[c] - minus[c]) / (2 * h);
            e[0][c] = (errors[c] + Math.ulp(plus[c] - minus[c])) / h;
        }
    }

    private static void extrapolate(double[][][] t, double[][][] e, int i, int j) {
        double power = Math.scalb(1.0, 2 * j);
        int n = t[i][0].length;
        t[i][j] = new double[n];
        e[i][j] = new double[n];
        for (int c = 0; c < n; c++) {
            double last = t[i][j - 1][c];
            double before = t[i - 1][j - 1][c];
            t[i][j][c] = last + (last - before) / (power - 1);
            e[i][j][c] = (power * e[i][j - 1][c] + e[i - 1][j - 1][c]) / (power - 1) + 2 * Math.ulp(last);
        }
    }

    /** Looks along row i for a better entry; whether the row was of any use, or a smaller step may still be. */
    private static boolean improve(
            double[][][] t, double[][][] e, int i, int c, double h, double[] value, double[] bound, double[] step) {
        boolean hopeful = bound[c] == Double.POSITIVE_INFINITY;
        for (int j = 1; j <= Math.min(i - 1, COLUMNS - 1); j++) {
            if (!asymptotic(t, e, i, j - 1, c) || !asymptotic(t, e, i - 1, j - 1, c)) {
                continue;
            }
            double change = Math.max(Math.abs(t[i][j][c] - t[i][j - 1][c]), Math.abs(t[i][j][c] - t[i - 1][j - 1][c]));
            double total = SAFETY * change + e[i][j][c];
            boolean contradicts = Math.abs(t[i][j][c] - value[c]) > total + bound[c];
            if (total < bound[c] || contradicts) {
                bound[c] = total;
                value[c] = t[i][j][c];
                step[c] = h;
                hopeful = true;
            }
        }
        return hopeful || e[i][0][c] < bound[c] / 8;
    }

    /** Whether column j converges at row i as h^(2j+2) does, or is at rest within its rounding. */
    private static boolean asymptotic(double[][][] t, double[][][] e, int i, int j, int c) {
        if (i - 2 < j) {
            return false;
        }
        double before = t[i - 1][j][c] - t[i - 2][j][c];
        double last = t[i][j][c] - t[i - 1][j][c];
        double noise = 2 * (e[i][j][c] + e[i - 1][j][c]);
        if (Math.abs(last) <= noise) {
            return Math.abs(before) <= Math.max(noise, 2 * Math.scalb(Math.abs(noise), 2 * j + 2));
        }
        double ratio = before / last;
        double expected = Math.scalb(1.0, 2 * j + 2);
        return ratio > 0.7 * expected && ratio < 1.4 * expected;
    }

    /** The derivative of each component. */
    double[] value() {
        return value;
    }

    /** A bound of the error of each component; infinite where the differences do not converge. */
    double[] bound() {
        return bound;
    }

    /** The step at which each component was found. */
    double[] step() {
        return step;
    }

    /** How often the curve was evaluated. */
    int evaluations() {
        return evaluations;
    }
}
