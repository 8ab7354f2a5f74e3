package dev.wengert.data;

import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.List;
import java.util.Map;

/**
 * Standardises columns: each number less the mean of its column, divided by the column's standard deviation. It is fitted to the samples for
 * training, applied to all samples, and saved with the model. Columns are the last axis. Immutable.
 *
 * <pre>{@code
 * Standardiser standardiser = Standardiser.fit(train.features());
 * train = train.mapInputs(standardiser::apply);
 * test = test.mapInputs(standardiser::apply);
 * }</pre>
 *
 * @param mean the mean of each column, [d]
 * @param scale what the numbers of each column are divided by, [d]
 */
public record Standardiser(Tensor mean, Tensor scale) {
    private static final String NAME = "Standardiser";

    /**
     * Checks the parts.
     *
     * @param mean the mean of each column
     * @param scale what the numbers of each column are divided by
     * @throws ShapeException unless there is one of each for each column
     * @throws IllegalArgumentException if a mean is not finite, or a scale not positive and finite
     */
    public Standardiser {
        Columns.requireSame(
                NAME, "mean", Columns.require(NAME, "mean", mean), "scale", Columns.require(NAME, "scale", scale));
        for (double value : TensorArrays.of(scale)) {
            if (value <= 0) {
                throw new IllegalArgumentException(NAME + ": scale must be positive, got " + value);
            }
        }
    }

    /**
     * Finds the mean and the standard deviation (that of the population, √(Σ(x − mean)²/n)) of each column. NaN is left out. A column of
     * equal numbers has the scale 1: it is only shifted.
     *
     * @param x the samples, [n, d] or [n, …, d]
     * @return what standardises them
     * @throws ShapeException if there is no axis of samples beside that of columns
     * @throws IllegalArgumentException if a number is infinite, or a column has none
     */
    public static Standardiser fit(Tensor x) {
        double[][] numbers = Columns.numbers("fit", x);
        return new Standardiser(
                Columns.each(numbers, column -> isConstant(column) ? column[0] : Columns.mean(column)),
                Columns.each(
                        numbers,
                        column -> isConstant(column) ? 1 : Math.max(Double.MIN_VALUE, Columns.deviation(column))));
    }

    private static boolean isConstant(double[] column) {
        return Columns.min(column) == Columns.max(column);
    }

    /**
     * The standardised numbers.
     *
     * @param x the numbers, […, d]
     * @return (x − mean)/scale; NaN stays
     * @throws ShapeException unless the last axis has the columns of the fit
     */
    public Tensor apply(Tensor x) {
        double[] from = TensorArrays.of(mean);
        double[] by = TensorArrays.of(scale);
        return Columns.map("apply", x, by.length, (v, j) -> Columns.ratio(v, from[j], by[j], by[j] / 2));
    }

    /**
     * The numbers that {@link #apply} made others of.
     *
     * @param y the standardised numbers, […, d]
     * @return y·scale + mean
     * @throws ShapeException unless the last axis has the columns of the fit
     */
    public Tensor inverse(Tensor y) {
        double[] from = TensorArrays.of(mean);
        double[] by = TensorArrays.of(scale);
        return Columns.map("inverse", y, by.length, (v, j) -> Columns.product(v, from[j], by[j], by[j] / 2));
    }

    /**
     * What is saved.
     *
     * @return the tensors "mean" and "scale"
     */
    public Map<String, Tensor> tensors() {
        return Map.of("mean", mean, "scale", scale);
    }

    /**
     * What was saved.
     *
     * @param tensors what {@link #tensors()} returned
     * @return the same standardiser
     * @throws IllegalArgumentException if there are other tensors
     */
    public static Standardiser of(Map<String, Tensor> tensors) {
        List<Tensor> named = Columns.named(NAME, tensors, "mean", "scale");
        return new Standardiser(named.get(0), named.get(1));
    }

    /** The number of columns. */
    @Override
    public String toString() {
        return NAME + "[" + mean.shape().size() + " columns]";
    }
}
