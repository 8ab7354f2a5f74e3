package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossTest {
    private static final double U = 0x1p-53;
    private static final Tensor POINT = Tensor.of(new double[][] {{0.3, -1.7, 2.1}, {-0.4, 0.9, 1.3}});
    private static final Tensor OTHER = Tensor.of(new double[][] {{0.5, 0.2, 0.9}, {0.3, 0.1, 0.6}});
    private static final Tensor SIGNS = Tensor.of(new double[][] {{1, -1, 1}, {-1, 1, -1}});
    private static final Tensor LABELS = Tensor.of(2, 0);

    private static Variable v(double... x) {
        return Variable.of(Tensor.of(x));
    }

    // ---- digits at every scale ----

    /** What a number of digits proves: the value, or a derivative, and the size of the terms that its error is measured by. */
    private record Truth(BigReal value, double terms) {}

    private static final BigArithmetic A = new BigArithmetic(60);

    private static void requireWithin(double allowed, double got, Truth truth, String what) {
        double error = A.sub(BigReal.of(got), truth.value).abs().toDouble();
        assertThat(error).as(what).isLessThanOrEqualTo(allowed * truth.terms + 4 * Double.MIN_VALUE);
    }

    private static double[] toOrder2(Loss loss, double x, double y) {
        UnaryOperator<Variable> f = z -> loss.apply(z, Variable.of(y));
        return new double[] {
            f.apply(Variable.of(x)).item(),
            Autodiff.grad(f).apply(Tensor.scalar(x)).item(),
            Autodiff.grad(z -> Autodiff.grad(f).apply(z))
                    .apply(Tensor.scalar(x))
                    .item()
        };
    }

    private static double[] scales() {
        SplittableRandom random = new SplittableRandom(1);
        DoubleStream drawn = DoubleStream.generate(
                        () -> (random.nextBoolean() ? 1 : -1) * StrictMath.pow(10, random.nextDouble(-300, 3)))
                .limit(150);
        DoubleStream near =
                DoubleStream.generate(() -> random.nextDouble(-50, 50)).limit(150);
        return DoubleStream.concat(
                        DoubleStream.of(0, 40, -40, 700, -700, 745, -745, 1000, -1000, 1e-300),
                        DoubleStream.concat(drawn, near))
                .toArray();
    }

    @Test
    void binaryCrossEntropyKeepsItsDigitsToOrder2() {
        for (double z : scales()) {
            BigReal p = A.sigmoid(BigReal.of(z));
            BigReal q = A.sigmoid(BigReal.of(-z));
            for (double y : new double[] {0, 1, 0.5, 0.1, 1e-17, 1 - 0x1p-53}) {
                BigReal t = BigReal.of(y);
                BigReal s = A.sub(BigReal.ONE, t);
                BigReal value =
                        A.add(A.mul(t, A.log1p(A.exp(BigReal.of(-z)))), A.mul(s, A.log1p(A.exp(BigReal.of(z)))));
                BigReal right = A.mul(s, p);
                BigReal left = A.mul(t, q);
                BigReal second = A.mul(p, q);
                double[] got = toOrder2(Loss.binaryCrossEntropy(), z, y);
                String what = "z = " + z + ", y = " + y;
                requireWithin(18 * U, got[0], new Truth(value, value.toDouble()), what);
                requireWithin(
                        18 * U,
                        got[1],
                        new Truth(A.sub(right, left), A.add(right, left).toDouble()),
                        what);
                requireWithin(18 * U, got[2], new Truth(second, second.toDouble()), what);
            }
        }
    }

    @Test
    void binaryCrossEntropyOfAConfidentLogit() {
        double e = 4.248354255291589e-18;
        assertThat(toOrder2(Loss.binaryCrossEntropy(), 40, 1)).containsExactly(e, -e, e);
        assertThat(toOrder2(Loss.binaryCrossEntropy(), -40, 0)).containsExactly(e, e, e);
        assertThat(toOrder2(Loss.binaryCrossEntropy(), -1000, 1)).containsExactly(1000, -1, 0);
        assertThat(toOrder2(Loss.binaryCrossEntropy(), Double.NEGATIVE_INFINITY, 0)[0])
                .isZero();
        assertThat(toOrder2(Loss.binaryCrossEntropy(), Double.NEGATIVE_INFINITY, 1)[0])
                .isInfinite();
    }

    @Test
    void poissonKeepsItsDigitsToOrder2() {
        for (double x : scales()) {
            if (x > 700) {
                continue; // the rate overflows
            }
            BigReal rate = A.exp(BigReal.of(x));
            for (double y : new double[] {0, 1, 3, 1e6}) {
                BigReal product = A.mul(BigReal.of(y), BigReal.of(x));
                double[] got = toOrder2(Loss.poissonNll(false), x, y);
                String what = "x = " + x + ", y = " + y;
                double terms = A.add(rate, product.abs()).toDouble();
                requireWithin(3 * U, got[0], new Truth(A.sub(rate, product), terms), what);
                requireWithin(3 * U, got[1], new Truth(A.sub(rate, BigReal.of(y)), rate.toDouble() + y), what);
                requireWithin(2 * U, got[2], new Truth(rate, rate.toDouble()), what);
            }
        }
    }

    @Test
    void poissonOfRatesKeepsItsDigitsToOrder2() {
        double epsilon = 1e-8;
        for (double scale : scales()) {
            double x = Math.abs(scale);
            BigReal sum = A.add(BigReal.of(x), BigReal.of(epsilon));
            BigReal log = A.log(sum);
            for (double y : new double[] {0, 1, 3, 1e6}) {
                BigReal count = BigReal.of(y);
                BigReal slope = A.div(count, sum);
                BigReal second = A.div(slope, sum);
                double[] got = toOrder2(Loss.poissonNllOfRates(false, epsilon), x, y);
                String what = "rate = " + x + ", y = " + y;
                double terms = x + y * (1 + log.abs().toDouble());
                requireWithin(4 * U, got[0], new Truth(A.sub(BigReal.of(x), A.mul(count, log)), terms), what);
                requireWithin(4 * U, got[1], new Truth(A.sub(BigReal.ONE, slope), 1 + slope.toDouble()), what);
                requireWithin(6 * U, got[2], new Truth(second, second.toDouble()), what);
            }
        }
    }

    // ---- every loss ----

    private record Case(String name, Loss loss, Tensor target) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The losses, with points away from their kinks. */
    static Stream<Case> losses() {
        return Stream.of(
                new Case("crossEntropy of labels", Loss.crossEntropy().labelSmoothing(0.1), LABELS),
                new Case(
                        "crossEntropy, weighted and ignoring",
                        Loss.crossEntropy().classWeights(Tensor.of(1, 2, 0.5)).ignoreIndex(0),
                        LABELS),
                new Case("crossEntropy of distributions", Loss.crossEntropy(), OTHER),
                new Case("nll", Loss.nll(), LABELS),
                new Case("binaryCrossEntropy", Loss.binaryCrossEntropy(Tensor.of(1, 2, 3)), OTHER),
                new Case("klDivergence", Loss.klDivergence(), OTHER),
                new Case("klDivergenceOfLogs", Loss.klDivergenceOfLogs(), OTHER),
                new Case("mse", Loss.mse(), OTHER),
                new Case("l1", Loss.l1(), OTHER),
                new Case("huber", Loss.huber(0.75), OTHER),
                new Case("smoothL1", Loss.smoothL1(0.75), OTHER),
                new Case("poissonNll", Loss.poissonNll(true), OTHER),
                new Case("hinge", Loss.hinge(), SIGNS),
                new Case("hingeEmbedding", Loss.hingeEmbedding(1), SIGNS),
                new Case("softMargin", Loss.softMargin(), SIGNS),
                new Case("multiMargin", Loss.multiMargin(2, 1.25), LABELS),
                new Case(
                        "probabilities",
                        (p, y) -> Loss.binaryCrossEntropyOfProbabilities().apply(p.sigmoid(), y),
                        OTHER),
                new Case("rates", (x, y) -> Loss.poissonNllOfRates(true, 1e-8).apply(x.exp(), y), OTHER),
                new Case("gaussianNll", (x, y) -> Loss.gaussianNll(true, 1e-6).apply(x, x.exp(), y), OTHER),
                new Case("marginRanking", (x, y) -> Loss.marginRanking(0.25).apply(x, x.sin(), y), SIGNS));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void theCheckerPassesItAtOrder2(Case c) {
        GradientReport report = GradientCheck.of(x -> c.loss.apply(x, Variable.of(c.target)))
                .at(POINT)
                .order(2)
                .run();
        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASS);
    }

    /** What would broadcast, in either direction, is refused by every loss. */
    @ParameterizedTest
    @MethodSource("losses")
    void itRefusesWhatBroadcasts(Case c) {
        Variable column = Variable.of(Tensor.ones(5, 1));
        assertThatThrownBy(() -> c.loss.apply(column, Variable.of(Tensor.ones(1, 5))))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> c.loss.apply(Variable.of(Tensor.ones(3, 5)), Variable.of(Tensor.ones(5))))
                .isInstanceOf(ShapeException.class);
    }

    // ---- weights ----

    @Test
    void theMeanWithWeightsIsOverTheWeights() {
        Variable x = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 5}}));
        Variable y = Variable.of(Tensor.zeros(2, 2));
        Variable w = v(1, 3);
        assertThat(Loss.l1().apply(x, y, w).item()).isEqualTo((3 + 3 * 8) / 8.0);
        assertThat(Loss.l1().reduction(Reduction.BATCH_MEAN).apply(x, y, w).item())
                .isEqualTo((3 + 3 * 8) / 4.0);
        assertThat(Loss.l1().reduction(Reduction.SUM).apply(x, y, w).item()).isEqualTo(27);
        assertThat(Loss.l1().apply(x, y, x).item()).isEqualTo((1 + 4 + 9 + 25) / 11.0);
        assertThat(Loss.gaussianNll(false, 1e-6).apply(x, x, y, w).shape()).isEqualTo(Shape.of());
    }

    @Test
    void weightsAreInputsOfAPlanAndHaveDerivatives() {
        Variable labels = Variable.of(LABELS);
        UnaryOperator<Variable> f = w -> Loss.crossEntropy().apply(Variable.of(POINT), labels, w);
        Tensor w = Tensor.of(1, 3);
        assertThat(Tape.record(f, Tensor.of(2, 2)).compile().run(w))
                .containsExactly(f.apply(Variable.of(w)).value());
        assertThat(GradientCheck.of(f).at(w).order(2).run().verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void anIgnoredRowCountsNothingWhateverItsLogits() {
        Tensor x = Tensor.of(new double[][] {{Double.NaN, Double.POSITIVE_INFINITY}, {0, 0}});
        UnaryOperator<Variable> f = o -> Loss.crossEntropy().ignoreIndex(-100).apply(o, v(-100, 1));
        assertThat(f.apply(Variable.of(x)).item()).isEqualTo(StrictMath.log(2));
        assertThat(Autodiff.grad(f).apply(x)).isEqualTo(Tensor.of(new double[][] {{0, 0}, {0.5, -0.5}}));
    }

    /** Stirling's approximation is not added to a count of 0, nor are its derivatives. */
    @Test
    void derivativesInCountsOf0And1() {
        Tensor y = Tensor.of(0, 1);
        UnaryOperator<Variable> f =
                n -> Loss.poissonNll(true).reduction(Reduction.SUM).apply(v(0.25, 0.25), n);
        assertThat(Autodiff.grad(f).apply(y)).isEqualTo(Tensor.of(-0.25, -0.25));
        assertThat(Autodiff.hvp(f, y, y)).isEqualTo(Tensor.zeros(2));
        UnaryOperator<Variable> ofRates =
                n -> Loss.poissonNllOfRates(true, 0).reduction(Reduction.SUM).apply(v(1, 1), n);
        assertThat(Autodiff.grad(ofRates).apply(y)).isEqualTo(Tensor.zeros(2));
    }

    /** Neither δ² nor d² is beyond the doubles where the loss is not. */
    @Test
    void smoothL1OfLargeAndSmallBounds() {
        double huge = Loss.smoothL1(0x1p1000)
                .apply(Variable.of(0x1p600), Variable.of(0))
                .item();
        assertThat(huge).isEqualTo(0x1p199);
        for (double beta : new double[] {1e-300, Double.MIN_VALUE}) {
            UnaryOperator<Variable> f = d -> Loss.smoothL1(beta).apply(d, Variable.of(0));
            assertThat(f.apply(Variable.of(1e-20)).item()).isEqualTo(1e-20);
            assertThat(Autodiff.grad(f).apply(Tensor.scalar(1e-20)).item()).isEqualTo(1);
        }
    }

    // ---- errors ----

    @Test
    void messagesSayWhatIsRequired() {
        Variable column = Variable.of(Tensor.ones(5, 1));
        Variable five = Variable.of(Tensor.ones(5));
        Variable table = Variable.of(Tensor.ones(4, 3));
        Map<String, ThrowingCallable> calls = Map.ofEntries(
                Map.entry(
                        "mse: prediction and target must have the same shape, got prediction [5, 1] and target [5];"
                                + " reshape them to one shape",
                        () -> Loss.mse().apply(column, five)),
                Map.entry(
                        "mse: prediction and target must have the same shape, got prediction [4, 3] and target [5]",
                        () -> Loss.mse().apply(table, five)),
                Map.entry(
                        "gaussianNll: mean, variance and target must have the same shape, got mean [5], variance [5, 1]"
                                + " and target [5]; reshape them to one shape",
                        () -> Loss.gaussianNll(true, 1e-6).apply(five, column, five)),
                Map.entry(
                        "crossEntropy: the target must be labels [4] or distributions [4, 3], got prediction [4, 3] and"
                                + " target [5]",
                        () -> Loss.crossEntropy().apply(table, five)),
                Map.entry(
                        "nll: the target must be labels [4], got prediction [4, 3] and target [4, 3]",
                        () -> Loss.nll().apply(table, table)),
                Map.entry(
                        "crossEntropy: there must be one weight for each class, got weights [2] and 3 classes",
                        () -> Loss.crossEntropy().classWeights(Tensor.ones(2)).apply(table, table)),
                Map.entry(
                        "crossEntropy: every class weight must be finite and at least 0, got -1.0",
                        () -> Loss.crossEntropy().classWeights(Tensor.of(1, -1))),
                Map.entry(
                        "crossEntropy: the label smoothing must be from 0 to 1, got 1.5",
                        () -> Loss.crossEntropy().labelSmoothing(1.5)),
                Map.entry(
                        "crossEntropy: every class must be a whole number in 0..2, got -100.0 at position 1",
                        () -> Loss.crossEntropy().apply(table, v(0, -100, 1, 2))),
                Map.entry(
                        "mse: there must be one weight for each example, or one for each loss, got weights [3] and losses"
                                + " [4, 3]",
                        () -> Loss.mse().apply(table, table, v(1, 1, 1))),
                Map.entry(
                        "mse: the weights of a mean must add up to more than 0, got 0.0; leave out a batch in which nothing"
                                + " counts, or take the sum",
                        () -> Loss.mse().apply(five, five, Variable.of(Tensor.zeros(5)))),
                Map.entry(
                        "hinge: every target must be -1 or 1, got 0.0 at position 1; from classes 0 and 1 they are"
                                + " target.mul(2).sub(1)",
                        () -> Loss.hinge().apply(v(1, 2), v(1, 0))),
                Map.entry("huber: delta must be positive and finite, got 0.0", () -> Loss.huber(0)),
                Map.entry("multiMargin: p must be 1 or 2, got 3", () -> Loss.multiMargin(3, 1)));
        calls.forEach((message, call) -> assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
    }

    @Test
    void wrongLabelsAreErrorsOnReplayToo() {
        var plan = Tape.record(
                        (List<Variable> x) -> List.of(Loss.crossEntropy().apply(x.get(0), x.get(1))),
                        List.of(POINT, LABELS))
                .compile();
        assertThatThrownBy(() -> plan.run(POINT, Tensor.of(0, 1.5)))
                .hasMessage("crossEntropy: every class must be a whole number in 0..2, got 1.5 at position 1");
    }
}
