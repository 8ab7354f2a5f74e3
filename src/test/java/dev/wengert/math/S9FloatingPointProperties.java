package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.hvp;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Classification;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** MATH.md §9: what holds in floating point. The rows of its table by name, each for all ways to write the loss. */
class S9FloatingPointProperties implements Batches {

    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;
    /** e⁻⁴⁰, as the table has it. */
    private static final double EPSILON = 4.248354255291589e-18;

    /** One sample with a label. */
    private static Classification labelled(int label, double... o) {
        Tensor y = Variable.of(Tensor.of(label)).oneHot(o.length).value();
        return new Classification(Tensor.of(o).reshape(1, o.length), y);
    }

    private static double loss(Classification c, LossForm form) {
        return form.loss(Variable.of(c.logits()), c).item();
    }

    private static Tensor gradient(Classification c, LossForm form) {
        return grad(o -> form.loss(o, c)).apply(c.logits());
    }

    private static Tensor hessianOf(Classification c, LossForm form) {
        return hessian(o -> form.loss(o, c)).apply(c.logits()).reshape(c.classes(), c.classes());
    }

    /** The same numbers; signed zeros are equal, and so are NaNs. */
    private static void same(Tensor actual, double... expected) {
        assertThat(actual.map(x -> x + 0.0)).isEqualTo(Tensor.of(actual.shape(), expected));
    }

    private static void nothing(Tensor actual) {
        same(actual, new double[actual.shape().size()]);
    }

    private static void oneUlp(Tensor actual, double... expected) {
        assertThat(actual.ulpDistance(Tensor.of(actual.shape(), expected))).isLessThanOrEqualTo(1);
    }

    // ---- the table ----

    @Property
    void aConfidentModelKeepsAllDigits(@ForAll LossForm form) {
        Classification c = labelled(0, 40, 0);
        double e = EPSILON;
        oneUlp(Tensor.of(loss(c, form)), e);
        oneUlp(gradient(c, form), -e, e);
        oneUlp(hessianOf(c, form), e, -e, -e, e);
        Tensor third = jacobian(hessian(o -> form.loss(o, c))).apply(c.logits()).reshape(2, 2, 2);
        oneUlp(Tensor.of(third.get(0, 0, 0), third.get(1, 1, 1)), -e, e);
    }

    @Property
    void aConfidentlyWrongModelHasALargeLoss(@ForAll LossForm form) {
        Classification c = labelled(0, 0, 1000);
        assertThat(loss(c, form)).isEqualTo(1000);
        same(gradient(c, form), -1, 1);
        nothing(hessianOf(c, form));
    }

    @Property
    void farApartLogitsAreExact(@ForAll LossForm form) {
        double[] losses = {0, 2000, 1000};
        double[][] gradients = {{0, 0, 0}, {1, -1, 0}, {1, 0, -1}};
        for (int label = 0; label < 3; label++) {
            Classification c = labelled(label, 1000, -1000, 0);
            assertThat(loss(c, form)).isEqualTo(losses[label]);
            same(gradient(c, form), gradients[label]);
            nothing(hessianOf(c, form));
        }
    }

    @Property
    void hugeEqualLogitsShareTheProbability(@ForAll LossForm form) {
        Classification c = labelled(1, 1e308, 1e308);
        assertThat(loss(c, form)).isEqualTo(Math.log(2));
        same(Variable.of(c.logits()).softmax().value(), 0.5, 0.5);
        same(gradient(c, form), 0.5, -0.5);
        same(hessianOf(c, form), 0.25, -0.25, -0.25, 0.25);
    }

    @Property
    void aDifferenceThatOverflowsGivesAnInfiniteLossAndAFiniteGradient(@ForAll LossForm form) {
        Classification right = labelled(0, 1e308, -1e308);
        assertThat(loss(right, form)).isEqualTo(0);
        nothing(gradient(right, form));
        nothing(hessianOf(right, form));
        Classification wrong = labelled(1, 1e308, -1e308);
        assertThat(loss(wrong, form)).isEqualTo(INFINITY);
        same(gradient(wrong, form), 1, -1);
        nothing(hessianOf(wrong, form));
    }

