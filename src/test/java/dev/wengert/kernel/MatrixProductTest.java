package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Holds the product bit for bit against its definition: three plain loops. */
@Tag("provider")
class MatrixProductTest {

    /** Around the block of k, the tile of columns, the passes of three and the pairs of rows, and the smallest. */
    private static final int[] EXTENTS = {0, 1, 2, 3, 7, 8, 9, 16, 17, 31, 127, 128, 255, 256, 257, 513};

    private static final double FILL = -7.25;

    private final RandomGenerator random = new SplittableRandom(20240611);

    @Test
    void isItsDefinitionForAllExtentsAndTranspositions() {
        for (int n : EXTENTS) {
            for (int k : EXTENTS) {
                for (int m : EXTENTS) {
                    if ((long) n * k * m < 1_000_000) {
                        compare(random.nextBoolean(), random.nextBoolean(), n, k, m);
                    }
                }
            }
        }
    }

    @Test
    void isItsDefinitionInEachModeOnManyTiles() {
        for (int mode = 0; mode < 4; mode++) {
            compare((mode & 1) != 0, (mode & 2) != 0, 35, 513, 300);
            compare((mode & 1) != 0, (mode & 2) != 0, 300, 513, 35);
            compare((mode & 1) != 0, (mode & 2) != 0, 150, 300, 140);
            compare((mode & 1) != 0, (mode & 2) != 0, 600, 259, 3);
        }
    }

    /** Tiles have 4, 6 or 8 rows and 2 to 4 vectors of 4 or 8 lanes. */
    @Test
    void isItsDefinitionAroundTiles() {
        for (int n : new int[] {5, 6, 7, 12, 13, 24, 25}) {
            for (int m : new int[] {11, 12, 13, 15, 16, 17, 23, 24, 25, 31, 32, 33, 48, 65, 289}) {
                for (int mode = 0; mode < 4; mode++) {
                    compare((mode & 1) != 0, (mode & 2) != 0, n, 30, m);
                    compare((mode & 1) != 0, (mode & 2) != 0, m, 260, n);
                }
            }
        }
    }

    @Test
    void scratchForManyRowsServesFewer() {
        int k = 40;
        for (int m : new int[] {1, 20, 127, 128, 300}) {
            double[][] work = scratch(MatrixProduct.workLengths(400, k, m));
            for (int n : new int[] {1, 2, 15, 19, 21, 127, 200, 300}) {
                compare(false, true, n, k, m, normal(n * k), normal(k * m), 0, 0, 0, work);
            }
        }
    }

    @Test
    void emptySumIsZero() {
        double[] c = {1, 2, 3, 4};
        MatrixProduct.multiply(false, false, 2, 0, 2, new double[0], 0, new double[0], 0, c, 0, new double[0][]);
        assertThat(c).containsExactly(0.0, 0.0, 0.0, 0.0);
    }

    @Test
    void blocksAreAddedInOrder() {
        // 2⁵³ + 1 in one chain of fma rounds to 2⁵³; summed block by block, the 256 ones of the second block survive.
        double[] a = new double[512];
        Arrays.fill(a, 1.0);
        double[] b = new double[512];
        b[0] = 0x1p53;
        Arrays.fill(b, 256, 512, 1.0);
        double[] c = new double[1];
        MatrixProduct.multiply(
                false, false, 1, 512, 1, a, 0, b, 0, c, 0, scratch(MatrixProduct.workLengths(1, 512, 1)));
        assertThat(c[0]).isEqualTo(0x1p53 + 256);
    }

    @Test
    void specialValuesKeepTheirBits() {
        double[] values = {
            0.0,
            -0.0,
            1.0,
            -1.0,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            1e308,
            -1e308,
            Double.POSITIVE_INFINITY,
            Double.NaN,
            1e-200
        };
        for (int k : new int[] {1, 2, 3, 4, 5, 257, 258, 259}) {
            int n = 40;
            int m = 33;
            double[] a = new double[n * k];
            double[] b = new double[k * m];
            for (double[] x : new double[][] {a, b}) {
                for (int i = 0; i < x.length; i++) {
                    // Infinities and NaN in a few places only, or every element would be NaN.
                    x[i] = values[random.nextInt(random.nextInt(50) == 0 ? values.length : 6)];
                }
            }
            compare(false, false, n, k, m, a, b, 0, 0, 0, scratch(MatrixProduct.workLengths(n, k, m)));
        }
    }

