package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Classification;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** MATH.md §5: likelihood and cross-entropy. */
class S5LikelihoodProperties implements Batches {

    private static Tensor losses(Classification c) {
        return Variable.of(c.logits())
                .crossEntropy(Variable.of(c.targets()), Reduction.NONE)
                .value();
    }

    private static int bound(Classification c) {
        return c.classes() + 16;
    }

    @Example
    void aFairCoinIsWorthOneBit() {
        Variable loss = Variable.of(Tensor.of(3, 3)).crossEntropyWithLabels(Variable.of(1));
        assertThat(loss.item()).isEqualTo(Math.log(2));
    }

    @Property
    void theLossOfALabelIsMinusTheLogarithmOfItsProbability(@ForAll("oneHot") Classification c, @ForAll LossForm form) {
        Tensor losses = form.loss(Variable.of(c.logits()), c, Reduction.NONE).value();
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            BigDecimal exact = rows.get(i).minusLogP((int) c.labels().get(i));
            close("loss " + i, losses.get(i), exact, bound(c));
        }
    }

    @Property
    void theLossIsTheMeanOfMinusLogProbabilities(@ForAll("maskedNonNegative") Classification c) {
        Tensor losses = losses(c);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            if (rows.get(i).isImpossible()) {
                assertThat(losses.get(i)).isEqualTo(Double.POSITIVE_INFINITY);
            } else {
                close("loss " + i, losses.get(i), rows.get(i).loss(), bound(c));
            }
        }
    }

    @Property
    void targetsMayBeOfEitherSign(@ForAll("signed") Classification c) {
        Tensor losses = losses(c);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            close(
                    "loss " + i,
                    losses.get(i),
                    rows.get(i).loss(),
                    bound(c),
                    rows.get(i).lossScale());
        }
    }

    /** The same from the other formula, l = S·L(o) − Σ y_j o_j, in exact arithmetic. */
    @Property
    void theLossIsTheLogarithmOfTheSumLessTheMeanLogit(@ForAll("distributions") Classification c) {
        Tensor losses = losses(c);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            ExactSoftmax row = rows.get(i);
            BigDecimal exact = row.s.multiply(row.logSumExp());
            for (int j = 0; j < row.q; j++) {
                exact = exact.subtract(row.y(j).multiply(row.o(j)));
            }
            close("loss " + i, losses.get(i), exact, bound(c));
        }
    }

    /** The exponential turns an error of the loss's sum, at most (q + 16 + n)u of it, into a relative one of its own. */
    @Property
    void theLikelihoodIsTheExponentialOfMinusTheLoss(@ForAll("oneHot") Classification c, @ForAll LossForm form) {
        double loss = form.loss(Variable.of(c.logits()), c, Reduction.SUM).item();
        Tensor labels = c.labels();
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        BigDecimal likelihood = BigDecimal.ONE;
        for (int i = 0; i < c.rows(); i++) {
            likelihood = Exact.mul(likelihood, rows.get(i).p((int) labels.get(i)));
        }
        double units = (bound(c) + c.rows()) * Math.min(loss, 746) + 2;
        close("likelihood", Math.exp(-loss), likelihood, units);
    }

    /** Where one batch of labels is clearly more likely than another under the same model, its loss is smaller. */
    @Property
    void theMoreLikelyHasTheSmallerLoss(@ForAll("oneHot") Classification c, @ForAll LossForm form) {
        Classification other = new Classification(c.logits(), predicted(c));
        double loss = form.loss(Variable.of(c.logits()), c).item();
        double best = form.loss(Variable.of(c.logits()), other).item();
        assertThat(best).isLessThanOrEqualTo(loss);
    }

    private static Tensor predicted(Classification c) {
        return Variable.of(c.logits().argmax(-1)).oneHot(c.classes()).value();
    }

    @Property
    void theLossIsNeverNegative(@ForAll("maskedNonNegative") Classification c) {
        assertThat(Arrays.stream(losses(c).toArray())).allMatch(l -> l >= 0);
    }

    @Property
    void theLossIsEntropyPlusDivergence(@ForAll("distributions") Classification c) {
        Tensor losses = losses(c);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            close("loss " + i, losses.get(i), entropy(rows.get(i)).add(divergence(rows.get(i))), bound(c));
        }
    }

    /** H(y) = −Σ y_j log y_j. */
    private static BigDecimal entropy(ExactSoftmax row) {
        return row.sum(j -> row.y(j).signum() == 0 ? BigDecimal.ZERO : row.y(j).multiply(Exact.log(row.y(j))))
                .negate();
    }

    /** KL(y‖p) = Σ y_j log(y_j/p_j). */
    private static BigDecimal divergence(ExactSoftmax row) {
        return row.sum(j -> row.y(j).signum() == 0
                ? BigDecimal.ZERO
                : row.y(j).multiply(Exact.log(row.y(j)).add(row.minusLogP(j))));
    }

    /** KL ≥ 0, and more than that: Pinsker's inequality KL ≥ ½(Σ|y_j − p_j|)², so it is 0 at p = y alone. */
    @Property
    void theDivergenceIsAtLeastHalfTheSquareOfTheDistance(@ForAll("distributions") Classification c) {
        Tensor losses = losses(c);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            ExactSoftmax row = rows.get(i);
            BigDecimal distance = row.sum(j -> row.y(j).subtract(row.p(j)).abs());
            BigDecimal least = entropy(row).add(distance.pow(2).multiply(BigDecimal.valueOf(0.5)));
            Accuracy.atMost("−loss " + i, -losses.get(i), least.negate(), bound(c), row.loss());
        }
    }

    /**
     * At p = y the loss is the entropy and the gradient vanishes: o = log y is rounded, by at most u|log y_j|, which moves p_j by as
     * much relatively, and the divergence by the square of it.
     */
    @Property
    void theDivergenceVanishesWhereTheModelIsRight(@ForAll("distributions") Classification c) {
        Tensor o = c.targets().map(y -> y == 0 ? Double.NEGATIVE_INFINITY : StrictMath.log(y));
        Classification right = new Classification(o, c.targets());
        Tensor losses = losses(right);
        Tensor gradient = grad(x -> x.crossEntropy(Variable.of(c.targets()), Reduction.SUM))
                .apply(o);
        List<ExactSoftmax> rows = ExactSoftmax.rows(right);
        for (int i = 0; i < c.rows(); i++) {
            close("loss " + i, losses.get(i), entropy(rows.get(i)), bound(c) + 1);
            for (int j = 0; j < c.classes(); j++) {
                double largest = Arrays.stream(o.row(i).toArray())
                        .filter(Double::isFinite)
                        .map(Math::abs)
                        .max()
                        .orElseThrow();
                close(
                        "gradient",
                        gradient.get(i, j),
                        BigDecimal.ZERO,
                        bound(c) + 2 * largest + 2,
                        rows.get(i).gradientScale(j).add(rows.get(i).y(j)));
            }
        }
    }

    @Property
    void labelsAreTargetsToTheLastBit(@ForAll("masked") Classification c, @ForAll Reduction reduction) {
        Variable o = Variable.of(c.logits());
        assertThat(LossForm.LABELS.loss(o, c, reduction).value())
                .isEqualTo(LossForm.TARGETS.loss(o, c, reduction).value());
    }

    /** The negative log-likelihood picks −log p_c: the same formula by another way. */
    @Property
    void theNegativeLogLikelihoodIsTheCrossEntropy(@ForAll("masked") Classification c) {
        Variable o = Variable.of(c.logits());
        Tensor nll = LossForm.LOG_SOFTMAX_NLL.loss(o, c, Reduction.NONE).value();
        assertThat(nll.equalsWithinUlps(
                        LossForm.LABELS.loss(o, c, Reduction.NONE).value(), 1))
                .isTrue();
    }

    /** The sum of n losses that are not negative is rounded at most n times. */
    @Property
    void theSumIsTheSumOfTheLosses(@ForAll("nonNegative") Classification c) {
        BigDecimal sum =
                Arrays.stream(losses(c).toArray()).mapToObj(Exact::of).reduce(BigDecimal.ZERO, BigDecimal::add);
        Variable o = Variable.of(c.logits());
        close("sum", o.crossEntropy(Variable.of(c.targets()), Reduction.SUM).item(), sum, c.rows());
        close(
                "mean",
                o.crossEntropy(Variable.of(c.targets())).item(),
                Exact.div(sum, BigDecimal.valueOf(c.rows())),
                c.rows() + 1);
    }

    /** The loss is linear in the targets; doubling them is exact, in the range of normal numbers. */
    @Property
    void twiceTheTargetsAreTwiceTheLoss(@ForAll("signed") Classification c) {
        Tensor losses = losses(c);
        Tensor doubled = losses(new Classification(c.logits(), c.targets().map(y -> 2 * y)));
        for (int i = 0; i < c.rows(); i++) {
            double loss = losses.get(i);
            assertThat(doubled.get(i) == 2 * loss || Math.abs(loss) < c.classes() * Double.MIN_NORMAL)
                    .isTrue();
        }
    }

    /** A step against the gradient makes the labels more likely, unless they are certain. */
    @Property
    void aSmallStepAgainstTheGradientMakesTheLabelsMoreLikely(
            @ForAll("oneHot") Classification c, @ForAll LossForm form) {
        Tensor gradient = grad(o -> form.loss(o, c)).apply(c.logits());
        double largest = Arrays.stream(gradient.toArray()).map(Math::abs).max().orElseThrow();
        Variable o = Variable.of(c.logits());
        Assume.that(largest > 1e-3);
        Assume.that(Arrays.stream(c.logits().toArray()).allMatch(x -> Math.abs(x) < 1e3));
        Variable after = o.sub(Variable.of(gradient).mul(0.5));
        assertThat(form.loss(after, c).item()).isLessThan(form.loss(o, c).item());
    }
}
