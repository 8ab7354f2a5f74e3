package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ShapeProperties {
    @Property
    void extentsGiveAShapeAndAreGivenBack(@ForAll("shapes") Shape shape) {
        Shape again = Shape.of(shape.toArray());
        assertThat(again).isEqualTo(shape).hasSameHashCodeAs(shape).hasToString(shape.toString());
        assertThat(shape.size()).isEqualTo(Arrays.stream(shape.toArray()).reduce(1, (a, b) -> a * b));
        for (int axis = 0; axis < shape.rank(); axis++) {
            assertThat(shape.extent(axis - shape.rank())).isEqualTo(shape.extent(axis));
        }
    }

    @Property
    void broadcastingIsSymmetric(@ForAll("related") Shape a, @ForAll("related") Shape b) {
        assertThat(broadcast(a, b)).isEqualTo(broadcast(b, a));
    }

    @Property
    void broadcastingIsAssociative(@ForAll("related") Shape a, @ForAll("related") Shape b, @ForAll("related") Shape c) {
        assertThat(broadcast(a, b).flatMap(ab -> broadcast(ab, c)))
                .isEqualTo(broadcast(b, c).flatMap(bc -> broadcast(a, bc)));
    }

    @Property
    void bothOperandsBroadcastToTheResultAndItIsTheSmallest(
            @ForAll("related") Shape a, @ForAll("related") Shape b, @ForAll("related") Shape c) {
        Optional<Shape> result = broadcast(a, b);
        result.ifPresent(
                ab -> assertThat(a.broadcastsTo(ab) && b.broadcastsTo(ab)).isTrue());
        if (a.broadcastsTo(c) && b.broadcastsTo(c)) {
            assertThat(result)
                    .hasValueSatisfying(ab -> assertThat(ab.broadcastsTo(c)).isTrue());
        }
    }

    @Property
    void aShapeBroadcastsToAnotherThatItsPresenceDoesNotChange(
            @ForAll("related") Shape from, @ForAll("related") Shape to) {
        assertThat(from.broadcastsTo(to)).isEqualTo(broadcast(from, to).equals(Optional.of(to)));
    }

    @Property
    void aPermutationIsUndoneByItsInverse(@ForAll("shapes") Shape shape, @ForAll Random random) {
        int[] axes = permutation(shape.rank(), random);
        int[] inverse = new int[axes.length];
        for (int k = 0; k < axes.length; k++) {
            inverse[axes[k]] = k;
        }
        Shape permuted = shape.permute("permute", axes);
        for (int k = 0; k < axes.length; k++) {
            assertThat(permuted.extent(k)).isEqualTo(shape.extent(axes[k]));
        }
        assertThat(permuted.permute("permute", inverse)).isEqualTo(shape);
    }

    @Property
    void reducedExtentsBecomeOneOrGo(@ForAll("shapes") Shape shape, @ForAll Random random) {
        int rank = shape.rank();
        int[] axes = Arrays.copyOf(permutation(rank, random), rank == 0 ? 0 : 1 + random.nextInt(rank));
        Shape kept = shape;
        for (int axis : axes) {
            kept = kept.with(axis, 1);
        }
        int[] rest = IntStream.range(0, rank)
                .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
                .map(shape::extent)
                .toArray();
        int[] fromEnd = Arrays.stream(axes).map(axis -> axis - rank).toArray();
        assertThat(shape.reduce("sum", true, axes)).isEqualTo(kept);
        assertThat(shape.reduce("sum", false, axes)).isEqualTo(Shape.of(rest));
        assertThat(shape.reduce("sum", true, fromEnd)).isEqualTo(kept);
        assertThat(kept.broadcastsTo(shape)).isTrue();
    }

    @Property
    void reshapingIsUndoneByReshaping(@ForAll("shapes") Shape shape, @ForAll Random random) {
        Shape permuted = shape.permute("permute", permutation(shape.rank(), random));
        Shape reshaped = shape.reshape("reshape", permuted.toArray());
        assertThat(reshaped).isEqualTo(permuted);
        assertThat(reshaped.reshape("reshape", shape.toArray())).isEqualTo(shape);
        assertThat(shape.reshape("reshape", -1)).isEqualTo(Shape.of(shape.size()));
    }

    @Property
    void anyOneExtentIsFoundFromTheOthers(@ForAll("shapes") Shape shape, @ForAll Random random) {
        if (shape.size() == 0 || shape.rank() == 0) {
            return;
        }
        int[] extents = shape.toArray();
        extents[random.nextInt(extents.length)] = -1;
        assertThat(Shape.of(shape.size()).reshape("reshape", extents)).isEqualTo(shape);
    }

    @Property
    void sizesMultiplyInConcat(@ForAll("shapes") Shape a, @ForAll("shapes") Shape b) {
        Shape ab = a.concat(b);
        assertThat(ab.size()).isEqualTo(a.size() * b.size());
        assertThat(Arrays.copyOf(ab.toArray(), a.rank())).isEqualTo(a.toArray());
        assertThat(Arrays.copyOfRange(ab.toArray(), a.rank(), ab.rank())).isEqualTo(b.toArray());
    }

    private static Optional<Shape> broadcast(Shape a, Shape b) {
        try {
            return Optional.of(Shape.broadcast("add", a, b));
        } catch (ShapeException e) {
            return Optional.empty();
        }
    }

    private static int[] permutation(int n, Random random) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            axes.add(i);
        }
        Collections.shuffle(axes, random);
        return axes.stream().mapToInt(Integer::intValue).toArray();
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return Arbitraries.integers()
                .between(0, 6)
                .array(int[].class)
                .ofMaxSize(4)
                .map(Shape::of);
    }

    /** Shapes of few extents, so that two of them often broadcast, and often do not. */
    @Provide
    Arbitrary<Shape> related() {
        return Arbitraries.of(1, 1, 1, 3, 3, 2, 0)
                .array(Integer[].class)
                .ofMaxSize(3)
                .map(extents -> Shape.of(
                        Arrays.stream(extents).mapToInt(Integer::intValue).toArray()))
                .withoutEdgeCases(); // three shapes of edge cases would be most of the tries
    }
}
