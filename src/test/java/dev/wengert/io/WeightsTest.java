package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Parameter;
import dev.wengert.nn.BatchNorm;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
                        + " one.weight; into(layer) sets a layer's running statistics, too, and intoMatching sets what fits and"
                        + " reports the rest");
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

    @Test
    void partsAndTextsAreKeptApartByTheirNames() {
        Weights part = Weights.of(List.of(w, b)).with("kind", "linear");
        Weights all =
                Weights.of(Map.of("key", Tensor.of(5, 6))).with("model", part).with("epoch", "3");
        assertThat(all.tensors().keySet()).containsExactlyInAnyOrder("key", "model.one.weight", "model.one.bias");
        assertThat(all.texts()).isEqualTo(Map.of("model.kind", "linear", "epoch", "3"));
        assertThat(all.part("model")).isEqualTo(part).hasSameHashCodeAs(part);
        assertThat(all.part("model.one").tensors()).isEqualTo(Map.of("weight", w.value(), "bias", b.value()));
        assertThat(all.text("epoch")).isEqualTo("3");
        assertThat(all.with("epoch", "4").text("epoch")).isEqualTo("4");
        assertThat(part)
                .isNotEqualTo(part.with("kind", "other"))
                .hasToString("Weights(one.weight [2], one.bias [], kind \"linear\")");
        assertThat(all.only(List.of()).texts()).isEqualTo(all.texts());
    }

    @Test
    void whatIsThereTwiceOrNotAtAllIsNamed() {
        Weights weights = Weights.of(List.of(w, b)).with("a.b", "c");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.with("one", Weights.of(Map.of("bias", Tensor.of(1)))))
                .withMessage("with: a name must not be there already, got one.bias");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.with("a", Weights.of(Map.of()).with("b", "d")))
                .withMessage("with: a name must not be there already, got a.b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.part("on"))
                .withMessage("part: a name must start with on., got one.weight, one.bias, a.b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.text("b"))
                .withMessage("text: there must be a text called b, got a.b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.transposed("two.weight"))
                .withMessage("transposed: there must be a value called two.weight, got one.weight, one.bias");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Weights.of(Map.of()).renamed(Map.of("a", "b")))
                .withMessage("renamed: there must be a value called a, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> weights.renamed(Map.of("one.weight", "one.bias")))
                .withMessage("renamed: values must have different names, got two called one.bias");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> weights.transposed("one.weight"))
                .withMessage("transposed: a value must be a matrix, got one.weight [2]");
    }

    @Test
    void namesAndMatricesOfOtherLibrariesAreChanged() {
        Weights weights = Weights.of(Map.of("a", Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}), "b", Tensor.of(7)))
                .with("t", "x");
        assertThat(weights.transposed("a").renamed(Map.of("a", "b", "b", "a")))
                .isEqualTo(Weights.of(Map.of(
                                "b", Tensor.of(new double[][] {{1, 4}, {2, 5}, {3, 6}}), "a", Tensor.of(7)))
                        .with("t", "x"));
    }

    @Test
    void aMatchingLoadReportsWhatDidNotFit() {
        Parameter other = new Parameter("other", Tensor.scalar(9));
        Weights weights =
                Weights.of(Map.of("one.weight", Tensor.of(7, 8), "one.bias", Tensor.of(1), "more", Tensor.of(1)));
        LoadReport report = weights.intoMatching(List.of(w, b, other));
        assertThat(w.value()).isEqualTo(Tensor.of(7, 8));
        assertThat(b.value()).isEqualTo(Tensor.scalar(3));
        assertThat(other.value()).isEqualTo(Tensor.scalar(9));
        assertThat(report)
                .isEqualTo(new LoadReport(
                        List.of("one.weight"),
                        List.of("other"),
                        List.of("more"),
                        List.of(new LoadReport.Misshapen("one.bias", Shape.of(), Shape.of(1)))))
                .hasToString(
                        "1 loaded: one.weight\n1 missing: other\n1 unexpected: more\n1 of another shape: one.bias []"
                                + " from [1]");
        assertThat(report.complete()).isFalse();
        LoadReport all = Weights.of(List.of(w)).intoMatching(List.of(w));
        assertThat(all.complete()).isTrue();
        assertThat(Weights.of(List.of()).intoMatching(List.of())).hasToString("0 loaded");
        assertThat(Weights.of(List.of(w)).intoMatching(List.of()).complete()).isFalse();
        assertThat(Weights.of(List.of()).intoMatching(List.of(w)).complete()).isFalse();
        assertThat(Weights.of(Map.of("one.bias", Tensor.of(1)))
                        .intoMatching(List.of(b))
                        .complete())
                .isFalse();
    }

    /** Running statistics and frozen parameters are part of a layer, and not trained. */
    @Test
    void aLayerIsSavedWithAllThatItHas() {
        Chain net = network(1);
        net.state().get(0).set(net.state().get(0).value().map(v -> v + 7));
        Weights weights = Weights.of(net);
        assertThat(weights.tensors().keySet()).contains("one.weight", "norm.running_mean", "frozen.weight");
        Chain other = network(2);
        weights.into(other);
        assertThat(Weights.of(other)).isEqualTo(weights);
        assertThat(weights.intoMatching(network(3)).complete()).isTrue();
    }

    private static Chain network(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return Chain.of(
                new Linear("one", 2, 2, random), new BatchNorm("norm", 2), new Linear("frozen", 2, 2, random).frozen());
    }
}
