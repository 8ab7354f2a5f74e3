package dev.wengert.kernel;

import dev.wengert.kernel.vector.VectorProduct;
import java.util.Arrays;

/**
 * The product of two matrices: {@code C[n×m] = op(A)[n×k]·op(B)[k×m]}, where op(M) is M or its transpose.
 *
 * <p>The bits of every element are defined: the products of each block of 256 steps in k are accumulated by {@link Fma} from +0.0 in order,
 * and the sums of the blocks are added in order. Which elements are computed together is free.
 *
 * <p>The compiler (C2, Java 17 to 25) vectorises a loop only if its body is small and all arrays in it have the same index expression. So
 * each row of B is copied into its own array, the sums of each row of C are kept in their own array, and one pass adds three products to
 * each element of two rows. This is about three times as fast as the same loop on the matrices themselves. The transposed product {@code Cᵀ
 * = op(B)ᵀ·op(A)ᵀ} has the same elements; it is computed instead where that makes the loop longer.
 */
public final class MatrixProduct {

    /** Length of a block of k. */
    private static final int BLOCK = 256;

    /** Number of columns computed together: three rows of B and 16 of C then fit into the first-level cache. */
    private static final int COLUMNS = 256;

    /** Number of rows computed together; even. */
    private static final int ROWS = 16;

    /** With fewer columns than this, the transposed product is faster if it has more columns. */
    private static final int NARROW = 128;

    /** Threads share the work of at least this many products (about 0.05 ms). With half as many, two threads take as long as one. */
    private static final long SHARED = 2_000_000;

    /** Shares are multiples of this many rows or columns, so that few tiles are cut. */
    private static final int GRAIN = 32;

    /** Number of products that the plain loops compute in a nanosecond, approximately. */
    private static final int PER_NANOSECOND = 10;

    /** Up to this many products, copying does not pay. */
    private static final int TINY = 1024;

    /**
     * For at most 16 columns if A is transposed, or 16 rows if B is, the twin computes the transposed product: this avoids strided reads.
     */
    private static final int FEW = 16;

    private static final int[] NONE = {};

    private static final Twin TWIN = new Rehearsal();

    private static final boolean NATIVE = NativeProduct.isWanted(System.getProperty("dev.wengert.blas"));

    /** Index of the first scratch array of the plain loops, behind those of the twin. */
    private static final int PLAIN = VectorTwin.isPossible() ? VectorProduct.SCRATCH : 0;

    private MatrixProduct() {}

    /** Returns the lengths of the scratch arrays that {@link #multiply} needs for these extents; they also suffice for a smaller n. */
    public static int[] workLengths(int n, int k, int m) {
        if (isTiny(n, k, m)) {
            return NONE;
        }
        boolean transposed = isTransposed(n, m);
        boolean shared = isShared(n, k, m); // its shares may have other extents
        int rows = shared ? ROWS : Math.min(ROWS, transposed ? m : n);
        int[] lengths = new int[PLAIN + (TWIN.isReady() ? 0 : panel(rows) + Math.min(BLOCK, k) + 2)];
        Arrays.fill(lengths, shared ? COLUMNS : Math.min(COLUMNS, transposed ? n : m));
        if (PLAIN > 0) {
            lengths[0] = VectorProduct.TILE;
            int columns = Math.min(VectorProduct.COLUMNS, Math.max(n, m));
            lengths[1] = Math.min(BLOCK, k) * (columns + VectorProduct.PADDING);
            lengths[2] = VectorProduct.ROWS * Math.min(BLOCK, k);
        }
        return lengths;
    }

    /**
     * Writes op(A)·op(B) to c, row by row from cOffset on. A is stored row by row from aOffset on, as n×k, or as k×n if it is to be
     * transposed; B likewise, as k×m or m×k. c must be neither a nor b; work holds arrays of the lengths that {@link #workLengths} returns,
     * or longer.
     */
    public static void multiply(
            boolean transposeA,
            boolean transposeB,
            int n,
            int k,
            int m,
            double[] a,
            int aOffset,
            double[] b,
            int bOffset,
            double[] c,
            int cOffset,
            double[][] work) {
        if (NATIVE && !isTiny(n, k, m)) {
            NativeProduct.multiply(transposeA, transposeB, n, k, m, a, aOffset, b, bOffset, c, cOffset);
            return;
        }
        int aRow = transposeA ? 1 : k;
        int aColumn = transposeA ? n : 1;
        int bRow = transposeB ? 1 : m;
        int bColumn = transposeB ? k : 1;
        multiply(n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, work);
    }

