package dev.wengert.kernel;

import java.util.Arrays;

/**
 * The singular values and vectors of a matrix, by one-sided rotations (M. R. Hestenes, 1958) of the triangle R of its {@link Reflections},
 * with the longest columns first (Z. Drmač and K. Veselić, New fast and accurate Jacobi SVD algorithm, 2008). Rotations from the left make
 * the rows of R orthogonal: {@code R = JΣWᵀ}, where the rows of {@code ΣWᵀ} have the singular values as their lengths.
 */
public final class SingularValues {

    /** Four to eight suffice. */
    private static final int MOST_SWEEPS = 64;

    /** A row that is shorter beside the longest has too few digits, or its angle is too small, to become orthogonal by rotations. */
    private static final double SHORT = 0x1p-900;

    private final int m;
    private final int n;
    private final double[] w;

    // where what is in w: the factors of the matrix, with the rows of R; the columns of J as rows; the lengths of the
    // rows of R; the order of
    // the columns; and one column
    private final int rows;
    private final int turns;
    private final int lengths;
    private final int order;
    private final int column;

    private SingularValues(int m, int n, double[] work) {
        this.m = m;
        this.n = n;
        this.w = work;
        this.rows = n * m + n;
        this.turns = Reflections.size(m, n);
        this.lengths = turns + n * n;
        this.order = lengths + n;
        this.column = order + n;
    }

    /** The number of numbers that {@link #decompose} needs as scratch. */
    public static int workLength(int m, int n) {
        return Reflections.size(m, n) + n * n + 2 * n + m;
    }

    /**
     * Writes the factors of {@code A = U·diag(s)·Vᵀ} of an m×n matrix with {@code m ≥ n}: U, m×n, then s, in descending order, then Vᵀ, n×n.
     * The largest element of a column of U, the first of equal ones, is positive. All are NaN if an element is not finite.
     *
     * @param a the matrix, row by row from aAt on
     * @param y takes {@code (m + 1 + n)·n} numbers from yAt on
     */
    public static void decompose(int m, int n, double[] a, int aAt, double[] y, int yAt, double[] work) {
        double largest = Reflections.largest(a, aAt, m * n);
        if (largest <= Double.MAX_VALUE) {
            new SingularValues(m, n, work).decompose(Math.getExponent(largest), a, aAt, y, yAt);
        } else {
            Arrays.fill(y, yAt, yAt + (m + 1 + n) * n, Double.NaN);
        }
    }

