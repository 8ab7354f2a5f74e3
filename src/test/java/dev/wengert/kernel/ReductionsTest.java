package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Sums in their stated order, extrema with their NaN, and accumulation. */
class ReductionsTest {

    private final RandomGenerator random = new SplittableRandom(23);

    @Test
    void sumAddsInEightLanes() {
        for (int n = 0; n < 70; n++) {
            for (int from = 0; from < 3; from++) {
                double[] x = random.doubles(n + 5, -1, 1).toArray();
                double[] s = new double[8];
                for (int l = 0; l < n; l++) {
                    s[l % 8] += x[from + l];
                }
                double expected = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
                assertThat(Reductions.sum(x, from, n)).isEqualTo(expected);
            }
        }
    }

    @Test
    void sumOfNothingIsZero() {
        assertThat(Reductions.sum(new double[] {3}, 1, 0)).isZero();
    }

    @Test
    void rowsAreAddedOneAfterTheOther() {
        for (int rows = 0; rows < 20; rows++) {
            for (int n = 1; n < 40; n += 3) {
                double[] x = random.doubles(2 + rows * n, -1, 1).toArray();
                double[] y = random.doubles(n + 1, -1, 1).toArray();
                double[] expected = y.clone();
                for (int row = 0; row < rows; row++) {
                    Reductions.addTo(x, 2 + row * n, expected, 1, n);
                }
                Reductions.addRowsTo(x, 2, rows, y, 1, n);
                assertThat(y).containsExactly(expected);
            }
        }
    }

    @Test
    void extrema() {
        double[] x = {9, 3, -1, 4, -9};
        assertThat(Reductions.max(x, 1, 3)).isEqualTo(4);
        assertThat(Reductions.min(x, 1, 3)).isEqualTo(-1);
        assertThat(Reductions.max(x, 1, 0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Reductions.min(x, 1, 0)).isEqualTo(Double.POSITIVE_INFINITY);
        for (int k = 0; k < 3; k++) {
            double[] y = {1, 2, 3};
            y[k] = Double.NaN;
            assertThat(Reductions.max(y, 0, 3)).isNaN();
            assertThat(Reductions.min(y, 0, 3)).isNaN();
        }
    }

    @Test
    void maximaOfBlocksAreThoseOfEachBlock() {
        double[] special = {0.0, -0.0, 2, 2, Double.NEGATIVE_INFINITY, Double.NaN};
        for (int n = 1; n < 40; n++) {
            double[] x = random.doubles(20 * n, -1, 1).toArray();
            for (int i = 0; i < x.length; i += 3) {
                x[i] = special[random.nextInt(special.length - (i < 10 * n ? 1 : 0))];
            }
            double[] maxima = new double[20];
            Reductions.maxOfBlocks(x, n, maxima, 20);
            double[] slopes = new double[x.length];
            double[] expected = new double[20];
            double[] expectedSlopes = new double[x.length];
            for (int k = 0; k < 20; k++) {
                double m = Reductions.max(x, k * n, n);
                expected[k] = m;
                Reductions.maxSlope(x, m, k * n, n, slopes);
                long ties =
                        Arrays.stream(x, k * n, (k + 1) * n).filter(v -> v == m).count();
                for (int i = k * n; i < (k + 1) * n; i++) {
                    expectedSlopes[i] = m != m ? m : x[i] == m ? 1.0 / ties : 0.0;
                }
            }
            assertThat(maxima).containsExactly(expected);
            assertThat(slopes).containsExactly(expectedSlopes);
        }
    }

    @Test
    void accumulation() {
        double[] x = {9, 1, 2, Double.NaN, 9};
        double[] y = {5, 5, 5, 1.5, 5, 5};
        Reductions.addTo(x, 1, y, 2, 2);
        assertThat(y).containsExactly(5, 5, 6, 3.5, 5, 5);
        Reductions.maxTo(x, 0, y, 1, 4);
        assertThat(y).containsExactly(5, 9, 6, 3.5, Double.NaN, 5);
        Reductions.maxTo(x, 0, y, 4, 1);
        assertThat(y).containsExactly(5, 9, 6, 3.5, Double.NaN, 5);
    }
}
