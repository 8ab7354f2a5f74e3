package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScansTest {

    private static final double[] X = {7, 7, 1, 2, 3, 4, 5, 6, 7};

    /** Three rows of two columns, from the third element on; the others stay. */
    @Test
    void sumsRunForwardsAndBackwards() {
        double[] y = new double[9];
        Scans.cumSum(X, y, 2, 3, 2, false);
        assertThat(y).containsExactly(0, 0, 1, 2, 4, 6, 9, 12, 0);
        Scans.cumSum(X, y, 2, 3, 2, true);
        assertThat(y).containsExactly(0, 0, 9, 12, 8, 10, 5, 6, 0);
    }

    /** A line, as each column. */
    @Test
    void linesAreScannedAsColumnsAre() {
        double[] y = new double[9];
        Scans.cumSum(X, y, 2, 3, 1, false);
        assertThat(y).containsExactly(0, 0, 1, 3, 6, 0, 0, 0, 0);
        Scans.cumSum(X, y, 2, 3, 1, true);
        assertThat(y).containsExactly(0, 0, 6, 5, 3, 0, 0, 0, 0);
        Scans.cumSum(new double[] {-0.0, -0.0}, y, 0, 2, 1, false);
        assertThat(y).startsWith(-0.0, -0.0);
        double[] a = {0, 0, Double.NaN, 2, 3, 0, 0, 0, 0};
        Scans.recurrence(a, X, y, 2, 3, 1, false);
        assertThat(y).containsExactly(-0.0, -0.0, 1, 4, 15, 0, 0, 0, 0);
        Scans.recurrence(a, X, y, 2, 3, 1, true);
        assertThat(y).containsExactly(-0.0, -0.0, 23, 11, 3, 0, 0, 0, 0);
        Scans.recurrence(a, X, y, 9, 0, 1, true);
    }

    @Test
    void recurrencesRunForwardsAndBackwards() {
        double[] a = {0, 0, Double.NaN, Double.NaN, 2, 3, 4, 5, 0};
        double[] y = new double[9];
        Scans.recurrence(a, X, y, 2, 3, 2, false);
        assertThat(y).containsExactly(0, 0, 1, 2, 5, 10, 25, 56, 0);
        Scans.recurrence(a, X, y, 2, 3, 2, true);
        assertThat(y).containsExactly(0, 0, 47, 104, 23, 34, 5, 6, 0);
    }

    @Test
    void logarithmsOfSumsKeepTheLargest() {
        double[] x = {0, 0, 1000, 0, 1000, 0, -1000};
        double[] y = new double[7];
        Scans.logCumSumExp(x, y, 2, 3, 2);
        assertThat(y).containsExactly(0, 0, 1000, 0, 1000 + StrictMath.log(2), 0, 1000 + StrictMath.log(2));
    }
}
