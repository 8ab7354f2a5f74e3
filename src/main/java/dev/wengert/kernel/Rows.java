package dev.wengert.kernel;

import java.util.Arrays;

/**
 * Moves rows and elements about without changing them. Indices and labels are whole numbers held in doubles; the caller
 * has checked their range.
 */
public final class Rows {

    private Rows() {}

    /** Row l of y is row {@code index[l]} of x, for {@code 0 ≤ l < k}. */
    public static void gather(double[] x, double[] index, double[] y, int k, int width) {
        for (int l = 0; l < k; l++) {
            System.arraycopy(x, (int) index[l] * width, y, l * width, width);
        }
    }

    /** Sets y to zero, all its length, then adds row l of u to its row {@code index[l]} for l = 0, 1, …, k − 1. */
    public static void scatterAdd(double[] u, double[] index, double[] y, int k, int width) {
        Arrays.fill(y, 0.0);
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

    /** y[k + l] = x[i + l·di]. */
    public static void copyStrided(double[] x, int i, int di, double[] y, int k, int n) {
        for (int l = 0; l < n; l++) {
            y[k + l] = x[i + l * di];
        }
    }
}
