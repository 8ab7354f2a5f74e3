package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Operations with chance: their keys are operands. */
class ChanceTest {

    private static final Key KEY = Key.of(3);
    private final Variable key = Variable.of(KEY.tensor());

    @Test
    void variablesDrawWhatKeysDraw() {
        assertThat(Variable.uniform(key, 3, 5).value()).isEqualTo(KEY.uniform(3, 5));
        assertThat(Variable.normal(key, 3, 5).value()).isEqualTo(KEY.normal(3, 5));
        int[] permutation = KEY.permutation(9);
        assertThat(Variable.permutation(key, 9).value().toArray())
                .containsExactly(IntStream.of(permutation).asDoubleStream().toArray());
        assertThat(Variable.foldKey(key, 5).value()).isEqualTo(KEY.fold(5).tensor());
        assertThat(Variable.foldKey(key, Variable.of(0x1p40)).value())
                .isEqualTo(KEY.fold(1L << 40).tensor());
    }

    @Test
    void theGumbelDistribution() {
        int n = 1_000_000;
        Variable g = Variable.gumbel(key, n);
        assertThat(g.mean().item()).isCloseTo(0.5772156649015329, within(4 * Math.PI / Math.sqrt(6.0 * n)));
        assertThat(g.variance().item()).isCloseTo(Math.PI * Math.PI / 6, within(0.02));
        double below = g.le(Variable.of(0)).mean().item();
        assertThat(below).isCloseTo(Math.exp(-1), within(4 * Math.sqrt(0.25 / n)));
    }

    @Test
    void bernoulliHasItsProbabilities() {
        int n = 100_000;
        Variable p = Variable.of(Tensor.of(new double[][] {{0, 0.25, 1}})).broadcastTo(n, 3);
        double[] mean = p.bernoulli(key).mean(0).value().toArray();
        assertThat(mean[0]).isZero();
        assertThat(mean[1]).isCloseTo(0.25, within(4 * Math.sqrt(0.1875 / n)));
        assertThat(mean[2]).isEqualTo(1);
    }

    @Test
    void categoricalHasTheProbabilitiesOfTheSoftmax() {
        int n = 100_000;
        double[] p = {0, 0.125, 0.5, 0.375, 0};
        Variable logits = Variable.of(Tensor.of(new double[][] {p})).log().broadcastTo(n, 5);
        Variable drawn = logits.categorical(key);
        assertThat(drawn.shape()).isEqualTo(Shape.of(n));
        double[] share = drawn.oneHot(5).mean(0).value().toArray();
        for (int c = 0; c < 5; c++) {
            assertThat(share[c]).isCloseTo(p[c], within(4 * Math.sqrt(p[c] * (1 - p[c]) / n)));
        }
        Variable nan = Variable.of(Tensor.of(new double[][] {{0, 1}, {Double.NaN, 1}}));
        assertThat(nan.categorical(key).value().get(1)).isNaN();
        assertThat(Autodiff.grad(x -> x.categorical(key).sum()).apply(Tensor.of(1, 2)))
                .isEqualTo(Tensor.of(0, 0));
    }

    @Test
    void dropoutKeepsTheMeanAndPassesThroughWhatIsKept() {
        int n = 100_000;
        Variable x = Variable.of(Tensor.full(Shape.of(n), 3));
        Variable y = x.dropout(0.2, key);
        Variable kept = y.ne(Variable.of(0));
        assertThat(kept.mean().item()).isCloseTo(0.8, within(4 * Math.sqrt(0.16 / n)));
        assertThat(y.value()).isEqualTo(kept.mul(3 / 0.8).value());
        assertThat(Autodiff.grad(v -> v.dropout(0.2, key).sum()).apply(x.value()))
                .isEqualTo(kept.div(0.8).value());
        assertThat(x.dropout(0, key).value()).isEqualTo(x.value());
        assertThat(x.dropout(1, key).value()).isEqualTo(x.mul(0).value());
        assertThat(Autodiff.grad(v -> v.dropout(1, key).sum()).apply(x.value()))
                .isEqualTo(x.mul(0).value());
    }

    /** What is dropped may be infinite or NaN. */
    @Test
    void dropoutSelects() {
        Variable x = Variable.of(Tensor.of(1, 1, 1, 1, 1, 1)).div(0);
        assertThat(x.dropout(0.5, key).value().toArray())
                .contains(0, Double.POSITIVE_INFINITY)
                .doesNotContain(Double.NaN);
    }

    @Test
    void aReplayedStepDrawsAnew() {
        Function<List<Variable>, List<Variable>> f = in -> {
            Variable noise = Variable.normal(Variable.foldKey(in.get(1), 1), 4, 5);
            Variable y = in.get(0)
                    .add(noise)
                    .dropout(0.25, Variable.foldKey(in.get(1), 2))
                    .square()
                    .sum();
            return List.of(y, Autodiff.gradients(y, List.of(in.get(0))).get(0));
        };
        Tensor x = KEY.uniform(4, 5);
        Plan plan = Tape.record(
                        f, List.of(x, KEY.tensor()), List.of(x, KEY.fold(1).tensor()))
                .compile();
        for (int i = 0; i < 10; i++) {
            Tensor k = KEY.fold(i).tensor();
            List<Tensor> eager = f.apply(List.of(Variable.of(x), Variable.of(k))).stream()
                    .map(Variable::value)
                    .toList();
            assertThat(plan.run(x, k)).isEqualTo(eager);
        }
        assertThat(plan.run(x, KEY.fold(1).tensor()))
                .isNotEqualTo(plan.run(x, KEY.fold(2).tensor()));
    }

    @Test
    void theCheckerTakesKeysAsLabels() {
        var report = GradientCheck.ofAll(x -> x.get(0)
                        .add(Variable.normal(x.get(1), 3))
                        .dropout(0.3, Variable.foldKey(x.get(1), 1))
                        .square()
                        .sum())
                .at(Tensor.of(0.5, -1, 2), KEY.tensor())
                .run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatIsNoKeyIsRefused() {
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Variable.uniform(Variable.of(1), 3))
                .withMessage("uniform: a key must have shape [2], got []; Variable.of(key.tensor()) has it");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Variable.of(1).dropout(0.5, Variable.of(1)))
                .withMessage("dropout: a key must have shape [2], got []; Variable.of(key.tensor()) has it");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Variable.of(1).bernoulli(Variable.of(1)))
                .withMessage("bernoulli: a key must have shape [2], got []; Variable.of(key.tensor()) has it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variable.normal(Variable.of(Tensor.of(0.5, 1)), 3))
                .withMessage("normal: a key must be two whole numbers from 0 to 4294967295, got 0.5 and 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variable.of(1).dropout(1.5, key))
                .withMessage("dropout: p must be from 0 to 1, got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variable.foldKey(key, -1))
                .withMessage("foldKey: the number must be a whole number from 0 to 2^53, got -1.0");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Variable.foldKey(key, Variable.of(Tensor.of(1, 2))))
                .withMessage("foldKey: the number must have shape [], got [2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Variable.permutation(key, -1))
                .withMessage("permutation: n must be 0 or more, got -1");
    }
}
