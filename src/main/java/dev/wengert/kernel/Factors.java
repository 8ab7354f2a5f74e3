package dev.wengert.kernel;

import java.util.Arrays;

/**
 * Factorisations of a matrix and solutions with triangles, each by two of half the size: most of the work is done by products that
 * {@link MatrixProduct} subtracts. So the bits are the same on every machine and for any number of threads.
 *
 * <p>Matrices are n×n, row by row. Scratch arrays are those of {@link #workLengths}.
 */
public final class Factors {

    /** Up to this many rows or columns are not halved. Each has an array of its own, so that the compiler vectorises the steps. */
    private static final int BLOCK = 16;

    /** The number of columns that are solved together: 16 rows of them fit into the first-level cache. */
    private static final int WIDTH = 256;

    /** Up to this many rows and columns are transposed together, and squares are computed on both sides of the diagonal. */
    private static final int SQUARE = 64;

    private Factors() {}

    /** Returns the lengths of the scratch arrays for matrices of n rows, with q columns on the right. */
    public static int[] workLengths(int n, int q) {
        int most = Math.max(n, q);
        int rows = rows(n);
        int[] lengths = Arrays.copyOf(
                rows == 0 ? new int[0] : MatrixProduct.workLengths(most, most, most), rows + 1 + Math.min(n, BLOCK));
        lengths[rows] = most;
        Arrays.fill(lengths, rows + 1, lengths.length, Math.max(n, Math.min(q, WIDTH)));
        return lengths;
    }

    /** Where the arrays of rows are in the scratch, behind one for exchanges. */
    private static int rows(int n) {
        return n <= BLOCK ? 0 : MatrixProduct.MOST_WORK;
    }

    /** The size of the first half. */
    private static int half(int n) {
        return (n / BLOCK + 1) / 2 * BLOCK;
    }

    /**
     * Writes the lower triangle L of {@code LLᵀ = (A + Aᵀ)/2} to l from {@code at} on, and zeros above it.
     *
     * @return the first row whose pivot is not positive, with the pivot in the diagonal of l; or −1
     */
    public static int cholesky(int n, double[] a, double[] l, int at, double[][] work) {
        for (int top = 0; top < n; top += SQUARE) {
            for (int left = top; left < n; left += SQUARE) {
                for (int i = top; i < Math.min(n, top + SQUARE); i++) {
                    for (int j = Math.max(i, left); j < Math.min(n, left + SQUARE); j++) {
                        double mean = 0.5 * a[at + i * n + j] + 0.5 * a[at + j * n + i];
                        l[at + i * n + j] = i == j ? a[at + i * n + j] : mean;
                    }
                }
            }
        }
        int row = cholesky(0, n, n, l, at, rows(n) + 1, work);
        for (int top = 0; top < n && row < 0; top += SQUARE) {
            for (int left = top; left < n; left += SQUARE) {
                for (int i = top; i < Math.min(n, top + SQUARE); i++) {
                    for (int j = Math.max(i + 1, left); j < Math.min(n, left + SQUARE); j++) {
                        l[at + j * n + i] = l[at + i * n + j];
                        l[at + i * n + j] = 0;
                    }
                }
            }
        }
        return row;
    }

    /** Replaces a part of the upper triangle along the diagonal by Lᵀ; what is below the diagonal is undefined. */
    private static int cholesky(int from, int count, int n, double[] u, int at, int rows, double[][] work) {
        int corner = at + from * n + from;
        if (count > BLOCK) {
            int half = half(count);
            int rest = count - half;
            int right = corner + half;
            int row = cholesky(from, half, n, u, at, rows, work);
            if (row < 0) {
                solve(true, false, half, rest, u, corner, 1, n, u, right, n, rows, work);
                subtractSquare(rest, half, n, u, right, right + half * n, work);
                row = cholesky(from + half, rest, n, u, at, rows, work);
            }
            return row;
        }
        for (int i = 0; i < count; i++) {
            double[] row = work[rows + i];
            int diagonal = corner + i * n + i;
            System.arraycopy(u, diagonal, row, i, count - i);
            subtract(i, u, corner + i, n, work, rows, row, i, count);
            double pivot = row[i];
            if (pivot <= 0) {
                u[diagonal] = pivot;
                return from + i;
            }
            row[i] = Math.sqrt(pivot);
            divide(row, i + 1, count, row[i]);
            System.arraycopy(row, i, u, diagonal, count - i);
        }
        return -1;
    }

