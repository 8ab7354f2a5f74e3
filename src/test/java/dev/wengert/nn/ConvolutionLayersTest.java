package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ConvolutionLayersTest {

    private final SplittableRandom random = new SplittableRandom(1);
    private final Conv2d stem = new Conv2d("stem", 3, 4, 3, random);
    private final Conv1d signal = new Conv1d("signal", 3, 4, 3, 2, 1, random);

    @Test
    void isTheConvolutionOfTheVariablePlusTheBias() {
        stem.bias().set(Tensor.of(1, 2, 3, 4));
        Variable image = Variable.of(Tensor.normal(random, 2, 3, 5, 6));
        assertThat(stem.apply(image).value())
                .isEqualTo(image.conv2d(stem.weight().variable())
                        .add(Variable.of(Tensor.of(1, 2, 3, 4).reshape(4, 1, 1)))
                        .value());
        assertThat(signal.apply(Variable.of(Tensor.ones(2, 3, 7))).shape()).isEqualTo(Shape.of(2, 4, 4));
    }

    @Test
    void paddingThatKeepsExtentsDoesSoForEvenKernels() {
        for (int kernel = 1; kernel < 5; kernel++) {
            assertThat(Conv2d.same("a", 1, 2, kernel, random)
                            .apply(Variable.of(Tensor.ones(1, 1, 5, 6)))
                            .shape())
                    .isEqualTo(Shape.of(1, 2, 5, 6));
            assertThat(Conv1d.same("a", 1, 2, kernel, random)
                            .apply(Variable.of(Tensor.ones(1, 1, 5)))
                            .shape())
                    .isEqualTo(Shape.of(1, 2, 5));
        }
    }

    @Test
    void drawsWeightsInTheBoundOfGlorotAndBengioWithTheFansOfTheKernel() {
        int[] one = {1, 1};
        Conv2d large = new Conv2d("large", 8, 16, new int[] {3, 3}, one, one, one, 2, true, random);
        assertThat(large.weight().value().shape()).isEqualTo(Shape.of(16, 4, 3, 3));
        double bound = Math.sqrt(6.0 / (4 * 9 + 16 * 9));
        double most = Arrays.stream(large.weight().value().toArray())
                .map(Math::abs)
                .max()
                .orElseThrow();
        assertThat(most).isBetween(0.98 * bound, bound);
        assertThat(large.bias().value()).isEqualTo(Tensor.zeros(16));
    }

    @Test
    void refusesWhatDoesNotFit() {
        refuses(
                () -> stem.apply(Variable.of(Tensor.ones(1, 1, 5, 5))),
                "Conv2d \"stem\": x must be [N, 3, H, W], got [1, 1, 5, 5]");
        refuses(
                () -> signal.apply(Variable.of(Tensor.ones(1, 3, 5, 5))),
                "Conv1d \"signal\": x must be [N, 3, L], got [1, 3, 5, 5]");
        illegal(() -> new Conv1d("a", 3, 4, 0, random), "Conv1d \"a\": the kernel must be 1 or more, got 0");
        illegal(
                () -> new Conv1d("a", 3, 4, 3, 0, 0, random),
                "Conv1d \"a\": stride and dilation must be 1 or more, got [0, 1]");
        illegal(() -> new Conv2d("a", 3, 4, 3, 1, -1, random), "Conv2d \"a\": padding must be 0 or more, got [-1, -1]");
        illegal(
                () -> new Conv1d("a", 3, 4, 3, 1, 0, 1, 2, true, random),
                "Conv1d \"a\": groups must divide channels and outputs, got 2 groups, 3 channels and 4 outputs");
        int[] one = {1, 1};
        illegal(
                () -> new Conv2d("a", 3, 4, new int[] {3}, one, one, one, 1, true, random),
                "Conv2d \"a\": the kernel must have a number for rows and one for columns, got [3]");
        illegal(
                () -> new MaxPool2d(2, 1, 2),
                "MaxPool2d: kernel and stride must be 1 or more, and padding from 0 to half of the kernel, got kernel 2, stride 1 and padding 2");
        assertThatIllegalStateException()
                .isThrownBy(() -> new Conv1d("a", 3, 4, 3, 1, 0, 1, 1, false, random).bias())
                .withMessage("Conv1d \"a\": the layer has no bias; it was made without");
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatExceptionOfType(ShapeException.class).isThrownBy(call).withMessage(message);
    }

    private static void illegal(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }
}
