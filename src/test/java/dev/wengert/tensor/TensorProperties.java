package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class TensorProperties {
    @Property
    void reshapingThereAndBackChangesNothing(@ForAll("tensors") Tensor tensor) {
        Tensor flat = tensor.reshape(-1);
        assertThat(flat.shape()).isEqualTo(Shape.of(tensor.shape().size()));
        assertThat(flat.toArray()).isEqualTo(tensor.toArray());
        assertThat(flat.reshape(tensor.shape())).isEqualTo(tensor).hasSameHashCodeAs(tensor);
    }

    @Property
    void theLastIndexRunsFastest(@ForAll("tensors") Tensor tensor) {
        double[] values = tensor.toArray();
        for (int i = 0; i < values.length; i++) {
            assertThat(tensor.get(index(tensor.shape(), i))).isEqualTo(values[i]);
            assertThat(tensor.asBuffer().get(i)).isEqualTo(values[i]);
        }
    }

    private static int[] index(Shape shape, int i) {
        int[] index = new int[shape.rank()];
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = i % shape.extent(axis);
            i /= shape.extent(axis);
        }
        return index;
    }

    @Property
    void rowsAreRowsHoweverTheyAreTaken(@ForAll("tensors") Tensor tensor) {
        if (tensor.shape().rank() == 0) {
            return;
        }
        int n = tensor.shape().extent(0);
        assertThat(tensor.rows(0, n)).isEqualTo(tensor);
        assertThat(tensor.rows(IntStream.range(0, n).toArray())).isEqualTo(tensor);
        for (int i = 0; i < n; i++) {
            Tensor row = tensor.row(i);
            Shape one = Shape.of(1).concat(row.shape());
            assertThat(tensor.rows(i, i + 1)).isEqualTo(row.reshape(one));
            assertThat(tensor.rows(new int[] {i})).isEqualTo(row.reshape(one));
        }
    }

    /** Against the definition: nothing is larger, and what comes before is smaller. */
    @Property
    void argmaxIsTheFirstOfTheLargest(@ForAll("tensors") Tensor tensor, @ForAll @IntRange(max = 2) int k) {
        Shape shape = tensor.shape();
        if (k >= shape.rank() || shape.extent(k) == 0) {
            return;
        }
        Tensor indices = tensor.argmax(k);
        assertThat(indices.shape()).isEqualTo(shape.reduce("argmax", false, k));
        assertThat(tensor.argmax(k - shape.rank())).isEqualTo(indices);
        for (int i = 0; i < shape.size(); i++) {
            int[] index = index(shape, i);
            int[] reduced = IntStream.range(0, shape.rank())
                    .filter(axis -> axis != k)
                    .map(axis -> index[axis])
                    .toArray();
            int at = index[k];
            int best = (int) indices.get(reduced);
            double value = tensor.get(index);
            index[k] = best;
            double max = tensor.get(index);
            assertThat(value).isLessThanOrEqualTo(max);
            if (at < best) {
                assertThat(value).isLessThan(max);
            }
        }
    }

    @Property
    void stepsAreCounted(@ForAll("doubles") double x, @ForAll @IntRange(max = 20) int steps) {
        double y = x;
        for (int i = 0; i < steps && y < Double.MAX_VALUE; i++) {
            y = y == 0 ? Double.MIN_VALUE : Math.nextUp(y);
            assertThat(Tensor.ulpDistance(x, y)).isEqualTo(i + 1);
            assertThat(Tensor.ulpDistance(-x, -y)).isEqualTo(i + 1);
        }
    }

    /** Steps beyond 2^53 are rounded, so that the sum can be off by its rounding and theirs: three halves of 2^-52. */
    @Property
    void stepsAddUp(@ForAll("doubles") double a, @ForAll("doubles") double b, @ForAll("doubles") double c) {
        double[] x = {a, b, c};
        Arrays.sort(x);
        double detour = Tensor.ulpDistance(x[0], x[1]) + Tensor.ulpDistance(x[1], x[2]);
        double direct = Tensor.ulpDistance(x[0], x[2]);
        assertThat(direct).isEqualTo(Tensor.ulpDistance(x[2], x[0]));
        assertThat(Math.abs(detour - direct)).isLessThanOrEqualTo(direct < 0x1p53 ? 0 : 1.5 * 0x1p-52 * direct);
    }

    /**
     * Off by half of the eighth decimal, of the number itself or (with an exponent) of its mantissa, and by what reading
     * rounds: the numbers are below 1000, where half an ulp is 2^-44.
     */
    @Property
    void printedNumbersAreTheElementsToEightDecimals(@ForAll("tensors") Tensor tensor) {
        double[] values = tensor.toArray();
        if (values.length == 0) {
            return;
        }
        String[] words = tensor.toString().replaceAll("[\\[\\]]", " ").trim().split("\\s+");
        assertThat(words).hasSameSizeAs(values);
        for (int i = 0; i < values.length; i++) {
            double error = Math.abs(Double.parseDouble(words[i]) - values[i]);
            assertThat(error).isLessThanOrEqualTo(0.5e-8 * Math.max(1, Math.abs(values[i])) + 0x1p-44);
            assertThat(words[i].startsWith("-")).isEqualTo(Math.copySign(1, values[i]) < 0);
        }
    }

    @Property
    void aRangeStopsShortOfItsEnd(
            @ForAll @DoubleRange(min = -10, max = 10) double from,
            @ForAll @DoubleRange(min = -10, max = 10) double to,
            @ForAll @IntRange(min = 1, max = 64) int parts) {
        double step = Math.copySign(parts / 16.0, to - from);
        double[] range = Tensor.arange(from, to, step).toArray();
        // the difference and the quotient are rounded, 20·2^-52 in the end, and so is the end itself, 2^-49
        double end = from + range.length * step;
        assertThat((end - to) * Math.signum(step)).isBetween(-0x1p-46, Math.abs(step) + 0x1p-46);
        for (int i = 0; i < range.length; i++) {
            assertThat(range[i]).isEqualTo(from + i * step);
        }
    }

    @Provide
    Arbitrary<Tensor> tensors() {
        Arbitrary<Double> element = Arbitraries.oneOf(
                Arbitraries.of(-0.0, 0.0, 1.0, -1.0, 0.5),
                Arbitraries.doubles().between(-999, 999).ofScale(9));
        return Arbitraries.integers()
                .between(0, 4)
                .array(int[].class)
                .ofMaxSize(3)
                .map(Shape::of)
                .flatMap(shape ->
                        element.array(double[].class).ofSize(shape.size()).map(values -> Tensor.of(shape, values)));
    }

    @Provide
    Arbitrary<Double> doubles() {
        return Arbitraries.oneOf(
                        Arbitraries.of(0.0, -0.0, Double.MIN_VALUE, Double.MIN_NORMAL, 1.0, Double.MAX_VALUE),
                        Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite))
                .withoutEdgeCases(); // three doubles of edge cases would be most of the tries
    }
}