    @Property
    void anInfiniteLossInABatchLeavesTheGradientsFinite(@ForAll LossForm form) {
        Tensor o = Tensor.of(new double[][] {{1e308, -1e308}, {3, 3}});
        Classification c = new Classification(o, Tensor.of(new double[][] {{0, 1}, {1, 0}}));
        assertThat(form.loss(Variable.of(o), c, Reduction.MEAN).item()).isEqualTo(INFINITY);
        same(grad(x -> form.loss(x, c, Reduction.MEAN)).apply(o), 0.5, -0.5, -0.25, 0.25);
    }

    @Property
    void aMaskedClassThatIsNotAskedForHasNoPart(@ForAll LossForm form) {
        Classification c = labelled(2, 5, -INFINITY, 5);
        assertThat(loss(c, form)).isEqualTo(Math.log(2));
        same(Variable.of(c.logits()).softmax().value(), 0.5, 0, 0.5);
        same(gradient(c, form), 0.5, 0, -0.5);
        same(hessianOf(c, form), 0.25, 0, -0.25, 0, 0, 0, -0.25, 0, 0.25);
    }

    @Property
    void aMaskedClassThatIsAskedForHasAnInfiniteLoss(@ForAll LossForm form) {
        Classification c = labelled(1, 5, -INFINITY, 5);
        assertThat(loss(c, form)).isEqualTo(INFINITY);
        same(gradient(c, form), 0.5, -1, 0.5);
        same(hessianOf(c, form), 0.25, 0, -0.25, 0, 0, 0, -0.25, 0, 0.25);
    }

    @Example
    void aMaskedClassThatIsAskedForInPartHasAnInfiniteLoss() {
        Tensor o = Tensor.of(5, -INFINITY, 5);
        Variable y = Variable.of(Tensor.of(1, 0.5, 2.5));
        assertThat(Variable.of(o).crossEntropy(y).item()).isEqualTo(INFINITY);
        same(grad(x -> x.crossEntropy(y)).apply(o), 1, -0.5, -0.5);
        same(hessian(x -> x.crossEntropy(y)).apply(o), 1, 0, -1, 0, 0, 0, -1, 0, 1);
    }

    @Property
    void whereAllClassesAreMaskedThereIsNoDistribution(@ForAll LossForm form) {
        Classification c = labelled(1, -INFINITY, -INFINITY);
        assertThat(Variable.of(c.logits()).logSumExp().item()).isEqualTo(-INFINITY);
        withoutDistribution(c, form);
    }

    @Property
    void aLogitOfInfinityHasNoDistribution(@ForAll LossForm form, @ForAll @IntRange(max = 2) int label) {
        Classification c = labelled(label, 1, INFINITY, -2);
        assertThat(Variable.of(c.logits()).logSumExp().item()).isEqualTo(INFINITY);
        withoutDistribution(c, form);
    }

    @Property
    void aLogitThatIsNaNSpreads(
            @ForAll LossForm form, @ForAll @IntRange(max = 2) int label, @ForAll @IntRange(max = 2) int at) {
        double[] o = {1, -INFINITY, 40};
        o[at] = NAN;
        Classification c = labelled(label, o);
        assertThat(Variable.of(c.logits()).logSumExp().item()).isNaN();
        withoutDistribution(c, form);
    }

    private static void withoutDistribution(Classification c, LossForm form) {
        double[] nan = new double[c.classes()];
        Arrays.fill(nan, NAN);
        same(Variable.of(c.logits()).softmax().value(), nan);
        same(Variable.of(c.logits()).logSoftmax().value(), nan);
        assertThat(loss(c, form)).isNaN();
        same(gradient(c, form), nan);
    }