    /** Subtracts MᵀM from a square of the same matrix, on and above its diagonal, where M is m×n; what is below is undefined. */
    private static void subtractSquare(int n, int m, int row, double[] u, int x, int y, double[][] work) {
        if (n <= SQUARE) {
            MatrixProduct.subtract(n, m, n, u, x, 1, row, u, x, row, 1, u, y, row, work);
            return;
        }
        int half = half(n);
        subtractSquare(half, m, row, u, x, y, work);
        MatrixProduct.subtract(half, m, n - half, u, x, 1, row, u, x + half, row, 1, u, y + half, row, work);
        subtractSquare(n - half, m, row, u, x + half, y + half * row + half, work);
    }

    /**
     * Subtracts products of factors with rows from another row, one after the other, four in a pass.
     *
     * @param count how many rows are subtracted
     * @param at where the first factor is, with {@code step} from one to the next
     * @param rows where the first row is in the scratch
     * @param y the row from whose elements {@code from} to {@code to} they are subtracted
     */
    private static void subtract(
            int count, double[] factors, int at, int step, double[][] work, int rows, double[] y, int from, int to) {
        int s = 0;
        for (; s + 4 <= count; s += 4) {
            int f = at + s * step;
            subtract(
                    factors[f],
                    work[rows + s],
                    factors[f + step],
                    work[rows + s + 1],
                    factors[f + 2 * step],
                    work[rows + s + 2],
                    factors[f + 3 * step],
                    work[rows + s + 3],
                    y,
                    from,
                    to);
        }
        for (; s < count; s++) {
            subtract(factors[at + s * step], work[rows + s], y, from, to);
        }
    }

    private static void subtract(
            double f0,
            double[] x0,
            double f1,
            double[] x1,
            double f2,
            double[] x2,
            double f3,
            double[] x3,
            double[] y,
            int from,
            int to) {
        for (int k = from; k < to; k++) {
            y[k] = Fma.of(-f3, x3[k], Fma.of(-f2, x2[k], Fma.of(-f1, x1[k], Fma.of(-f0, x0[k], y[k]))));
        }
    }

    private static void subtract(double factor, double[] x, double[] y, int from, int to) {
        for (int k = from; k < to; k++) {
            y[k] = Fma.of(-factor, x[k], y[k]);
        }
    }

