package dev.wengert.train;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;

/** What metrics require of what they are given. */
final class Labels {

    private Labels() {}

    /** The numbers of classes, checked. */
    static int[] of(String caller, String what, Tensor labels, int classes) {
        Shape shape = Given.value(caller, "the tensor of " + what + "s", labels).shape();
        if (shape.rank() != 1 || shape.size() == 0) {
            throw new ShapeException(caller, "there must be one " + what + " for each example, [n]", shape.toString());
        }
        double[] values = labels.toArray();
        int[] numbers = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            numbers[i] = (int) values[i];
            if (!(values[i] >= 0 && values[i] < classes && numbers[i] == values[i])) {
                throw new IllegalArgumentException(caller + ": each " + what + " must be a whole number from 0 to "
                        + (classes - 1) + ", got " + values[i] + " for example " + i);
            }
        }
        return numbers;
    }

    /** Scores of each class, [n, q], beside labels, [n]. */
    static int[] of(String caller, Tensor scores, Tensor labels) {
        Shape shape = Given.value(caller, "the scores", scores).shape();
        if (shape.rank() != 2) {
            throw new ShapeException(
                    caller, "there must be a score for each example and class, [n, q]", shape.toString());
        }
        int[] numbers = of(caller, "label", labels, shape.extent(1));
        requireSame(caller, Shape.of(shape.extent(0)), labels.shape());
        return numbers;
    }

    static void requireSame(String caller, Shape predicted, Shape labels) {
        if (!predicted.equals(labels)) {
            throw new ShapeException(
                    caller,
                    "there must be one prediction for each label",
                    "predictions " + predicted + " and labels " + labels);
        }
    }

    static double[] values(String caller, String what, Tensor values) {
        Shape shape = Given.value(caller, what, values).shape();
        if (shape.size() == 0) {
            throw new ShapeException(caller, what + " must have elements", shape.toString());
        }
        return values.toArray();
    }
}
