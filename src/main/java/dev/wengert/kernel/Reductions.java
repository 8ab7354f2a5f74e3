package dev.wengert.kernel;

import java.util.Arrays;

/** Sums, maxima and minima of runs of elements, and loops that accumulate row by row. */
public final class Reductions {

    /** Up to this many elements, the maximum of a block is computed beside those of other blocks. */
    private static final int SHORT = 16;

    private Reductions() {}

    /**
     * Returns the sum of {@code x[from … from + n)}, added in eight logical lanes. Lane l takes the elements l, l + 8, …; a remainder goes
     * to the first lanes. The lanes are joined as {@code ((s0+s4)+(s2+s6))+((s1+s5)+(s3+s7))}. This order, and so the result, does not
     * depend on the width of the machine's vectors.
     */
    public static double sum(double[] x, int from, int n) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        double s4 = 0.0;
        double s5 = 0.0;
        double s6 = 0.0;
        double s7 = 0.0;
        int whole = from + (n & -8);
        int l = from;
        for (; l < whole; l += 8) {
            s0 += x[l];
            s1 += x[l + 1];
            s2 += x[l + 2];
            s3 += x[l + 3];
            s4 += x[l + 4];
            s5 += x[l + 5];
            s6 += x[l + 6];
            s7 += x[l + 7];
        }
        int end = from + n;
        if (l < end) {
            s0 += x[l];
        }
        if (l + 1 < end) {
            s1 += x[l + 1];
        }
        if (l + 2 < end) {
            s2 += x[l + 2];
        }
        if (l + 3 < end) {
            s3 += x[l + 3];
        }
        if (l + 4 < end) {
            s4 += x[l + 4];
        }
        if (l + 5 < end) {
            s5 += x[l + 5];
        }
        if (l + 6 < end) {
            s6 += x[l + 6];
        }
        return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
    }

    /** Whether none of the first n elements is an infinity or a NaN: 0 times such a number is NaN. */
    public static boolean allFinite(double[] x, int n) {
        double s0 = 0.0;
        double s1 = 0.0;
        double s2 = 0.0;
        double s3 = 0.0;
        int l = 0;
        for (; l < (n & -4); l += 4) {
            s0 += x[l] * 0.0;
            s1 += x[l + 1] * 0.0;
            s2 += x[l + 2] * 0.0;
            s3 += x[l + 3] * 0.0;
        }
        for (; l < n; l++) {
            s0 += x[l] * 0.0;
        }
        return (s0 + s1) + (s2 + s3) == 0.0;
    }

    /** Returns the maximum of {@code x[from … from + n)}: NaN if one is NaN, −∞ if n is 0. */
    public static double max(double[] x, int from, int n) {
        double m = Double.NEGATIVE_INFINITY;
        for (int l = from; l < from + n; l++) {
            m = Math.max(m, x[l]);
        }
        return m;
    }

    /** Returns the minimum of {@code x[from … from + n)}: NaN if one is NaN, ∞ if n is 0. */
    public static double min(double[] x, int from, int n) {
        double m = Double.POSITIVE_INFINITY;
        for (int l = from; l < from + n; l++) {
            m = Math.min(m, x[l]);
        }
        return m;
    }

    /**
     * Writes the maxima of {@code count} blocks of n elements, one after the other. Short blocks are compared side by side: a maximum that
     * waits for the previous one costs a branch, which cannot be predicted.
     */
    public static void maxOfBlocks(double[] x, int n, double[] y, int count) {
        if (n > SHORT) {
            for (int k = 0; k < count; k++) {
                y[k] = max(x, k * n, n);
            }
            return;
        }
        Rows.copyStrided(x, 0, n, y, 0, count);
        for (int l = 1; l < n; l++) {
            for (int k = 0; k < count; k++) {
                y[k] = Math.max(y[k], x[k * n + l]);
            }
        }
    }

    /**
     * Writes 1/c where x is one of c elements of {@code x[from … from + n)} that equal their maximum m, and 0 elsewhere; NaN if m is NaN. It
     * chooses among whole numbers, which C2 does without branches: where the maximum is cannot be predicted.
     */
    public static void maxSlope(double[] x, double m, int from, int n, double[] y) {
        if (m != m) {
            Arrays.fill(y, from, from + n, m);
            return;
        }
        if (n == 4) {
            maxSlopeOfFour(x, m, from, y);
            return;
        }
        int count = 0;
        for (int l = from; l < from + n; l++) {
            count += x[l] < m ? 0 : 1;
        }
        long slope = Double.doubleToRawLongBits(1.0 / count);
        for (int l = from; l < from + n; l++) {
            y[l] = Double.longBitsToDouble(x[l] < m ? 0L : slope);
        }
    }

    /** The same for the windows of most images, without loops. */
    private static void maxSlopeOfFour(double[] x, double m, int i, double[] y) {
        long c0 = x[i] < m ? 0L : 1L;
        long c1 = x[i + 1] < m ? 0L : 1L;
        long c2 = x[i + 2] < m ? 0L : 1L;
        long c3 = x[i + 3] < m ? 0L : 1L;
        long slope = Double.doubleToRawLongBits(1.0 / (c0 + c1 + c2 + c3));
        y[i] = Double.longBitsToDouble(-c0 & slope);
        y[i + 1] = Double.longBitsToDouble(-c1 & slope);
        y[i + 2] = Double.longBitsToDouble(-c2 & slope);
        y[i + 3] = Double.longBitsToDouble(-c3 & slope);
    }

    /** y[k + l] += x[i + l]. */
    public static void addTo(double[] x, int i, double[] y, int k, int n) {
        for (int l = 0; l < n; l++) {
            y[k + l] += x[i + l];
        }
    }

    /** y[k + l] += x[i + l], then x[i + n + l], …: the sum of rows, one after the other, read eight at a time. */
    public static void addRowsTo(double[] x, int i, int rows, double[] y, int k, int n) {
        int row = 0;
        for (; row + 8 <= rows; row += 8) {
            addEightTo(x, i + row * n, y, k, n);
        }
        for (; row < rows; row++) {
            addTo(x, i + row * n, y, k, n);
        }
    }

    private static void addEightTo(double[] x, int i, double[] y, int k, int n) {
        int i1 = i + n;
        int i2 = i1 + n;
        int i3 = i2 + n;
        int i4 = i3 + n;
        int i5 = i4 + n;
        int i6 = i5 + n;
        int i7 = i6 + n;
        for (int l = 0; l < n; l++) {
            double upper = y[k + l] + x[i + l] + x[i1 + l] + x[i2 + l] + x[i3 + l];
            y[k + l] = upper + x[i4 + l] + x[i5 + l] + x[i6 + l] + x[i7 + l];
        }
    }

    /** y[k + l] = the larger of y[k + l] and x[i + l]; NaN if either is NaN. */
    public static void maxTo(double[] x, int i, double[] y, int k, int n) {
        for (int l = 0; l < n; l++) {
            y[k + l] = Math.max(y[k + l], x[i + l]);
        }
    }
}
