package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;

/**
 * Windows of a series, as samples: pieces of one length, and what follows them. Only windows that lie in the series with their targets are
 * made. Split the series in time before, so that no window for training overlaps the test.
 */
public final class Windows {
    private Windows() {}

    /**
     * Windows, with the steps that follow as targets: for forecasts.
     *
     * @param series the steps along the first axis: [t], [t, d] and so on
     * @param length the steps of a window, 1 or more
     * @param horizon the steps to forecast, 1 or more
     * @param stride the steps from a window to the next, 1 or more
     * @return inputs [n, length, …] and targets [n, horizon, …], with n = ⌊(t − length − horizon)/stride⌋ + 1
     * @throws ShapeException if the series has no axis of steps, or fewer than {@code length + horizon}
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Dataset next(Tensor series, int length, int horizon, int stride) {
        requirePositive("next", "horizon", horizon);
        int n = count("next", series, length, horizon, stride);
        return Dataset.of(
                windows("next", series, n, 0, length, stride), windows("next", series, n, length, horizon, stride));
    }

    /**
     * Windows, with the windows one step later as targets: for models that predict each step from those before it, such as the next
     * character.
     *
     * @param series the steps along the first axis: [t], [t, d] and so on
     * @param length the steps of a window, 1 or more
     * @param stride the steps from a window to the next, 1 or more
     * @return inputs and targets [n, length, …], with n = ⌊(t − length − 1)/stride⌋ + 1
     * @throws ShapeException if the series has no axis of steps, or fewer than {@code length + 1}
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Dataset shifted(Tensor series, int length, int stride) {
        int n = count("shifted", series, length, 1, stride);
        return Dataset.of(
                windows("shifted", series, n, 0, length, stride), windows("shifted", series, n, 1, length, stride));
    }

    private static int count(String op, Tensor series, int length, int after, int stride) {
        Shape shape = Given.value(op, "the series", series).shape();
        requirePositive(op, "length", length);
        requirePositive(op, "stride", stride);
        if (shape.rank() == 0) {
            throw new ShapeException(op, "the series must have an axis of steps", "series []");
        }
        long spare = (long) shape.extent(0) - length - after;
        if (spare < 0) {
            throw new ShapeException(
                    op,
                    "the series must have at least " + ((long) length + after) + " steps, a window and what follows",
                    "series " + shape);
        }
        return (int) (spare / stride) + 1;
    }

    private static void requirePositive(String op, String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(op + ": " + what + " must be 1 or more, got " + number);
        }
    }

    private static Tensor windows(String op, Tensor series, int n, int first, int length, int stride) {
        Shape steps = series.shape().with(0, length);
        Shape shape = Shape.of(n).concat(op, steps);
        int width = steps.size() / length;
        double[] from = TensorArrays.of(series);
        double[] to = new double[shape.size()];
        for (int i = 0; i < n; i++) {
            System.arraycopy(from, (first + i * stride) * width, to, i * steps.size(), steps.size());
        }
        return TensorArrays.wrap(shape, to);
    }
}
