package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneHotTest {
    private static final Tensor CAT_CHICKEN_DOG = Tensor.of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});

    @Test
    void catChickenDog() {
        assertThat(OneHot.encode(Tensor.of(0, 1, 2), 3)).isEqualTo(CAT_CHICKEN_DOG);
        assertThat(OneHot.decode(CAT_CHICKEN_DOG)).isEqualTo(Tensor.of(0, 1, 2));
    }

    @Test
    void aSingleLabelIsAVector() {
        assertThat(OneHot.encode(Tensor.scalar(1), 3)).isEqualTo(Tensor.of(0, 1, 0));
        assertThat(OneHot.decode(Tensor.of(0, 1, 0))).isEqualTo(Tensor.scalar(1));
    }

    @Test
    void noLabelsKeepTheClasses() {
        Tensor none = Tensor.zeros(0);
        assertThat(OneHot.encode(none, 3).shape()).isEqualTo(Shape.of(0, 3));
        assertThat(OneHot.decode(OneHot.encode(none, 3))).isEqualTo(none);
    }

    @Test
    void negativeZeroIsZero() {
        assertThat(OneHot.encode(Tensor.of(-0.0), 2)).isEqualTo(Tensor.of(new double[][] {{1, 0}}));
        assertThat(OneHot.decode(Tensor.of(-0.0, 1))).isEqualTo(Tensor.scalar(1));
    }

    @ParameterizedTest
    @CsvSource({"3, 3.0", "-1, -1.0", "0.5, 0.5", "NaN, NaN", "Infinity, Infinity", "4294967296, 4.294967296E9"})
    void aLabelMustBeAClass(double label, String printed) {
        assertThatThrownBy(() -> OneHot.encode(Tensor.of(0, 2, label), 3))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("encode: labels must be whole numbers in 0..2, got " + printed + " at [2]");
    }

    @Test
    void thePlaceOfALabelHasAllItsIndices() {
        assertThatThrownBy(() -> OneHot.encode(Tensor.of(new double[][] {{0, 1}, {1, 0}, {0, 7}}), 2))
                .hasMessage("encode: labels must be whole numbers in 0..1, got 7.0 at [2, 1]");
    }

    @Test
    void thereMustBeAClass() {
        assertThatThrownBy(() -> OneHot.encode(Tensor.zeros(0), 0))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("encode: classes must be 1 or more, got 0");
    }

    @Test
    void probabilitiesAreNotOneHot() {
        assertThatThrownBy(() -> OneHot.decode(Tensor.of(new double[][] {{0, 1, 0}, {0.25, 0.5, 0.25}})))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("decode: a one-hot vector must hold a single 1 and zeros, got 0.25 at [1, 0];"
                        + " for the most probable class use argmax(-1)");
    }

    @Test
    void twoOnesAreNotOneHot() {
        assertThatThrownBy(() -> OneHot.decode(Tensor.of(new double[][] {{1, 0, 1}})))
                .hasMessage("decode: a one-hot vector must hold a single 1 and zeros, got a second 1 at [0, 2];"
                        + " for the most probable class use argmax(-1)");
    }

    @Test
    void zerosAreNotOneHot() {
        assertThatThrownBy(() -> OneHot.decode(Tensor.of(new double[][] {{1, 0}, {0, 0}})))
                .hasMessage("decode: a one-hot vector must hold a single 1 and zeros, got no 1 at [1];"
                        + " for the most probable class use argmax(-1)");
    }

    @Test
    void nanIsNotOneHot() {
        assertThatThrownBy(() -> OneHot.decode(Tensor.of(1, Double.NaN)))
                .hasMessage("decode: a one-hot vector must hold a single 1 and zeros, got NaN at [1];"
                        + " for the most probable class use argmax(-1)");
    }

    @Test
    void oneNumberIsNoVector() {
        assertThatThrownBy(() -> OneHot.decode(Tensor.scalar(1)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("decode: one-hot vectors need an axis of classes, got []");
    }
}
