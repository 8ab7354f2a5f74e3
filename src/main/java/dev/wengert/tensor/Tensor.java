package dev.wengert.tensor;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.internal.TensorArrays;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A value: a shape and its elements, doubles in row-major order (the last index runs fastest). Immutable: arrays are
 * copied on their way in and out, and buffers are read-only. So threads may share a tensor.
 *
 * <p>A tensor is data, and has no arithmetic. Expressions are those of variables, and their value is a tensor: {@code
 * Variable.of(a).sub(b).square().mean().value()}.
 */
public final class Tensor {
    static {
        TensorArrays.publish(new TensorArrays.Access() {
            @Override
            protected Tensor wrap(Shape shape, double[] values) {
                return new Tensor(shape, values);
            }

            @Override
            protected double[] values(Tensor tensor) {
                return tensor.values;
            }
        });
    }

    private final Shape shape;
    private final double[] values;

    private Tensor(Shape shape, double[] values) {
        assert values.length == shape.size() : values.length + " values for shape " + shape;
        this.shape = shape;
        this.values = values;
    }

    /**
     * A single number, with shape {@code []}.
     *
     * @param value the number
     * @return the tensor
     */
    public static Tensor scalar(double value) {
        return new Tensor(Shape.of(), new double[] {value});
    }

    /**
     * A vector, with shape {@code [n]}.
     *
     * @param values its n elements
     * @return the tensor
     */
    public static Tensor of(double... values) {
        double[] copy = Given.value("of", "the array of values", values).clone();
        return new Tensor(Shape.of("of", copy.length), copy);
    }

    /**
     * A matrix, with shape {@code [rows, columns]}.
     *
     * @param rows its rows, equally long; without rows the shape is {@code [0, 0]}
     * @return the tensor
     * @throws ShapeException if the rows are not equally long
     */
    public static Tensor of(double[][] rows) {
        return matrix("", rows);
    }

    /** A matrix of the array at a place in an array of arrays. */
    private static Tensor matrix(String place, double[]... rows) {
        List<double[]> all = Given.array("of: row", double[].class, rows);
        int columns = all.isEmpty() ? 0 : all.get(0).length;
        Shape shape = Shape.of("of", all.size(), columns);
        double[] values = new double[shape.size()];
        for (int i = 0; i < all.size(); i++) {
            requireEqualLength(columns, all.get(i).length, place + "[" + i + "]");
            System.arraycopy(all.get(i), 0, values, i * columns, columns);
        }
        return new Tensor(shape, values);
    }

    /**
     * A stack of matrices, with shape {@code [matrices, rows, columns]}.
     *
     * @param matrices the matrices, all of the same shape
     * @return the tensor; an extent is 0 if no matrix or row shows it
     * @throws ShapeException if the matrices differ in shape
     */
    public static Tensor of(double[][][] matrices) {
        List<Tensor> all = new ArrayList<>();
        for (double[][] matrix : Given.array("of: matrix", double[][].class, matrices)) {
            all.add(matrix("[" + all.size() + "]", matrix));
        }
        int rows = all.isEmpty() ? 0 : all.get(0).shape.extent(0);
        int columns = rows == 0 ? 0 : all.get(0).shape.extent(1);
        Shape shape = Shape.of("of", all.size(), rows, columns);
        double[] values = new double[shape.size()];
        for (int i = 0; i < all.size(); i++) {
            requireEqualLength(rows, all.get(i).shape.extent(0), "[" + i + "]");
            requireEqualLength(columns, rows == 0 ? 0 : all.get(i).shape.extent(1), "[" + i + "][0]");
            System.arraycopy(all.get(i).values, 0, values, i * rows * columns, rows * columns);
        }
        return new Tensor(shape, values);
    }

    private static Shape given(String op, Shape shape) {
        return Given.value(op, "the shape", shape);
    }

    private static void requireEqualLength(int expected, int length, String where) {
        if (length != expected) {
            throw new ShapeException(
                    "of",
                    "nested arrays must be equally long",
                    "length " + expected + " at first and length " + length + " at " + where);
        }
    }

    /**
     * A tensor of any shape.
     *
     * @param shape the shape
     * @param values the elements in row-major order
     * @return the tensor
     * @throws ShapeException if there are not as many values as the shape has elements
     */
    public static Tensor of(Shape shape, double... values) {
        int length = Given.value("of", "the array of values", values).length;
        if (length != given("of", shape).size()) {
            throw new ShapeException(
                    "of",
                    "shape " + shape + " needs " + shape.size() + (shape.size() == 1 ? " value" : " values"),
                    String.valueOf(length));
        }
        return new Tensor(shape, values.clone());
    }

