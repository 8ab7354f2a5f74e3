package dev.wengert.tensor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TensorArraysTest {
    @Test
    void wrapsWithoutCopying() {
        double[] values = {1, 2, 3, 4, 5, 6};
        Tensor tensor = TensorArrays.wrap(Shape.of(2, 3), values);
        assertThat(tensor).isEqualTo(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}));
        assertThat(TensorArrays.of(tensor)).isSameAs(values);
    }

    @Test
    void reshapingSharesTheArray() {
        Tensor tensor = Tensor.arange(6);
        assertThat(TensorArrays.of(tensor.reshape(2, 3))).isSameAs(TensorArrays.of(tensor));
    }
}
