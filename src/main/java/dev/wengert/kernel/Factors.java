package dev.wengert.kernel;

import java.util.Arrays;

/**
 * Factorisations of a matrix and solutions with triangles, block by block: most of the work is done by {@link MatrixProduct}. So the bits
 * are the same on every machine and for any number of threads.
 *
 * <p>Matrices are n×n, row by row. Scratch arrays are those of {@link #workLengths}.
 */
public final class Factors {

    /** The number of columns or rows of a block. */
    private static final int BLOCK = 32;

    private Factors() {}

    /** Returns the lengths of the scratch arrays for matrices of n rows, with q columns on the right. */
    public static int[] workLengths(int n, int q) {
        if (n <= BLOCK) {
            return new int[] {n * Math.min(n, BLOCK), 0};
        }
        int most = Math.max(n, q);
        int[] product = MatrixProduct.workLengths(most, most, most);
        int[] lengths = Arrays.copyOf(product, MatrixProduct.MOST_WORK + 2);
        lengths[MatrixProduct.MOST_WORK] = n * BLOCK;
        lengths[MatrixProduct.MOST_WORK + 1] = n * most;
        return lengths;
    }

    private static double[] panel(int n, double[][] work) {
        return work[n <= BLOCK ? 0 : MatrixProduct.MOST_WORK];
    }

    private static double[] product(double[][] work) {
        return work[MatrixProduct.MOST_WORK + 1];
    }