    /**
     * Zeros.
     *
     * @param extents the extents of the shape
     * @return the tensor
     * @throws ShapeException if an extent is negative or there are too many elements
     */
    public static Tensor zeros(int... extents) {
        return zeros(Shape.of("zeros", extents));
    }

    /**
     * Zeros.
     *
     * @param shape the shape
     * @return the tensor
     */
    public static Tensor zeros(Shape shape) {
        return new Tensor(shape, new double[given("zeros", shape).size()]);
    }

    /**
     * Ones.
     *
     * @param extents the extents of the shape
     * @return the tensor
     * @throws ShapeException if an extent is negative or there are too many elements
     */
    public static Tensor ones(int... extents) {
        return ones(Shape.of("ones", extents));
    }

    /**
     * Ones.
     *
     * @param shape the shape
     * @return the tensor
     */
    public static Tensor ones(Shape shape) {
        return full(given("ones", shape), 1);
    }

    /**
     * A tensor whose elements are all the same number.
     *
     * @param shape the shape
     * @param value the number
     * @return the tensor
     */
    public static Tensor full(Shape shape, double value) {
        double[] values = new double[given("full", shape).size()];
        Arrays.fill(values, value);
        return new Tensor(shape, values);
    }

    /**
     * The identity matrix.
     *
     * @param n the number of rows and of columns
     * @return the tensor, with shape {@code [n, n]}
     * @throws ShapeException if n is negative or too large
     */
    public static Tensor eye(int n) {
        Shape shape = Shape.of("eye", n, n);
        double[] values = new double[shape.size()];
        for (int i = 0; i < n; i++) {
            values[i * n + i] = 1;
        }
        return new Tensor(shape, values);
    }

    /**
     * The numbers 0, 1, …, n - 1.
     *
     * @param n the number of elements
     * @return the tensor, with shape {@code [n]}
     * @throws ShapeException if n is negative
     */
    public static Tensor arange(int n) {
        Shape shape = Shape.of("arange", n);
        double[] values = new double[shape.size()];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        return new Tensor(shape, values);
    }

