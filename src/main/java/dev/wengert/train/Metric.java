package dev.wengert.train;

import dev.wengert.tensor.Tensor;

/** A figure of how good a model is: {@code Metrics::accuracy}, or {@code (outputs, labels) -> Metrics.topK(outputs, labels, 3)}. */
@FunctionalInterface
public interface Metric {

    /**
     * The figure.
     *
     * @param outputs what the model gives for each example
     * @param targets what it should give: labels of classes, or numbers
     * @return the figure
     */
    double of(Tensor outputs, Tensor targets);
}