    private void decompose(int exponent, double[] a, int aAt, double[] y, int yAt) {
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < m; i++) {
                w[k * m + i] = Math.scalb(a[aAt + i * n + k], -exponent);
            }
        }
        Reflections.factorInOrder(m, n, w, 0, w, order);
        for (int i = 0; i < n; i++) {
            Arrays.fill(w, turns + i * n, turns + (i + 1) * n, 0);
            w[turns + i * n + i] = 1;
            measure(i);
        }
        boolean rotated = true;
        for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
            rotated = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotated |= rotate(p, q);
                }
            }
        }
        for (int k = 0; k < n; k++) {
            int longest = k;
            for (int i = k + 1; i < n; i++) {
                longest = w[lengths + i] > w[lengths + longest] ? i : longest;
            }
            Reflections.exchange(1, 1, w, lengths + k, lengths + longest);
            Reflections.exchange(n, 1, w, rows + k * n, rows + longest * n);
            Reflections.exchange(n, 1, w, turns + k * n, turns + longest * n);
            y[yAt + m * n + k] = normalise(k, exponent);
            write(k, y, yAt);
        }
    }

    private void measure(int row) {
        w[lengths + row] = Reflections.norm(w, rows + row * n, n);
    }

    /** The power of two that brings a length, or the largest element, near 1; of the smallest ones, as near as possible. */
    private static double scale(double length) {
        return Math.scalb(1.0, Math.min(Double.MAX_EXPONENT - 1, -Math.getExponent(length)));
    }

    /** Makes two rows orthogonal, unless they are to rounding. Rows have scales of their own: their squares may be below the smallest double. */
    private boolean rotate(int p, int q) {
        if (w[lengths + p] == 0 || w[lengths + q] == 0) {
            return false;
        }
        double scaleP = scale(w[lengths + p]);
        double scaleQ = scale(w[lengths + q]);
        int x = rows + p * n;
        int y = rows + q * n;
        double dot = 0;
        for (int k = 0; k < n; k++) {
            dot += (w[x + k] * scaleP) * (w[y + k] * scaleQ);
        }
        double a = w[lengths + p] * scaleP;
        double b = w[lengths + q] * scaleQ;
        if (Math.abs(dot) <= Math.sqrt(n) * 0x1p-53 * a * b) {
            return false;
        }
        double ratio = scaleP / scaleQ;
        double theta = 0.5 * (b * b * ratio - a * a / ratio) / dot;
        double t = Math.abs(theta) > 0x1p500
                ? 0.5 / theta
                : Math.copySign(1.0, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1.0));
        double c = 1.0 / Math.sqrt(t * t + 1.0);
        double s = t * c;
        double tau = s / (1.0 + c);
        turn(s, tau, x, y);
        turn(s, tau, turns + p * n, turns + q * n);
        measure(p);
        measure(q);
        return t != 0;
    }

    /** Turns two rows by an angle with a sine, and the tangent of its half: small angles make small errors. */
    private void turn(double sine, double tau, int p, int q) {
        for (int k = 0; k < n; k++) {
            double x = w[p + k];
            double y = w[q + k];
            w[p + k] = x - sine * (y + tau * x);
            w[q + k] = y + sine * (x - tau * y);
        }
    }

    /** Makes row k of R a unit vector, orthogonal to those before it. Returns its length, times a power of two. */
    private double normalise(int k, int exponent) {
        if (w[lengths + k] == 0) {
            complete(k);
            return 0;
        }
        double scale = scale(w[lengths + k]);
        for (int i = 0; i < n; i++) {
            w[rows + k * n + i] *= scale;
        }
        double length = divide(k);
        if (w[lengths + k] < SHORT) {
            length *= separate(k);
            length *= separate(k); // for the rounding of the first time
        }
        return Math.scalb(length, exponent - Math.getExponent(scale));
    }

    /** Makes row k the unit vector that depends least on the rows before it, less what depends on them. */
    private void complete(int k) {
        int x = rows + k * n;
        int unit = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int l = 0; l < k; l++) {
                sum += w[rows + l * n + i] * w[rows + l * n + i];
            }
            unit = sum < least ? i : unit;
            least = Math.min(sum, least);
        }
        Arrays.fill(w, x, x + n, 0);
        w[x + unit] = 1;
        separate(k);
        separate(k);
    }

    /** Makes row k a unit vector of what does not depend on the rows before it. Returns how long that was. */
    private double separate(int k) {
        int x = rows + k * n;
        for (int l = 0; l < k; l++) {
            int z = rows + l * n;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                dot += w[x + i] * w[z + i];
            }
            for (int i = 0; i < n; i++) {
                w[x + i] -= dot * w[z + i];
            }
        }
        return divide(k);
    }

    /** Divides row k by its length, and returns that. */
    private double divide(int k) {
        int x = rows + k * n;
        double length = Reflections.norm(w, x, n);
        for (int i = 0; i < n; i++) {
            w[x + i] /= length;
        }
        return length;
    }

    /** Writes the vectors of value k. */
    private void write(int k, double[] y, int yAt) {
        System.arraycopy(w, turns + k * n, w, column, n);
        Arrays.fill(w, column + n, column + m, 0);
        Reflections.apply(false, m, n, w, 0, w, column);
        int largest = 0;
        for (int i = 1; i < m; i++) {
            largest = Math.abs(w[column + i]) > Math.abs(w[column + largest]) ? i : largest;
        }
        double sign = w[column + largest] < 0 ? -1 : 1;
        for (int i = 0; i < m; i++) {
            y[yAt + i * n + k] = sign * w[column + i];
        }
        for (int j = 0; j < n; j++) {
            y[yAt + (m + 1 + k) * n + (int) w[order + j]] = sign * w[rows + k * n + j];
        }
    }
}