    private static void divide(double[] x, int from, int to, double divisor) {
        for (int k = from; k < to; k++) {
            x[k] /= divisor;
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
        int row = unit ? -1 : singular(n, t, tAt);
        if (row < 0) {
            int down = transposed ? 1 : n;
            solve(upper == transposed, unit, n, q, t, tAt, down, n + 1 - down, x, xAt, q, rows(n) + 1, work);
        }
        return row;
    }

    /** Solves with a triangle given by strides, from the first row on, or from the last one. */
    private static void solve(
            boolean forward,
            boolean unit,
            int n,
            int q,
            double[] t,
            int tAt,
            int tRow,
            int tColumn,
            double[] x,
            int xAt,
            int xRow,
            int rows,
            double[][] work) {
        if (n <= BLOCK) {
            for (int left = 0; left < q; left += WIDTH) {
                int width = Math.min(WIDTH, q - left);
                solveBlock(forward, unit, n, width, t, tAt, tRow, tColumn, x, xAt + left, xRow, rows, work);
            }
            return;
        }
        int half = half(n);
        int rest = n - half;
        int corner = tAt + half * (tRow + tColumn);
        int below = xAt + half * xRow;
        if (forward) {
            int e = tAt + half * tRow;
            solve(true, unit, half, q, t, tAt, tRow, tColumn, x, xAt, xRow, rows, work);
            MatrixProduct.subtract(rest, half, q, t, e, tRow, tColumn, x, xAt, xRow, 1, x, below, xRow, work);
            solve(true, unit, rest, q, t, corner, tRow, tColumn, x, below, xRow, rows, work);
        } else {
            int e = tAt + half * tColumn;
            solve(false, unit, rest, q, t, corner, tRow, tColumn, x, below, xRow, rows, work);
            MatrixProduct.subtract(half, rest, q, t, e, tRow, tColumn, x, below, xRow, 1, x, xAt, xRow, work);
            solve(false, unit, half, q, t, tAt, tRow, tColumn, x, xAt, xRow, rows, work);
        }
    }

    private static void solveBlock(
            boolean forward,
            boolean unit,
            int n,
            int width,
            double[] t,
            int tAt,
            int tRow,
            int tColumn,
            double[] x,
            int xAt,
            int xRow,
            int rows,
            double[][] work) {
        int first = forward ? 0 : n - 1;
        int next = forward ? 1 : -1;
        for (int step = 0; step < n; step++) {
            int i = first + step * next;
            double[] row = work[rows + step];
            int f = tAt + i * tRow;
            System.arraycopy(x, xAt + i * xRow, row, 0, width);
            subtract(step, t, f + first * tColumn, next * tColumn, work, rows, row, 0, width);
            if (!unit) {
                divide(row, 0, width, t[f + i * tColumn]);
            }
            System.arraycopy(row, 0, x, xAt + i * xRow, width);
        }
    }

    /**
     * Replaces A by L below the diagonal and U on and above it, where {@code PA = LU}. Row i of PA is chosen for its largest element, the first
     * of equal ones.
     *
     * @param a the matrix, from {@code at} on; behind it n numbers are written: with which row each row was exchanged
     */
    public static void lu(int n, double[] a, int at, double[][] work) {
        lu(0, n, n, a, at, rows(n) + 1, work);
    }

    /** Factors some columns, on and below the diagonal (S. Toledo, Locality of reference in LU decomposition with partial pivoting, 1997). */
    private static void lu(int from, int count, int n, double[] a, int at, int rows, double[][] work) {
        int corner = at + from * n + from;
        if (count <= BLOCK) {
            luBlock(from, count, n, a, at, rows, work);
            return;
        }
        int half = half(count);
        int rest = count - half;
        int right = corner + half;
        int below = corner + half * n;
        lu(from, half, n, a, at, rows, work);
        solve(true, true, half, rest, a, corner, n, 1, a, right, n, rows, work);
        MatrixProduct.subtract(n - from - half, half, rest, a, below, n, 1, a, right, n, 1, a, below + half, n, work);
        lu(from + half, rest, n, a, at, rows, work);
    }

    private static void luBlock(int from, int count, int n, double[] a, int at, int rows, double[][] work) {
        int corner = at + from * n + from;
        int height = n - from;
        for (int i = 0; i < height; i++) {
            for (int c = 0; c < count; c++) {
                work[rows + c][i] = a[corner + i * n + c];
            }
        }
        for (int c = 0; c < count; c++) {
            double[] column = work[rows + c];
            int pivot = pivot(column, c, height);
            a[at + n * n + from + c] = from + pivot;
            exchange(n, a, at + (from + c) * n, at + (from + pivot) * n, work[rows - 1]);
            for (int j = 0; j < count; j++) {
                double[] x = work[rows + j];
                double v = x[c];
                x[c] = x[pivot];
                x[pivot] = v;
            }
            if (column[c] != 0) {
                divide(column, c + 1, height, column[c]);
                for (int j = c + 1; j < count; j++) {
                    subtract(work[rows + j][c], column, work[rows + j], c + 1, height);
                }
            }
        }
        for (int i = 0; i < height; i++) {
            for (int c = 0; c < count; c++) {
                a[corner + i * n + c] = work[rows + c][i];
            }
        }
    }

    private static int pivot(double[] column, int from, int to) {
        int pivot = from;
        for (int i = from + 1; i < to; i++) {
            if (Math.abs(column[i]) > Math.abs(column[pivot])) {
                pivot = i;
            }
        }
        return pivot;
    }

    private static void exchange(int n, double[] a, int i, int j, double[] spare) {
        if (i != j) {
            System.arraycopy(a, i, spare, 0, n);
            System.arraycopy(a, j, a, i, n);
            System.arraycopy(spare, 0, a, j, n);
        }
    }

    /** The first row of factors by {@link #lu}, or of a triangle, whose diagonal element is 0; or −1. */
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
                exchange(q, x, xAt + i * q, xAt + (int) lu[order + i] * q, work[rows(n)]);
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            exchange(q, x, xAt + i * q, xAt + (int) lu[order + i] * q, work[rows(n)]);
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
