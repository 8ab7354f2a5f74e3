package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The columns of tensors, which are their last axis: what preprocessing is fitted to, and is applied to. */
final class Columns {
    private static final int SHOWN = 5;

    private Columns() {}

    /** A number of a column that is not NaN. */
    interface Statistic {
        double of(double[] numbers);
    }

    /** What becomes of a number of a column. */
    interface Cell {
        double map(double value, int column);
    }

    /** The numbers of each column, without NaN: at least one, and all finite. */
    static double[][] numbers(String op, Tensor x) {
        Shape shape = Given.value(op, "the tensor", x).shape();
        if (shape.rank() < 2) {
            throw new ShapeException(
                    op,
                    "the tensor must have an axis of samples and one of columns",
                    shape + "; reshape(-1, 1) makes one column");
        }
        int columns = shape.extent(-1);
        int rows = columns == 0 ? 0 : shape.size() / columns;
        double[] all = TensorArrays.of(x);
        double[][] numbers = new double[columns][];
        for (int column = 0; column < columns; column++) {
            double[] some = new double[rows];
            int n = 0;
            for (int row = 0; row < rows; row++) {
                double value = all[row * columns + column];
                if (Double.isInfinite(value)) {
                    throw new IllegalArgumentException(
                            op + ": numbers must be finite, or NaN where they are missing, got " + value + " in row "
                                    + row + " of column " + column);
                }
                if (!Double.isNaN(value)) {
                    some[n++] = value;
                }
            }
            if (n == 0) {
                throw new IllegalArgumentException(
                        op + ": each column must have a number, got none in column " + column + "; leave it out");
            }
            numbers[column] = Arrays.copyOf(some, n);
        }
        return numbers;
    }

    /** A number for each column. */
    static Tensor each(double[][] numbers, Statistic statistic) {
        return Tensor.of(Arrays.stream(numbers).mapToDouble(statistic::of).toArray());
    }

    static Tensor map(String op, Tensor x, int columns, Cell cell) {
        Shape shape = Given.value(op, "the tensor", x).shape();
        if (shape.rank() == 0 || shape.extent(-1) != columns) {
            throw new ShapeException(
                    op, "the last axis must be the columns that were fitted, " + columns, shape.toString());
        }
        double[] from = TensorArrays.of(x);
        double[] to = new double[from.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = cell.map(from[i], i % columns);
        }
        return TensorArrays.wrap(shape, to);
    }

    /** (value − from)/by, where the difference may be beyond the range of double; half is the half of by. */
    static double ratio(double value, double from, double by, double half) {
        double difference = value - from;
        return Double.isInfinite(difference) || Double.isInfinite(by) ? (value / 2 - from / 2) / half : difference / by;
    }

    /** The inverse of {@link #ratio}. */
    static double product(double ratio, double from, double by, double half) {
        double value = ratio * by + from;
        return Double.isFinite(value) ? value : (ratio * half + from / 2) * 2;
    }

    /** Refuses what is not one finite number for each column. */
    static Tensor require(String op, String what, Tensor each) {
        Shape shape = Given.value(op, "the tensor " + what, each).shape();
        if (shape.rank() != 1) {
            throw new ShapeException(op, what + " must be one number for each column, [d]", shape.toString());
        }
        for (double value : TensorArrays.of(each)) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(op + ": " + what + " must be finite, got " + value);
            }
        }
        return each;
    }

    static void requireSame(String op, String a, Tensor first, String b, Tensor second) {
        if (!first.shape().equals(second.shape())) {
            throw new ShapeException(
                    op,
                    a + " and " + b + " must have as many columns",
                    a + " " + first.shape() + " and " + b + " " + second.shape());
        }
    }

    /** The tensors of these names, which must be all that there are. */
    static List<Tensor> named(String op, Map<String, Tensor> tensors, String... names) {
        Map<String, Tensor> given = Given.map(op + ": tensor", String.class, Tensor.class, tensors);
        List<Tensor> found = new ArrayList<>();
        for (String name : names) {
            if (given.containsKey(name)) {
                found.add(given.get(name));
            }
        }
        if (found.size() < names.length || given.size() > names.length) {
            throw new IllegalArgumentException(op + ": the tensors must be " + String.join(" and ", names) + ", got "
                    + given.keySet().stream().limit(SHOWN).map(Text::name).collect(Collectors.joining(", ", "[", "]"))
                    + (given.size() > SHOWN ? ", " + given.size() + " in all" : ""));
        }
        return found;
    }

    /**
     * The mean: of the numbers, corrected by the mean of what is left of them. The exponent of the largest is taken out, so that no sum
     * overflows.
     */
    static double mean(double[] numbers) {
        int exponent = exponent(numbers);
        return Math.scalb(scaledMean(scaled(numbers, exponent)), exponent);
    }

    /** The population's standard deviation around that mean. */
    static double deviation(double[] numbers) {
        int exponent = exponent(numbers);
        double[] x = scaled(numbers, exponent);
        double mean = scaledMean(x);
        double[] left = new double[x.length];
        double[] squares = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            left[i] = x[i] - mean;
            squares[i] = left[i] * left[i];
        }
        double rest = sum(left) / x.length; // what the rounding of the mean left
        return Math.scalb(Math.sqrt(Math.max(0, sum(squares) / x.length - rest * rest)), exponent);
    }

    private static double scaledMean(double[] x) {
        double mean = sum(x) / x.length;
        double[] left = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            left[i] = x[i] - mean;
        }
        return mean + sum(left) / x.length;
    }

    private static int exponent(double[] numbers) {
        double largest = 0;
        for (double value : numbers) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest == 0 ? 0 : Math.getExponent(largest);
    }

    private static double[] scaled(double[] numbers, int exponent) {
        double[] x = new double[numbers.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = Math.scalb(numbers[i], -exponent);
        }
        return x;
    }

    /** The sum by Neumaier's method, which adds what each addition rounds off. */
    private static double sum(double[] x) {
        double sum = 0;
        double lost = 0;
        for (double value : x) {
            double next = sum + value;
            lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }
        return sum + lost;
    }

    static double min(double[] numbers) {
        return Arrays.stream(numbers).min().orElseThrow();
    }

    static double max(double[] numbers) {
        return Arrays.stream(numbers).max().orElseThrow();
    }

    /** The middle number in order; of an even count the mean of the two in the middle. */
    static double median(double[] numbers) {
        double[] x = numbers.clone();
        Arrays.sort(x);
        double low = x[(x.length - 1) / 2];
        double high = x[x.length / 2];
        double sum = low + high;
        return Double.isFinite(sum) ? sum / 2 : low / 2 + high / 2;
    }
}