    /** The number of scratch arrays that {@link #workLengths} asks for at most. */
    static final int MOST_WORK = PLAIN + panel(ROWS) + BLOCK + 2;

    /** Writes the product of parts of matrices. Elements of A lie aRow apart from row to row and aColumn from column to column; so with B. */
    static void multiply(
            int n,
            int k,
            int m,
            double[] a,
            int aOffset,
            int aRow,
            int aColumn,
            double[] b,
            int bOffset,
            int bRow,
            int bColumn,
            double[] c,
            int cOffset,
            double[][] work) {
        if (isTiny(n, k, m)) {
            tiny(n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset);
        } else {
            compute(false, n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, m, work);
        }
    }

    /**
     * Subtracts the product of parts of matrices from a part of C, whose rows lie cRow apart: block by block of k. It needs scratch for more than
     * {@link #TINY} products, however small it is.
     */
    static void subtract(
            int n,
            int k,
            int m,
            double[] a,
            int aOffset,
            int aRow,
            int aColumn,
            double[] b,
            int bOffset,
            int bRow,
            int bColumn,
            double[] c,
            int cOffset,
            int cRow,
            double[][] work) {
        compute(true, n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, cRow, work);
    }

    private static void compute(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            double[][] work) {
        if (isShared(n, k, m)) {
            shared(minus, n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, work);
        } else {
            large(minus, n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, work);
        }
    }

    private static boolean isShared(int n, int k, int m) {
        return (long) n * k * m >= SHARED && Workers.get().threads() > 1;
    }

    /** Divides the rows among the threads, or the columns if there are more of them. */
    static void shared(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            double[][] work) {
        int extent = Math.max(n, m);
        int share = (extent - 1) / Workers.get().threads() / GRAIN * GRAIN + GRAIN;
        int parts = (extent - 1) / share + 1;
        Workers.get()
                .compute(
                        parts,
                        (part, scratch) -> {
                            int from = part * share;
                            int count = Math.min(share, extent - from);
                            if (n >= m) {
                                int x = aAt + from * aRow;
                                int z = cAt + from * cRow;
                                large(
                                        minus, count, k, m, a, x, aRow, aColumn, b, bAt, bRow, bColumn, c, z, cRow,
                                        scratch);
                            } else {
                                int y = bAt + from * bColumn;
                                int z = cAt + from;
                                large(
                                        minus, n, k, count, a, aAt, aRow, aColumn, b, y, bRow, bColumn, c, z, cRow,
                                        scratch);
                            }
                        },
                        work,
                        workLengths(n, k, m));
    }

    private static void large(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            double[][] work) {
        if (TWIN.serves((long) n * k * m / PER_NANOSECOND)) {
            vector(minus, n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, work);
        } else {
            plain(minus, n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, work);
        }
    }

    static void plain(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            double[][] work) {
        if (isTransposed(n, m)) {
            tiled(minus, m, k, n, b, bAt, bColumn, bRow, a, aAt, aColumn, aRow, c, cAt, 1, cRow, work);
        } else {
            tiled(minus, n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, 1, work);
        }
    }

    static void vector(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            double[][] work) {
        if (m <= FEW && m < n && aColumn != 1 || n <= FEW && n < m && bColumn != 1) {
            VectorProduct.multiply(minus, m, k, n, b, bAt, bColumn, bRow, a, aAt, aColumn, aRow, c, cAt, 1, cRow, work);
        } else {
            VectorProduct.multiply(minus, n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, 1, work);
        }
    }

    private static boolean isTiny(int n, int k, int m) {
        return k <= BLOCK && (long) n * k * m <= TINY;
    }

    private static boolean isTransposed(int n, int m) {
        return m < n && m < NARROW;
    }

