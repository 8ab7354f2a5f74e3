package dev.wengert.data;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.Map;

/**
 * Replaces NaN, which stands for a missing value, by a number of its column. It is fitted to the samples for training, applied to all
 * samples, and saved with the model. Columns are the last axis. Immutable.
 *
 * <pre>{@code
 * Imputer imputer = Imputer.median(train.features());
 * Tensor complete = imputer.apply(test.features());
 * }</pre>
 *
 * @param values what replaces NaN in each column, [d]
 */
public record Imputer(Tensor values) {
    private static final String NAME = "Imputer";

    /**
     * Checks the numbers.
     *
     * @param values what replaces NaN in each column
     * @throws ShapeException unless there is one number for each column
     * @throws IllegalArgumentException if a number is not finite
     */
    public Imputer {
        Columns.require(NAME, "values", values);
    }

    /**
     * Puts the mean of the column.
     *
     * @param x the samples, [n, d] or [n, …, d]
     * @return what replaces NaN by the mean of the other numbers of its column
     * @throws ShapeException if there is no axis of samples beside that of columns
     * @throws IllegalArgumentException if a number is infinite, or a column has none
     */
    public static Imputer mean(Tensor x) {
        return new Imputer(Columns.each(Columns.numbers("mean", x), Columns::mean));
    }

    /**
     * Puts the median of the column. That of an even count is the mean of the two numbers in the middle.
     *
     * @param x the samples, [n, d] or [n, …, d]
     * @return what replaces NaN by the median of the other numbers of its column
     * @throws ShapeException if there is no axis of samples beside that of columns
     * @throws IllegalArgumentException if a number is infinite, or a column has none
     */
    public static Imputer median(Tensor x) {
        return new Imputer(Columns.each(Columns.numbers("median", x), Columns::median));
    }

    /**
     * Puts the same number into all columns.
     *
     * @param columns the number of columns, 0 or more
     * @param value the number
     * @return what replaces NaN by the number
     * @throws ShapeException if the number of columns is negative
     * @throws IllegalArgumentException if the number is not finite
     */
    public static Imputer constant(int columns, double value) {
        return new Imputer(Tensor.full(Shape.of("constant", columns), value));
    }

    /**
     * The numbers without NaN.
     *
     * @param x the numbers, […, d]
     * @return x where it is not NaN, and the column's number elsewhere
     * @throws ShapeException unless the last axis has the columns of the fit
     */
    public Tensor apply(Tensor x) {
        double[] value = TensorArrays.of(values);
        return Columns.map("apply", x, value.length, (v, j) -> Double.isNaN(v) ? value[j] : v);
    }

    /**
     * What is saved.
     *
     * @return the tensor "values"
     */
    public Map<String, Tensor> tensors() {
        return Map.of("values", values);
    }

    /**
     * What was saved.
     *
     * @param tensors what {@link #tensors()} returned
     * @return the same imputer
     * @throws IllegalArgumentException if there are other tensors
     */
    public static Imputer of(Map<String, Tensor> tensors) {
        return new Imputer(Columns.named(NAME, tensors, "values").get(0));
    }

    /** The number of columns. */
    @Override
    public String toString() {
        return NAME + "[" + values.shape().size() + " columns]";
    }
}
