package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MultiHeadAttentionTest {

    private final MultiHeadAttention layer = new MultiHeadAttention("look", 4, 2, new SplittableRandom(1));
    private final Variable x = Variable.of(Tensor.normal(new SplittableRandom(2), 2, 3, 4));

    /** The second query may look at nothing. */
    private static final Variable MASK = Variable.of(Tensor.of(new double[][] {{1, 1, 0}, {0, 0, 0}, {0, 1, 1}}));

    @Test
    void aQueryThatMayLookAtNothingGetsTheBiasOfTheLastLayer() {
        Tensor bias = Tensor.of(1, 2, 3, 4);
        layer.parameters().get(3).set(bias);
        assertThat(layer.parameters().get(3).name()).isEqualTo("look.out_proj.bias");
        Tensor weights = layer.weights(x, x, MASK).value();
        Tensor y = layer.apply(x, x, x, MASK).value();
        for (int n = 0; n < 2; n++) {
            assertThat(y.row(n).row(1)).isEqualTo(bias);
            for (int head = 0; head < 2; head++) {
                assertThat(weights.row(n).row(head).row(1)).isEqualTo(Tensor.zeros(3));
            }
        }
    }

    @Test
    void itsDerivativesAreThoseOfZeroWeights() {
        Variable y = layer.apply(x, x, x, MASK);
        // of the second query and key: nobody looks at that key in the first row, and the query looks nowhere
        Variable query = Variable.of(x.value());
        Variable alone = layer.apply(query, x, x, MASK).slice(1, 1, 2).square().sum();
        assertThat(Autodiff.gradients(alone, List.of(query)).get(0).value().toArray())
                .containsOnly(0);
        assertThat(y.value().toArray()).doesNotContain(Double.NaN);
        ParameterFunction loss =
                ParameterFunction.of(() -> layer.apply(x, x, x, MASK).square().sum(), layer.parameters());
        assertThat(Arrays.stream(Autodiff.hessian(loss).apply(loss.point()).toArray()))
                .allMatch(Double::isFinite);
    }

    @Test
    void itsDerivativesUnderAMaskAreRightToOrderTwo() {
        GradientReport inInputs = GradientCheck.ofAll(in -> layer.apply(in.get(0), in.get(1), in.get(2), MASK))
                .at(x.value(), x.value().map(v -> v / 2), x.value().map(v -> 1 - v))
                .order(2)
                .withoutReproducer()
                .run();
        assertThat(inInputs.verdict()).as(inInputs.toString()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatIsMaskedHasNoInfluence() {
        Variable causal = MultiHeadAttention.causal(3);
        assertThat(causal.value()).isEqualTo(Tensor.of(new double[][] {{1, 0, 0}, {1, 1, 0}, {1, 1, 1}}));
        Variable changed = Variable.concat(1, x.slice(1, 0, 2), x.slice(1, 2, 3).mul(100));
        Tensor y = layer.apply(x, x, x, causal).slice(1, 0, 2).value();
        assertThat(layer.apply(changed, causal).slice(1, 0, 2).value()).isEqualTo(y);
        Variable present = MultiHeadAttention.keys(Variable.of(Tensor.of(new double[][] {{1, 1, 0}, {1, 1, 0}})));
        assertThat(present.shape()).isEqualTo(Shape.of(2, 1, 1, 3));
        assertThat(layer.apply(x, changed, changed, present).value())
                .isEqualTo(layer.apply(x, x, x, present).value());
    }

    @Test
    void weightsAddUpToOne() {
        double[] sums = layer.weights(x, x).sum(-1).value().toArray();
        assertThat(Arrays.stream(sums)).hasSize(12).allMatch(v -> Math.abs(v - 1) < 1e-15);
        assertThat(layer.apply(x).value())
                .isEqualTo(layer.apply(x, x, x, Variable.of(Tensor.ones(3, 3))).value());
    }

    @Test
    void refusesWhatDoesNotFit() {
        refuses(() -> layer.apply(x.reshape(6, 4)), "MultiHeadAttention \"look\": query must be [N, T, 4], got [6, 4]");
        refuses(
                () -> layer.apply(x, x, x.reshape(2, 4, 3)),
                "MultiHeadAttention \"look\": value must be [N, T, 4], got [2, 4, 3]");
        refuses(
                () -> layer.apply(x, x, x.slice(1, 0, 2)),
                "MultiHeadAttention \"look\": value must be [N, S, E] = [2, 3, 4], got [2, 2, 4]");
        refuses(
                () -> layer.apply(x, x.slice(0, 0, 1), x),
                "MultiHeadAttention \"look\": query and key must have the same N, got [2, 3, 4] and [1, 3, 4]");
        refuses(
                () -> layer.apply(x, x, x, Variable.of(Tensor.ones(2, 3))),
                "MultiHeadAttention \"look\": the mask must broadcast to [N, heads, T, S] = [2, 2, 3, 3], got [2, 3]");
        refuses(() -> MultiHeadAttention.keys(x), "keys: present must be [N, S], got [2, 3, 4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MultiHeadAttention("look", 4, 3, new SplittableRandom(1)))
                .withMessage("MultiHeadAttention \"look\": heads must divide embed, got 3 heads and embed 4");
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatExceptionOfType(ShapeException.class).isThrownBy(call).withMessage(message);
    }
}
