package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.io.Weights;
import dev.wengert.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImputerTest {
    private static final double NAN = Double.NaN;
    private static final Tensor X = Tensor.of(new double[][] {{1, NAN}, {NAN, 4}, {3, NAN}, {8, 7}});

    @Test
    void meanAndMedianOfTheColumn() {
        assertThat(Imputer.mean(X).values()).isEqualTo(Tensor.of(4, 5.5));
        assertThat(Imputer.median(X).values()).isEqualTo(Tensor.of(3, 5.5));
        assertThat(Imputer.median(X).apply(X)).isEqualTo(Tensor.of(new double[][] {{1, 5.5}, {3, 4}, {3, 5.5}, {8, 7}
        }));
        assertThat(Imputer.median(Tensor.of(new double[][] {{1.5e308}, {1.7e308}}))
                        .values())
                .isEqualTo(Tensor.of(1.6e308));
        assertThat(Imputer.mean(Tensor.of(new double[][] {{0.1}, {0.1}, {0.1}})).values())
                .isEqualTo(Tensor.of(0.1));
    }

    @Test
    void aConstant() {
        assertThat(Imputer.constant(2, -1).apply(X)).isEqualTo(Tensor.of(new double[][] {
            {1, -1}, {-1, 4}, {3, -1}, {8, 7}
        }));
        assertThat(new Imputer(Tensor.of(5, 6)).apply(Tensor.of(NAN, NAN))).isEqualTo(Tensor.of(5, 6));
        assertThat(Imputer.constant(3, 0)).hasToString("Imputer[3 columns]");
    }

    @Test
    void isSavedWithTheModel() {
        Imputer imputer = Imputer.mean(X);
        assertThat(Imputer.of(Weights.of(imputer.tensors()).tensors())).isEqualTo(imputer);
        assertThatThrownBy(() -> Imputer.of(Map.of()))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Imputer: the tensors must be values, got []");
    }

    @Test
    void aColumnWithoutNumbers() {
        Tensor x = Tensor.of(new double[][] {{1, NAN}, {2, NAN}});
        assertThatThrownBy(() -> Imputer.mean(x))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("mean: each column must have a number, got none in column 1; leave it out");
        assertThatThrownBy(() -> Imputer.median(x))
                .hasMessage("median: each column must have a number, got none in column 1; leave it out");
        assertThatThrownBy(() -> Imputer.constant(1, NAN))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Imputer: values must be finite, got NaN");
    }
}
