package dev.wengert.kernel;

import java.util.Arrays;

/**
 * The factors {@code A = QR} of an m×n matrix with {@code m ≥ n}, by Householder's reflections (P. Businger and G. H. Golub, 1965).
 *
 * <p>They are kept as n vectors of reflections, of m numbers each, n factors of theirs, and the triangle R, n×n.
 */
public final class Reflections {

    private Reflections() {}

    /** The number of numbers in the factors. */
    public static int size(int m, int n) {
        return n * (m + 1 + n);
    }

    /**
     * Writes the factors of a matrix.
     *
     * @param a the matrix, row by row from aAt on
     * @param f takes the factors from at on
     */
    public static void factor(int m, int n, double[] a, int aAt, double[] f, int at) {
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < m; i++) {
                f[at + k * m + i] = a[aAt + i * n + k];
            }
        }
        for (int k = 0; k < n; k++) {
            step(m, n, f, at, k);
        }
    }

    /**
     * Replaces the columns of a matrix by the factors of one with the columns in another order: each is the longest of those that are left,
     * less what depends on those before it.
     *
     * @param f the columns behind each other, from at on
     * @param order takes from orderAt on which column stands where
     */
    static void factorInOrder(int m, int n, double[] f, int at, double[] order, int orderAt) {
        int r = at + n * m + n;
        for (int k = 0; k < n; k++) {
            order[orderAt + k] = k;
        }
        for (int k = 0; k < n; k++) {
            int longest = k;
            double most = -1;
            for (int j = k; j < n; j++) {
                double length = norm(f, at + j * m + k, m - k);
                longest = length > most ? j : longest;
                most = Math.max(length, most);
            }
            exchange(m, 1, f, at + k * m, at + longest * m);
            exchange(k, n, f, r + k, r + longest);
            exchange(1, 1, order, orderAt + k, orderAt + longest);
            step(m, n, f, at, k);
        }
    }

    /** Exchanges n elements at i, step by step, with those at j. */
    static void exchange(int n, int step, double[] x, int i, int j) {
        for (int k = 0; k < n && i != j; k++) {
            double v = x[i + k * step];
            x[i + k * step] = x[j + k * step];
            x[j + k * step] = v;
        }
    }

    /** Makes column k a vector of reflection, reflects the columns behind it, and writes row k of R. */
    private static void step(int m, int n, double[] f, int at, int k) {
        int column = at + k * m;
        int factors = at + n * m;
        int r = factors + n;
        int exponent = Math.getExponent(largest(f, column + k, m - k));
        for (int i = k; i < m; i++) {
            f[column + i] = Math.scalb(f[column + i], -exponent); // the smallest numbers have few digits
        }
        double norm = norm(f, column + k, m - k);
        double head = f[column + k];
        double pivot = head > 0 ? -norm : norm;
        f[factors + k] = norm == 0 ? 0 : (pivot - head) / pivot;
        for (int i = k + 1; i < m; i++) {
            f[column + i] = norm == 0 ? 0 : f[column + i] / (head - pivot);
        }
        f[column + k] = 1;
        for (int j = k + 1; j < n; j++) {
            reflect(m, k, f, column, f[factors + k], f, at + j * m);
        }
        for (int j = 0; j < n; j++) {
            f[r + k * n + j] = j < k ? 0 : j == k ? Math.scalb(pivot, exponent) : f[at + j * m + k];
        }
    }

    /** The size of the largest element; NaN if one is NaN. */
    static double largest(double[] x, int at, int n) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(x[at + i]));
        }
        return largest;
    }

    /** The Euclidean norm, without overflow and underflow. */
    static double norm(double[] x, int at, int n) {
        double largest = largest(x, at, n);
        if (largest == 0 || !(largest <= Double.MAX_VALUE)) {
            return largest;
        }
        double scale = Math.scalb(1.0, Math.max(-1022, Math.min(1022, -Math.getExponent(largest))));
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double v = x[at + i] * scale;
            sum += v * v;
        }
        return Math.sqrt(sum) / scale;
    }

    /** Reflects y by the vector v from element k on. */
    private static void reflect(int m, int k, double[] v, int vAt, double factor, double[] y, int yAt) {
        double dot = 0;
        for (int i = k; i < m; i++) {
            dot += v[vAt + i] * y[yAt + i];
        }
        double t = factor * dot;
        for (int i = k; i < m; i++) {
            y[yAt + i] -= t * v[vAt + i];
        }
    }

    /** Replaces y, of m elements, by {@code Qᵀy}, or by {@code Qy}, where Q is m×m. */
    static void apply(boolean transposed, int m, int n, double[] f, int at, double[] y, int yAt) {
        for (int step = 0; step < n; step++) {
            int k = transposed ? step : n - 1 - step;
            reflect(m, k, f, at + k * m, f[at + n * m + k], y, yAt);
        }
    }

    /** The first column that depends on those before it, up to rounding; or −1. */
    public static int dependent(int m, int n, double[] f, int at) {
        return dependentColumn(m, n, f, at + n * m + n);
    }

    /** The same, for the triangle R of an m×n matrix. */
    public static int dependentColumn(int m, int n, double[] r, int at) {
        for (int k = 0; k < n; k++) {
            double largest = 0;
            for (int i = 0; i <= k; i++) {
                largest = Math.max(largest, Math.abs(r[at + i * n + k]));
            }
            if (Math.abs(r[at + k * n + k]) <= m * 0x1p-52 * largest) {
                return k;
            }
        }
        return -1;
    }

    /** The number of numbers that {@link #qr} needs as scratch. */
    public static int workLength(int m, int n) {
        return size(m, n) + m;
    }

    /**
     * Writes the first n columns of Q, m×n, and behind them R, n×n, whose diagonal is not negative. All are NaN if an element is not finite.
     *
     * @param a the matrix, row by row from aAt on
     * @param y takes {@code (m + n)·n} numbers from yAt on
     */
    public static void qr(int m, int n, double[] a, int aAt, double[] y, int yAt, double[] work) {
        if (!(largest(a, aAt, m * n) <= Double.MAX_VALUE)) {
            Arrays.fill(y, yAt, yAt + (m + n) * n, Double.NaN);
            return;
        }
        factor(m, n, a, aAt, work, 0);
        int r = n * m + n;
        int column = size(m, n);
        for (int k = 0; k < n; k++) {
            double sign = work[r + k * n + k] < 0 ? -1 : 1;
            Arrays.fill(work, column, column + m, 0);
            work[column + k] = sign;
            apply(false, m, n, work, 0, work, column);
            for (int i = 0; i < m; i++) {
                y[yAt + i * n + k] = work[column + i];
            }
            for (int j = 0; j < n; j++) {
                y[yAt + (m + k) * n + j] = j < k ? 0 : sign * work[r + k * n + j];
            }
        }
    }
}