    /**
     * The numbers {@code from + i * step}, i = 0, 1, …, as long as they do not reach {@code to}. As in NumPy there are
     * ⌈(to − from)/step⌉ of them. If that quotient is rounded, the last number may reach {@code to}.
     *
     * @param from the first number
     * @param to the end, exclusive
     * @param step the distance, not 0; negative to count down
     * @return the tensor, with shape {@code [n]}; empty if steps from {@code from} lead away from {@code to}, or the two are equal
     * @throws IllegalArgumentException if an argument is not finite or step is 0
     * @throws ShapeException if there are too many elements
     */
    public static Tensor arange(double from, double to, double step) {
        if (!Double.isFinite(from) || !Double.isFinite(to) || !Double.isFinite(step) || step == 0) {
            throw new IllegalArgumentException("arange: from, to and step must be finite and step not 0, got from "
                    + from + ", to " + to + " and step " + step);
        }
        double count = Math.max(0, Math.ceil((to - from) / step));
        if (count > Shape.MAX_SIZE) {
            throw new ShapeException(
                    "arange",
                    "a tensor can have at most " + Shape.MAX_SIZE + " elements",
                    "from " + from + ", to " + to + " and step " + step);
        }
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i * step;
        }
        return new Tensor(Shape.of(values.length), values);
    }

    /**
     * Random numbers, uniform in [0, 1), drawn in row-major order.
     *
     * @param random the generator that draws them
     * @param extents the extents of the shape
     * @return the tensor
     * @throws ShapeException if an extent is negative or there are too many elements
     */
    public static Tensor random(RandomGenerator random, int... extents) {
        Given.value("random", "the generator", random);
        Shape shape = Shape.of("random", extents);
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble();
        }
        return new Tensor(shape, values);
    }

    /**
     * Random numbers, normal with mean 0 and standard deviation 1, drawn in row-major order by the generator's
     * {@link RandomGenerator#nextGaussian()}, whose bits may depend on the version of Java.
     *
     * @param random the generator that draws them
     * @param extents the extents of the shape
     * @return the tensor
     * @throws ShapeException if an extent is negative or there are too many elements
     */
    public static Tensor normal(RandomGenerator random, int... extents) {
        Given.value("normal", "the generator", random);
        Shape shape = Shape.of("normal", extents);
        double[] values = new double[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return new Tensor(shape, values);
    }

    /**
     * Applies a function to every element.
     *
     * @param f the function
     * @return the results, of the same shape
     */
    public Tensor map(DoubleUnaryOperator f) {
        return new Tensor(
                shape,
                Arrays.stream(values).map(Given.value("map", "the function", f)).toArray());
    }

    /**
     * The shape.
     *
     * @return the shape
     */
    public Shape shape() {
        return shape;
    }

    /**
     * One element.
     *
     * @param index an index for each axis, from 0; none for a scalar
     * @return the element
     * @throws ShapeException if there are not as many indices as axes
     * @throws IndexOutOfBoundsException if an index is negative or not less than its axis' extent
     */
    public double get(int... index) {
        int rank = shape.rank();
        if (Given.value("get", "the array of indices", index).length != rank) {
            throw new ShapeException(
                    "get",
                    "shape " + shape + " needs " + rank + (rank == 1 ? " index" : " indices"),
                    Text.numbers(index));
        }
        int offset = 0;
        for (int axis = 0; axis < rank; axis++) {
            offset = offset * shape.extent(axis) + requireIndex("get", axis, index[axis]);
        }
        return values[offset];
    }

    private int requireIndex(String op, int axis, int index) {
        int extent = shape.extent(axis);
        if (index < 0 || index >= extent) {
            throw new IndexOutOfBoundsException(op + ": the index on axis " + axis
                    + " must be at least 0 and less than " + extent + " for shape " + shape + ", got " + index);
        }
        return index;
    }

    /**
     * The element of a tensor that has one element.
     *
     * @return the element
     * @throws ShapeException if there are more elements or none
     */
    public double item() {
        if (values.length != 1) {
            throw new ShapeException("item", "the tensor must hold a single number", "shape " + shape);
        }
        return values[0];
    }

    /**
     * The elements.
     *
     * @return a new array, in row-major order
     */
    public double[] toArray() {
        return values.clone();
    }

    /**
     * The elements, without a copy.
     *
     * @return a new read-only buffer over them, in row-major order
     */
    public DoubleBuffer asBuffer() {
        return DoubleBuffer.wrap(values).asReadOnlyBuffer();
    }

    /**
     * The same elements in another shape.
     *
     * @param extents the new extents; one of them may be -1 and is then found from the number of elements
     * @return the tensor
     * @throws ShapeException if the number of elements would change, or cannot be kept by an extent in place of -1
     */
    public Tensor reshape(int... extents) {
        return reshaped(shape.reshape("reshape", extents));
    }

    /**
     * The same elements in another shape.
     *
     * @param to the new shape
     * @return the tensor
     * @throws ShapeException if the number of elements would change
     */
    public Tensor reshape(Shape to) {
        return reshaped(shape.reshape("reshape", given("reshape", to).toArray()));
    }

    private Tensor reshaped(Shape to) {
        return to.equals(shape) ? this : new Tensor(to, values);
    }

    /**
     * One entry along the first axis: a row of a matrix, an element of a vector.
     *
     * @param i its index, from 0
     * @return the row, with this shape without the first extent
     * @throws ShapeException if this is a scalar
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public Tensor row(int i) {
        Shape rowShape = rowShape("row");
        int width = rowShape.size();
        int from = requireIndex("row", 0, i) * width;
        return new Tensor(rowShape, Arrays.copyOfRange(values, from, from + width));
    }

    /**
     * Consecutive entries along the first axis.
     *
     * @param from the first, from 0
     * @param to the end, exclusive
     * @return the rows, with this shape, except for the first extent, which is {@code to - from}
     * @throws ShapeException if this is a scalar
     * @throws IndexOutOfBoundsException if not {@code 0 <= from <= to <= shape().extent(0)}
     */
    public Tensor rows(int from, int to) {
        int width = rowShape("rows").size();
        int count = shape.extent(0);
        if (from < 0 || to < from || to > count) {
            throw new IndexOutOfBoundsException("rows: the range must satisfy 0 <= from <= to <= " + count
                    + " for shape " + shape + ", got from " + from + " and to " + to);
        }
        return new Tensor(shape.with(0, to - from), Arrays.copyOfRange(values, from * width, to * width));
    }

    /**
     * Chosen entries along the first axis.
     *
     * @param indices their indices, from 0, in any order, with repetitions
     * @return the rows, with this shape, except for the first extent, which is the number of indices
     * @throws ShapeException if this is a scalar, or the result is too large
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public Tensor rows(int[] indices) {
        int width = rowShape("rows").size();
        Shape result = shape.with("rows", 0, Given.value("rows", "the array of indices", indices).length);
        double[] chosen = new double[result.size()];
        for (int k = 0; k < indices.length; k++) {
            System.arraycopy(values, requireIndex("rows", 0, indices[k]) * width, chosen, k * width, width);
        }
        return new Tensor(result, chosen);
    }

    private Shape rowShape(String op) {
        if (shape.rank() == 0) {
            throw new ShapeException(op, "the tensor must have an axis", "shape []");
        }
        return shape.reduce(op, false, 0);
    }

    /**
     * The indices of the largest elements along an axis. The first of equal elements counts. NaN counts as largest, as in NumPy.
     *
     * @param axis the axis; negative from the end
     * @return the indices along the axis, with this shape without the axis
     * @throws ShapeException if there is no such axis, or its extent is 0
     */
    public Tensor argmax(int axis) {
        int k = shape.axis("argmax", axis);
        int extent = shape.extent(k);
        if (extent == 0) {
            throw new ShapeException("argmax", "axis " + k + " must not be empty", "shape " + shape);
        }
        Shape result = shape.reduce("argmax", false, k);
        int inner = 1;
        for (int i = k + 1; i < shape.rank(); i++) {
            inner *= shape.extent(i);
        }
        double[] indices = new double[result.size()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = argmax(i / inner * inner * extent + i % inner, inner, extent);
        }
        return new Tensor(result, indices);
    }

    /**
     * The index of the largest element. The first of equal elements counts. NaN counts as largest, as in NumPy.
     *
     * @return its index in row-major order
     * @throws ShapeException if there are no elements
     */
    public int argmax() {
        if (values.length == 0) {
            throw new ShapeException("argmax", "the tensor must not be empty", "shape " + shape);
        }
        return argmax(0, 1, values.length);
    }

    private int argmax(int from, int step, int n) {
        int best = 0;
        double max = values[from];
        for (int i = 1; i < n && max == max; i++) { // a NaN ends the search
            double x = values[from + i * step];
            if (!(x <= max)) {
                best = i;
                max = x;
            }
        }
        return best;
    }

    /**
     * The largest distance between corresponding elements, as {@link #ulpDistance(double, double)} measures it. Meant
     * for tests.
     *
     * @param other a tensor of the same shape
     * @return the distance, 0 for tensors without elements
     * @throws ShapeException if the shapes differ
     */
    public double ulpDistance(Tensor other) {
        if (!shape.equals(Given.value("ulpDistance", "the other tensor", other).shape)) {
            throw new ShapeException(
                    "ulpDistance", "shapes must be equal", "this " + shape + " and other " + other.shape);
        }
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, ulpDistance(values[i], other.values[i]));
        }
        return largest;
    }

    /**
     * The distance of two doubles in units in the last place: the number of steps
     * ({@link Math#nextUp(double)}) from one to the other. Signed zeros are equal, so their neighbours on both sides are two
     * steps apart. The distance of an infinity from itself is 0, and so is that of NaN from NaN; from everything else both
     * are infinitely far. Distances beyond 2<sup>53</sup> are rounded.
     *
     * @param a a number
     * @param b another
     * @return the distance: a whole number, or infinity; never NaN
     */
    public static double ulpDistance(double a, double b) {
        if (a == b || a != a && b != b) {
            return 0;
        }
        if (!Double.isFinite(a) || !Double.isFinite(b)) {
            return Double.POSITIVE_INFINITY;
        }
        long steps = Math.max(place(a), place(b)) - Math.min(place(a), place(b)); // unsigned: up to nearly 2^64
        return steps >= 0 ? steps : (steps >>> 1) * 2.0;
    }

    /** The place of a finite double among all doubles in order; both zeros are at 0. */
    private static long place(double x) {
        long bits = Double.doubleToLongBits(x);
        return bits >= 0 ? bits : Long.MIN_VALUE - bits;
    }

    /**
     * Whether another tensor has the same shape and its elements are close, as {@link #ulpDistance(double, double)}
     * measures it. Meant for tests.
     *
     * @param other the other tensor
     * @param ulps the largest distance of corresponding elements; 0 allows signed zeros to differ, {@link #equals} does
     *     not
     * @return false if the shapes differ or the distance of two elements is larger
     * @throws IllegalArgumentException if ulps is negative, NaN or infinite
     */
    public boolean equalsWithinUlps(Tensor other, double ulps) {
        Given.notNegative("equalsWithinUlps", "ulps", ulps);
        return shape.equals(Given.value("equalsWithinUlps", "the other tensor", other).shape)
                && ulpDistance(other) <= ulps;
    }

    /**
     * Whether shape and elements are the same. NaN equals NaN and 0.0 differs from -0.0, as in
     * {@link Double#equals(Object)}.
     *
     * @param other the object to compare with
     * @return true for a tensor with the same shape and the same elements
     */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Tensor
                        && shape.equals(((Tensor) other).shape)
                        && Arrays.equals(values, ((Tensor) other).values);
    }

    /**
     * A hash of shape and elements.
     *
     * @return the hash
     */
    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    /**
     * The elements, as NumPy prints them: rows in brackets, at most 8 decimals, lines of at most 75 characters. Of more
     * than 1000 elements, only the first and last 3 along each axis are shown. A scalar is printed in full. A tensor without
     * elements shows its shape.
     *
     * @return the text, several lines for more than one row
     */
    @Override
    public String toString() {
        return TensorText.of(shape, values);
    }
}
