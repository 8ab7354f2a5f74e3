package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Factors and solutions around the sizes of blocks, multiplied again by plain loops. The errors of the elements are bounded whatever the
 * order of the sums (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, theorems 8.5, 9.3 and 10.3): by
 * {@code (n + 1)u} times the product of the sizes of the factors. The loops here make errors of the same bound, and of {@code u} times the matrix.
 */
@Tag("provider")
class FactorsTest {

    private static final double U = 0x1p-53;

    private static double[] random(int count, int seed) {
        return new SplittableRandom(seed).doubles(count, -1, 1).toArray();
    }

    /** Requires that L·U, of n×n and n×q, is A up to the errors. */
    private static void requireProduct(int n, int q, double[] l, double[] u, double[] a) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < q; j++) {
                double sum = 0;
                double size = Math.abs(a[i * q + j]);
                for (int k = 0; k < n; k++) {
                    sum += l[i * n + k] * u[k * q + j];
                    size += Math.abs(l[i * n + k] * u[k * q + j]);
                }
                assertThat(Math.abs(sum - a[i * q + j])).isLessThanOrEqualTo(2 * (n + 2) * U * size);
            }
        }
    }

    private static double[] transposed(int n, double[] a) {
        double[] t = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            t[i % n * n + i / n] = a[i];
        }
        return t;
    }

    /** One triangle of a matrix; if unit, with a diagonal of 1. */
    private static double[] triangle(boolean upper, boolean unit, int n, double[] a) {
        double[] t = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean read = upper ? i < j : j < i;
                t[i * n + j] = i == j && unit ? 1 : read || i == j ? a[i * n + j] : 0;
            }
        }
        return t;
    }

    private static double[][] work(int n, int q) {
        return Scratch.arrays(Factors.workLengths(n, q));
    }

    /** A symmetric matrix that is positive definite, because its diagonal is larger than the rest of each row. */
    private static double[] positive(int n) {
        double[] a = random(n * n, n);
        double[] t = transposed(n, a);
        for (int i = 0; i < n * n; i++) {
            a[i] = i % (n + 1) == 0 ? n : (a[i] + t[i]) / 2;
        }
        return a;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 33, 35, 64, 65, 130, 257})
    void cholesky(int n) {
        double[] a = positive(n);
        double[] l = new double[n * n];
        Arrays.fill(l, Double.NaN);
        assertThat(Factors.cholesky(n, a, l, 0, work(n, 1))).isEqualTo(-1);
        assertThat(l).isEqualTo(triangle(false, false, n, l));
        requireProduct(n, n, l, transposed(n, l), a);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "15, 14", "16, 15", "17, 16", "35, 31", "35, 34", "257, 0", "257, 200", "257, 256"})
    void theFirstPivotThatIsNotPositiveIsNamed(int n, int row) {
        double[] a = positive(n);
        for (int i = row; i < n; i++) {
            a[i * n + i] = -n;
        }
        double[] l = new double[n * n];
        assertThat(Factors.cholesky(n, a, l, 0, work(n, 1))).isEqualTo(row);
        assertThat(l[row * n + row]).isBetween(-n - 2.0 * n, (double) -n);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 33, 35, 64, 65, 130, 257})
    void triangularSolutions(int n) {
        for (int q : new int[] {1, 5, n, 300}) {
            for (int mode = 0; mode < 8; mode++) {
                boolean upper = (mode & 1) != 0;
                boolean transposed = (mode & 2) != 0;
                boolean unit = (mode & 4) != 0;
                double[] a = random(n * n, n);
                for (int i = 0; i < n * n; i++) {
                    a[i] = i % (n + 1) == 0 ? 2 : a[i] / n;
                }
                double[] t = triangle(upper, unit, n, a);
                double[] b = random(n * q, q);
                double[] x = b.clone();
                assertThat(Factors.triangular(upper, transposed, unit, n, q, a, 0, x, 0, work(n, q)))
                        .isEqualTo(-1);
                requireProduct(n, q, transposed ? transposed(n, t) : t, x, b);
            }
        }
    }

    /** The rows are those of an elimination step by step. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 33, 35, 64, 65, 130, 257})
    void factorsOfExchangedRows(int n) {
        double[] a = random(n * n, n);
        double[] lu = Arrays.copyOf(a, n * n + n);
        Factors.lu(n, lu, 0, work(n, 1));
        double[] exchanged = a.clone();
        double[] steps = a.clone();
        for (int c = 0; c < n; c++) {
            int pivot = c;
            for (int i = c + 1; i < n; i++) {
                pivot = Math.abs(steps[i * n + c]) > Math.abs(steps[pivot * n + c]) ? i : pivot;
            }
            assertThat(lu[n * n + c]).isEqualTo(pivot);
            for (double[] m : new double[][] {exchanged, steps}) {
                double[] row = Arrays.copyOfRange(m, c * n, c * n + n);
                System.arraycopy(m, pivot * n, m, c * n, n);
                System.arraycopy(row, 0, m, pivot * n, n);
            }
            for (int i = c + 1; i < n; i++) {
                double factor = steps[i * n + c] / steps[c * n + c];
                for (int j = c; j < n; j++) {
                    steps[i * n + j] -= factor * steps[c * n + j];
                }
            }
        }
        requireProduct(n, n, triangle(false, true, n, lu), triangle(true, false, n, lu), exchanged);
    }
}
