package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Pooling beside plain loops. ConvolutionTest holds it to PyTorch. */
class PoolingTest {

    /** The options of one axis, and an extent. */
    private record Line(int extent, int kernel, int stride, int padding, int dilation) {

        static Line random(SplittableRandom random, int dilation) {
            int kernel = 1 + random.nextInt(4);
            return new Line(
                    1 + random.nextInt(8),
                    kernel,
                    1 + random.nextInt(4),
                    random.nextInt(kernel / 2 + 1),
                    1 + random.nextInt(dilation));
        }

        private int reach() {
            return (kernel - 1) * dilation + 1;
        }

        /**
         * Where windows begin. Without {@code ceil} each ends in the padded operand; with it one more follows a window that does not reach
         * the end, if it begins before the padding behind the operand.
         */
        List<Integer> starts(boolean ceil) {
            List<Integer> starts = new ArrayList<>();
            int end = extent + padding;
            for (int at = -padding; ; at += stride) {
                boolean fits = at + reach() <= end;
                boolean follows = ceil && at - stride + reach() < end && at < extent;
                if (!fits && !follows) {
                    return starts;
                }
                starts.add(at);
            }
        }
    }

    @Test
    void manyWindowsThatFillTheirLinesKeepTheirPlaces() {
        int lines = 600;
        Variable x = random(new SplittableRandom(3), lines, 4, 3);
        Tensor y = Windows.of(x, 1, 2, 2).value();
        Tensor back = new AddWindows(1, 4, 2).apply(Variable.of(y)).value();
        assertThat(y.shape()).isEqualTo(Shape.of(lines, 2, 3, 2));
        assertThat(back).isEqualTo(x.value());
        double[] from = x.value().toArray();
        double[] to = y.toArray();
        for (int i = 0; i < to.length; i++) {
            int line = i / 12;
            int window = i / 6 % 2;
            int column = i / 2 % 3;
            assertThat(to[i]).isEqualTo(from[line * 12 + (2 * window + i % 2) * 3 + column]);
        }
    }

    private static Variable random(SplittableRandom random, int... extents) {
        Shape shape = Shape.of(extents);
        return Variable.of(Tensor.of(
                shape,
                random.ints(shape.size(), -8, 9).mapToDouble(i -> i / 4.0).toArray()));
    }

