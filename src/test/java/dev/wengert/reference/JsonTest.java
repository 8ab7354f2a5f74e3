package dev.wengert.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of the reference files, and that the files are there whole. */
class JsonTest {

    @Test
    void readsObjectsArraysStringsNumbersFlagsAndNull() {
        assertThat(Json.parse(" {\"a\": [1, -2.5e-3, null, []],\n\"b\":\"x y\", \"c\": {}, \"d\": [true, false]} "))
                .isEqualTo(Map.of(
                        "a",
                        Arrays.asList(1.0, -0.0025, null, List.of()),
                        "b",
                        "x y",
                        "c",
                        Map.of(),
                        "d",
                        List.of(true, false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[1", "[1 2]", "[1,]", "{\"a\" 1}", "\"\\x\"", "\"\\u00", "nul", "[] []", "tru"})
    void refusesWhatItDoesNotKnow(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.parse(text)).withMessageContaining("JSON");
    }

    @Test
    void readsEscapes() {
        assertThat(Json.parse("\"a\\n\\\"\\u0041\\\\b\"")).isEqualTo("a\n\"A\\b");
    }

    @Test
    void nestedArraysAreTensors() {
        assertThat(Json.tensor(Json.parse("[[1, 2, 3], [4, 5, 6]]"))).isEqualTo(Tensor.of(new double[][] {
            {1, 2, 3}, {4, 5, 6}
        }));
        assertThat(Json.tensor(Json.parse("7")).shape()).isEqualTo(Shape.of());
    }

    @Test
    void readsAllCasesOfTheSoftmaxCrossEntropy() {
        List<SoftmaxReference> all = SoftmaxReference.all();
        assertThat(all).hasSize(48);
        assertThat(all.get(0).loss()).isEqualTo(4.248354255291589e-18);
        assertThat(all).anyMatch(c -> c.hessian().isEmpty());
        assertThat(all)
                .allSatisfy(c -> assertThat(c.hessian()
                                .map(h -> h.shape()
                                        .equals(c.logits()
                                                .shape()
                                                .concat(c.logits().shape())))
                                .orElse(true))
                        .isTrue());
    }

    @Test
    void readsAllNetworks() {
        List<MlpReference> all = MlpReference.all();
        assertThat(all).hasSize(5);
        assertThat(all).allSatisfy(c -> {
            List<Shape> shapes = c.parameters().stream().map(Tensor::shape).toList();
            assertThat(c.gradients()).extracting(Tensor::shape).isEqualTo(shapes);
            assertThat(c.vectors()).extracting(Tensor::shape).isEqualTo(shapes);
            assertThat(c.hessianVectorProducts()).extracting(Tensor::shape).isEqualTo(shapes);
            assertThat(c.labels().shape()).isEqualTo(Shape.of(c.x().shape().extent(0)));
        });
    }
}
