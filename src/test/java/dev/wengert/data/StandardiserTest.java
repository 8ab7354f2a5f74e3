package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.io.Weights;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class StandardiserTest {
    private static Tensor column(double... values) {
        return Tensor.of(values).reshape(-1, 1);
    }

    private static void assertMoments(double mean, double deviation, double... values) {
        Standardiser standardiser = Standardiser.fit(column(values));
        assertThat(standardiser.mean().equalsWithinUlps(Tensor.of(mean), 1))
                .as("mean %s", standardiser.mean())
                .isTrue();
        assertThat(standardiser.scale().equalsWithinUlps(Tensor.of(deviation), 1))
                .as("scale %s", standardiser.scale())
                .isTrue();
    }

    /** Expectations from exact fractions (Python's fractions and decimal, 60 digits). */
    @Test
    void momentsKeepTheirDigits() {
        assertMoments(1000000000000002.0, 1.8708286933869707, 1e15, 1e15 + 1, 1e15 + 2, 1e15 + 5);
        assertMoments(0.325, 0.22776083947860745, 0.1, 0.2, 0.3, 0.7);
        assertMoments(5.666666666666667e+307, 1.6027753706895077e+308, 1.7e308, -1.7e308, 1.7e308);
        assertMoments(1.5e-323, 1.5e-323, 5e-324, 1e-323, 0.0, 4e-323);
        assertMoments(100000000.25, 0.11180340220699048, 1e8 + 0.1, 1e8 + 0.2, 1e8 + 0.3, 1e8 + 0.4);
    }

    @Test
    void columnsAreStandardisedByThemselves() {
        Tensor x = Tensor.of(new double[][] {{1, 10}, {3, 10}, {1, 40}, {3, 40}});
        Standardiser standardiser = Standardiser.fit(x);
        assertThat(standardiser).isEqualTo(new Standardiser(Tensor.of(2, 25), Tensor.of(1, 15)));
        assertThat(standardiser.apply(x)).isEqualTo(Tensor.of(new double[][] {{-1, -1}, {1, -1}, {-1, 1}, {1, 1}}));
        assertThat(standardiser.inverse(standardiser.apply(x))).isEqualTo(x);
        assertThat(standardiser.apply(Tensor.of(4, 55))).isEqualTo(Tensor.of(2, 2));
        assertThat(standardiser).hasToString("Standardiser[2 columns]");
    }

    @Test
    void columnsAreTheLastOfAllAxes() {
        Tensor x = Tensor.arange(24).reshape(2, 3, 4);
        assertThat(Standardiser.fit(x)).isEqualTo(Standardiser.fit(x.reshape(6, 4)));
        assertThat(Standardiser.fit(x).apply(x))
                .isEqualTo(Standardiser.fit(x).apply(x.reshape(6, 4)).reshape(2, 3, 4));
    }

    @Test
    void missingValuesAreLeftOutAndStay() {
        Tensor x = column(1, Double.NaN, 3);
        Standardiser standardiser = Standardiser.fit(x);
        assertThat(standardiser).isEqualTo(new Standardiser(Tensor.of(2), Tensor.of(1)));
        assertThat(standardiser.apply(x)).isEqualTo(column(-1, Double.NaN, 1));
        assertThat(standardiser.inverse(column(-1, Double.NaN, 1))).isEqualTo(x);
    }

    @Test
    void aConstantColumnIsOnlyShifted() {
        assertThat(Standardiser.fit(column(0.1, 0.1, 0.1))).isEqualTo(new Standardiser(Tensor.of(0.1), Tensor.of(1)));
        assertThat(Standardiser.fit(column(7))).isEqualTo(new Standardiser(Tensor.of(7), Tensor.of(1)));
        assertThat(Standardiser.fit(column(0.1, 0.1)).apply(column(0.1, 1.1))).isEqualTo(column(0, 1));
    }

    @Test
    void differencesBeyondTheRangeOfDouble() {
        Standardiser standardiser = Standardiser.fit(column(1.7e308, 1.7e308, 1.7e308, -1.7e308));
        assertThat(standardiser.mean().item()).isEqualTo(0.85e308);
        Tensor y = standardiser.apply(column(-1.7e308));
        assertThat(y.item()).isCloseTo(-Math.sqrt(3), Offset.offset(1e-15));
        assertThat(standardiser.inverse(y).item()).isCloseTo(-1.7e308, Percentage.withPercentage(1e-13));
        assertThat(standardiser.apply(column(Double.NEGATIVE_INFINITY)).item()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Standardiser.fit(column(0, Double.MIN_VALUE)).scale().item()).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void isSavedWithTheModel() {
        Standardiser standardiser = Standardiser.fit(column(1, 2, 4));
        assertThat(Standardiser.of(Weights.of(standardiser.tensors()).tensors()))
                .isEqualTo(standardiser)
                .hasSameHashCodeAs(standardiser);
        assertThatThrownBy(() -> Standardiser.of(Map.of("mean", Tensor.of(1))))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Standardiser: the tensors must be mean and scale, got [mean]");
        assertThatThrownBy(() ->
                        Standardiser.of(Map.of("mean", Tensor.of(1), "scale", Tensor.of(1), "a\nb", Tensor.of(1))))
                .hasMessageStartingWith("Standardiser: the tensors must be mean and scale, got [");
    }

    @Test
    void thePartsFit() {
        assertThatThrownBy(() -> new Standardiser(Tensor.of(1, 2), Tensor.of(1)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Standardiser: mean and scale must have as many columns, got mean [2] and scale [1]");
        assertThatThrownBy(() -> new Standardiser(Tensor.scalar(1), Tensor.scalar(1)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Standardiser: mean must be one number for each column, [d], got []");
        assertThatThrownBy(() -> new Standardiser(Tensor.of(1), Tensor.of(0)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Standardiser: scale must be positive, got 0.0");
        assertThatThrownBy(() -> new Standardiser(Tensor.of(Double.NaN), Tensor.of(1)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Standardiser: mean must be finite, got NaN");
    }

    @Test
    void whatCannotBeFitted() {
        assertThatThrownBy(() -> Standardiser.fit(Tensor.of(1, 2)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("fit: the tensor must have an axis of samples and one of columns, got [2];"
                        + " reshape(-1, 1) makes one column");
        assertThatThrownBy(() -> Standardiser.fit(Tensor.of(new double[][] {{1, Double.NaN}, {2, Double.NaN}})))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("fit: each column must have a number, got none in column 1; leave it out");
        assertThatThrownBy(() -> Standardiser.fit(Tensor.zeros(0, 2)))
                .hasMessage("fit: each column must have a number, got none in column 0; leave it out");
        assertThatThrownBy(() -> Standardiser.fit(column(1, Double.POSITIVE_INFINITY)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("fit: numbers must be finite, or NaN where they are missing,"
                        + " got Infinity in row 1 of column 0");
    }

    @Test
    void otherColumnsThanInTheFit() {
        Standardiser standardiser = Standardiser.fit(Tensor.zeros(3, 2));
        assertThatThrownBy(() -> standardiser.apply(Tensor.zeros(3, 4)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("apply: the last axis must be the columns that were fitted, 2, got [3, 4]");
        assertThatThrownBy(() -> standardiser.inverse(Tensor.scalar(0)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("inverse: the last axis must be the columns that were fitted, 2, got []");
        assertThat(standardiser.apply(Tensor.zeros(0, 2)).shape()).isEqualTo(Shape.of(0, 2));
    }
}
