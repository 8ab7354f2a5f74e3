package dev.wengert.nn;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Gate;
import dev.wengert.autodiff.op.OneHot;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * The cross-entropy of rows of logits [.., q], or the negative log-likelihood of rows of log-probabilities, with labels [..], whole numbers
 * in 0..q−1. Cross-entropy also takes distributions [.., q], which need not sum to 1; the shape of the target tells which. Made by {@link
 * Loss#crossEntropy()} and {@link Loss#nll()}, and immutable.
 *
 * <p>With weights w of classes and smoothing s, the loss of a row of label c is {@code (1 − s)·w_c·(−log p_c) + s/q·Σ_j w_j·(−log p_j)}, and
 * the mean is over the w_c: rows with an ignored label count nothing. For distributions the mean is over the rows. All this is as in
 * PyTorch, but for a batch in which weights or an ignored label let nothing count: its mean is an error, and not NaN. The mean of no rows
 * without either is NaN.
 */
public final class CrossEntropy implements Loss {
    private final String name;
    private final boolean ofLogits;
    private final Reduction reduction;
    private final Tensor classWeights;
    private final Integer ignored;
    private final double smoothing;
    private final int classAxis;

    CrossEntropy(String name, boolean ofLogits) {
        this(name, ofLogits, Reduction.MEAN, null, null, 0, -1);
    }

    private CrossEntropy(
            String name,
            boolean ofLogits,
            Reduction reduction,
            Tensor classWeights,
            Integer ignored,
            double smoothing,
            int classAxis) {
        this.name = name;
        this.ofLogits = ofLogits;
        this.reduction = reduction;
        this.classWeights = classWeights;
        this.ignored = ignored;
        this.smoothing = smoothing;
        this.classAxis = classAxis;
    }

    /**
     * The same loss, combined in another way.
     *
     * @param reduction the way to combine the losses of the rows
     * @return another loss
     */
    public CrossEntropy reduction(Reduction reduction) {
        Losses.reduction(name, reduction);
        return new CrossEntropy(name, ofLogits, reduction, classWeights, ignored, smoothing, classAxis);
    }

    /**
     * The same loss with weights of the classes.
     *
     * @param weights one constant for each class, of shape [q]: 0 or more, and finite
     * @return another loss
     * @throws IllegalArgumentException if a weight is negative or not finite
     * @throws ShapeException if the weights have another rank than 1
     */
    public CrossEntropy classWeights(Tensor weights) {
        Shape shape = Given.value(name, "the class weights", weights).shape();
        if (shape.rank() != 1) {
            throw new ShapeException(name, "there must be one weight for each class", "weights " + shape);
        }
        Losses.weights(name, "every class weight", weights, true);
        return new CrossEntropy(name, ofLogits, reduction, weights, ignored, smoothing, classAxis);
    }

    /**
     * The same loss, to which rows of one label contribute nothing: neither to the sum nor to what the mean divides by, whatever their
     * logits. Without this every label outside 0..q−1 is an error; in PyTorch −100 is ignored unless something else is said.
     *
     * @param label the label, which may be no class, such as −100
     * @return another loss, for labels only
     */
    public CrossEntropy ignoreIndex(int label) {
        return new CrossEntropy(name, ofLogits, reduction, classWeights, label, smoothing, classAxis);
    }

    /**
     * The same loss with smoothed targets (C. Szegedy and others, 2016): {@code (1 − s)·y + s/q} instead of y.
     *
     * @param s the part that is the same for all classes, from 0 to 1
     * @return another loss
     * @throws IllegalArgumentException if s is less than 0 or more than 1
     */
    public CrossEntropy labelSmoothing(double s) {
        if (!(s >= 0 && s <= 1)) {
            throw new IllegalArgumentException(name + ": the label smoothing must be from 0 to 1, got " + s);
        }
        return new CrossEntropy(name, ofLogits, reduction, classWeights, ignored, s, classAxis);
    }

    /**
     * The same loss for classes along another axis than the last: 1 for [n, q, d] as in PyTorch.
     *
     * @param axis the axis of the prediction, and of a distribution; it may be negative, and count from the end
     * @return another loss
     */
    public CrossEntropy classAxis(int axis) {
        return new CrossEntropy(name, ofLogits, reduction, classWeights, ignored, smoothing, axis);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if a label is no class, or nothing counts in a mean; this is checked at every evaluation
     */
    @Override
    public Variable apply(Variable prediction, Variable target) {
        return reduced(prediction, target, null);
    }

    /**
     * The loss with weights of the examples: {@code Σ w·l}, or {@code Σ w·l/Σ w·w_c} for the mean, where w_c is 1 without class weights.
     *
     * @param prediction [.., q]
     * @param target labels [..] or distributions [.., q]
     * @param weights one weight for each example, of the first extents of the labels, or one for each label; an input, which may be
     *     differentiated
     * @return the loss: a number, of shape [], unless it is not reduced
     * @throws ShapeException if the shapes do not belong together
     * @throws IllegalArgumentException if a label is no class, or the weights of a mean do not add up to more than 0
     */
    public Variable apply(Variable prediction, Variable target, Variable weights) {
        return reduced(prediction, target, Given.value(name, "the weights", weights));
    }

    private Variable reduced(Variable prediction, Variable target, Variable weights) {
        Shape given = Given.value(name, "the prediction", prediction).shape();
        Shape targets = Given.value(name, "the target", target).shape();
        if (given.rank() == 0) {
            throw new ShapeException(name, "the prediction must be [.., q]", "prediction []");
        }
        int axis = given.axis(name, classAxis);
        Shape rows = given.reduce(name, false, axis);
        if (classWeights != null && classWeights.shape().size() != given.extent(axis)) {
            throw new ShapeException(
                    name,
                    "there must be one weight for each class",
                    "weights " + classWeights.shape() + " and " + given.extent(axis) + " classes");
        }
        if (targets.equals(rows)) {
            return ofLabels(classesLast(prediction, axis), target, weights);
        }
        if (!ofLogits || ignored != null || !targets.equals(given)) {
            boolean distributions = ofLogits && ignored == null;
            throw new ShapeException(
                    name,
                    "the target must be labels " + rows + (distributions ? " or distributions " + given : ""),
                    "prediction " + given + " and target " + targets);
        }
        Variable y = weighted(smoothed(classesLast(target, axis)));
        return Losses.reduce(name, entropy(classesLast(prediction, axis), y), null, weights, reduction);
    }

    private Variable ofLabels(Variable x, Variable labels, Variable weights) {
        Variable kept = ignored == null ? null : labels.ne(ignored);
        Variable o = kept == null ? x : Variable.where(kept.expandDims(-1), x, Losses.ZERO);
        Variable classes = kept == null ? labels : Variable.where(kept, labels, Losses.ZERO);
        Variable oneHot = OneHot.like(name, "prediction", x, classes);
        Variable y = kept(kept, weighted(oneHot));
        Variable losses = entropy(o, smoothing == 0 ? y : kept(kept, weighted(smoothed(oneHot))));
        return Losses.reduce(name, losses, y == oneHot ? null : y.sum(-1), weights, reduction);
    }

    private Variable smoothed(Variable y) {
        return smoothing == 0
                ? y
                : y.mul(1 - smoothing).add(smoothing / y.shape().extent(-1));
    }

    private Variable weighted(Variable y) {
        return classWeights == null ? y : y.mul(Variable.of(classWeights));
    }

    private static Variable kept(Variable kept, Variable y) {
        return kept == null ? y : y.mul(kept.expandDims(-1));
    }

    /** {@code −Σ y_j log p_j} for each row, in which a class of target 0 counts nothing. */
    private Variable entropy(Variable x, Variable y) {
        return ofLogits
                ? x.crossEntropy(y, Reduction.NONE)
                : Gate.GATE.apply(y, x).sum(-1).neg();
    }

    private static Variable classesLast(Variable x, int axis) {
        int rank = x.shape().rank();
        if (axis == rank - 1) {
            return x;
        }
        IntStream others = IntStream.range(0, rank).filter(d -> d != axis);
        return x.permute(IntStream.concat(others, IntStream.of(axis)).toArray());
    }
}
