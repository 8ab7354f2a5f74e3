package dev.wengert.data;

import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.List;
import java.util.Map;

/**
 * Scales columns to [0, 1]: the smallest number that a column had in the fit becomes 0, and the largest 1. Numbers beyond them become less
 * than 0 or more than 1. It is fitted to the samples for training, applied to all samples, and saved with the model. Columns are the last
 * axis. Immutable.
 *
 * @param min the smallest number of each column, [d]
 * @param max the largest number of each column, [d]
 */
public record MinMaxScaler(Tensor min, Tensor max) {
    private static final String NAME = "MinMaxScaler";

    /**
     * Checks the parts.
     *
     * @param min the smallest number of each column
     * @param max the largest number of each column
     * @throws ShapeException unless there is one of each for each column
     * @throws IllegalArgumentException if a number is not finite, or the smallest is larger than the largest
     */
    public MinMaxScaler {
        Columns.requireSame(NAME, "min", Columns.require(NAME, "min", min), "max", Columns.require(NAME, "max", max));
        double[] from = TensorArrays.of(min);
        double[] to = TensorArrays.of(max);
        for (int i = 0; i < to.length; i++) {
            if (from[i] > to[i]) {
                throw new IllegalArgumentException(
                        NAME + ": min must be at most max, got " + from[i] + " and " + to[i] + " for column " + i);
            }
        }
    }

    /**
     * Finds the smallest and the largest number of each column. NaN is left out. A column of equal numbers becomes 0: it is only shifted.
     *
     * @param x the samples, [n, d] or [n, …, d]
     * @return what scales them
     * @throws ShapeException if there is no axis of samples beside that of columns
     * @throws IllegalArgumentException if a number is infinite, or a column has none
     */
    public static MinMaxScaler fit(Tensor x) {
        double[][] numbers = Columns.numbers("fit", x);
        return new MinMaxScaler(Columns.each(numbers, Columns::min), Columns.each(numbers, Columns::max));
    }

    /**
     * The scaled numbers.
     *
     * @param x the numbers, […, d]
     * @return (x − min)/(max − min), and x − min in a column of equal numbers; NaN stays
     * @throws ShapeException unless the last axis has the columns of the fit
     */
    public Tensor apply(Tensor x) {
        double[] from = TensorArrays.of(min);
        return Columns.map("apply", x, from.length, (v, j) -> Columns.ratio(v, from[j], range(j, 1), range(j, 0.5)));
    }

    /**
     * The numbers that {@link #apply} made others of.
     *
     * @param y the scaled numbers, […, d]
     * @return y·(max − min) + min
     * @throws ShapeException unless the last axis has the columns of the fit
     */
    public Tensor inverse(Tensor y) {
        double[] from = TensorArrays.of(min);
        return Columns.map(
                "inverse", y, from.length, (v, j) -> Columns.product(v, from[j], range(j, 1), range(j, 0.5)));
    }

    /** The range of a column, or the half of it. */
    private double range(int column, double part) {
        double from = TensorArrays.of(min)[column];
        double to = TensorArrays.of(max)[column];
        return from == to ? part : to * part - from * part;
    }

    /**
     * What is saved.
     *
     * @return the tensors "min" and "max"
     */
    public Map<String, Tensor> tensors() {
        return Map.of("min", min, "max", max);
    }

    /**
     * What was saved.
     *
     * @param tensors what {@link #tensors()} returned
     * @return the same scaler
     * @throws IllegalArgumentException if there are other tensors
     */
    public static MinMaxScaler of(Map<String, Tensor> tensors) {
        List<Tensor> named = Columns.named(NAME, tensors, "min", "max");
        return new MinMaxScaler(named.get(0), named.get(1));
    }

    /** The number of columns. */
    @Override
    public String toString() {
        return NAME + "[" + min.shape().size() + " columns]";
    }
}
