package dev.wengert.kernel;

/**
 * Least squares by {@link Reflections}, with the refinement of Å. Björck (1967): the residuals of the equations {@code r + Ax = b, Aᵀr = 0}
 * are computed in two doubles and solved for again. So a solution is nearly as accurate as the elements of the matrix allow.
 */
public final class LeastSquares {

    private static final int REFINEMENTS = 4;

    private LeastSquares() {}

    /** The number of numbers that {@link #solve} needs as scratch. */
    public static int workLength(int m, int n) {
        return 4 * m + 3 * n;
    }

    /** Replaces x by {@code R⁻¹x}, or by {@code R⁻ᵀx}. */
    private static void triangle(boolean transposed, int n, double[] f, int r, double[] x, int at) {
        for (int step = 0; step < n; step++) {
            int i = transposed ? step : n - 1 - step;
            double rest = x[at + i];
            for (int s = 0; s < step; s++) {
                int k = transposed ? s : n - 1 - s;
                rest -= f[r + (transposed ? k * n + i : i * n + k)] * x[at + k];
            }
            x[at + i] = rest / f[r + i * n + i];
        }
    }

    /** Replaces each column of y, which is n×q, by {@code (AᵀA)⁻¹y}. */
    public static void normal(int m, int n, int q, double[] f, int at, double[] y, int yAt, double[] work) {
        int r = at + n * m + n;
        for (int c = 0; c < q; c++) {
            gather(n, y, yAt + c, q, work, 0);
            triangle(true, n, f, r, work, 0);
            triangle(false, n, f, r, work, 0);
            for (int i = 0; i < n; i++) {
                y[yAt + i * q + c] = work[i];
            }
        }
    }

    private static void gather(int n, double[] x, int at, int step, double[] y, int to) {
        for (int i = 0; i < n; i++) {
            y[to + i] = x[at + i * step];
        }
    }

    /**
     * Writes the x with the least {@code ‖Ax − b‖}, for each column of b.
     *
     * @param a the matrix, m×n
     * @param f its factors
     * @param b the right sides, m×q
     * @param x takes the solutions, n×q
     */
    public static void solve(
            int m,
            int n,
            int q,
            double[] a,
            int aAt,
            double[] f,
            int at,
            double[] b,
            int bAt,
            double[] x,
            int xAt,
            double[] work) {
        int right = 0; // b, then r, f of the refinement, then x and its corrections
        int residual = m;
        int first = 2 * m;
        int solution = 4 * m;
        int second = solution + n;
        for (int c = 0; c < q; c++) {
            gather(m, b, bAt + c, q, work, right);
            System.arraycopy(work, right, work, residual, m);
            Reflections.apply(true, m, n, f, at, work, residual);
            for (int i = 0; i < n; i++) {
                work[solution + i] = work[residual + i];
                work[residual + i] = 0;
            }
            triangle(false, n, f, at + n * m + n, work, solution);
            Reflections.apply(false, m, n, f, at, work, residual);
            double before = Double.POSITIVE_INFINITY;
            for (int k = 0; k < REFINEMENTS; k++) {
                residuals(m, n, a, aAt, work, right, residual, solution, first, second);
                double change = correct(m, n, f, at, work, residual, solution, first, second, before);
                if (!(change <= 0.5 * before) || change == 0) {
                    break;
                }
                before = change;
            }
            for (int i = 0; i < n; i++) {
                x[xAt + i * q + c] = work[solution + i];
            }
        }
    }

    /** Writes {@code b − r − Ax} and {@code −Aᵀr}, summed in two doubles. */
    private static void residuals(
            int m,
            int n,
            double[] a,
            int aAt,
            double[] w,
            int right,
            int residual,
            int solution,
            int first,
            int second) {
        for (int i = 0; i < m; i++) {
            double high = w[right + i];
            double low = 0;
            for (int k = -1; k < n; k++) {
                double u = k < 0 ? 1 : a[aAt + i * n + k];
                double v = k < 0 ? -w[residual + i] : -w[solution + k];
                double p = u * v;
                double sum = high + p;
                double part = sum - high;
                low += (high - (sum - part)) + (p - part) + Fma.of(u, v, -p);
                high = sum;
            }
            w[first + i] = high + low;
        }
        for (int k = 0; k < n; k++) {
            double high = 0;
            double low = 0;
            for (int i = 0; i < m; i++) {
                double u = a[aAt + i * n + k];
                double v = -w[residual + i];
                double p = u * v;
                double sum = high + p;
                double part = sum - high;
                low += (high - (sum - part)) + (p - part) + Fma.of(u, v, -p);
                high = sum;
            }
            w[second + k] = high + low;
        }
    }

    /** Adds corrections of x and r, unless that of x is not half of the one before. Returns its size beside x. */
    private static double correct(
            int m,
            int n,
            double[] f,
            int at,
            double[] w,
            int residual,
            int solution,
            int first,
            int second,
            double before) {
        int r = at + n * m + n;
        int inner = second + n;
        triangle(true, n, f, r, w, second);
        Reflections.apply(true, m, n, f, at, w, first);
        double largest = 0;
        double change = 0;
        for (int i = 0; i < n; i++) {
            w[inner + i] = w[first + i] - w[second + i];
            w[first + i] = w[second + i];
        }
        triangle(false, n, f, r, w, inner);
        Reflections.apply(false, m, n, f, at, w, first);
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(w[solution + i]));
            change = Math.max(change, Math.abs(w[inner + i]));
        }
        double size = largest == 0 ? change : change / largest;
        if (size <= 0.5 * before) {
            for (int i = 0; i < n; i++) {
                w[solution + i] += w[inner + i];
            }
            for (int i = 0; i < m; i++) {
                w[residual + i] += w[first + i];
            }
        }
        return size;
    }
}
