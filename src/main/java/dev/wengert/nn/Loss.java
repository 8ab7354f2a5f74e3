package dev.wengert.nn;

import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.autodiff.op.Signs;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;

/**
 * What a prediction costs beside its target. A lambda is a loss, and those here are formulas of variables: they have derivatives of every
 * order, in the prediction and in a target of real numbers, and in a plan labels and weights are inputs.
 *
 * <p>All of them refuse shapes that differ, also where the shapes would broadcast: a prediction [5, 1] and a target [5] would make 25
 * differences. They give the mean unless {@link BatchLoss#reduction} says something else.
 *
 * <pre>{@code
 * Variable loss = Loss.huber(0.7).apply(prediction, target);
 * Variable sum = Loss.crossEntropy().ignoreIndex(-100).labelSmoothing(0.1).reduction(Reduction.SUM).apply(logits, labels);
 * }</pre>
 */
@FunctionalInterface
public interface Loss {

    /**
     * The loss.
     *
     * @param prediction what the model gives
     * @param target what it should give
     * @return the loss: a number, of shape [], unless it is not reduced
     * @throws ShapeException if the shapes do not belong together
     */
    Variable apply(Variable prediction, Variable target);

    /**
     * The loss with weights of the examples, for those that take them: {@link BatchLoss} and {@link CrossEntropy}.
     *
     * @param prediction what the model gives
     * @param target what it should give
     * @param weights one weight for each example
     * @return the loss
     * @throws UnsupportedOperationException if this loss takes no weights
     */
    default Variable apply(Variable prediction, Variable target, Variable weights) {
        throw new UnsupportedOperationException(
                "loss: examples with weights need a loss that takes them, got one without;"
                        + " those of Loss do, and a loss of your own overrides apply(prediction, target, weights)");
    }

    // ---- classes ----

    /**
     * The cross-entropy between logits and classes, or distributions over classes. It keeps its digits at every scale (MATH.md §9).
     *
     * @return the loss, without weights, ignored labels and smoothing
     */
    static CrossEntropy crossEntropy() {
        return new CrossEntropy("crossEntropy", true);
    }

    /**
     * The negative log-likelihood of classes under log-probabilities, such as those of {@link Variable#logSoftmax()}.
     *
     * @return the loss, without weights, ignored labels and smoothing
     */
    static CrossEntropy nll() {
        return new CrossEntropy("nll", false);
    }

    /**
     * The binary cross-entropy from logits, {@code −y·log σ(z) − (1 − y)·log σ(−z)} for each element, with y from 0 to 1. It is the
     * cross-entropy of the two logits z and 0, and keeps its digits as that does (MATH.md §9 with q = 2): the relative error of the value
     * is at most 18u, u = 2⁻⁵³. That of the first derivative is at most 18u for y of 0 or 1; for y between them it is that of its terms,
     * {@code 18u·(y·σ(−z) + (1 − y)·σ(z))}, which cancel at σ(z) = y. That of the second, {@code σ(z)·σ(−z)}, is at most 18u.
     *
     * <p>A logit of −∞ is a class that is impossible; one of +∞ gives NaN, as in softmax.
     *
     * <p>PyTorch's weight of each element, which does not change what the mean divides by, is {@code
     * loss.reduction(Reduction.NONE).apply(z, y).mul(weight).mean()}.
     *
     * @return the loss
     */
    static BatchLoss binaryCrossEntropy() {
        return binaryCrossEntropy(Tensor.scalar(1));
    }

    /**
     * The same with a weight for the positive class, {@code −w·y·log σ(z) − (1 − y)·log σ(−z)}: more than 1 for a class that is rare.
     *
     * @param positive w, a number or one for each column: positive and finite, of a shape that broadcasts to that of the prediction
     * @return the loss
     * @throws IllegalArgumentException if a weight is not positive and finite
     */
    static BatchLoss binaryCrossEntropy(Tensor positive) {
        String name = "binaryCrossEntropy";
        Losses.weights(name, "every positive weight", Given.value(name, "the positive weight", positive), false);
        return BatchLoss.elementwise(name, (z, y) -> Losses.binaryCrossEntropy(z, y, positive));
    }

