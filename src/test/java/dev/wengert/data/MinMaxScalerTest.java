package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.io.Weights;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MinMaxScalerTest {
    @Test
    void theLeastBecomesZeroAndTheMostOne() {
        Tensor x = Tensor.of(new double[][] {{-1, 10, Double.NaN}, {0.3, 30, 5}, {4, 20, 7}});
        MinMaxScaler scaler = MinMaxScaler.fit(x);
        assertThat(scaler).isEqualTo(new MinMaxScaler(Tensor.of(-1, 10, 5), Tensor.of(4, 30, 7)));
        assertThat(scaler.apply(x)).isEqualTo(Tensor.of(new double[][] {{0, 0, Double.NaN}, {0.26, 1, 0}, {1, 0.5, 1}
        }));
        assertThat(scaler.apply(Tensor.of(-6, 50, 6))).isEqualTo(Tensor.of(-1, 2, 0.5));
        assertThat(scaler.inverse(Tensor.of(-1, 2, 0.5))).isEqualTo(Tensor.of(-6, 50, 6));
        assertThat(scaler).hasToString("MinMaxScaler[3 columns]");
    }

    @Test
    void aConstantColumnIsOnlyShifted() {
        MinMaxScaler scaler = MinMaxScaler.fit(Tensor.full(Shape.of(3, 1), 0.1));
        assertThat(scaler.apply(Tensor.of(0.1))).isEqualTo(Tensor.of(0));
        assertThat(scaler.apply(Tensor.of(1.1))).isEqualTo(Tensor.of(1));
        assertThat(scaler.inverse(Tensor.of(1))).isEqualTo(Tensor.of(1.1));
    }

    @Test
    void aRangeBeyondThatOfDouble() {
        double m = Double.MAX_VALUE;
        MinMaxScaler scaler = MinMaxScaler.fit(Tensor.of(new double[][] {{-m}, {m}}));
        assertThat(scaler.apply(Tensor.of(-m).reshape(1, 1)).item()).isEqualTo(0);
        assertThat(scaler.apply(Tensor.of(m).reshape(1, 1)).item()).isEqualTo(1);
        assertThat(scaler.apply(Tensor.of(0).reshape(1, 1)).item()).isEqualTo(0.5);
        assertThat(scaler.inverse(Tensor.of(1).reshape(1, 1)).item()).isEqualTo(m);
        assertThat(scaler.inverse(Tensor.of(0).reshape(1, 1)).item()).isEqualTo(-m);
        MinMaxScaler tiny = MinMaxScaler.fit(Tensor.of(new double[][] {{0}, {Double.MIN_VALUE}}));
        assertThat(tiny.apply(Tensor.of(Double.MIN_VALUE)).get(0)).isEqualTo(1);
    }

    @Test
    void isSavedWithTheModel() {
        MinMaxScaler scaler = MinMaxScaler.fit(Tensor.arange(6).reshape(3, 2));
        assertThat(MinMaxScaler.of(Weights.of(scaler.tensors()).tensors())).isEqualTo(scaler);
        assertThatThrownBy(() -> MinMaxScaler.of(Map.of("max", Tensor.of(1))))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("MinMaxScaler: the tensors must be min and max, got [max]");
    }

    @Test
    void thePartsFit() {
        assertThatThrownBy(() -> new MinMaxScaler(Tensor.of(1, 2), Tensor.of(1)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("MinMaxScaler: min and max must have as many columns, got min [2] and max [1]");
        assertThatThrownBy(() -> new MinMaxScaler(Tensor.of(1, 2), Tensor.of(1, 1)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("MinMaxScaler: min must be at most max, got 2.0 and 1.0 for column 1");
    }
}
