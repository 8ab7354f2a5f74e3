package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.nn.Linear;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SgdTest {

    private final Parameter w = new Parameter("w", Tensor.of(1, 2));
    private final Parameter b = new Parameter("b", Tensor.scalar(3));

    @Test
    void movesEachParameterAgainstItsGradient() {
        new Sgd(0.5).step(Map.of(w, Tensor.of(4, -4), b, Tensor.scalar(2)));
        assertThat(w.value()).isEqualTo(Tensor.of(-1, 4));
        assertThat(b.value()).isEqualTo(Tensor.scalar(2));
    }

    @Test
    void leavesOtherParametersAlone() {
        Variable leaf = b.variable();
        new Sgd(0.5).step(Map.of(w, Tensor.zeros(2)));
        assertThat(b.variable()).isSameAs(leaf);
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        new Sgd(0.5).step(Map.of());
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
    }

    @Test
    void roundsTheProductThenTheDifference() {
        double x = 0.1;
        double g = 0.3;
        double rate = 0.7;
        b.set(Tensor.scalar(x));
        new Sgd(rate).step(Map.of(b, Tensor.scalar(g)));
        assertThat(b.value().item()).isEqualTo(x - g * rate);
    }

    @Test
    void aGradientOfAnotherShapeMovesNothing() {
        Map<Parameter, Tensor> gradients = new LinkedHashMap<>();
        gradients.put(w, Tensor.of(1, 1));
        gradients.put(b, Tensor.of(1));
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> new Sgd(1).step(gradients))
                .withMessage("step: a gradient must have the shape of its parameter,"
                        + " got parameter b [] and gradient [1]");
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void theRateMustBePositiveAndFinite(double rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sgd(rate))
                .withMessage("Sgd: the rate must be positive and finite, got " + rate);
    }

    @Test
    void descendsToTheMinimumOfABowl() {
        // each step halves the distance: w − ½·(w − c)
        Variable center = Variable.of(Tensor.of(-3, 5));
        Sgd descent = new Sgd(0.5);
        for (int i = 0; i < 60; i++) {
            Variable loss = w.variable().sub(center).square().sum().mul(0.5);
            descent.step(Autodiff.gradients(loss, List.of(w)));
        }
        assertThat(w.value()).isEqualTo(Tensor.of(-3, 5));
    }

    @Test
    void aReplayedStepHasTheBitsOfTheEagerWay() {
        RandomGenerator random = new SplittableRandom(7);
        Linear eager = new Linear("eager", 5, 3, random);
        Linear replayed = new Linear("replayed", 5, 3, random);
        replayed.weight().set(eager.weight().value());
        Sgd sgd = new Sgd(0.3);
        Step step =
                sgd.replayed(in -> replayed.apply(in.get(0)).crossEntropyWithLabels(in.get(1)), replayed.parameters());
        for (int i = 0; i < 10; i++) {
            Tensor x = Tensor.normal(random, 4, 5);
            Tensor y = Tensor.of(i % 3, 0, 1, 2);
            Variable loss = eager.apply(Variable.of(x)).crossEntropyWithLabels(Variable.of(y));
            sgd.step(Autodiff.gradients(loss, eager.parameters()));
            assertThat(step.run(x, y)).isEqualTo(loss.item());
            assertThat(replayed.weight().value()).isEqualTo(eager.weight().value());
            assertThat(replayed.bias().value()).isEqualTo(eager.bias().value());
        }
    }

    @Test
    void aStepLeavesWhatTheLossDoesNotUse() {
        Step step = new Sgd(1).replayed(in -> w.variable().square().sum(), List.of(w, b, w));
        assertThat(step.run()).isEqualTo(5);
        assertThat(w.value()).isEqualTo(Tensor.of(-1, -2));
        assertThat(b.value()).isEqualTo(Tensor.scalar(3));
    }

    /** A plan would replay the mask of the first run for ever. */
    @Test
    void aMaskThatTheLossDrawsIsRefused() {
        RandomGenerator random = new SplittableRandom(1);
        Parameter w = new Parameter("w", Tensor.ones(2, 2));
        assertThatIllegalStateException()
                .isThrownBy(() -> new Sgd(1)
                        .replayed(
                                in -> in.get(0)
                                        .matmul(w.variable())
                                        .mul(Variable.of(Tensor.normal(random, 2, 2))
                                                .gt(0))
                                        .square()
                                        .sum(),
                                List.of(w))
                        .run(Tensor.ones(2, 2)))
                .withMessage("record: constant %15 differs between two recordings, 0.0 and 1.0 at position 0 of [2, 2];"
                        + " a plan would freeze it; pass what changes as an input");
    }

    @Test
    void aMaskThatIsAnInputIsReadAnew() {
        Step step = new Sgd(1).replayed(in -> w.variable().mul(in.get(0)).sum(), List.of(w));
        step.run(Tensor.of(1, 0));
        step.run(Tensor.of(0, 3));
        assertThat(w.value()).isEqualTo(Tensor.of(0, -1));
    }

    /** It is drawn anew, and the same: the plan does what the eager way does. */
    @Test
    void aMaskThatIsDrawnFromTheSameSeedIsAccepted() {
        Step step = new Sgd(1)
                .replayed(
                        in -> w.variable()
                                .mul(Variable.of(Tensor.normal(new SplittableRandom(1), 2)))
                                .sum(),
                        List.of(w));
        step.run();
        assertThat(w.value())
                .isEqualTo(Variable.of(Tensor.of(1, 2))
                        .sub(Variable.of(Tensor.normal(new SplittableRandom(1), 2)))
                        .value());
    }

    @Test
    void aLossMustBeAVariable() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Sgd(1).replayed(in -> null, List.of(w)).run())
                .withMessage("run: the function must return a variable, got null");
    }
}
