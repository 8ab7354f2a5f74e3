package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParameterTest {

    private final Parameter w = new Parameter("w", Tensor.of(1, 2));

    @Test
    void hasANameAndAValue() {
        assertThat(w.name()).isEqualTo("w");
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        assertThat(w).hasToString("w [2]");
    }

    @Test
    void isTheSameLeafUntilItIsSet() {
        Variable leaf = w.variable();
        assertThat(w.variable()).isSameAs(leaf);
        w.set(Tensor.of(3, 4));
        assertThat(w.variable()).isNotSameAs(leaf);
        assertThat(w.value()).isEqualTo(Tensor.of(3, 4));
        assertThat(leaf.value()).as("variables do not change").isEqualTo(Tensor.of(1, 2));
    }

    @Test
    void keepsItsShape() {
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> w.set(Tensor.ones(2, 1)))
                .withMessage("set: the value of parameter w must keep its shape, got parameter [2] and value [2, 1]");
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        assertThat(w.variable().shape()).isEqualTo(Shape.of(2));
    }

    @Test
    void needsANameAndAValue() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Parameter(null, Tensor.ones(2)))
                .withMessage("parameter: its name must be given, got null");
        assertThatNullPointerException()
                .isThrownBy(() -> new Parameter("w", null))
                .withMessage("parameter: its value must be given, got null");
        assertThatNullPointerException().isThrownBy(() -> w.set(null));
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
    }

    @Test
    void parametersAreEqualToThemselvesOnly() {
        assertThat(w).isEqualTo(w).isNotEqualTo(new Parameter("w", Tensor.of(1, 2)));
    }

    @Test
    void aGraphKeepsTheValueThatItWasBuiltWith() {
        Variable y = w.variable().sum();
        w.set(Tensor.of(30, 40));
        assertThat(y.item()).isEqualTo(3);
        assertThat(w.variable().sum().item()).isEqualTo(70);
    }

    @Test
    void readersOnOtherThreadsSeeWholeValues() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<Boolean> reader = executor.submit(() -> {
                boolean whole = true;
                double last = 0;
                while (last < 10_000) {
                    Tensor value = w.value();
                    whole &= value.get(1) == 2 * value.get(0) && value.get(0) >= last;
                    last = value.get(0);
                }
                return whole;
            });
            for (int i = 1; i <= 10_000; i++) {
                w.set(Tensor.of(i, 2 * i));
            }
            assertThat(reader.get(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            executor.shutdown();
        }
    }
}
