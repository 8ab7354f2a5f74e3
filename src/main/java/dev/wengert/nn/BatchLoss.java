package dev.wengert.nn;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import java.util.function.BinaryOperator;

/**
 * A loss of a batch: one number for each element, or for each row, and a way to combine them. Made by the methods of {@link Loss}, and
 * immutable.
 */
public final class BatchLoss implements Loss {
    private final String name;
    private final BinaryOperator<Variable> losses;
    private final Reduction reduction;

    /** The mean of losses, which check the shapes of their operands. */
    BatchLoss(String name, BinaryOperator<Variable> losses) {
        this(name, losses, Reduction.MEAN);
    }

    BatchLoss(String name, BinaryOperator<Variable> losses, Reduction reduction) {
        this.name = name;
        this.losses = losses;
        this.reduction = reduction;
    }

    /** The mean of losses of elements: prediction and target must have the same shape. */
    static BatchLoss elementwise(String name, BinaryOperator<Variable> losses) {
        return new BatchLoss(name, (x, y) -> {
            Losses.sameShape(name, "prediction", x, y);
            return losses.apply(x, y);
        });
    }

    /**
     * The same loss, combined in another way.
     *
     * @param reduction the way to combine the losses
     * @return another loss
     */
    public BatchLoss reduction(Reduction reduction) {
        return new BatchLoss(name, losses, Losses.reduction(name, reduction));
    }

    @Override
    public Variable apply(Variable prediction, Variable target) {
        return reduced(prediction, target, null);
    }

    /**
     * The loss with weights: {@code Σ w·l}, or {@code Σ w·l/Σ w} for the mean, with a sum of the weights over all losses.
     *
     * @param prediction what the model gives
     * @param target what it should give
     * @param weights one weight for each example, of the first extents of the losses, or one for each loss; an input, which may be
     *     differentiated
     * @return the loss: a number, of shape [], unless it is not reduced
     * @throws ShapeException if the shapes do not belong together
     * @throws IllegalArgumentException if the weights of a mean do not add up to more than 0
     */
    public Variable apply(Variable prediction, Variable target, Variable weights) {
        return reduced(prediction, target, Given.value(name, "the weights", weights));
    }

    private Variable reduced(Variable prediction, Variable target, Variable weights) {
        Variable each =
                losses.apply(Given.value(name, "the prediction", prediction), Given.value(name, "the target", target));
        return Losses.reduce(name, each, null, weights, reduction);
    }
}
