package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import org.junit.jupiter.api.Test;

class WindowsTest {
    @Test
    void whatFollowsIsTheTarget() {
        Dataset windows = Windows.next(Tensor.arange(9), 3, 2, 2);
        assertThat(windows.features()).isEqualTo(Tensor.of(new double[][] {{0, 1, 2}, {2, 3, 4}, {4, 5, 6}}));
        assertThat(windows.targets()).isEqualTo(Tensor.of(new double[][] {{3, 4}, {5, 6}, {7, 8}}));
        assertThat(Windows.next(Tensor.arange(8), 3, 2, 2).size()).isEqualTo(2);
        assertThat(Windows.next(Tensor.arange(5), 3, 2, 7).size()).isEqualTo(1);
        assertThat(windows.hasClasses()).isFalse();
    }

    @Test
    void stepsMayHaveAnyShape() {
        Dataset windows = Windows.next(Tensor.arange(10).reshape(5, 2), 2, 1, 1);
        assertThat(windows.features()).isEqualTo(Tensor.of(new double[][][] {
            {{0, 1}, {2, 3}}, {{2, 3}, {4, 5}}, {{4, 5}, {6, 7}}
        }));
        assertThat(windows.targets()).isEqualTo(Tensor.of(new double[][][] {{{4, 5}}, {{6, 7}}, {{8, 9}}}));
    }

    @Test
    void aShiftedWindowIsTheTarget() {
        Dataset windows = Windows.shifted(Tensor.arange(8), 3, 3);
        assertThat(windows.features()).isEqualTo(Tensor.of(new double[][] {{0, 1, 2}, {3, 4, 5}}));
        assertThat(windows.targets()).isEqualTo(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}));
        assertThat(Windows.shifted(Tensor.arange(6), 3, 3).size()).isEqualTo(1);
    }

    @Test
    void aSeriesHasAWindow() {
        assertThatThrownBy(() -> Windows.next(Tensor.zeros(4, 2), 3, 2, 1))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("next: the series must have at least 5 steps, a window and what follows,"
                        + " got series [4, 2]");
        assertThatThrownBy(() -> Windows.shifted(Tensor.zeros(3), 3, 1))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("shifted: the series must have at least 4 steps, a window and what follows,"
                        + " got series [3]");
        assertThatThrownBy(() -> Windows.next(Tensor.zeros(3), Integer.MAX_VALUE, Integer.MAX_VALUE, 1))
                .hasMessage("next: the series must have at least 4294967294 steps, a window and what follows,"
                        + " got series [3]");
        assertThatThrownBy(() -> Windows.shifted(Tensor.scalar(1), 3, 1))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("shifted: the series must have an axis of steps, got series []");
    }

    @Test
    void numbersOfStepsArePositive() {
        assertThatThrownBy(() -> Windows.next(Tensor.zeros(9), 0, 1, 1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("next: length must be 1 or more, got 0");
        assertThatThrownBy(() -> Windows.next(Tensor.zeros(9), 1, -1, 1))
                .hasMessage("next: horizon must be 1 or more, got -1");
        assertThatThrownBy(() -> Windows.shifted(Tensor.zeros(9), 1, 0))
                .hasMessage("shifted: stride must be 1 or more, got 0");
    }
}
