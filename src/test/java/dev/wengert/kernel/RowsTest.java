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
}
