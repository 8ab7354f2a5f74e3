package dev.wengert.kernel;

import java.util.Arrays;

/** Loops that move rows and elements. Indices and labels are whole numbers held in doubles; the caller has checked their range. */
public final class Rows {

    /** Number of columns written together: a cache line holds eight doubles. */
    public static final int COLUMNS = 8;

    private Rows() {}

    /** Row l of y is row {@code index[l]} of x, for {@code 0 ≤ l < k}. */
    public static void gather(double[] x, double[] index, double[] y, int k, int width) {
        for (int l = 0; l < k; l++) {
            System.arraycopy(x, (int) index[l] * width, y, l * width, width);
        }
    }

    /** Adds row l of u to row {@code index[l]} of y, for l = 0, 1, …, k − 1. */
    public static void addRows(double[] u, double[] index, double[] y, int k, int width) {
        for (int l = 0; l < k; l++) {
            Reductions.addTo(u, l * width, y, (int) index[l] * width, width);
        }
    }

    /** Row l of y, q entries long, is 1 at {@code labels[l]} and 0 elsewhere, for {@code 0 ≤ l < n}. */
    public static void oneHot(double[] labels, double[] y, int n, int q) {
        Arrays.fill(y, 0, n * q, 0.0);
        for (int l = 0; l < n; l++) {
            y[l * q + (int) labels[l]] = 1.0;
        }
    }

    /** Columns {@code first, …, first + count − 1} of y, which has rows of the given width, are x[from], …, x[from + count − 1]. */
    public static void setColumns(double[][] x, int from, int count, double[] y, int width, int first, int rows) {
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < count; c++) {
                y[row * width + first + c] = x[from + c][row];
            }
        }
    }

    /** y[k + l] = x[i + l·di]. */
    public static void copyStrided(double[] x, int i, int di, double[] y, int k, int n) {
        if (di == 1) {
            System.arraycopy(x, i, y, k, n);
            return;
        }
        for (int l = 0; l < n; l++) {
            y[k + l] = x[i + l * di];
        }
    }

    /**
     * y[l] = x[(from + l)/run mod m] for {@code 0 ≤ l < n}: the m elements of x, each {@code run} times in succession, and again from the
     * first on; {@code from} of them are left out.
     */
    public static void repeat(double[] x, int m, int run, int from, double[] y, int n) {
        int i = from / run % m;
        if (run == 1) {
            cycle(x, m, i, y, n);
            return;
        }
        int l = Math.min(run - from % run, n);
        Arrays.fill(y, 0, l, x[i]);
        while (l < n) {
            i = i + 1 == m ? 0 : i + 1;
            int whole = run > COLUMNS ? 0 : Math.min((n - l) / run, m - i);
            if (whole == 0) {
                int end = Math.min(l + run, n);
                Arrays.fill(y, l, end, x[i]);
                l = end;
                continue;
            }
            for (int j = 0; j < run; j++) {
                spread(x, i, y, l + j, run, whole);
            }
            l += whole * run;
            i += whole - 1;
        }
    }

    /** y[k + l·dk] = x[i + l]. */
    private static void spread(double[] x, int i, double[] y, int k, int dk, int n) {
        for (int l = 0; l < n; l++) {
            y[k + l * dk] = x[i + l];
        }
    }

    /** y[l] = x[(i + l) mod m]: what is there already is copied, twice as much each time. */
    private static void cycle(double[] x, int m, int i, double[] y, int n) {
        int l = Math.min(m - i, n);
        System.arraycopy(x, i, y, 0, l);
        int first = Math.min(i, n - l);
        System.arraycopy(x, 0, y, l, first);
        for (l += first; l < n; l += Math.min(l, n - l)) {
            System.arraycopy(y, 0, y, l, Math.min(l, n - l));
        }
    }

    /** The rows of y from k on are the rows of x from k on in the opposite order. */
    public static void reverse(double[] x, double[] y, int k, int rows, int width) {
        if (width == 1) {
            for (int l = 0; l < rows; l++) {
                y[k + rows - 1 - l] = x[k + l];
            }
            return;
        }
        for (int l = 0; l < rows; l++) {
            System.arraycopy(x, k + l * width, y, k + (rows - 1 - l) * width, width);
        }
    }

    /** Element (j, w) of y, of k rows, is element (index(j, w), w) of x, which starts at {@code i}; y and the index start at {@code l}. */
    public static void takeAlong(double[] x, int i, double[] index, double[] y, int l, int k, int width) {
        for (int j = l; j < l + k * width; j += width) {
            for (int w = 0; w < width; w++) {
                y[j + w] = x[i + (int) index[j + w] * width + w];
            }
        }
    }

    /** Adds element (j, w) of x, of k rows, to element (index(j, w), w) of y, which starts at {@code i}; x and the index start at {@code l}. */
    public static void addAlong(double[] x, double[] index, int l, double[] y, int i, int k, int width) {
        for (int j = l; j < l + k * width; j += width) {
            for (int w = 0; w < width; w++) {
                y[i + (int) index[j + w] * width + w] += x[j + w];
            }
        }
    }
}