    /** Also next to a class whose target is 0, where skipping must not swallow it, and next to a masked class. */
    @Property
    void aTargetThatIsNaNSpreads(@ForAll @IntRange(max = 2) int at) {
        double[] y = {0, 0, 1};
        y[at] = NAN;
        Variable targets = Variable.of(Tensor.of(y));
        for (Tensor o : List.of(Tensor.of(1, 2, 3), Tensor.of(1, -INFINITY, 40))) {
            assertThat(Variable.of(o).crossEntropy(targets).item()).isNaN();
            same(grad(x -> x.crossEntropy(targets)).apply(o), NAN, NAN, NAN);
        }
    }

    @Example
    void aLabelThatIsNaNIsRefused() {
        assertThatThrownBy(() -> Variable.of(Tensor.of(1, 2)).crossEntropyWithLabels(Variable.of(NAN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "crossEntropyWithLabels: every class must be a whole number in 0..1, got NaN at position 0");
    }

    @Property
    void oneClassHasNothingToLose(@ForAll LossForm form, @ForAll("logits") Tensor logits) {
        Classification c = labelled(0, logits.get(0, 0));
        same(Variable.of(c.logits()).softmax().value(), 1);
        assertThat(loss(c, form)).isEqualTo(0);
        nothing(gradient(c, form));
        nothing(hessianOf(c, form));
    }

    /** S = 2.75: the general formulas. */
    @Example
    void targetsNeedNotSumToOne() {
        Tensor o = Tensor.of(0.3, -1.2, 2.0);
        Tensor y = Tensor.of(2.0, 0.5, 0.25);
        ExactSoftmax row = new ExactSoftmax(o.toArray(), y.toArray());
        Variable targets = Variable.of(y);
        Tensor gradient = grad(x -> x.crossEntropy(targets)).apply(o);
        Tensor hessian = hessian(x -> x.crossEntropy(targets)).apply(o);
        close("loss", Variable.of(o).crossEntropy(targets).item(), row.loss(), 19);
        for (int i = 0; i < 3; i++) {
            close("gradient", gradient.get(i), row.gradient(i), 19, row.gradientScale(i));
            for (int j = 0; j < 3; j++) {
                close("H", hessian.get(i, j), row.s.multiply(row.jacobian(i, j)), 19);
            }
        }
    }

    /** S = 0: the loss is a difference of logits, the gradient is −y, and the curvature vanishes. */
    @Example
    void targetsMaySumToZero() {
        Variable y = Variable.of(Tensor.of(1, -1, 0));
        Tensor o = Tensor.of(2, 5, 40);
        assertThat(Variable.of(o).crossEntropy(y).item()).isEqualTo(3);
        same(grad(x -> x.crossEntropy(y)).apply(o), -1, 1, 0);
        nothing(hessian(x -> x.crossEntropy(y)).apply(o));
    }

    // ---- more of the same, generated ----

    /** Any finite doubles at all, 1e308 beside −1e308 and beside subnormals. */
    @Provide
    Arbitrary<Tensor> anyNumbers() {
        return Tensors.of(Shape.of(1, 4), Doubles.finite());
    }

    @Property
    void noFiniteLogitsAreTooMuch(
            @ForAll("anyNumbers") Tensor o, @ForAll @IntRange(max = 3) int label, @ForAll LossForm form) {
        Classification c = labelled(label, o.toArray());
        ExactSoftmax row = ExactSoftmax.rows(c).get(0);
        for (int j = 0; j < row.q; j++) {
            close("p", Variable.of(o).softmax().value().get(0, j), row.p(j), 20);
            close("gradient", gradient(c, form).get(0, j), row.gradient(j), 20);
        }
        double loss = loss(c, form);
        if (loss == INFINITY) {
            assertThat(row.loss().doubleValue()).isGreaterThan(Double.MAX_VALUE / 2);
        } else {
            close("loss", loss, row.loss(), 20);
        }
    }

    @Property(tries = 50)
    void norAreTheyForTheHessian(@ForAll("anyNumbers") Tensor o, @ForAll LossForm form) {
        Classification c = labelled(0, o.toArray());
        ExactSoftmax row = ExactSoftmax.rows(c).get(0);
        Tensor h = hessianOf(c, form);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                close("H[" + i + ", " + j + "]", h.get(i, j), row.jacobian(i, j), 20);
            }
        }
    }