    @Test
    void sumsThatUnderflowToNegativeZeroStay() {
        // −2⁻¹⁰⁷⁴·2⁻⁵³⁷ rounds to −0.0 when it is added to +0.0, and the padding of the last pass must not undo that.
        int n = 30;
        int m = 30;
        double[] a = new double[n];
        double[] b = new double[m];
        Arrays.fill(a, -Double.MIN_VALUE);
        Arrays.fill(b, 0x1p-537);
        double[] c = new double[n * m];
        MatrixProduct.multiply(false, false, n, 1, m, a, 0, b, 0, c, 0, scratch(MatrixProduct.workLengths(n, 1, m)));
        double[] expected = new double[n * m];
        Arrays.fill(expected, -0.0);
        assertThat(bits(c)).isEqualTo(bits(expected));
    }

    @Test
    void subtractionTakesTheSumsOfBlocksInOrder() {
        for (int[] extents :
                new int[][] {{1, 1, 1}, {5, 17, 40}, {40, 300, 3}, {3, 513, 40}, {50, 600, 75}, {150, 257, 140}}) {
            for (int mode = 0; mode < 4; mode++) {
                int n = extents[0];
                int k = extents[1];
                int m = extents[2];
                int row = m + 3;
                double[] a = normal(n * k);
                double[] b = normal(k * m);
                double[] c = normal(n * row);
                int aRow = (mode & 1) == 0 ? k : 1;
                int aColumn = (mode & 1) == 0 ? 1 : n;
                int bRow = (mode & 2) == 0 ? m : 1;
                int bColumn = (mode & 2) == 0 ? 1 : k;
                double[] expected = c.clone();
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < m; j++) {
                        for (int from = 0; from < k; from += 256) {
                            double sum = 0.0;
                            for (int l = from; l < Math.min(k, from + 256); l++) {
                                sum = Fma.of(a[i * aRow + l * aColumn], b[l * bRow + j * bColumn], sum);
                            }
                            expected[i * row + j] -= sum;
                        }
                    }
                }
                int most = Math.max(20, Math.max(n, Math.max(k, m))); // or no scratch would be needed
                double[][] work = scratch(MatrixProduct.workLengths(most, most, most));
                MatrixProduct.subtract(n, k, m, a, 0, aRow, aColumn, b, 0, bRow, bColumn, c, 0, row, work);
                assertThat(bits(c)).isEqualTo(bits(expected));
            }
        }
    }

    private void compare(boolean transposeA, boolean transposeB, int n, int k, int m) {
        int aOffset = random.nextInt(4);
        int bOffset = random.nextInt(4);
        int cOffset = random.nextInt(4);
        compare(
                transposeA,
                transposeB,
                n,
                k,
                m,
                normal(aOffset + n * k),
                normal(bOffset + k * m),
                aOffset,
                bOffset,
                cOffset,
                scratch(MatrixProduct.workLengths(n, k, m)));
    }

    private static void compare(
            boolean transposeA,
            boolean transposeB,
            int n,
            int k,
            int m,
            double[] a,
            double[] b,
            int aOffset,
            int bOffset,
            int cOffset,
            double[][] work) {
        double[] actual = new double[cOffset + n * m + 1];
        Arrays.fill(actual, FILL);
        double[] expected = actual.clone();
        MatrixProduct.multiply(transposeA, transposeB, n, k, m, a, aOffset, b, bOffset, actual, cOffset, work);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double sum = 0.0;
                double block = 0.0;
                for (int l = 0; l < k; l++) {
                    if (l > 0 && l % 256 == 0) {
                        sum = l == 256 ? block : sum + block;
                        block = 0.0;
                    }
                    double x = a[aOffset + (transposeA ? l * n + i : i * k + l)];
                    double y = b[bOffset + (transposeB ? j * k + l : l * m + j)];
                    block = Fma.of(x, y, block);
                }
                expected[cOffset + i * m + j] = k <= 256 ? block : sum + block;
            }
        }
        assertThat(bits(actual))
                .as("%d×%d×%d, transpose A %s, B %s", n, k, m, transposeA, transposeB)
                .isEqualTo(bits(expected));
    }

    private double[] normal(int n) {
        return random.doubles(n, -2, 2).toArray();
    }

    private static double[][] scratch(int[] lengths) {
        double[][] work = Arrays.stream(lengths).mapToObj(double[]::new).toArray(double[][]::new);
        for (double[] w : work) {
            Arrays.fill(w, Double.NaN);
        }
        return work;
    }

    private static long[] bits(double[] x) {
        return Arrays.stream(x).mapToLong(Double::doubleToLongBits).toArray();
    }
}
