package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SortingTest {

    private static final double[] X = {9, 2, 9, -0.0, 9, Double.NaN, 9, 0, 9, 2, 9, Double.NEGATIVE_INFINITY};

    private static double[][] work(int n) {
        return new double[][] {new double[n], new double[n], new double[n]};
    }

    /** Every second number from the second on. */
    @Test
    void theOrderIsStableAndNansComeLast() {
        double[] order = Sorting.order(X, 1, 2, 6, false, work(6));
        assertThat(order).containsExactly(5, 1, 3, 0, 4, 2);
        assertThat(Sorting.order(X, 1, 2, 6, true, work(6))).containsExactly(0, 4, 1, 3, 5, 2);
        assertThat(Sorting.order(X, 0, 1, 0, false, work(1))).hasSize(1);
    }

    @Test
    void ranksOfEqualNumbersAreEqual() {
        double[][] work = work(6);
        double[] order = Sorting.order(X, 1, 2, 6, false, work);
        double[] y = new double[12];
        Sorting.ranks(work[0], order, y, 1, 2, 6);
        assertThat(y).containsExactly(0, 2, 0, -2, 0, 5, 0, -2, 0, 2, 0, -5);
    }

    @Test
    void longLinesAreMerged() {
        int n = 1000;
        double[] x = new double[n];
        Arrays.setAll(x, i -> i * 7919 % 101);
        double[] order = Sorting.order(x, 0, 1, n, false, work(n));
        for (int k = 1; k < n; k++) {
            int i = (int) order[k - 1];
            int j = (int) order[k];
            assertThat(x[i] < x[j] || x[i] == x[j] && i < j).isTrue();
        }
    }
}