    /**
     * The binary cross-entropy of probabilities, {@code −y·log p − (1 − y)·log(1 − p)} for each element. A logarithm is −100 at least, and
     * where p(1 − p) is less than 1e-12 the slope is {@code (p − y)/1e-12}, both as in PyTorch; the second derivative is 0 there. What p
     * lost when it was rounded to a number near 1 is lost: from logits, use {@link #binaryCrossEntropy()}.
     *
     * @return the loss
     */
    static BatchLoss binaryCrossEntropyOfProbabilities() {
        return BatchLoss.elementwise("binaryCrossEntropyOfProbabilities", Losses::binaryCrossEntropyOfProbabilities);
    }

    /**
     * The Kullback-Leibler divergence of a target distribution from log-probabilities, {@code y·(log y − x)} for each element, and 0 where
     * y is 0. {@link dev.wengert.autodiff.Reduction#BATCH_MEAN} gives the divergence of an example; the mean is one over all elements, as
     * in PyTorch. Where y is near eˣ, the difference has lost what cancels: its error is that of {@code y·(|log y| + |x|)}.
     *
     * @return the loss
     */
    static BatchLoss klDivergence() {
        return BatchLoss.elementwise(
                "klDivergence", (x, y) -> y.xlogy(y).sub(y.mul(Variable.where(y.eq(0), Losses.ZERO, x))));
    }

    /**
     * The same for a target of log-probabilities, {@code exp(t)·(t − x)} for each element, and 0 where exp(t) is 0.
     *
     * @return the loss
     */
    static BatchLoss klDivergenceOfLogs() {
        return BatchLoss.elementwise("klDivergenceOfLogs", (x, t) -> {
            Variable y = t.exp();
            return y.mul(Variable.where(y.eq(0), Losses.ZERO, t.sub(x)));
        });
    }

    // ---- numbers ----

    /**
     * The squared error, {@code (x − y)²} for each element.
     *
     * @return the loss
     */
    static BatchLoss mse() {
        return BatchLoss.elementwise("mse", (x, y) -> x.sub(y).square());
    }

    /**
     * The absolute error, {@code |x − y|} for each element, with derivative 0 at 0.
     *
     * @return the loss
     */
    static BatchLoss l1() {
        return BatchLoss.elementwise("l1", (x, y) -> x.sub(y).abs());
    }

    /**
     * Huber's loss of the difference d (P. J. Huber, 1964): {@code d²/2} up to δ, and {@code δ·(|d| − δ/2)} beyond.
     *
     * @param delta δ, positive and finite
     * @return the loss
     * @throws IllegalArgumentException if δ is not positive and finite
     */
    static BatchLoss huber(double delta) {
        Given.positive("huber", "delta", delta);
        return BatchLoss.elementwise("huber", (x, y) -> Losses.huber(x.sub(y), delta, 1));
    }

    /**
     * Huber's loss divided by its bound: {@code d²/(2β)} up to β, and {@code |d| − β/2} beyond. It tends to {@link #l1()} with β.
     *
     * @param beta β, positive and finite
     * @return the loss
     * @throws IllegalArgumentException if β is not positive and finite
     */
    static BatchLoss smoothL1(double beta) {
        Given.positive("smoothL1", "beta", beta);
        return BatchLoss.elementwise("smoothL1", (x, y) -> Losses.huber(x.sub(y), beta, beta));
    }

    /**
     * The negative log-likelihood of counts y under Poisson distributions whose rates have the logarithms x: {@code eˣ − y·x}, without
     * log(y!). The errors of the value and of the first derivative are those of their terms: at most {@code 3u·(eˣ + |y·x|)} and {@code
     * 3u·(eˣ + y)}, u = 2⁻⁵³, so that digits are lost where these cancel, at eˣ = y. That of the second derivative, eˣ, is at most 2u·eˣ.
     *
     * @param full whether {@code y·log y − y + log(2πy)/2} is added where y is more than 1, Stirling's approximation of log(y!)
     * @return the loss
     */
    static BatchLoss poissonNll(boolean full) {
        return BatchLoss.elementwise(
                "poissonNll", (x, y) -> Losses.stirling(full, x.exp().sub(y.mul(x)), y));
    }