    /** Where probabilities are subnormal: differences of 700 to 746, four spacings of 4.9e-324. */
    @Property
    void whatIsBelowTheNormalRangeIsWithinFourSpacings(
            @ForAll @IntRange(min = 700 * 64, max = 746 * 64) int difference,
            @ForAll @IntRange(max = 1) int label,
            @ForAll LossForm form) {
        Classification c = labelled(label, 0, -difference / 64.0);
        ExactSoftmax row = ExactSoftmax.rows(c).get(0);
        Tensor gradient = gradient(c, form);
        Tensor h = hessianOf(c, form);
        close("loss", loss(c, form), row.loss(), 18);
        for (int i = 0; i < 2; i++) {
            close("gradient", gradient.get(0, i), row.gradient(i), 18);
            for (int j = 0; j < 2; j++) {
                close("H", h.get(i, j), row.jacobian(i, j), 18);
            }
        }
    }

    /**
     * 100 classes of which each has less than half a u of probability: added to 1 one by one they would all be lost, and with them
     * up to (q − 1)u of every result, twice that in the Hessian.
     */
    @Property(tries = 10)
    void manySmallClassesAreNotLostInTheirSum(@ForAll @IntRange(min = 1, max = 40) int k, @ForAll LossForm form) {
        int q = 100;
        double[] o = new double[q];
        Arrays.fill(o, 1, q, -36.7368005696771 - k / 64.0);
        Classification c = labelled(1, o);
        ExactSoftmax row = ExactSoftmax.rows(c).get(0);
        Tensor p = Variable.of(c.logits()).softmax().value();
        Tensor gradient = gradient(c, form);
        close("p", p.get(0, 1), row.p(1), 20);
        close("loss", loss(c, form), row.loss(), 20);
        for (int j : new int[] {0, 1, 2}) {
            close("gradient", gradient.get(0, j), row.gradient(j), 20);
            Tensor column = hvp(
                    x -> form.loss(x, c),
                    c.logits(),
                    Variable.of(Tensor.of(j)).oneHot(q).value());
            for (int i : new int[] {0, 1, 2}) {
                close("H[" + i + ", " + j + "]", column.get(0, i), row.jacobian(i, j), 20);
            }
        }
    }

    /** What one sample suffers no other feels: not a bit of the others' losses, gradients and curvature changes. */
    @Property
    void aBadSampleHarmsItselfAlone(
            @ForAll("oneHot") Classification c, @ForAll("badLogits") double bad, @ForAll LossForm form) {
        Assume.that(c.rows() > 1);
        double[] spoiled = c.logits().toArray();
        spoiled[0] = bad;
        Classification other = new Classification(Tensor.of(c.logits().shape(), spoiled), c.targets());
        Tensor v = Tensor.arange(c.logits().shape().size()).reshape(c.logits().shape());
        int n = c.rows();
        Variable before = form.loss(Variable.of(c.logits()), c, Reduction.NONE);
        Variable after = form.loss(Variable.of(other.logits()), other, Reduction.NONE);
        assertThat(after.value().rows(1, n)).isEqualTo(before.value().rows(1, n));
        assertThat(gradient(other, form).rows(1, n)).isEqualTo(gradient(c, form).rows(1, n));
        assertThat(product(other, form, v).rows(1, n))
                .isEqualTo(product(c, form, v).rows(1, n));
    }

