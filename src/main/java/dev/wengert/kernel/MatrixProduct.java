package dev.wengert.kernel;

/**
 * The product of two matrices: {@code C[n×m] = op(A)[n×k]·op(B)[k×m]}, where op transposes or does not.
 *
 * <p>The bits of every element are defined: products are accumulated by {@link Math#fma} from +0.0 in the order of k, in
 * blocks of 256, and the sums of the blocks are added in their order.
 */
public final class MatrixProduct {

    private static final int BLOCK = 256;

    private MatrixProduct() {}

    /** Returns how many entries of scratch {@link #multiply} needs for these extents. */
    public static int workLength(boolean transposeA, boolean transposeB, int n, int k, int m) {
        return 0;
    }

    /**
     * Writes op(A)·op(B) to c, row by row from cOffset on. A is stored row by row from aOffset on, n×k, or k×n where it is
     * to be transposed; B likewise, k×m or m×k. c must be neither a nor b.
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
            double[] work) {
        int aRow = transposeA ? 1 : k;
        int aColumn = transposeA ? n : 1;
        int bRow = transposeB ? 1 : m;
        int bColumn = transposeB ? k : 1;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double sum = 0.0;
                for (int from = 0; from < k; from += BLOCK) {
                    int to = Math.min(k, from + BLOCK);
                    double s = 0.0;
                    for (int l = from; l < to; l++) {
                        s = Math.fma(a[aOffset + i * aRow + l * aColumn], b[bOffset + l * bRow + j * bColumn], s);
                    }
                    sum = from == 0 ? s : sum + s;
                }
                c[cOffset + i * m + j] = sum;
            }
        }
    }
}
