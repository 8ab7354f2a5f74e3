package dev.wengert.nn;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;

/**
 * A loss of two predictions: of means and variances, or of two scores. All operands have the same shape. Made by the methods of {@link
 * Loss}, and immutable.
 */
public final class PairLoss {
    private final String name;
    private final String operands;
    private final Formula losses;
    private final Reduction reduction;

    /** A loss for each element. */
    interface Formula {
        Variable of(Variable first, Variable second, Variable target);
    }

    /** The mean of losses of elements; the operands are named for messages. */
    PairLoss(String name, String operands, Formula losses) {
        this(name, operands, losses, Reduction.MEAN);
    }

    private PairLoss(String name, String operands, Formula losses, Reduction reduction) {
        this.name = name;
        this.operands = operands;
        this.losses = losses;
        this.reduction = reduction;
    }

    /**
     * The same loss, combined in another way.
     *
     * @param reduction the way to combine the losses
     * @return another loss
     */
    public PairLoss reduction(Reduction reduction) {
        return new PairLoss(name, operands, losses, Losses.reduction(name, reduction));
    }

    /**
     * The loss.
     *
     * @param first the means, or the first scores
     * @param second the variances, or the second scores
     * @param target the targets
     * @return the loss: a number, of shape [], unless it is not reduced
     * @throws ShapeException if the shapes differ
     */
    public Variable apply(Variable first, Variable second, Variable target) {
        return of(second).apply(first, target);
    }

    /**
     * The loss with weights, as {@link BatchLoss#apply(Variable, Variable, Variable)} has them.
     *
     * @param first the means, or the first scores
     * @param second the variances, or the second scores
     * @param target the targets
     * @param weights one weight for each example, or one for each loss
     * @return the loss: a number, of shape [], unless it is not reduced
     * @throws ShapeException if the shapes do not belong together
     * @throws IllegalArgumentException if the weights of a mean do not add up to more than 0
     */
    public Variable apply(Variable first, Variable second, Variable target, Variable weights) {
        return of(second).apply(first, target, weights);
    }

    private BatchLoss of(Variable second) {
        Given.value(name, "the second prediction", second);
        return new BatchLoss(
                name,
                (first, target) -> {
                    Losses.sameShape(name, operands, first, second, target);
                    return losses.of(first, second, target);
                },
                reduction);
    }
}
