package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SortingTest {

    private static final double[] X = {9, 2, 9, -0.0, 9, Double.NaN, 9, 0, 9, 2, 9, Double.NEGATIVE_INFINITY};

    private static double[][] work(int n) {
        return new double[4][n];
    }

    /** Every second number from the second on. */
    @Test
    void theOrderIsStableAndNansComeLast() {
        double[][] work = work(6);
        Sorting.order(X, 1, 2, 6, false, work);
        assertThat(work[0]).containsExactly(Double.NEGATIVE_INFINITY, -0.0, 0, 2, 2, Double.NaN);
        assertThat(work[1]).containsExactly(5, 1, 3, 0, 4, 2);
        Sorting.order(X, 1, 2, 6, true, work);
        assertThat(work[1]).containsExactly(0, 4, 1, 3, 5, 2);
    }

    @Test
    void ranksOfEqualNumbersAreEqual() {
        double[][] work = work(6);
        Sorting.order(X, 1, 2, 6, false, work);
        double[] y = new double[12];
        Sorting.ranks(work[0], work[1], y, 1, 2, 6);
        assertThat(y).containsExactly(0, 2, 0, -2, 0, 5, 0, -2, 0, 2, 0, -5);
    }

    @Test
    void longLinesAreMerged() {
        int n = 1000;
        double[] x = new double[n];
        Arrays.setAll(x, i -> i * 7919 % 101);
        double[][] work = work(n);
        Sorting.order(x, 0, 1, n, false, work);
        double[] order = work[1];
        for (int k = 1; k < n; k++) {
            int i = (int) order[k - 1];
            int j = (int) order[k];
            assertThat(x[i] < x[j] || x[i] == x[j] && i < j).isTrue();
        }
    }
}
