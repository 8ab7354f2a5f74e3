package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.DoubleBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TensorTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private final Tensor matrix = Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}});

    @Nested
    class Creation {
        @Test
        void scalarHasNoAxesAndAVectorOfOneHasOne() {
            holds(Tensor.scalar(3), Shape.of(), 3);
            holds(Tensor.of(3), Shape.of(1), 3);
        }

        @Test
        void ofNumbers() {
            holds(Tensor.of(1, 2, 3), Shape.of(3), 1, 2, 3);
            holds(Tensor.of(), Shape.of(0));
        }

        @Test
        void ofRows() {
            holds(matrix, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
            holds(Tensor.of(new double[0][]), Shape.of(0, 0));
            holds(Tensor.of(new double[3][0]), Shape.of(3, 0));
        }

        @Test
        void ofMatrices() {
            holds(
                    Tensor.of(new double[][][] {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {10, 11, 12}}}),
                    Shape.of(2, 2, 3),
                    1,
                    2,
                    3,
                    4,
                    5,
                    6,
                    7,
                    8,
                    9,
                    10,
                    11,
                    12);
            holds(Tensor.of(new double[0][][]), Shape.of(0, 0, 0));
            holds(Tensor.of(new double[2][0][]), Shape.of(2, 0, 0));
            holds(Tensor.of(new double[2][3][0]), Shape.of(2, 3, 0));
        }

        @Test
        void refusesRaggedArrays() {
            refused(
                    () -> Tensor.of(new double[][] {{1, 2}, {3, 4}, {5}}),
                    "of: nested arrays must be equally long, got length 2 at first and length 1 at [2]");
            refused(
                    () -> Tensor.of(new double[][][] {{{1}, {2}}, {{3}}}),
                    "of: nested arrays must be equally long, got length 2 at first and length 1 at [1]");
            refused(
                    () -> Tensor.of(new double[][][] {{{1}, {2, 3}}}),
                    "of: nested arrays must be equally long, got length 1 at first and length 2 at [0][1]");
        }

        @Test
        void ofAShape() {
            assertThat(Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6)).isEqualTo(matrix);
            holds(Tensor.of(Shape.of(), 5), Shape.of(), 5);
            holds(Tensor.of(Shape.of(0, 2)), Shape.of(0, 2));
        }

        @Test
        void refusesValuesThatDoNotFillTheShape() {
            refused(() -> Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5), "of: shape [2, 3] needs 6 values, got 5");
            refused(() -> Tensor.of(Shape.of()), "of: shape [] needs 1 value, got 0");
            refused(() -> Tensor.of(Shape.of(0), 1), "of: shape [0] needs 0 values, got 1");
        }

        @Test
        void constants() {
            holds(Tensor.zeros(2, 2), Shape.of(2, 2), 0, 0, 0, 0);
            holds(Tensor.zeros(), Shape.of(), 0);
            holds(Tensor.zeros(Shape.of(2)), Shape.of(2), 0, 0);
            holds(Tensor.ones(1, 3), Shape.of(1, 3), 1, 1, 1);
            holds(Tensor.ones(Shape.of()), Shape.of(), 1);
            holds(Tensor.full(Shape.of(2), -0.0), Shape.of(2), -0.0, -0.0);
            refused(() -> Tensor.zeros(2, -1), "zeros: extents must not be negative, got [2, -1]");
        }

        @Test
        void identity() {
            holds(Tensor.eye(3), Shape.of(3, 3), 1, 0, 0, 0, 1, 0, 0, 0, 1);
            holds(Tensor.eye(0), Shape.of(0, 0));
            refused(() -> Tensor.eye(-1), "eye: extents must not be negative, got [-1, -1]");
        }

        @Test
        void ranges() {
            holds(Tensor.arange(4), Shape.of(4), 0, 1, 2, 3);
            holds(Tensor.arange(0), Shape.of(0));
            holds(Tensor.arange(1, 2, 0.25), Shape.of(4), 1, 1.25, 1.5, 1.75);
            holds(Tensor.arange(1, 2.01, 0.25), Shape.of(5), 1, 1.25, 1.5, 1.75, 2);
            holds(Tensor.arange(3, 0, -1), Shape.of(3), 3, 2, 1);
            holds(Tensor.arange(0, 3, -1), Shape.of(0));
            holds(Tensor.arange(3, 3, 1), Shape.of(0));
            refused(() -> Tensor.arange(-1), "arange: extents must not be negative, got [-1]");
        }

        /** 0.3/0.1 is 3.0000000000000004 after rounding, so that a fourth number follows, as in NumPy. */
        @Test
        void aRangeCanReachItsEndByRounding() {
            holds(Tensor.arange(1, 1.3, 0.1), Shape.of(4), 1, 1.1, 1.2, 1.3);
        }

        @Test
        void refusesRangesWithoutEnd() {
            illegal(
                    () -> Tensor.arange(0, 1, 0),
                    "arange: from, to and step must be finite and step not 0, got from 0.0, to 1.0 and step 0.0");
            illegal(
                    () -> Tensor.arange(0, INF, 1),
                    "arange: from, to and step must be finite and step not 0, got from 0.0, to Infinity and step 1.0");
            illegal(
                    () -> Tensor.arange(NAN, 1, 1),
                    "arange: from, to and step must be finite and step not 0, got from NaN, to 1.0 and step 1.0");
            illegal(
                    () -> Tensor.arange(0, 1, -INF),
                    "arange: from, to and step must be finite and step not 0, got from 0.0, to 1.0 and step -Infinity");
            refused(
                    () -> Tensor.arange(-1e308, 1e308, 1),
                    "arange: a tensor can have at most 2147483639 elements, got from -1.0E308, to 1.0E308"
                            + " and step 1.0");
        }

        @Test
        void randomNumbersAreDrawnInOrder() {
            Random random = new Random(7);
            double[] expected = {random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble()};
            holds(Tensor.random(new Random(7), 2, 2), Shape.of(2, 2), expected);
        }

        @Test
        void normalNumbersAreDrawnInOrder() {
            Random random = new Random(7);
            double[] expected = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
            holds(Tensor.normal(new Random(7), 3), Shape.of(3), expected);
        }

        private void holds(Tensor tensor, Shape shape, double... values) {
            assertThat(tensor.shape()).isEqualTo(shape);
            assertThat(tensor.toArray()).containsExactly(values);
        }
    }

    @Nested
    class Reading {
        @Test
        void elements() {
            assertThat(matrix.get(0, 0)).isEqualTo(1);
            assertThat(matrix.get(0, 2)).isEqualTo(3);
            assertThat(matrix.get(1, 0)).isEqualTo(4);
            assertThat(Tensor.arange(120).reshape(2, 3, 4, 5).get(1, 2, 3, 4)).isEqualTo(119);
            assertThat(Tensor.arange(120).reshape(2, 3, 4, 5).get(1, 0, 2, 1)).isEqualTo(71);
            assertThat(Tensor.scalar(7).get()).isEqualTo(7);
        }

        @Test
        void refusesTheWrongNumberOfIndices() {
            refused(() -> matrix.get(1), "get: shape [2, 3] needs 2 indices, got [1]");
            refused(() -> matrix.get(), "get: shape [2, 3] needs 2 indices, got []");
            refused(() -> Tensor.of(1, 2).get(0, 1), "get: shape [2] needs 1 index, got [0, 1]");
            refused(() -> Tensor.scalar(7).get(0), "get: shape [] needs 0 indices, got [0]");
        }

        @Test
        void refusesIndicesOutOfBounds() {
            outOfBounds(
                    () -> matrix.get(0, 3),
                    "get: the index on axis 1 must be at least 0 and less than 3 for shape [2, 3], got 3");
            outOfBounds(
                    () -> matrix.get(-1, 0),
                    "get: the index on axis 0 must be at least 0 and less than 2 for shape [2, 3], got -1");
            outOfBounds(
                    () -> Tensor.zeros(0).get(0),
                    "get: the index on axis 0 must be at least 0 and less than 0 for shape [0], got 0");
        }

        @Test
        void item() {
            assertThat(Tensor.scalar(7).item()).isEqualTo(7);
            assertThat(Tensor.ones(1, 1).item()).isEqualTo(1);
            refused(() -> matrix.item(), "item: the tensor must hold a single number, got shape [2, 3]");
            refused(() -> Tensor.of().item(), "item: the tensor must hold a single number, got shape [0]");
        }
    }

    @Nested
    class Immutability {
        @Test
        void theCallersArraysAreCopied() {
            double[] values = {1, 2};
            double[][] rows = {{1, 2, 3}, {4, 5, 6}};
            double[][][] matrices = {{{1, 2}, {3, 4}}};
            int[] extents = {1, 2};
            Tensor vector = Tensor.of(values);
            Tensor shaped = Tensor.of(Shape.of(2, 1), values);
            Tensor fromRows = Tensor.of(rows);
            Tensor fromMatrices = Tensor.of(matrices);
            Tensor zeros = Tensor.zeros(extents);
            Tensor reshaped = vector.reshape(extents);
            values[0] = 9;
            rows[0][0] = 9;
            rows[1] = null;
            matrices[0][1][1] = 9;
            extents[0] = 9;
            assertThat(vector.toArray()).containsExactly(1, 2);
            assertThat(shaped.toArray()).containsExactly(1, 2);
            assertThat(fromRows).isEqualTo(matrix);
            assertThat(fromMatrices.toArray()).containsExactly(1, 2, 3, 4);
            assertThat(zeros.shape()).isEqualTo(Shape.of(1, 2));
            assertThat(reshaped.shape()).isEqualTo(Shape.of(1, 2));
        }

        @Test
        void arraysComeOutAsCopies() {
            matrix.toArray()[0] = 9;
            assertThat(matrix.get(0, 0)).isEqualTo(1);
        }

        @Test
        void partsAreCopies() {
            double[] row = matrix.row(0).toArray();
            double[] rows = matrix.rows(0, 2).toArray();
            double[] chosen = matrix.rows(new int[] {0, 1}).toArray();
            row[0] = rows[0] = chosen[0] = 9;
            assertThat(matrix).isEqualTo(Tensor.of(new double[][] {{1, 2, 3}, {4, 5, 6}}));
        }

        @Test
        void theBufferIsReadOnly() {
            DoubleBuffer buffer = matrix.asBuffer();
            assertThat(buffer.isReadOnly()).isTrue();
            assertThat(buffer.hasArray()).isFalse();
            assertThatThrownBy(() -> buffer.put(0, 9)).isInstanceOf(ReadOnlyBufferException.class);
            assertThatThrownBy(() -> buffer.duplicate().put(9)).isInstanceOf(ReadOnlyBufferException.class);
            double[] read = new double[6];
            buffer.get(read);
            assertThat(read).containsExactly(1, 2, 3, 4, 5, 6);
        }

        @Test
        void everyBufferHasItsOwnPosition() {
            DoubleBuffer first = matrix.asBuffer();
            first.get();
            assertThat(matrix.asBuffer().remaining()).isEqualTo(6);
            assertThat(first.remaining()).isEqualTo(5);
        }
    }

    @Nested
    class Reshaping {
        @Test
        void keepsElementsInOrder() {
            assertThat(matrix.reshape(3, 2)).isEqualTo(Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}}));
            assertThat(matrix.reshape(-1)).isEqualTo(Tensor.of(1, 2, 3, 4, 5, 6));
            assertThat(matrix.reshape(Shape.of(6, 1)).shape()).isEqualTo(Shape.of(6, 1));
            assertThat(Tensor.of(5).reshape()).isEqualTo(Tensor.scalar(5));
            assertThat(Tensor.zeros(0, 3).reshape(Shape.of(2, 0)).shape()).isEqualTo(Shape.of(2, 0));
            assertThat(matrix.reshape(2, -1)).isSameAs(matrix);
        }

        @Test
        void refusesAnotherNumberOfElements() {
            refused(
                    () -> matrix.reshape(2, 2),
                    "reshape: the new shape must have the 6 elements of shape [2, 3], got [2, 2]");
            refused(
                    () -> matrix.reshape(Shape.of()),
                    "reshape: the new shape must have the 6 elements of shape [2, 3], got []");
            refused(
                    () -> matrix.reshape(4, -1),
                    "reshape: extents beside -1 must divide the 6 elements of shape [2, 3], got [4, -1]");
        }
    }

    @Nested
    class RowsOfATensor {
        private final Tensor cube = Tensor.arange(12).reshape(3, 2, 2);

        @Test
        void one() {
            assertThat(matrix.row(1)).isEqualTo(Tensor.of(4, 5, 6));
            assertThat(cube.row(2)).isEqualTo(Tensor.of(new double[][] {{8, 9}, {10, 11}}));
            assertThat(Tensor.of(7, 8).row(1)).isEqualTo(Tensor.scalar(8));
            assertThat(Tensor.zeros(3, 0).row(2)).isEqualTo(Tensor.of());
        }

        @Test
        void consecutive() {
            assertThat(cube.rows(1, 3)).isEqualTo(Tensor.arange(4, 12, 1).reshape(2, 2, 2));
            assertThat(cube.rows(0, 3)).isEqualTo(cube);
            assertThat(cube.rows(3, 3)).isEqualTo(Tensor.zeros(0, 2, 2));
            assertThat(Tensor.of(7, 8, 9).rows(1, 2)).isEqualTo(Tensor.of(8));
        }

        @Test
        void chosen() {
            assertThat(matrix.rows(new int[] {1, 0, 1})).isEqualTo(Tensor.of(new double[][] {
                {4, 5, 6}, {1, 2, 3}, {4, 5, 6}
            }));
            assertThat(matrix.rows(new int[0])).isEqualTo(Tensor.zeros(0, 3));
            assertThat(Tensor.of(7, 8).rows(new int[] {1})).isEqualTo(Tensor.of(8));
        }

        @Test
        void refusesRowsThatAreNotThere() {
            outOfBounds(
                    () -> matrix.row(2),
                    "row: the index on axis 0 must be at least 0 and less than 2 for shape [2, 3], got 2");
            outOfBounds(
                    () -> matrix.row(-1),
                    "row: the index on axis 0 must be at least 0 and less than 2 for shape [2, 3], got -1");
            outOfBounds(
                    () -> matrix.rows(new int[] {0, 2}),
                    "rows: the index on axis 0 must be at least 0 and less than 2 for shape [2, 3], got 2");
            outOfBounds(
                    () -> matrix.rows(1, 3),
                    "rows: the range must satisfy 0 <= from <= to <= 2 for shape [2, 3], got from 1 and to 3");
            outOfBounds(
                    () -> matrix.rows(1, 0),
                    "rows: the range must satisfy 0 <= from <= to <= 2 for shape [2, 3], got from 1 and to 0");
            outOfBounds(
                    () -> matrix.rows(-1, 0),
                    "rows: the range must satisfy 0 <= from <= to <= 2 for shape [2, 3], got from -1 and to 0");
        }

        @Test
        void aScalarHasNone() {
            Tensor scalar = Tensor.scalar(1);
            refused(() -> scalar.row(0), "row: the tensor must have an axis, got shape []");
            refused(() -> scalar.rows(0, 0), "rows: the tensor must have an axis, got shape []");
            refused(() -> scalar.rows(new int[0]), "rows: the tensor must have an axis, got shape []");
        }
    }

    @Nested
    class Argmax {
        private final Tensor values = Tensor.of(new double[][] {{1, 5, 2}, {7, 0, 6}});

        @Test
        void alongAnAxis() {
            assertThat(values.argmax(0)).isEqualTo(Tensor.of(1, 0, 1));
            assertThat(values.argmax(1)).isEqualTo(Tensor.of(1, 0));
            assertThat(values.argmax(-1)).isEqualTo(Tensor.of(1, 0));
            assertThat(Tensor.of(1, 3, 2).argmax(0)).isEqualTo(Tensor.scalar(1));
            Tensor cube = Tensor.of(new double[][][] {{{1, 9}, {2, 8}, {3, 7}}, {{6, 1}, {5, 2}, {4, 3}}});
            assertThat(cube.argmax(1)).isEqualTo(Tensor.of(new double[][] {{2, 0}, {0, 2}}));
        }

        @Test
        void overAll() {
            assertThat(values.argmax()).isEqualTo(3);
            assertThat(Tensor.scalar(1).argmax()).isZero();
        }

        @Test
        void theFirstOfEquals() {
            assertThat(Tensor.of(1, 3, 3).argmax()).isEqualTo(1);
            assertThat(Tensor.of(-0.0, 0.0).argmax()).isZero();
            assertThat(Tensor.of(-INF, -INF).argmax()).isZero();
        }

        @Test
        void theFirstNaNIsLargest() {
            assertThat(Tensor.of(1, NAN, INF, NAN).argmax()).isEqualTo(1);
            assertThat(Tensor.of(NAN, 1).argmax()).isZero();
            assertThat(Tensor.of(1, NAN, INF, NAN).argmax(0)).isEqualTo(Tensor.scalar(1));
        }

        @Test
        void ofNothing() {
            assertThat(Tensor.zeros(0, 3).argmax(1)).isEqualTo(Tensor.of());
            refused(() -> Tensor.zeros(0, 3).argmax(0), "argmax: axis 0 must not be empty, got shape [0, 3]");
            refused(() -> Tensor.zeros(3, 0).argmax(-1), "argmax: axis 1 must not be empty, got shape [3, 0]");
            refused(() -> Tensor.of().argmax(), "argmax: the tensor must not be empty, got shape [0]");
        }

        @Test
        void refusesAnAxisThatIsNotThere() {
            refused(() -> values.argmax(2), "argmax: axis must be in -2..1 for shape [2, 3], got 2");
            refused(() -> Tensor.scalar(1).argmax(0), "argmax: a scalar has no axes, got axis 0");
        }
    }

    @Nested
    class Equality {
        @Test
        void isByContent() {
            Tensor same = Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
            assertThat(same).isEqualTo(matrix).hasSameHashCodeAs(matrix);
            assertThat(matrix)
                    .isEqualTo(matrix)
                    .isNotEqualTo(matrix.reshape(3, 2))
                    .isNotEqualTo(Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 7))
                    .isNotEqualTo(null)
                    .isNotEqualTo("[[1. 2. 3.]\n [4. 5. 6.]]");
            assertThat(Tensor.zeros(0, 3)).isNotEqualTo(Tensor.zeros(3, 0)).isEqualTo(Tensor.zeros(0, 3));
            assertThat(Tensor.scalar(1)).isNotEqualTo(Tensor.of(1));
        }

        @Test
        void hashesDifferByElementsAndByShape() {
            assertThat(matrix.hashCode())
                    .isNotEqualTo(Tensor.of(Shape.of(2, 3), 2, 1, 3, 4, 5, 6).hashCode())
                    .isNotEqualTo(matrix.reshape(3, 2).hashCode());
        }

        @Test
        void nanEqualsNanAndZerosDiffer() {
            assertThat(Tensor.of(NAN)).isEqualTo(Tensor.of(NAN)).hasSameHashCodeAs(Tensor.of(NAN));
            assertThat(Tensor.of(0.0)).isNotEqualTo(Tensor.of(-0.0));
        }
    }

    @Nested
    class Ulps {
        @Test
        void countStepsBetweenDoubles() {
            distance(1, 1, 0);
            distance(1, Math.nextUp(1.0), 1);
            distance(1, Math.nextDown(1.0), 1);
            distance(1, 2, 0x1p52);
            distance(-1, -2, 0x1p52);
            distance(0, Double.MIN_VALUE, 1);
            distance(Double.MIN_NORMAL, 0, 0x1p52);
        }

        @Test
        void signedZerosAreEqual() {
            distance(0.0, -0.0, 0);
            distance(-0.0, Double.MIN_VALUE, 1);
            distance(-Double.MIN_VALUE, Double.MIN_VALUE, 2);
        }

        /** Every finite double but zero has two signs: 2·(2047·2^52 − 1) steps, more than a long holds. */
        @Test
        void spanTheWholeLine() {
            distance(-Double.MAX_VALUE, Double.MAX_VALUE, 2 * 2047 * 0x1p52);
            distance(0, Double.MAX_VALUE, 2047 * 0x1p52);
            distance(-1, 1, 2 * 1023 * 0x1p52);
        }

        @Test
        void infinitiesAndNaNAreFarFromAllButThemselves() {
            distance(INF, INF, 0);
            distance(-INF, -INF, 0);
            distance(NAN, NAN, 0);
            distance(INF, -INF, INF);
            distance(INF, Double.MAX_VALUE, INF);
            distance(NAN, 1, INF);
            distance(NAN, INF, INF);
            distance(NAN, 0, INF);
        }

        private void distance(double a, double b, double expected) {
            assertThat(Tensor.ulpDistance(a, b)).isEqualTo(expected);
            assertThat(Tensor.ulpDistance(b, a)).isEqualTo(expected);
        }

        @Test
        void ofTensorsAreTheLargest() {
            Tensor a = Tensor.of(1, 2, NAN);
            assertThat(a.ulpDistance(Tensor.of(Math.nextUp(1.0), Math.nextDown(Math.nextDown(2.0)), NAN)))
                    .isEqualTo(2);
            assertThat(a.ulpDistance(Tensor.of(1, 2, 3))).isEqualTo(INF);
            assertThat(a.ulpDistance(a)).isZero();
            assertThat(Tensor.of().ulpDistance(Tensor.of())).isZero();
            refused(() -> a.ulpDistance(matrix), "ulpDistance: shapes must be equal, got this [3] and other [2, 3]");
        }

        @Test
        void equalityWithinThem() {
            Tensor a = Tensor.of(1, 0.0);
            Tensor b = Tensor.of(Math.nextUp(1.0), -0.0);
            assertThat(a.equalsWithinUlps(b, 1)).isTrue();
            assertThat(a.equalsWithinUlps(b, 0.5)).isFalse();
            assertThat(a.equalsWithinUlps(b, 0)).isFalse();
            assertThat(a.equalsWithinUlps(Tensor.of(1, -0.0), 0)).isTrue();
            assertThat(a.equalsWithinUlps(a.reshape(2, 1), 4)).isFalse();
            assertThat(Tensor.of(NAN).equalsWithinUlps(Tensor.of(NAN), 0)).isTrue();
            assertThat(Tensor.of(NAN).equalsWithinUlps(Tensor.of(1), Double.MAX_VALUE))
                    .isFalse();
            assertThat(Tensor.of(INF).equalsWithinUlps(Tensor.of(Double.MAX_VALUE), Double.MAX_VALUE))
                    .isFalse();
        }

        @Test
        void refusesAToleranceThatIsNone() {
            illegal(
                    () -> matrix.equalsWithinUlps(matrix, -1),
                    "equalsWithinUlps: ulps must be finite and at least 0, got -1.0");
            illegal(
                    () -> matrix.equalsWithinUlps(matrix, NAN),
                    "equalsWithinUlps: ulps must be finite and at least 0, got NaN");
            illegal(
                    () -> matrix.equalsWithinUlps(matrix, INF),
                    "equalsWithinUlps: ulps must be finite and at least 0, got Infinity");
        }
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(ShapeException.class).hasMessage(message);
    }

    private static void illegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static void outOfBounds(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IndexOutOfBoundsException.class).hasMessage(message);
    }
}