    private static Tensor product(Classification c, LossForm form, Tensor v) {
        return hvp(o -> form.loss(o, c), c.logits(), v);
    }

    @Provide
    Arbitrary<Double> badLogits() {
        return Arbitraries.of(NAN, INFINITY, -INFINITY, 1e308, -1e308);
    }

    /** Targets may depend on the logits, and −log p of a masked class is ∞: it takes no part in the curvature of an entropy. */
    @Example
    void theEntropyOfAMaskedDistributionHasTheHessianOfTheOthers() {
        Tensor expected = hessian(o -> o.crossEntropy(o.softmax())).apply(Tensor.of(1, 0));
        Tensor masked = hessian(o -> o.crossEntropy(o.softmax())).apply(Tensor.of(1, 0, -INFINITY));
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double want = i < 2 && j < 2 ? expected.get(i, j) : 0;
                assertThat(masked.get(i, j)).isEqualTo(want);
            }
        }
        assertThat(expected.get(0, 1)).isCloseTo(0.10575, within(5e-6));
    }

    // ---- what no composition of other operations can keep ----

    private static Variable composed(Variable o, Tensor y) {
        return o.softmax().log().mul(Variable.of(y)).sum().neg();
    }

    /**
     * softmax, log and mul are each as accurate as doubles allow, and their composition is not: the loss of a confident model is 0
     * instead of 4.2e-18, because 1 − 4.2e-18 is 1.
     */
    @Example
    void aCompositionLosesAllDigitsOfAConfidentModel() {
        Tensor o = Tensor.of(40, 0);
        Tensor y = Tensor.of(1, 0);
        assertThat(composed(Variable.of(o), y).item()).isEqualTo(0);
        assertThat(Variable.of(o).crossEntropy(Variable.of(y)).item()).isEqualTo(EPSILON);
    }

    /** Where the probability underflows, the composition's loss is infinite and its gradient 0: what is most wrong learns nothing. */
    @Example
    void aCompositionFailsWhereAProbabilityUnderflows() {
        Tensor o = Tensor.of(0, 1000);
        Tensor y = Tensor.of(1, 0);
        assertThat(composed(Variable.of(o), y).item()).isEqualTo(INFINITY);
        nothing(grad(x -> composed(x, y)).apply(o));
        same(grad(x -> x.crossEntropy(Variable.of(y))).apply(o), -1, 1);
    }

    /** A masked class that is not asked for makes 0·(−∞) of the composition. */
    @Example
    void aCompositionFailsAtAMaskedClass() {
        Tensor o = Tensor.of(1, -INFINITY);
        Tensor y = Tensor.of(1, 0);
        assertThat(composed(Variable.of(o), y).item()).isNaN();
        assertThat(Variable.of(o).crossEntropy(Variable.of(y)).item()).isEqualTo(0);
    }

    /** Between those extremes it loses them by degrees: for a difference d the loss e⁻ᵈ has an error of u. */
    @Property
    void aCompositionLosesDigitsByDegrees(@ForAll @IntRange(min = 10, max = 36) int difference) {
        Tensor o = Tensor.of(difference, 0);
        Tensor y = Tensor.of(1, 0);
        double exact = ExactSoftmax.rows(o.reshape(1, 2), y.reshape(1, 2))
                .get(0)
                .loss()
                .doubleValue();
        double lost = IntStream.range(0, 8)
                .mapToDouble(k -> {
                    double d = difference + k / 8.0;
                    double right = Math.log1p(Math.exp(-d));
                    return Math.abs(composed(Variable.of(Tensor.of(d, 0)), y).item() - right) / right;
                })
                .max()
                .orElseThrow();
        assertThat(lost).isGreaterThan(18 * Exact.U);
        assertThat(Variable.of(o).crossEntropy(Variable.of(y)).item())
                .isCloseTo(exact, Offset.offset(18 * Exact.U * exact));
    }
}
