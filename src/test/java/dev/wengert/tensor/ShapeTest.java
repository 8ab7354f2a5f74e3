package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private static final int LARGEST = 2_147_483_639;

    private final Shape matrix = Shape.of(4, 3);
    private final Shape cube = Shape.of(2, 3, 4);

    @Test
    void extentsRankAndSize() {
        assertThat(cube.rank()).isEqualTo(3);
        assertThat(cube.size()).isEqualTo(24);
        assertThat(cube.toArray()).containsExactly(2, 3, 4);
        assertThat(cube.extent(0)).isEqualTo(2);
        assertThat(cube.extent(2)).isEqualTo(4);
        assertThat(cube.extent(-1)).isEqualTo(4);
        assertThat(cube.extent(-3)).isEqualTo(2);
    }

    @Test
    void scalarHasNoAxesAndOneElement() {
        assertThat(Shape.of().rank()).isZero();
        assertThat(Shape.of().size()).isEqualTo(1);
        assertThat(Shape.of().toArray()).isEmpty();
        assertThat(Shape.of()).isSameAs(Shape.of(new int[0])).hasToString("[]");
    }

    @Test
    void emptyShapesHaveNoElements() {
        assertThat(Shape.of(0).size()).isZero();
        assertThat(Shape.of(3, 0, 2).size()).isZero();
        assertThat(Shape.of(3, 0)).isNotEqualTo(Shape.of(0, 3)).isNotEqualTo(Shape.of(0));
    }

    @Test
    void keepsNothingOfTheCallers() {
        int[] extents = {4, 3};
        Shape shape = Shape.of(extents);
        extents[0] = 7;
        shape.toArray()[1] = 7;
        assertThat(shape).isEqualTo(matrix);

        int[] to = {3, -1};
        Shape reshaped = matrix.reshape("reshape", to);
        assertThat(to).containsExactly(3, -1);
        to[0] = 7;
        assertThat(reshaped).isEqualTo(Shape.of(3, 4));
    }

    @Test
    void equalByExtents() {
        assertThat(Shape.of(4, 3)).isEqualTo(matrix).hasSameHashCodeAs(matrix);
        assertThat(matrix.hashCode()).isEqualTo(matrix.hashCode());
        assertThat(matrix)
                .isNotEqualTo(Shape.of(3, 4))
                .isNotEqualTo(Shape.of(4, 3, 1))
                .isNotEqualTo(Shape.of(4))
                .isNotEqualTo(null)
                .isNotEqualTo("[4, 3]");
        assertThat(matrix).hasToString("[4, 3]");
    }

    @Test
    void refusesNegativeExtents() {
        refused(() -> Shape.of(2, -1), "shape: extents must not be negative, got [2, -1]");
    }

    @Test
    void refusesMoreElementsThanAnArrayHolds() {
        assertThat(Shape.of(LARGEST).size()).isEqualTo(LARGEST);
        refused(
                () -> Shape.of(LARGEST + 1),
                "shape: the product of the extents that are not 0 must be at most 2147483639, got [2147483640]");
        refused(
                () -> Shape.of(65536, 65536),
                "shape: the product of the extents that are not 0 must be at most 2147483639, got [65536, 65536]");
        int most = Integer.MAX_VALUE;
        refused(
                () -> Shape.of(most, most, most, most),
                "shape: the product of the extents that are not 0 must be at most 2147483639,"
                        + " got [2147483647, 2147483647, 2147483647, 2147483647]");
    }

    /** So that the product of any of its extents is an int, as a stride is. */
    @Test
    void refusesAnEmptyShapeWhoseRowsAreTooLarge() {
        refused(
                () -> Shape.of(0, 65536, 65536),
                "shape: the product of the extents that are not 0 must be at most 2147483639, got [0, 65536, 65536]");
    }

    @Test
    void axesCountFromBothEnds() {
        assertThat(cube.axis("sum", 0)).isZero();
        assertThat(cube.axis("sum", 2)).isEqualTo(2);
        assertThat(cube.axis("sum", -1)).isEqualTo(2);
        assertThat(cube.axis("sum", -3)).isZero();
    }

    @Test
    void refusesAxesThatAreNotThere() {
        refused(() -> matrix.axis("sum", 2), "sum: axis must be in -2..1 for shape [4, 3], got 2");
        refused(() -> matrix.axis("sum", -3), "sum: axis must be in -2..1 for shape [4, 3], got -3");
        refused(() -> Shape.of().axis("sum", 0), "sum: a scalar has no axes, got axis 0");
        refused(() -> Shape.of().axis("sum", -1), "sum: a scalar has no axes, got axis -1");
        refused(() -> matrix.extent(2), "extent: axis must be in -2..1 for shape [4, 3], got 2");
    }

    @Test
    void broadcasts() {
        broadcasts(matrix, Shape.of(3), matrix);
        broadcasts(matrix, Shape.of(4, 1), matrix);
        broadcasts(matrix, Shape.of(), matrix);
        broadcasts(Shape.of(4, 1), Shape.of(3), matrix);
        broadcasts(Shape.of(4, 1), Shape.of(1, 3), matrix);
        broadcasts(Shape.of(2, 1, 4), Shape.of(3, 1), cube);
        broadcasts(Shape.of(5, 1, 3, 1), Shape.of(2, 1, 4), Shape.of(5, 2, 3, 4));
        broadcasts(Shape.of(0), Shape.of(1), Shape.of(0));
        broadcasts(Shape.of(3, 1), Shape.of(0), Shape.of(3, 0));
        broadcasts(Shape.of(1, 1), Shape.of(1), Shape.of(1, 1));
    }

    private static void broadcasts(Shape left, Shape right, Shape expected) {
        assertThat(Shape.broadcast("add", left, right)).isEqualTo(expected);
        assertThat(Shape.broadcast("add", right, left)).isEqualTo(expected);
    }

    @Test
    void broadcastReturnsTheOperandThatEqualsTheResult() {
        Shape row = Shape.of(3);
        assertThat(Shape.broadcast("add", matrix, matrix)).isSameAs(matrix);
        assertThat(Shape.broadcast("add", matrix, row)).isSameAs(matrix);
        assertThat(Shape.broadcast("add", row, matrix)).isSameAs(matrix);
    }

    @Test
    void refusesShapesThatDoNotBroadcast() {
        refused(
                () -> Shape.broadcast("add", matrix, Shape.of(4)),
                "add: shapes must broadcast (trailing extents equal, or 1), got left [4, 3] and right [4]");
        refused(
                () -> Shape.broadcast("mul", Shape.of(0), Shape.of(2, 5)),
                "mul: shapes must broadcast (trailing extents equal, or 1), got left [0] and right [2, 5]");
        refused(
                () -> Shape.broadcast("add", Shape.of(65536, 1), Shape.of(65536)),
                "add: the product of the extents that are not 0 must be at most 2147483639, got [65536, 65536]");
    }

    @Test
    void broadcastingToAShapeRepeatsThisAlone() {
        assertThat(Shape.of(3).broadcastsTo(matrix)).isTrue();
        assertThat(Shape.of(4, 1).broadcastsTo(matrix)).isTrue();
        assertThat(Shape.of().broadcastsTo(matrix)).isTrue();
        assertThat(matrix.broadcastsTo(matrix)).isTrue();
        assertThat(matrix.broadcastsTo(Shape.of(4, 3))).isTrue();
        assertThat(Shape.of(1).broadcastsTo(Shape.of(0))).isTrue();
        assertThat(Shape.of(4).broadcastsTo(matrix)).isFalse();
        assertThat(matrix.broadcastsTo(Shape.of(3))).isFalse();
        assertThat(matrix.broadcastsTo(Shape.of(4, 1))).isFalse();
        assertThat(Shape.of(0).broadcastsTo(Shape.of(1))).isFalse();
        assertThat(Shape.of(1).broadcastsTo(Shape.of())).isFalse();
    }

    @Test
    void reduces() {
        assertThat(cube.reduce("sum", false)).isEqualTo(Shape.of());
        assertThat(cube.reduce("sum", true)).isEqualTo(Shape.of(1, 1, 1));
        assertThat(cube.reduce("sum", false, 1)).isEqualTo(Shape.of(2, 4));
        assertThat(cube.reduce("sum", true, 1)).isEqualTo(Shape.of(2, 1, 4));
        assertThat(cube.reduce("sum", false, -1, 0)).isEqualTo(Shape.of(3));
        assertThat(cube.reduce("sum", true, -1, 0)).isEqualTo(Shape.of(1, 3, 1));
        assertThat(cube.reduce("sum", false, 2, 1, 0)).isEqualTo(Shape.of());
        assertThat(Shape.of().reduce("sum", false)).isEqualTo(Shape.of());
        assertThat(Shape.of().reduce("sum", true)).isEqualTo(Shape.of());
        assertThat(Shape.of(3, 0).reduce("sum", false, 1)).isEqualTo(Shape.of(3));
        assertThat(Shape.of(3, 0).reduce("sum", true, 1)).isEqualTo(Shape.of(3, 1));
    }

    @Test
    void refusesToReduceAnAxisTwiceOrOneThatIsNotThere() {
        refused(
                () -> matrix.reduce("sum", false, 0, -2),
                "sum: axes must be distinct, got axes [0, -2] for shape [4, 3]");
        refused(() -> matrix.reduce("mean", true, 0, 2), "mean: axis must be in -2..1 for shape [4, 3], got 2");
        refused(() -> Shape.of().reduce("max", false, 0), "max: a scalar has no axes, got axis 0");
    }

    @Test
    void permutes() {
        assertThat(cube.permute("permute", 2, 0, 1)).isEqualTo(Shape.of(4, 2, 3));
        assertThat(cube.permute("permute", -1, 0, -2)).isEqualTo(Shape.of(4, 2, 3));
        assertThat(cube.permute("permute", 0, 1, 2)).isEqualTo(cube);
        assertThat(Shape.of().permute("permute")).isEqualTo(Shape.of());
    }

    @Test
    void refusesAxesThatAreNoPermutation() {
        refused(
                () -> cube.permute("permute", 0, 1),
                "permute: axes must name every axis of shape [2, 3, 4] once, got [0, 1]");
        refused(
                () -> cube.permute("permute", 0, 1, 2, 0),
                "permute: axes must name every axis of shape [2, 3, 4] once, got [0, 1, 2, 0]");
        refused(
                () -> cube.permute("permute", 0, 1, -2),
                "permute: axes must name every axis of shape [2, 3, 4] once, got [0, 1, -2]");
        refused(() -> cube.permute("permute", 0, 1, 3), "permute: axis must be in -3..2 for shape [2, 3, 4], got 3");
    }

    @Test
    void reshapes() {
        assertThat(matrix.reshape("reshape", 2, 6)).isEqualTo(Shape.of(2, 6));
        assertThat(matrix.reshape("reshape", -1)).isEqualTo(Shape.of(12));
        assertThat(matrix.reshape("reshape", 3, -1, 2)).isEqualTo(Shape.of(3, 2, 2));
        assertThat(matrix.reshape("reshape", 12, -1)).isEqualTo(Shape.of(12, 1));
        assertThat(Shape.of(1, 1).reshape("reshape")).isEqualTo(Shape.of());
        assertThat(Shape.of().reshape("reshape", -1, 1)).isEqualTo(Shape.of(1, 1));
        assertThat(Shape.of(0, 3).reshape("reshape", 5, 0)).isEqualTo(Shape.of(5, 0));
        assertThat(Shape.of(0, 3).reshape("reshape", 3, -1)).isEqualTo(Shape.of(3, 0));
    }

    @Test
    void refusesToReshapeToAnotherNumberOfElements() {
        refused(
                () -> matrix.reshape("reshape", 3, 3),
                "reshape: the new shape must have the 12 elements of shape [4, 3], got [3, 3]");
        refused(
                () -> matrix.reshape("reshape"),
                "reshape: the new shape must have the 12 elements of shape [4, 3], got []");
        refused(
                () -> Shape.of().reshape("reshape", 0),
                "reshape: the new shape must have the 1 element of shape [], got [0]");
        refused(
                () -> matrix.reshape("reshape", 65536, 65536, 3),
                "reshape: the new shape must have the 12 elements of shape [4, 3], got [65536, 65536, 3]");
        refused(
                () -> matrix.reshape("reshape", 5, -1),
                "reshape: extents beside -1 must divide the 12 elements of shape [4, 3], got [5, -1]");
    }

    @Test
    void refusesToReshapeWhereAnExtentIsUnclear() {
        refused(
                () -> matrix.reshape("reshape", -1, -1),
                "reshape: extents must not be negative (one may be -1: whatever fits), got [-1, -1]");
        refused(
                () -> matrix.reshape("reshape", -2, 6),
                "reshape: extents must not be negative (one may be -1: whatever fits), got [-2, 6]");
        refused(
                () -> Shape.of(0, 3).reshape("reshape", 0, -1),
                "reshape: extents beside -1 must not be 0, got [0, -1]");
    }

    @Test
    void replacesAnExtent() {
        assertThat(matrix.with(0, 7)).isEqualTo(Shape.of(7, 3));
        assertThat(matrix.with(-1, 0)).isEqualTo(Shape.of(4, 0));
        assertThat(matrix).isEqualTo(Shape.of(4, 3));
        refused(() -> matrix.with(2, 1), "with: axis must be in -2..1 for shape [4, 3], got 2");
        refused(() -> matrix.with(0, -1), "with: extents must not be negative, got [-1, 3]");
    }

    @Test
    void concatenatesExtents() {
        assertThat(matrix.concat(cube)).isEqualTo(Shape.of(4, 3, 2, 3, 4));
        assertThat(matrix.concat(Shape.of())).isEqualTo(matrix);
        assertThat(Shape.of().concat(matrix)).isEqualTo(matrix);
        refused(
                () -> Shape.of(65536).concat(Shape.of(65536)),
                "concat: the product of the extents that are not 0 must be at most 2147483639, got [65536, 65536]");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
    }
}
