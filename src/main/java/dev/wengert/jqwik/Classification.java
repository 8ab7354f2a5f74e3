package dev.wengert.jqwik;

import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A batch of logits with their targets.
 *
 * @param logits o, of shape [n, q]
 * @param targets y, of shape [n, q]
 */
public record Classification(Tensor logits, Tensor targets) {
    /**
     * Both.
     *
     * @param logits o, of shape [n, q]
     * @param targets y, of shape [n, q]
     */
    public Classification {
        Given.value("Classification", "the tensor of logits", logits);
        Given.value("Classification", "the tensor of targets", targets);
        if (logits.shape().rank() != 2 || !logits.shape().equals(targets.shape())) {
            throw new ShapeException(
                    "Classification",
                    "logits and targets must be matrices of the same shape",
                    "logits " + logits.shape() + " and targets " + targets.shape());
        }
    }

    /**
     * The number of samples.
     *
     * @return n
     */
    public int rows() {
        return logits.shape().extent(0);
    }

    /**
     * The number of classes.
     *
     * @return q
     */
    public int classes() {
        return logits.shape().extent(1);
    }

    /**
     * The class of each one-hot target.
     *
     * @return class indices, of shape [n]
     */
    public Tensor labels() {
        return targets.argmax(1);
    }

    /** Both as Java array initialisers, with all digits. */
    @Override
    public String toString() {
        return "logits " + source(logits) + " and targets " + source(targets);
    }

    private static String source(Tensor matrix) {
        return IntStream.range(0, matrix.shape().extent(0))
                .mapToObj(i -> Arrays.stream(matrix.row(i).toArray())
                        .mapToObj(Double::toString)
                        .collect(Collectors.joining(", ", "{", "}")))
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
