package dev.wengert.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What W9 to W12 start from, and W13 with other libraries from the parameters of W11. It needs nothing of the library.
 *
 * @param x the inputs, their batch first
 * @param y the targets: one-hot rows where the loss is cross-entropy, else what the mean square of the distance is taken from
 * @param parameters in the order of this library's layers, and of their shapes
 */
public record Model(Array x, Array y, List<Array> parameters) {

    /** The learning rate of Adam in W11, so small that what others round to a float does not change nine decimals. */
    public static final double RATE = 1.0 / 4096;

    /** The other numbers of Adam in W11, as a float holds them. */
    public static final double BETA1 = 0.9f;

    /** How much of the mean of squares stays. */
    public static final double BETA2 = 0.999f;

    /** What is added to the root of the squares. */
    public static final double EPSILON = 1e-8f;

    /** The ε of layer normalisation in W12. */
    public static final double NORM = 1e-5f;

    /** The number of sequences in W10. */
    public static final int SEQUENCES = 32;

    /** The number of steps of each. */
    public static final int STEPS = 50;

    /** The number of inputs and of hidden units. */
    public static final int UNITS = 32;

    /** The number of sequences in W12, and their length. */
    public static final int LENGTH = 16;

    /** The width of an element. */
    public static final int WIDTH = 32;

    /**
     * An array.
     *
     * @param shape its extents
     * @param values its elements, row by row
     */
    public record Array(int[] shape, double[] values) {

        /** The extents as DJL and TensorFlow take them. */
        public long[] extents() {
            return Arrays.stream(shape).asLongStream().toArray();
        }

        /** The transpose of a matrix; a vector as it is. */
        public Array transposed() {
            if (shape.length == 1) {
                return this;
            }
            double[] turned = new double[values.length];
            for (int i = 0; i < shape[0]; i++) {
                for (int j = 0; j < shape[1]; j++) {
                    turned[j * shape[0] + i] = values[i * shape[1] + j];
                }
            }
            return new Array(new int[] {shape[1], shape[0]}, turned);
        }
    }

    /** Draws arrays one after the other. */
    private record Draw(Data data) {
        Array normal(double scale, int... shape) {
            return new Array(shape, data.normal(Arrays.stream(shape).reduce(1, (a, b) -> a * b), scale));
        }

        /** The weight [inputs, outputs] and the bias of a linear layer. */
        void linear(List<Array> to, int inputs, int outputs) {
            to.add(normal(1 / Math.sqrt(inputs), inputs, outputs));
            to.add(normal(0.1, outputs));
        }
    }

    /**
     * The start of a work.
     *
     * @param name W9, W10, W11 or W12
     */
    public static Model of(String name) {
        Data data = new Data(name.hashCode());
        Draw draw = new Draw(data);
        List<Array> parameters = new ArrayList<>();
        switch (name) {
            case "W9" -> {
                parameters.add(draw.normal(0.3, 8, 1, 3, 3));
                parameters.add(draw.normal(0.1, 8));
                draw.linear(parameters, 72, 10);
                return new Model(
                        draw.normal(1, 64, 1, 8, 8), new Array(new int[] {64, 10}, data.oneHot(64, 10)), parameters);
            }
            case "W10" -> {
                double scale = 1 / Math.sqrt(UNITS);
                parameters.add(draw.normal(scale, UNITS, 3 * UNITS));
                parameters.add(draw.normal(scale, UNITS, 3 * UNITS));
                parameters.add(draw.normal(0.1, 3 * UNITS));
                parameters.add(draw.normal(0.1, 3 * UNITS));
                int[] shape = {SEQUENCES, STEPS, UNITS};
                return new Model(draw.normal(1, shape), draw.normal(1, shape), parameters);
            }
            case "W11" -> {
                draw.linear(parameters, 64, 64);
                draw.linear(parameters, 64, 10);
                return new Model(
                        draw.normal(1, 32, 64), new Array(new int[] {32, 10}, data.oneHot(32, 10)), parameters);
            }
            case "W12" -> {
                draw.linear(parameters, WIDTH, 3 * WIDTH);
                draw.linear(parameters, WIDTH, WIDTH);
                draw.linear(parameters, WIDTH, 2 * WIDTH);
                draw.linear(parameters, 2 * WIDTH, WIDTH);
                for (int i = 0; i < 4; i++) {
                    parameters.add(draw.normal(1, WIDTH));
                }
                int[] shape = {LENGTH, LENGTH, WIDTH};
                return new Model(draw.normal(1, shape), draw.normal(1, shape), parameters);
            }
            default -> throw new IllegalArgumentException("a work with a model is W9 to W12, got " + name);
        }
    }
}