    /** Computes four sums at a time, because each fma of one sum waits for the previous one. */
    static void tiny(
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt) {
        for (int i = 0; i < n; i++) {
            int x = aAt + i * aRow;
            int z = cAt + i * m;
            int j = 0;
            for (; j + 4 <= m; j += 4) {
                int y = bAt + j * bColumn;
                double s0 = 0.0;
                double s1 = 0.0;
                double s2 = 0.0;
                double s3 = 0.0;
                for (int l = 0; l < k; l++) {
                    double u = a[x + l * aColumn];
                    int v = y + l * bRow;
                    s0 = Fma.of(u, b[v], s0);
                    s1 = Fma.of(u, b[v + bColumn], s1);
                    s2 = Fma.of(u, b[v + 2 * bColumn], s2);
                    s3 = Fma.of(u, b[v + 3 * bColumn], s3);
                }
                c[z + j] = s0;
                c[z + j + 1] = s1;
                c[z + j + 2] = s2;
                c[z + j + 3] = s3;
            }
            for (; j < m; j++) {
                int y = bAt + j * bColumn;
                double s = 0.0;
                for (int l = 0; l < k; l++) {
                    s = Fma.of(a[x + l * aColumn], b[y + l * bRow], s);
                }
                c[z + j] = s;
            }
        }
    }

    /** The product of matrices given by strides: xRow between rows, xColumn between columns. */
    private static void tiled(
            boolean minus,
            int n,
            int k,
            int m,
            double[] a,
            int aAt,
            int aRow,
            int aColumn,
            double[] b,
            int bAt,
            int bRow,
            int bColumn,
            double[] c,
            int cAt,
            int cRow,
            int cColumn,
            double[][] work) {
        int panel = PLAIN + panel(Math.min(ROWS, n));
        for (int j = 0; j < m; j += COLUMNS) {
            int width = Math.min(COLUMNS, m - j);
            for (int l = 0; l < k; l += BLOCK) {
                int steps = Math.min(BLOCK, k - l);
                pack(b, bAt + l * bRow + j * bColumn, bRow, bColumn, steps, width, work, panel);
                for (int i = 0; i < n; i += ROWS) {
                    int rows = Math.min(ROWS, n - i);
                    accumulate(a, aAt + i * aRow + l * aColumn, aRow, aColumn, rows, steps, width, work, panel);
                    store(minus, work, rows, width, l == 0, c, cAt + i * cRow + j * cColumn, cRow, cColumn);
                }
            }
        }
    }

    /** Number of arrays of sums, rounded up to even; the rows of B follow them in the scratch. */
    private static int panel(int rows) {
        return rows + (rows & 1);
    }

    /**
     * Copies rows of B into arrays of their own, followed by two rows of −0.0 that fill up the last pass: adding +0.0·−0.0 leaves the bits
     * of a sum as they are.
     */
    private static void pack(
            double[] b, int at, int bRow, int bColumn, int steps, int width, double[][] work, int panel) {
        int l = 0;
        if (bColumn == 1) {
            for (; l < steps; l++) {
                System.arraycopy(b, at + l * bRow, work[panel + l], 0, width);
            }
        } else {
            for (; l + 8 <= steps; l += 8) {
                packEight(
                        b,
                        at + l * bRow,
                        bRow,
                        bColumn,
                        width,
                        work[panel + l],
                        work[panel + l + 1],
                        work[panel + l + 2],
                        work[panel + l + 3],
                        work[panel + l + 4],
                        work[panel + l + 5],
                        work[panel + l + 6],
                        work[panel + l + 7]);
            }
            for (; l < steps; l++) {
                Rows.copyStrided(b, at + l * bRow, bColumn, work[panel + l], 0, width);
            }
        }
        Arrays.fill(work[panel + l], 0, width, -0.0);
        Arrays.fill(work[panel + l + 1], 0, width, -0.0);
    }

    /** Copies eight rows at once, so that each cache line of a transposed matrix is read once. */
    private static void packEight(
            double[] b,
            int at,
            int bRow,
            int bColumn,
            int width,
            double[] p0,
            double[] p1,
            double[] p2,
            double[] p3,
            double[] p4,
            double[] p5,
            double[] p6,
            double[] p7) {
        for (int j = 0; j < width; j++) {
            int x = at + j * bColumn;
            p0[j] = b[x];
            p1[j] = b[x + bRow];
            p2[j] = b[x + 2 * bRow];
            p3[j] = b[x + 3 * bRow];
            p4[j] = b[x + 4 * bRow];
            p5[j] = b[x + 5 * bRow];
            p6[j] = b[x + 6 * bRow];
            p7[j] = b[x + 7 * bRow];
        }
    }

