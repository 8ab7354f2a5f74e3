package dev.wengert.jqwik;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;

/** Tensors with shapes and elements from given sets. They shrink to few elements, few axes, and simple numbers. */
public final class Tensors extends SimplifyingArbitrary<Tensor> {

    private final Shapes shapes;
    private final Shape fixed;
    private final Doubles elements;

    private Tensors(Shapes shapes, Shape fixed, Doubles elements) {
        this.shapes = shapes;
        this.fixed = fixed;
        this.elements = elements;
    }

    /**
     * Tensors of one shape. Shrinking keeps the shape.
     *
     * @param shape the shape
     * @param elements the elements
     * @return the arbitrary
     */
    public static Tensors of(Shape shape, Doubles elements) {
        return new Tensors(null, Given.value("of", "the shape", shape), given("of", elements));
    }

    /**
     * Tensors of any shape of a set.
     *
     * @param shapes the shapes
     * @param elements the elements
     * @return the arbitrary
     */
    public static Tensors of(Shapes shapes, Doubles elements) {
        return new Tensors(Given.value("of", "the arbitrary of shapes", shapes), null, given("of", elements));
    }

    /**
     * Tensors whose shapes broadcast to one shape of a set. Each of them may have extents of 1 and lack leading axes.
     *
     * @param count the number of tensors
     * @param shapes the shapes of the result
     * @param elements the elements
     * @return the arbitrary
     * @throws IllegalArgumentException if the count is below 1
     */
    @SuppressWarnings("exports")
    public static Arbitrary<List<Tensor>> broadcastable(int count, Shapes shapes, Doubles elements) {
        if (count < 1) {
            throw new IllegalArgumentException("broadcastable: the count must be 1 or more, got " + count);
        }
        return new BroadcastableTensors(
                count,
                Given.value("broadcastable", "the arbitrary of shapes", shapes),
                given("broadcastable", elements));
    }

    private static Doubles given(String op, Doubles elements) {
        return Given.value(op, "the arbitrary of elements", elements);
    }

    @Override
    public Tensor draw(RandomGenerator random) {
        return draw(fixed != null ? fixed : shapes.draw(random), elements, random);
    }

    static Tensor draw(Shape shape, Doubles elements, RandomGenerator random) {
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> i > 0 && random.nextInt(8) == 0 ? values[random.nextInt(i)] : elements.draw(random));
        return Tensor.of(shape, values);
    }

    @Override
    public Stream<Tensor> simpler(Tensor x) {
        Stream<Tensor> smaller = fixed != null
                ? Stream.empty()
                : IntStream.range(0, x.shape().rank())
                        .boxed()
                        .flatMap(d -> smaller(x, d))
                        .filter(t -> shapes.contains(t.shape()));
        return Stream.concat(smaller, Slices.simplerElements(x, elements));
    }

    private static Stream<Tensor> smaller(Tensor x, int axis) {
        int extent = x.shape().extent(axis);
        Stream<Tensor> first = extent == 0 ? Stream.empty() : Stream.of(Slices.first(x, axis));
        Stream<Tensor> halves =
                Stream.of(Slices.keep(x, axis, i -> i < extent / 2), Slices.keep(x, axis, i -> i >= extent / 2));
        Stream<Tensor> singles = IntStream.range(0, extent).mapToObj(i -> Slices.without(x, axis, i));
        return Stream.of(first, halves, singles).flatMap(s -> s);
    }

    @Override
    public long[] complexity(Tensor x) {
        return complexityOf(x);
    }

    static long[] complexityOf(Tensor x) {
        return LongStream.concat(
                        LongStream.concat(
                                LongStream.of(x.shape().size()), Arrays.stream(Shapes.complexityOf(x.shape()))),
                        LongStream.of(Slices.complexityOfElements(x)))
                .toArray();
    }
}
