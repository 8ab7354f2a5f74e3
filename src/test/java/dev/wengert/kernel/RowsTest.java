package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rows and elements that are moved about. */
class RowsTest {

    private static final double[] X = {1, 2, 3, 4, 5, 6};

    @Test
    void gatherCopiesRows() {
        double[] y = new double[8];
        Rows.gather(X, new double[] {2, 0, 2}, y, 3, 2);
        assertThat(y).containsExactly(5, 6, 1, 2, 5, 6, 0, 0);
    }

    @Test
    void addRowsAddsToTheRowsThatAreNamed() {
        double[] y = {7, 7, 7, 7, 7, 7};
        Rows.addRows(X, new double[] {2, -0.0, 2}, y, 3, 2);
        assertThat(y).containsExactly(10, 11, 7, 7, 13, 15);
    }

    @Test
    void oneHotMarksTheClass() {
        double[] y = {7, 7, 7, 7, 7, 7, 7};
        Rows.oneHot(new double[] {2, 0}, y, 2, 3);
        assertThat(y).containsExactly(0, 0, 1, 1, 0, 0, 7);
    }

    @Test
    void setColumnsWritesNeighbours() {
        double[] y = {7, 7, 7, 7, 7, 7, 7, 7};
        Rows.setColumns(new double[][] {{9, 9}, {1, 2, 9}, {3, 4}}, 1, 2, y, 4, 1, 2);
        assertThat(y).containsExactly(7, 1, 3, 7, 7, 2, 4, 7);
    }

    @Test
    void copyStridedTakesEverySoManyth() {
        double[] y = {7, 7, 7, 7, 7};
        Rows.copyStrided(X, 1, 2, y, 1, 3);
        assertThat(y).containsExactly(7, 2, 4, 6, 7);
        Rows.copyStrided(X, 4, 0, y, 0, 2);
        assertThat(y).containsExactly(5, 5, 4, 6, 7);
    }

    @Test
    void repeatTakesTheElementsInOrderFromAnyPlace() {
        for (int m = 1; m <= X.length; m++) {
            for (int run : new int[] {1, 2, 3, Rows.COLUMNS, Rows.COLUMNS + 1}) {
                for (int from = 0; from <= 2 * m * run; from++) {
                    for (int n = 0; n < 50; n++) {
                        double[] y = new double[n + 1];
                        double[] expected = new double[n + 1];
                        for (int l = 0; l < n; l++) {
                            expected[l] = X[(from + l) / run % m];
                        }
                        Rows.repeat(X, m, run, from, y, n);
                        assertThat(y).isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void reverseTurnsRowsAndElements() {
        double[] y = new double[6];
        Rows.reverse(X, y, 0, 3, 2);
        assertThat(y).containsExactly(X[4], X[5], X[2], X[3], X[0], X[1]);
        Rows.reverse(X, y, 1, 3, 1);
        assertThat(y).containsExactly(X[4], X[3], X[2], X[1], X[0], X[1]);
    }

    /** Two rows of two columns each, from one of three rows and into it. */
    @Test
    void elementsAreTakenAndAddedAlongColumns() {
        double[] index = {2, 0, 2, 1};
        double[] y = new double[4];
        Rows.takeAlong(X, 0, index, y, 0, 2, 2);
        assertThat(y).containsExactly(X[4], X[1], X[4], X[3]);
        double[] sums = new double[6];
        Rows.addAlong(new double[] {1, 2, 3, 4}, index, 0, sums, 0, 2, 2);
        assertThat(sums).containsExactly(0, 2, 0, 4, 4, 0);
    }
}