    /** The elements of one window. Places in the padding are zeros that count, if {@code pad}. */
    private static double[] window(Tensor x, int b, int c, Line h, Line w, int top, int left, boolean pad) {
        List<Double> window = new ArrayList<>();
        for (int i = 0; i < h.kernel; i++) {
            for (int j = 0; j < w.kernel; j++) {
                int row = top + i * h.dilation;
                int column = left + j * w.dilation;
                if (row >= 0 && row < h.extent && column >= 0 && column < w.extent) {
                    window.add(x.get(b, c, row, column));
                } else if (pad && row < h.extent + h.padding && column < w.extent + w.padding) {
                    window.add(0.0);
                }
            }
        }
        return window.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double largest(double... window) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double element : window) {
            largest = Math.max(largest, element);
        }
        return largest;
    }

    private static double mean(double... window) {
        double sum = 0;
        for (double element : window) {
            sum += element;
        }
        return sum / window.length;
    }

    /** The elements are quarters, so that sums are exact. */
    @Test
    void randomOptionsAreThoseOfPlainLoops() {
        SplittableRandom random = new SplittableRandom(1);
        int trials = 0;
        while (trials < 500) {
            boolean max = random.nextBoolean();
            boolean ceil = random.nextBoolean();
            boolean pad = !max && random.nextBoolean();
            Line h = Line.random(random, max ? 3 : 1);
            Line w = Line.random(random, max ? 3 : 1);
            List<Integer> rows = h.starts(ceil);
            List<Integer> columns = w.starts(ceil);
            if (rows.isEmpty() || columns.isEmpty()) {
                continue;
            }
            trials++;
            Variable x = random(random, 2, 2, h.extent, w.extent);
            Shape shape = Shape.of(2, 2, rows.size(), columns.size());
            Tensor want = Naive.tensor(shape, at -> {
                double[] window = window(x.value(), at[0], at[1], h, w, rows.get(at[2]), columns.get(at[3]), pad);
                return max ? largest(window) : mean(window);
            });
            int[] kernel = {h.kernel, w.kernel};
            int[] stride = {h.stride, w.stride};
            int[] padding = {h.padding, w.padding};
            Variable got = max
                    ? x.maxPool2d(kernel, stride, padding, new int[] {h.dilation, w.dilation}, ceil)
                    : x.avgPool2d(kernel, stride, padding, ceil, pad);
            assertThat(got.value())
                    .as("%s and %s, max %s, ceil %s, pad %s", h, w, max, ceil, pad)
                    .isEqualTo(want);
        }
    }

    @Test
    void oneNumberIsForBothAxes() {
        Variable x = random(new SplittableRandom(2), 1, 2, 7, 6);
        int[] two = {2};
        int[] three = {3};
        int[] one = {1};
        assertThat(x.maxPool2d(three, two, one, two, true).value())
                .isEqualTo(x.maxPool2d(3, 2, 1, 2, true).value());
        assertThat(x.avgPool2d(three, two, one, true, false).value())
                .isEqualTo(x.avgPool2d(3, 2, 1, true, false).value());
    }

    @Test
    void signalsAreImagesOfOneRow() {
        Variable x = random(new SplittableRandom(3), 2, 3, 8);
        Variable image = x.expandDims(2);
        int[] kernel = {1, 3};
        int[] stride = {1, 2};
        int[] padding = {0, 1};
        assertThat(x.maxPool1d(3, 2, 1, 2, true).value())
                .isEqualTo(image.maxPool2d(kernel, stride, padding, new int[] {1, 2}, true)
                        .squeeze(2)
                        .value());
        assertThat(x.avgPool1d(3, 2, 1, true, false).value())
                .isEqualTo(image.avgPool2d(kernel, stride, padding, true, false)
                        .squeeze(2)
                        .value());
    }

    /** The example of layers.json in which PyTorch gives the derivative to the first of equal elements. */
    @Test
    void tiesHaveTheValueOfPyTorchAndShareItsDerivative() {
        Variable x = Variable.of(Tensor.of(1, 1, 0, 1, 1, 2, 2, 2, 2).reshape(1, 1, 3, 3));
        Variable y = x.maxPool2d(2, 1, 0);
        assertThat(y.flatten().value()).isEqualTo(Tensor.of(1, 2, 2, 2));
        assertThat(Autodiff.gradients(y.sum(), List.of(x)).get(0).flatten().value())
                .isEqualTo(Tensor.of(0.25, 0.25, 0, 0.25, 0.25, 1 + 1 / 3.0, 0.5, 0.5 + 1 / 3.0, 1 / 3.0));
    }

    @Test
    void optionsPassTheGradientCheckAndReplayTheSameBits() {
        SplittableRandom random = new SplittableRandom(4);
        Tensor x = Tensor.of(
                Shape.of(1, 1, 5, 4), random.doubles(20).map(e -> e - 0.5).toArray());
        Variable weights = random(random, 1, 1, 3, 2);
        UnaryOperator<Variable> loss =
                v -> v.maxPool2d(new int[] {2}, new int[] {2, 3}, new int[] {1}, new int[] {2}, true)
                        .add(v.avgPool2d(new int[] {3, 2}, new int[] {2, 3}, new int[] {1, 0}, true, false))
                        .mul(weights)
                        .sum()
                        .square();
        assertThat(GradientCheck.of(loss::apply).at(x).order(2).run().verdict()).isEqualTo(Verdict.PASS);
        Function<List<Variable>, List<Variable>> gradient = v -> Autodiff.gradients(loss.apply(v.get(0)), v);
        Tensor there = x.map(e -> 1 - e * e);
        assertThat(Tape.record(gradient, List.of(x)).compile().run(there))
                .isEqualTo(List.of(
                        gradient.apply(List.of(Variable.of(there))).get(0).value()));
    }
}
