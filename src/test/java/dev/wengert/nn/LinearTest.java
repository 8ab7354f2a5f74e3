package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearTest {

    private final Linear layer = new Linear("layer", 4, 3, new SplittableRandom(1));

    @Test
    void isXTimesWPlusB() {
        layer.weight().set(Tensor.of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 1, 1}}));
        layer.bias().set(Tensor.of(10, 20, 30));
        Variable o = layer.apply(Variable.of(Tensor.of(new double[][] {{1, 2, 3, 4}, {0, 0, 0, -1}})));
        assertThat(o.value()).isEqualTo(Tensor.of(new double[][] {{15, 26, 37}, {9, 19, 29}}));
    }

    @Test
    void aSampleAloneGivesItsRowOfTheBatchBitForBit() {
        Tensor x = Tensor.normal(new SplittableRandom(2), 5, 4);
        Tensor batch = layer.apply(Variable.of(x)).value();
        for (int i = 0; i < 5; i++) {
            assertThat(layer.apply(Variable.of(x.row(i))).value()).isEqualTo(batch.row(i));
        }
        assertThat(layer.apply(Variable.of(x.reshape(5, 1, 4))).value()).isEqualTo(batch.reshape(5, 1, 3));
    }

    @Test
    void startsWithUniformWeightsInTheBoundOfGlorotAndBengio() {
        Linear large = new Linear("large", 200, 100, new SplittableRandom(3));
        double bound = Math.sqrt(6.0 / 300);
        double[] weights = large.weight().value().toArray();
        assertThat(Arrays.stream(weights).allMatch(w -> -bound <= w && w < bound))
                .isTrue();
        // 20,000 draws come within a thousandth of both ends, and their mean within five of its standard deviations of
        // 0
        assertThat(Arrays.stream(weights).min().orElseThrow()).isLessThan(-0.999 * bound);
        assertThat(Arrays.stream(weights).max().orElseThrow()).isGreaterThan(0.999 * bound);
        assertThat(Math.abs(Arrays.stream(weights).average().orElseThrow()))
                .isLessThan(5 * bound / Math.sqrt(3 * 20_000));
        assertThat(large.bias().value()).isEqualTo(Tensor.zeros(100));
    }

    @Test
    void theSameSeedGivesTheSameWeights() {
        assertThat(new Linear("other", 4, 3, new SplittableRandom(1)).weight().value())
                .isEqualTo(layer.weight().value());
        assertThat(new Linear("other", 4, 3, new SplittableRandom(2)).weight().value())
                .isNotEqualTo(layer.weight().value());
    }

    @Test
    void namesItsParameters() {
        assertThat(layer.parameters()).containsExactly(layer.weight(), layer.bias());
        assertThat(layer.parameters()).map(Parameter::name).containsExactly("layer.weight", "layer.bias");
        assertThat(layer.weight().value().shape()).isEqualTo(Shape.of(4, 3));
        assertThat(layer.bias().value().shape()).isEqualTo(Shape.of(3));
    }

    @Test
    void itsGradientsAreThoseOfTheFormula() {
        Tensor x = Tensor.of(new double[][] {{1, 2, 3, 4}, {5, 6, 7, 8}});
        Variable loss = layer.apply(Variable.of(x)).sum();
        Map<Parameter, Tensor> g = Autodiff.gradients(loss, layer.parameters());
        assertThat(g.get(layer.weight())).isEqualTo(Tensor.of(new double[][] {
            {6, 6, 6}, {8, 8, 8}, {10, 10, 10}, {12, 12, 12}
        }));
        assertThat(g.get(layer.bias())).isEqualTo(Tensor.of(2, 2, 2));
    }

    @Test
    void refusesAnotherNumberOfFeatures() {
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> layer.apply(Variable.of(Tensor.ones(2, 5))))
                .withMessage("Linear \"layer\": x must be [.., 4], got [2, 5]");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> layer.apply(Variable.of(1)))
                .withMessage("Linear \"layer\": x must be [.., 4], got []");
    }

    @Test
    void theListOfParametersCannotBeChanged() {
        List<Parameter> parameters = layer.parameters();
        assertThat(parameters).isUnmodifiable();
    }
}
