package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class BatchNormTest {

    private final BatchNorm layer = new BatchNorm("norm", 2);
    private final Context training = Context.training(Key.of(1));

    @Test
    void trainingMovesTheRunningStatisticsByTheContextAlone() {
        Variable x = Variable.of(Tensor.of(new double[][] {{1, 0}, {3, 0}}));
        layer.apply(x, training);
        assertThat(layer.state())
                .map(Parameter::name)
                .containsExactly("norm.running_mean", "norm.running_var", "norm.num_batches_tracked");
        assertThat(layer.state().get(0).value()).isEqualTo(Tensor.zeros(2));
        training.updates().forEach((p, v) -> p.set(v.value()));
        assertThat(layer.state().get(0).value()).isEqualTo(Tensor.of(0.1 * 2, 0));
        assertThat(layer.state().get(1).value()).isEqualTo(Tensor.of(0.9 + 0.1 * 2, 0.9));
        assertThat(layer.state().get(2).value()).isEqualTo(Tensor.scalar(1));
    }

    /** Such as a layer that is shared by two branches of a model. */
    @Test
    void aSecondApplicationInOneContextMovesThemOn() {
        Variable x = Variable.of(Tensor.of(new double[][] {{1, 0}, {3, 0}}));
        layer.apply(x, training);
        layer.apply(x, training);
        assertThat(training.updates()).hasSize(3);
        assertThat(training.current(layer.state().get(2)).item()).isEqualTo(2);
    }

    @Test
    void aConstantChannelBecomesTheBias() {
        layer.bias().set(Tensor.of(5, 7));
        Variable x = Variable.of(Tensor.of(new double[][] {{1e300, 3}, {1e300, 3}}));
        Variable y = layer.apply(x, training);
        assertThat(y.value()).isEqualTo(Tensor.of(new double[][] {{5, 7}, {5, 7}}));
        List<Variable> g = Autodiff.gradients(y.square().sum(), List.of(x));
        assertThat(g.get(0).value().toArray()).containsOnly(0);
    }

    @Test
    void isRefusedWithoutAContext() {
        assertThatIllegalStateException()
                .isThrownBy(() -> layer.apply(Variable.of(Tensor.ones(3, 2))))
                .withMessage(
                        "BatchNorm \"norm\": a layer that differs between training and inference must be applied with a"
                                + " context; call apply(x, context) with Context.training(key) or Context.inference()");
    }

    @Test
    void refusesWhatCannotBe() {
        refusesShape(
                () -> layer.apply(Variable.of(Tensor.ones(3, 3)), training),
                "BatchNorm \"norm\": x must be [N, 2, ..], got [3, 3]");
        refusesShape(
                () -> layer.apply(Variable.of(Tensor.ones(2)), Context.inference()),
                "BatchNorm \"norm\": x must be [N, 2, ..], got [2]");
        refusesShape(
                () -> layer.apply(Variable.of(Tensor.ones(1, 2)), training),
                "BatchNorm \"norm\": x must have two values or more for each channel in training, which have a variance, got [1, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchNorm("norm", 2, 0, 0.1, true))
                .withMessage("BatchNorm \"norm\": eps must be positive and finite, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchNorm("norm", 2, 1e-5, 1.5, true))
                .withMessage(
                        "BatchNorm \"norm\": momentum must be from 0 to 1, or NaN for the mean over all batches, got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BatchNorm("norm", 0))
                .withMessage("BatchNorm \"norm\": channels must be 1 or more, got 0");
        assertThatIllegalStateException()
                .isThrownBy(() -> new BatchNorm("norm", 2, 1e-5, 0.1, false).weight())
                .withMessage("BatchNorm \"norm\": the layer has no weight; it was made without");
    }

    private static void refusesShape(ThrowingCallable call, String message) {
        assertThatExceptionOfType(ShapeException.class).isThrownBy(call).withMessage(message);
    }
}
