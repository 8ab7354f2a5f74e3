final class MatrixProduct {

    /** The products of a block of so many steps are summed for themselves. */
    private static final int BLOCK = 256;

    /** So many rows are computed together. */
    private static final int ROWS = 32;

    static final int MOST_WORK = 0;

    static int[] workLengths(int n, int k, int m) {
        return new int[0];
    }

    /**
     * C[n×m] = A[n×k]·B[k×m], whose elements lie aRow apart from row to row and aColumn from column to column; so with B. The products of
     * each block of 256 steps are added in order from 0 on by fused multiply-add, and the sums of the blocks in order.
     */
    static void multiply(
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
            double[][] unused) {
        double[][] sums = new double[Math.min(n, ROWS)][m];
        double[][] p = new double[4][m];
        for (int top = 0; top < n; top += ROWS) {
            int rows = Math.min(ROWS, n - top);
            for (int from = 0; from < k; from += BLOCK) {
                int end = Math.min(from + BLOCK, k);
                for (int i = 0; i < rows; i++) {
                    Arrays.fill(sums[i], 0.0);
                }
                for (int l = from; l < end; l += 4) {
                    int steps = Math.min(4, end - l);
                    for (int q = 0; q < 4; q++) {
                        copyRow(b, bAt + (l + q) * bRow, bColumn, p[q], m, q < steps);
                    }
                    for (int i = 0; i < rows; i++) {
                        int x = aAt + (top + i) * aRow + l * aColumn;
                        double a1 = steps > 1 ? a[x + aColumn] : 0.0;
                        double a2 = steps > 2 ? a[x + 2 * aColumn] : 0.0;
                        double a3 = steps > 3 ? a[x + 3 * aColumn] : 0.0;
                        addProducts(a[x], p[0], a1, p[1], a2, p[2], a3, p[3], sums[i], m);
                    }
                }
                for (int i = 0; i < rows; i++) {
                    addRow(sums[i], from > 0, c, cAt + (top + i) * m, m);
                }
            }
        }
    }

    /** A row of B, or −0.0: adding 0.0·−0.0 leaves the bits of a sum as they are. */
    private static void copyRow(double[] b, int at, int step, double[] p, int m, boolean present) {
        if (!present) {
            Arrays.fill(p, -0.0);
        } else if (step == 1) {
            System.arraycopy(b, at, p, 0, m);
        } else {
            for (int j = 0; j < m; j++) {
                p[j] = b[at + j * step];
            }
        }
    }

    private static void addProducts(
            double a0,
            double[] p0,
            double a1,
            double[] p1,
            double a2,
            double[] p2,
            double a3,
            double[] p3,
            double[] s,
            int m) {
        for (int j = 0; j < m; j++) {
            s[j] = Math.fma(a3, p3[j], Math.fma(a2, p2[j], Math.fma(a1, p1[j], Math.fma(a0, p0[j], s[j]))));
        }
    }

    private static void addRow(double[] s, boolean add, double[] c, int at, int m) {
        if (add) {
            for (int j = 0; j < m; j++) {
                c[at + j] += s[j];
            }
        } else {
            System.arraycopy(s, 0, c, at, m);
        }
    }
}
