package dev.wengert.kernel;

import dev.wengert.kernel.vector.VectorProduct;
import java.util.Arrays;

/**
 * The product of two matrices: {@code C[n×m] = op(A)[n×k]·op(B)[k×m]}, where op transposes or does not.
 *
 * <p>The bits of every element are defined: products are accumulated by {@link Fma} from +0.0 in the order of k, in
 * blocks of 256, and the sums of the blocks are added in their order. That leaves free which elements are computed together.
 *
 * <p>The compiler (C2, Java 17 to 25) turns a loop into vector instructions only if all arrays in it are indexed by the same
 * expression, and only if its body is small. So the rows of B are copied into arrays of their own, the sums of a row of C are
 * kept in an array of their own, and a pass adds three products to each element of two rows: about three times as fast as the
 * same loop on the matrices themselves. The transposed product {@code Cᵀ = op(B)ᵀ·op(A)ᵀ} has the same elements; it is
 * computed instead where that makes the loop longer.
 */
public final class MatrixProduct {

    /** How many products make one block. */
    private static final int BLOCK = 256;

    /** How many columns are computed together: three rows of B and 16 of C stay in the first-level cache. */
    private static final int COLUMNS = 256;

    /** How many rows are computed together; even. */
    private static final int ROWS = 16;

    /** Below so many columns the transposed product is faster, if it has more. */
    private static final int NARROW = 128;

    /** From so many products on threads share the work: about 0.05 ms. With half of it two threads take as long as one. */
    private static final long SHARED = 2_000_000;

    /** Shares are multiples of so many rows or columns: few tiles are cut. */
    private static final int GRAIN = 32;

    /** How many products the plain loops compute in a nanosecond, about. */
    private static final int PER_NANOSECOND = 10;

    /** Up to so many products copying does not pay. */
    private static final int TINY = 1024;

    /**
     * Up to so many columns the twin computes the transposed product if A is transposed, and up to so many rows if B is: what is in the
     * way as rows of the one is at hand as columns of the other.
     */
    private static final int FEW = 16;

    private static final int[] NONE = {};

    private static final Twin TWIN = new Rehearsal();

    private static final boolean NATIVE = NativeProduct.isWanted(System.getProperty("dev.wengert.blas"));

    /** Where the scratch of the plain loops begins, behind that of the twin. */
    private static final int PLAIN = VectorTwin.isPossible() ? VectorProduct.SCRATCH : 0;

    private MatrixProduct() {}

    /** Returns the lengths of the scratch arrays that {@link #multiply} needs for these extents; they serve a smaller n, too. */
    public static int[] workLengths(int n, int k, int m) {
        if (isTiny(n, k, m) || NATIVE) {
            return NONE;
        }
        boolean transposed = isTransposed(n, m);
        boolean shared = isShared(n, k, m); // its parts may have other extents
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
     * Writes op(A)·op(B) to c, row by row from cOffset on. A is stored row by row from aOffset on, n×k, or k×n where it is
     * to be transposed; B likewise, k×m or m×k. c must be neither a nor b; work holds arrays of the lengths of
     * {@link #workLengths} or longer.
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
        int aRow = transposeA ? 1 : k;
        int aColumn = transposeA ? n : 1;
        int bRow = transposeB ? 1 : m;
        int bColumn = transposeB ? k : 1;
        if (isTiny(n, k, m)) {
            tiny(n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset);
        } else if (NATIVE) {
            NativeProduct.multiply(transposeA, transposeB, n, k, m, a, aOffset, b, bOffset, c, cOffset);
        } else if (isShared(n, k, m)) {
            shared(n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, work);
        } else {
            large(n, k, m, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, c, cOffset, m, work);
        }
    }

    private static boolean isShared(int n, int k, int m) {
        return (long) n * k * m >= SHARED && Workers.get().threads() > 1;
    }

    /** Shares rows among threads, or columns if there are more. */
    static void shared(
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
                                int z = cAt + from * m;
                                large(count, k, m, a, x, aRow, aColumn, b, bAt, bRow, bColumn, c, z, m, scratch);
                            } else {
                                int y = bAt + from * bColumn;
                                int z = cAt + from;
                                large(n, k, count, a, aAt, aRow, aColumn, b, y, bRow, bColumn, c, z, m, scratch);
                            }
                        },
                        work,
                        workLengths(n, k, m));
    }

    private static void large(
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
            vector(n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, work);
        } else {
            plain(n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, work);
        }
    }

    static void plain(
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
            tiled(m, k, n, b, bAt, bColumn, bRow, a, aAt, aColumn, aRow, c, cAt, 1, cRow, work);
        } else {
            tiled(n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, 1, work);
        }
    }

    static void vector(
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
            VectorProduct.multiply(m, k, n, b, bAt, bColumn, bRow, a, aAt, aColumn, aRow, c, cAt, 1, cRow, work);
        } else {
            VectorProduct.multiply(n, k, m, a, aAt, aRow, aColumn, b, bAt, bRow, bColumn, c, cAt, cRow, 1, work);
        }
    }

    private static boolean isTiny(int n, int k, int m) {
        return k <= BLOCK && (long) n * k * m <= TINY;
    }

    private static boolean isTransposed(int n, int m) {
        return m < n && m < NARROW;
    }

    /** Plain loops, four sums at a time, because an fma must wait for the one before it in its sum. */
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
                    s0 = Fma.add(u, b[v], s0);
                    s1 = Fma.add(u, b[v + bColumn], s1);
                    s2 = Fma.add(u, b[v + 2 * bColumn], s2);
                    s3 = Fma.add(u, b[v + 3 * bColumn], s3);
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
                    s = Fma.add(a[x + l * aColumn], b[y + l * bRow], s);
                }
                c[z + j] = s;
            }
        }
    }

    /** The product of matrices whose elements are one step of a row, or of a column, apart. */
    private static void tiled(
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
                    store(work, rows, width, l == 0, c, cAt + i * cRow + j * cColumn, cRow, cColumn);
                }
            }
        }
    }

    /** Where the rows of B start in the scratch: behind the sums, whose number is even. */
    private static int panel(int rows) {
        return rows + (rows & 1);
    }

    /**
     * Copies rows of B into arrays of their own, and two rows of −0.0 behind them: they complete the last pass, and +0.0·−0.0
     * added to a sum leaves its bits as they are.
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

    /** Copies eight rows at once, so that a cache line of a transposed matrix is read once. */
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
            s[j] = Fma.add(a2, p2[j], Fma.add(a1, p1[j], Fma.add(a0, p0[j], s[j])));
            t[j] = Fma.add(b2, p2[j], Fma.add(b1, p1[j], Fma.add(b0, p0[j], t[j])));
        }
    }

    /** Writes the sums of the first block to C, or adds those of a later one. */
    private static void store(
            double[][] work, int rows, int width, boolean first, double[] c, int at, int cRow, int cColumn) {
        for (int i = 0; i < rows; i++) {
            double[] s = work[PLAIN + i];
            int x = at + i * cRow;
            if (first) {
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

    /** Products in all modes, of one block and of several, with tails of rows and of columns, high, wide and narrow. */
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
                work = Arrays.stream(workLengths(LARGEST, LARGEST, LARGEST))
                        .mapToObj(double[]::new)
                        .toArray(double[][]::new);
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
                vector(n, k, m, numbers, 0, aRow, aColumn, numbers, 0, bRow, bColumn, product, 0, m, work);
            } else {
                plain(n, k, m, numbers, 0, aRow, aColumn, numbers, 0, bRow, bColumn, product, 0, m, work);
            }
        }
    }
}