    /**
     * Writes the lower triangle L of {@code LLᵀ = (A + Aᵀ)/2} to l from {@code at} on, and zeros above it.
     *
     * @return the first row whose pivot is not positive, with the pivot in the diagonal of l; or −1
     */
    public static int cholesky(int n, double[] a, double[] l, int at, double[][] work) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double mean = 0.5 * a[at + i * n + j] + 0.5 * a[at + j * n + i];
                l[at + i * n + j] = i == j ? a[at + i * n + j] : mean;
            }
            Arrays.fill(l, at + i * n + i + 1, at + (i + 1) * n, 0);
        }
        double[] panel = panel(n, work);
        for (int from = 0; from < n; from += BLOCK) {
            int rows = n - from;
            int columns = Math.min(BLOCK, rows);
            int corner = at + from * n;
            if (from > 0) {
                double[] product = product(work);
                MatrixProduct.multiply(rows, from, columns, l, corner, n, 1, l, corner, 1, n, product, 0, work);
                subtract(rows, columns, product, l, corner + from, n);
            }
            for (int c = 0; c < columns; c++) {
                for (int i = c; i < rows; i++) {
                    panel[c * rows + i] = l[corner + from + i * n + c];
                }
            }
            for (int c = 0; c < columns; c++) {
                subtract(c, panel, c, rows, panel, c, rows, c * rows + c, rows - c);
                double pivot = panel[c * rows + c];
                if (pivot <= 0) {
                    l[corner + from + c * n + c] = pivot;
                    return from + c;
                }
                double root = Math.sqrt(pivot);
                for (int i = c; i < rows; i++) {
                    panel[c * rows + i] = i == c ? root : panel[c * rows + i] / root;
                }
            }
            for (int c = 0; c < columns; c++) {
                for (int i = 0; i < rows; i++) {
                    l[corner + from + i * n + c] = i < c ? 0 : panel[c * rows + i];
                }
            }
        }
        return -1;
    }

    /** Subtracts {@code factor·x} from y. */
    private static void subtract(int n, double factor, double[] x, int i, double[] y, int j) {
        for (int k = 0; k < n; k++) {
            y[j + k] -= factor * x[i + k];
        }
    }

    /**
     * Subtracts products of factors with rows of x from another row of x, one after the other, four in a pass.
     *
     * @param count how many rows are subtracted
     * @param at where the first factor is, with {@code step} from one to the next
     * @param i where the first row is, with {@code row} from one to the next
     * @param j where the row is from which they are subtracted
     * @param n the length of a row
     */
    private static void subtract(
            int count, double[] factors, int at, int step, double[] x, int i, int row, int j, int n) {
        int s = 0;
        for (; s + 4 <= count; s += 4) {
            int f = at + s * step;
            double f0 = factors[f];
            double f1 = factors[f + step];
            double f2 = factors[f + 2 * step];
            double f3 = factors[f + 3 * step];
            int i0 = i + s * row;
            int i1 = i0 + row;
            int i2 = i1 + row;
            int i3 = i2 + row;
            for (int k = 0; k < n; k++) {
                x[j + k] = x[j + k] - f0 * x[i0 + k] - f1 * x[i1 + k] - f2 * x[i2 + k] - f3 * x[i3 + k];
            }
        }
        for (; s < count; s++) {
            subtract(n, factors[at + s * step], x, i + s * row, x, j);
        }
    }

    /** Subtracts a product from a part of a matrix. */
    private static void subtract(int rows, int columns, double[] product, double[] y, int at, int row) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                y[at + i * row + j] -= product[i * columns + j];
            }
        }
    }

    /**
     * Solves {@code TX = B} or {@code TᵀX = B} in place of B, for a triangle T of which the other elements are not read.
     *
     * @param upper whether T is the upper triangle
     * @param transposed whether the equation has Tᵀ
     * @param unit whether the diagonal is 1, and not read
     * @param q the number of columns of B
     * @return the first row whose diagonal element is 0; or −1
     */
    public static int triangular(
            boolean upper,
            boolean transposed,
            boolean unit,
            int n,
            int q,
            double[] t,
            int tAt,
            double[] x,
            int xAt,
            double[][] work) {
        for (int i = 0; i < n && !unit; i++) {
            if (t[tAt + i * n + i] == 0) {
                return i;
            }
        }
        int row = transposed ? 1 : n;
        int column = transposed ? n : 1;
        boolean forward = upper == transposed;
        for (int done = 0; done < n; done += BLOCK) {
            int rows = Math.min(BLOCK, n - done);
            int from = forward ? done : n - done - rows;
            int known = forward ? 0 : from + rows;
            if (done > 0) {
                double[] product = product(work);
                int e = tAt + from * row + known * column;
                MatrixProduct.multiply(rows, done, q, t, e, row, column, x, xAt + known * q, q, 1, product, 0, work);
                subtract(rows, q, product, x, xAt + from * q, q);
            }
            for (int step = 0; step < rows; step++) {
                int i = forward ? from + step : from + rows - 1 - step;
                int k = forward ? from : from + rows - 1;
                int next = forward ? 1 : -1;
                int f = tAt + i * row + k * column;
                subtract(step, t, f, next * column, x, xAt + k * q, next * q, xAt + i * q, q);
                double pivot = unit ? 1 : t[tAt + i * n + i];
                for (int j = 0; j < q && !unit; j++) {
                    x[xAt + i * q + j] /= pivot;
                }
            }
        }
        return -1;
    }

    /**
     * Replaces A by L below the diagonal and U on and above it, where {@code PA = LU}. Row i of PA is chosen for its largest element, the first
     * of equal ones.
     *
     * @param a the matrix, from {@code at} on; behind it n numbers are written: with which row each row was exchanged
     */
    public static void lu(int n, double[] a, int at, double[][] work) {
        int order = at + n * n;
        for (int from = 0; from < n; from += BLOCK) {
            int to = Math.min(n, from + BLOCK);
            for (int c = from; c < to; c++) {
                int pivot = pivot(n, a, at, c);
                a[order + c] = pivot;
                exchange(n, a, at + c * n, at + pivot * n);
                double p = a[at + c * n + c];
                for (int i = c + 1; i < n && p != 0; i++) {
                    double factor = a[at + i * n + c] / p;
                    a[at + i * n + c] = factor;
                    subtract(to - c - 1, factor, a, at + c * n + c + 1, a, at + i * n + c + 1);
                }
            }
            if (to < n) {
                for (int i = from; i < to; i++) {
                    int x = at + from * n + to;
                    subtract(i - from, a, at + i * n + from, 1, a, x, n, at + i * n + to, n - to);
                }
                int rest = n - to;
                double[] product = product(work);
                int l = at + to * n + from;
                int u = at + from * n + to;
                MatrixProduct.multiply(rest, to - from, rest, a, l, n, 1, a, u, n, 1, product, 0, work);
                subtract(rest, rest, product, a, at + to * n + to, n);
            }
        }
    }

    private static int pivot(int n, double[] a, int at, int c) {
        int pivot = c;
        for (int i = c + 1; i < n; i++) {
            if (Math.abs(a[at + i * n + c]) > Math.abs(a[at + pivot * n + c])) {
                pivot = i;
            }
        }
        return pivot;
    }

    private static void exchange(int n, double[] a, int i, int j) {
        for (int k = 0; k < n && i != j; k++) {
            double v = a[i + k];
            a[i + k] = a[j + k];
            a[j + k] = v;
        }
    }

    /** The first row of factors by {@link #lu} whose pivot is 0; or −1. */
    public static int singular(int n, double[] lu, int at) {
        for (int i = 0; i < n; i++) {
            if (lu[at + i * n + i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Solves {@code AX = B} or {@code AᵀX = B} in place of B, by factors of A. */
    public static void solve(
            boolean transposed, int n, int q, double[] lu, int at, double[] x, int xAt, double[][] work) {
        int order = at + n * n;
        if (transposed) {
            triangular(true, true, false, n, q, lu, at, x, xAt, work);
            triangular(false, true, true, n, q, lu, at, x, xAt, work);
            for (int i = n - 1; i >= 0; i--) {
                exchange(q, x, xAt + i * q, xAt + (int) lu[order + i] * q);
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            exchange(q, x, xAt + i * q, xAt + (int) lu[order + i] * q);
        }
        triangular(false, false, true, n, q, lu, at, x, xAt, work);
        triangular(true, false, false, n, q, lu, at, x, xAt, work);
    }

    /** The logarithm of the size of the determinant, by factors. */
    public static double logDet(int n, double[] lu, int at) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Elementary.log(Math.abs(lu[at + i * n + i]));
        }
        return sum;
    }

    /** The determinant, by factors. It overflows or underflows only if it is that large or small itself. */
    public static double det(int n, double[] lu, int at) {
        double mantissa = 1;
        int exponent = 0;
        for (int i = 0; i < n; i++) {
            double p = lu[at + i * n + i];
            if (p == 0 || !(Math.abs(p) <= Double.MAX_VALUE)) {
                return p == 0 ? 0 : p * mantissa;
            }
            int e = Math.getExponent(p);
            mantissa *= Math.scalb((int) lu[at + n * n + i] == i ? p : -p, -e);
            exponent += e;
            int excess = Math.getExponent(mantissa);
            mantissa = Math.scalb(mantissa, -excess);
            exponent += excess;
        }
        return Math.scalb(mantissa, Math.max(-3000, Math.min(3000, exponent)));
    }
}