    /**
     * The same for the rates λ themselves, {@code λ − y·log(λ + ε)}. The errors are those of the terms: {@code 4u·(λ + y·(1 + |log(λ +
     * ε)|))} of the value, {@code 4u·(1 + y/(λ + ε))} of the first derivative, {@code 6u·y/(λ + ε)²} of the second.
     *
     * @param full whether Stirling's approximation of log(y!) is added where y is more than 1
     * @param epsilon ε, which keeps the logarithm finite at 0: 0 or more, and finite
     * @return the loss
     * @throws IllegalArgumentException if ε is negative or not finite
     */
    static BatchLoss poissonNllOfRates(boolean full, double epsilon) {
        Given.notNegative("poissonNllOfRates", "epsilon", epsilon);
        return BatchLoss.elementwise(
                "poissonNllOfRates", (rate, y) -> Losses.stirling(full, rate.sub(y.xlogy(rate.add(epsilon))), y));
    }

    /**
     * The negative log-likelihood of a target under normal distributions, {@code (log v + (μ − y)²/v)/2} for each element, of a mean μ, a
     * variance v and a target y. A variance below ε counts as ε, with the slope there, as in PyTorch: so it can grow again.
     *
     * @param full whether log(2π)/2 is added
     * @param epsilon ε, positive and finite
     * @return the loss of means (first) and variances (second)
     * @throws IllegalArgumentException if ε is not positive and finite
     */
    static PairLoss gaussianNll(boolean full, double epsilon) {
        Given.positive("gaussianNll", "epsilon", epsilon);
        return new PairLoss(
                "gaussianNll",
                "mean, variance",
                (mean, variance, y) -> Losses.gaussianNll(mean, variance, y, full, epsilon));
    }

    // ---- margins ----

    /**
     * The hinge loss, {@code max(0, 1 − y·x)} for each element, for scores x and targets y of −1 or 1. At the kink the derivative is 0, as
     * for all losses of margins.
     *
     * @return the loss
     */
    static BatchLoss hinge() {
        return BatchLoss.elementwise(
                "hinge", (x, y) -> new Signs("hinge").apply(y).mul(x).rsub(1).relu());
    }

    /**
     * The loss of a distance x: x where the target is 1, and {@code max(0, margin − x)} where it is −1.
     *
     * @param margin the distance from which pairs that differ cost nothing, finite
     * @return the loss
     * @throws IllegalArgumentException if the margin is not finite
     */
    static BatchLoss hingeEmbedding(double margin) {
        Losses.finite("hingeEmbedding", "margin", margin);
        return BatchLoss.elementwise(
                "hingeEmbedding",
                (x, y) -> Variable.where(
                        new Signs("hingeEmbedding").apply(y).gt(0),
                        x,
                        x.rsub(margin).relu()));
    }

    /**
     * The logistic loss of targets y of −1 or 1, {@code log(1 + exp(−y·x))} for each element.
     *
     * @return the loss
     */
    static BatchLoss softMargin() {
        return BatchLoss.elementwise(
                "softMargin",
                (x, y) -> new Signs("softMargin").apply(y).mul(x).neg().softplus());
    }

    /**
     * The loss of a ranking, {@code max(0, margin − y·(a − b))} for each element: for y of 1 the score a should be above b by the margin,
     * for −1 below.
     *
     * @param margin the margin, finite
     * @return the loss of scores a (first) and b (second)
     * @throws IllegalArgumentException if the margin is not finite
     */
    static PairLoss marginRanking(double margin) {
        Losses.finite("marginRanking", "margin", margin);
        return new PairLoss(
                "marginRanking",
                "first, second",
                (a, b, y) -> new Signs("marginRanking")
                        .apply(y)
                        .mul(a.sub(b))
                        .rsub(margin)
                        .relu());
    }

    /**
     * The loss of scores [.., q] whose class c should be above the others by a margin: {@code Σ_(j≠c) max(0, margin − x_c + x_j)ᵖ/q} for
     * each row, for classes [..].
     *
     * @param p 1 or 2
     * @param margin the margin, finite
     * @return the loss
     * @throws IllegalArgumentException if p is neither 1 nor 2, or the margin is not finite
     */
    static BatchLoss multiMargin(int p, double margin) {
        if (p != 1 && p != 2) {
            throw new IllegalArgumentException("multiMargin: p must be 1 or 2, got " + p);
        }
        Losses.finite("multiMargin", "margin", margin);
        return new BatchLoss("multiMargin", (x, labels) -> {
            Variable own = OneHot.like("multiMargin", "prediction", x, labels);
            Variable lacking = x.sub(x.pick(labels).expandDims(-1)).add(margin).relu();
            Variable others = Variable.where(own, Losses.ZERO, p == 1 ? lacking : lacking.square());
            return others.sum(-1).div(x.shape().extent(-1));
        });
    }
}
