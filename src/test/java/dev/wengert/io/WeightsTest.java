package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Parameter;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightsTest {

    private final Parameter w = new Parameter("one.weight", Tensor.of(1, 2));
    private final Parameter b = new Parameter("one.bias", Tensor.scalar(3));

    @Test
    void aSnapshotStays() {
        Weights weights = Weights.of(List.of(w, b, w));
        w.set(Tensor.of(5, 6));
        assertThat(weights.tensors()).isEqualTo(Map.of("one.weight", Tensor.of(1, 2), "one.bias", Tensor.scalar(3)));
        assertThat(weights).hasToString("Weights(one.weight [2], one.bias [])");
        weights.into(List.of(w, b));
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        assertThat(weights).isEqualTo(Weights.of(List.of(w, b))).hasSameHashCodeAs(Weights.of(List.of(w, b)));
    }

    @Test
    void whatIsMissingOrExtraIsNamedAndNothingIsSet() {
        Weights weights = Weights.of(Map.of("one.weight", Tensor.of(7, 8)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.into(List.of(w, b)))
                .withMessage("into: there must be one value for each parameter, got none for one.bias");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.into(List.of(b)))
                .withMessage(
                        "into: there must be one value for each parameter, got none for one.bias, and values without a"
                                + " parameter for one.weight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.into(List.of()))
                .withMessage("into: there must be one value for each parameter, got values without a parameter for"
                        + " one.weight; only(parameters) leaves such values out");
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        Weights.of(List.of(w, b)).only(List.of(b)).into(List.of(b));
    }

    @Test
    void manyNamesAreShortened() {
        List<Parameter> many = IntStream.range(0, 8)
                .mapToObj(i -> new Parameter("p" + i, Tensor.scalar(i)))
                .toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Weights.of(List.of()).into(many))
                .withMessage(
                        "into: there must be one value for each parameter, got none for p0, p1, p2, p3, p4 and 3 more");
    }

    @Test
    void aValueOfAnotherShapeSetsNothing() {
        Weights weights = Weights.of(Map.of("one.weight", Tensor.of(7, 8), "one.bias", Tensor.of(1)));
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> weights.into(List.of(w, b)))
                .withMessage(
                        "into: a value must have the shape of its parameter, got parameter one.bias [] and value [1]");
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
    }

    @Test
    void twoParametersOfOneNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Weights.of(List.of(w, new Parameter("one.weight", Tensor.scalar(1)))))
                .withMessage("weights: parameters must have different names, got two called one.weight; give layers"
                        + " and schedules different names, and take the weights of each optimiser alone");
    }
}
