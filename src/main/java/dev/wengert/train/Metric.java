package dev.wengert.train;

import dev.wengert.data.Dataset;
import dev.wengert.tensor.Tensor;

/** A figure of how good a model is: {@code (outputs, data) -> Metrics.accuracy(outputs, data.labels())}. */
@FunctionalInterface
public interface Metric {

    /**
     * The figure.
     *
     * @param outputs what the model gives for each example of the data
     * @param data the examples, with their targets
     * @return the figure
     */
    double of(Tensor outputs, Dataset data);
}