    /** Computes the sums of one block for some rows of C; an odd last row is computed twice. */
    private static void accumulate(
            double[] a, int at, int aRow, int aColumn, int rows, int steps, int width, double[][] work, int panel) {
        for (int i = 0; i < panel(rows); i++) {
            Arrays.fill(work[PLAIN + i], 0, width, 0.0);
        }
        for (int l = 0; l < steps; l += 3) {
            for (int i = 0; i < rows; i += 2) {
                int x = at + i * aRow + l * aColumn;
                int y = i + 1 < rows ? x + aRow : x;
                boolean second = l + 1 < steps;
                boolean third = l + 2 < steps;
                pass(
                        a[x],
                        second ? a[x + aColumn] : 0.0,
                        third ? a[x + 2 * aColumn] : 0.0,
                        work[PLAIN + i],
                        a[y],
                        second ? a[y + aColumn] : 0.0,
                        third ? a[y + 2 * aColumn] : 0.0,
                        work[PLAIN + i + 1],
                        work[panel + l],
                        work[panel + l + 1],
                        work[panel + l + 2],
                        width);
            }
        }
    }

    /** Adds three products to each element of two rows of sums. */
    private static void pass(
            double a0,
            double a1,
            double a2,
            double[] s,
            double b0,
            double b1,
            double b2,
            double[] t,
            double[] p0,
            double[] p1,
            double[] p2,
            int width) {
        for (int j = 0; j < width; j++) {
            s[j] = Fma.of(a2, p2[j], Fma.of(a1, p1[j], Fma.of(a0, p0[j], s[j])));
            t[j] = Fma.of(b2, p2[j], Fma.of(b1, p1[j], Fma.of(b0, p0[j], t[j])));
        }
    }

    /** Writes the sums of the first block to C, or adds the sums of a later block; or subtracts those of any block. */
    private static void store(
            boolean minus,
            double[][] work,
            int rows,
            int width,
            boolean first,
            double[] c,
            int at,
            int cRow,
            int cColumn) {
        for (int i = 0; i < rows; i++) {
            double[] s = work[PLAIN + i];
            int x = at + i * cRow;
            if (minus) {
                for (int j = 0; j < width; j++) {
                    c[x + j * cColumn] -= s[j];
                }
            } else if (first) {
                for (int j = 0; j < width; j++) {
                    c[x + j * cColumn] = s[j];
                }
            } else {
                for (int j = 0; j < width; j++) {
                    c[x + j * cColumn] += s[j];
                }
            }
        }
    }

    /** Rehearses products in all four transposition modes: one block and several, remainders of rows and columns, tall, wide and narrow. */
    private static final class Rehearsal extends VectorTwin {

        private static final int MODES = 4;
        private static final int LARGEST = 300;
        private static final int[][] EXTENTS = {{31, 300, 75}, {11, 270, 300}, {21, 270, 10}};

        private double[] numbers;
        private double[] product;
        private double[][] work;

        Rehearsal() {
            super("products");
        }

        @Override
        protected int parts() {
            return MODES * EXTENTS.length;
        }

        @Override
        protected void rehearse(int part, boolean vector) {
            if (work == null) {
                numbers = new double[LARGEST * LARGEST];
                Arrays.fill(numbers, 1.5);
                product = new double[LARGEST * LARGEST];
                work = Scratch.arrays(workLengths(LARGEST, LARGEST, LARGEST));
            }
            int[] extents = EXTENTS[part / MODES];
            int n = extents[0];
            int k = extents[1];
            int m = extents[2];
            int aRow = (part & 1) == 0 ? k : 1;
            int aColumn = (part & 1) == 0 ? 1 : n;
            int bRow = (part & 2) == 0 ? m : 1;
            int bColumn = (part & 2) == 0 ? 1 : k;
            if (vector) {
                vector(false, n, k, m, numbers, 0, aRow, aColumn, numbers, 0, bRow, bColumn, product, 0, m, work);
            } else {
                plain(false, n, k, m, numbers, 0, aRow, aColumn, numbers, 0, bRow, bColumn, product, 0, m, work);
            }
        }
    }
}
