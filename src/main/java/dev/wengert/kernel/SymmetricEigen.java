package dev.wengert.kernel;

import java.util.Arrays;

/** Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations (H. Rutishauser, 1966). They are orthogonal to rounding. */
public final class SymmetricEigen {

    /** Six to ten suffice. */
    private static final int MOST_SWEEPS = 64;

    private SymmetricEigen() {}

    /** The number of numbers that {@link #decompose} needs as scratch. */
    public static int workLength(int n) {
        return 2 * n * n;
    }

    /**
     * Writes the eigenvalues of {@code (A + Aᵀ)/2} in ascending order, and behind them the matrix whose columns are their vectors. The largest
     * element of a vector, the first of equal ones, is positive. All are NaN if an element is not finite.
     *
     * @param a the matrix, row by row from aAt on
     * @param y takes n values and n×n elements from yAt on
     */
    public static void decompose(int n, double[] a, int aAt, double[] y, int yAt, double[] work) {
        int vectors = n * n; // as rows
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double mean = 0.5 * a[aAt + i * n + j] + 0.5 * a[aAt + j * n + i];
                work[i * n + j] = mean;
                work[vectors + i * n + j] = i == j ? 1 : 0;
                sum += mean * 0;
            }
        }
        if (sum != 0) {
            Arrays.fill(y, yAt, yAt + n + n * n, Double.NaN);
            return;
        }
        boolean rotated = true;
        for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
            rotated = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    rotated |= rotate(n, work, vectors, p, q);
                }
            }
        }
        for (int k = 0; k < n; k++) {
            int least = k;
            for (int i = k + 1; i < n; i++) {
                least = work[i * n + i] < work[least * n + least] ? i : least;
            }
            double value = work[least * n + least];
            work[least * n + least] = work[k * n + k];
            work[k * n + k] = value;
            y[yAt + k] = value;
            int largest = 0;
            for (int i = 0; i < n; i++) {
                double v = work[vectors + least * n + i];
                work[vectors + least * n + i] = work[vectors + k * n + i];
                work[vectors + k * n + i] = v;
            }
            for (int i = 1; i < n; i++) {
                boolean larger = Math.abs(work[vectors + k * n + i]) > Math.abs(work[vectors + k * n + largest]);
                largest = larger ? i : largest;
            }
            double sign = work[vectors + k * n + largest] < 0 ? -1 : 1;
            for (int i = 0; i < n; i++) {
                y[yAt + n + i * n + k] = sign * work[vectors + k * n + i];
            }
        }
    }

    /** Makes an element off the diagonal 0, unless it is below the rounding of both elements on the diagonal. */
    private static boolean rotate(int n, double[] w, int vectors, int p, int q) {
        double off = w[p * n + q];
        double a = w[p * n + p];
        double b = w[q * n + q];
        if (Math.abs(off) <= 0x1p-54 * Math.min(Math.abs(a), Math.abs(b)) || off == 0) {
            return false;
        }
        double theta = 0.5 * (b - a) / off;
        double t = Math.abs(theta) > 0x1p500
                ? 0.5 / theta
                : Math.copySign(1.0, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1.0));
        double c = 1.0 / Math.sqrt(t * t + 1.0);
        double s = t * c;
        for (int k = 0; k < n; k++) {
            double x = w[p * n + k];
            double y = w[q * n + k];
            w[p * n + k] = c * x - s * y;
            w[q * n + k] = s * x + c * y;
        }
        for (int k = 0; k < n; k++) {
            double x = w[k * n + p];
            double y = w[k * n + q];
            w[k * n + p] = c * x - s * y;
            w[k * n + q] = s * x + c * y;
        }
        w[p * n + p] = a - t * off;
        w[q * n + q] = b + t * off;
        w[p * n + q] = 0;
        w[q * n + p] = 0;
        for (int k = 0; k < n; k++) {
            double x = w[vectors + p * n + k];
            double y = w[vectors + q * n + k];
            w[vectors + p * n + k] = c * x - s * y;
            w[vectors + q * n + k] = s * x + c * y;
        }
        return true;
    }
}
