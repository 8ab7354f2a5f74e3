package dev.wengert.jqwik;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;

/** Shapes of limited rank and extents. Extents of 1 and, if allowed, 0 are drawn on purpose. Shapes shrink to few axes and small extents. */
public final class Shapes extends SimplifyingArbitrary<Shape> {

    private final int minRank;
    private final int maxRank;
    private final int minExtent;
    private final int maxExtent;

    private Shapes(int minRank, int maxRank, int minExtent, int maxExtent) {
        this.minRank = minRank;
        this.maxRank = maxRank;
        this.minExtent = minExtent;
        this.maxExtent = maxExtent;
    }

    /**
     * Shapes with elements, scalars included.
     *
     * @param maxRank the largest number of axes
     * @param maxExtent the largest extent of an axis
     * @return the arbitrary
     * @throws IllegalArgumentException if the rank is negative, or the extent below 1
     */
    public static Shapes upTo(int maxRank, int maxExtent) {
        if (maxRank < 0 || maxExtent < 1) {
            throw new IllegalArgumentException("upTo: the rank must be 0 or more and the extent 1 or more, got rank "
                    + maxRank + " and extent " + maxExtent);
        }
        return new Shapes(0, maxRank, 1, maxExtent);
    }

    /**
     * The same with a smallest number of axes.
     *
     * @param rank the smallest number of axes
     * @return the arbitrary
     * @throws IllegalArgumentException if the rank is negative, or above the largest
     */
    public Shapes atLeast(int rank) {
        if (rank < 0 || rank > maxRank) {
            throw new IllegalArgumentException("atLeast: the rank must be in 0.." + maxRank + ", got " + rank);
        }
        return new Shapes(rank, maxRank, minExtent, maxExtent);
    }

    /**
     * The same with axes of extent 0 among them.
     *
     * @return the arbitrary
     */
    public Shapes orEmpty() {
        return new Shapes(minRank, maxRank, 0, maxExtent);
    }

    /**
     * Shapes that broadcast to one shape of a set. Each of them may have extents of 1 and lack leading axes.
     *
     * @param count the number of shapes
     * @param results the shapes that they broadcast to
     * @return the arbitrary
     * @throws IllegalArgumentException if the count is below 1
     */
    @SuppressWarnings("exports")
    public static Arbitrary<List<Shape>> broadcastable(int count, Shapes results) {
        return Tensors.broadcastable(count, results, Doubles.between(0, 0))
                .map(tensors -> tensors.stream().map(Tensor::shape).toList());
    }

    /**
     * Whether a shape belongs to this set.
     *
     * @param shape the shape
     * @return whether it does
     */
    public boolean contains(Shape shape) {
        return minRank <= Given.value("contains", "the shape", shape).rank()
                && shape.rank() <= maxRank
                && Arrays.stream(shape.toArray()).allMatch(e -> minExtent <= e && e <= maxExtent);
    }

    @Override
    public Shape draw(RandomGenerator random) {
        int rank = random.nextInt(minRank, maxRank + 1);
        return Shape.of(IntStream.range(0, rank).map(d -> extent(random)).toArray());
    }

    private int extent(RandomGenerator random) {
        int kind = random.nextInt(10);
        return kind == 0 ? minExtent : kind <= 2 ? 1 : random.nextInt(Math.max(1, minExtent), maxExtent + 1);
    }

    @Override
    public Stream<Shape> simpler(Shape shape) {
        Stream<Shape> fewerAxes =
                IntStream.range(0, shape.rank() > minRank ? shape.rank() : 0).mapToObj(d -> without(shape, d));
        Stream<Shape> smaller = IntStream.range(0, shape.rank())
                .boxed()
                .flatMap(d -> Stream.of(minExtent, 1, shape.extent(d) / 2, shape.extent(d) - 1)
                        .filter(e -> minExtent <= e && e < shape.extent(d))
                        .map(e -> shape.with(d, e)));
        return Stream.concat(fewerAxes, smaller);
    }

    @Override
    public long[] complexity(Shape shape) {
        return complexityOf(shape);
    }

    static long[] complexityOf(Shape shape) {
        return new long[] {Arrays.stream(shape.toArray()).sum(), shape.rank()};
    }

    private static Shape without(Shape shape, int axis) {
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(d -> d != axis)
                .map(shape::extent)
                .toArray());
    }
}
