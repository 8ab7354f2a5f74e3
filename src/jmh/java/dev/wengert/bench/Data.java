package dev.wengert.bench;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The numbers that the works start from: random, but the same for everyone. It needs nothing of the library. */
public final class Data {

    private final RandomGenerator random;

    /**
     * Numbers that depend on the seed and on the order in which they are asked for.
     *
     * @param seed any number
     */
    public Data(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Standard normal numbers, scaled; by Box and Muller, since Java 17 and 25 draw others. */
    public double[] normal(int size, double scale) {
        double[] x = new double[size];
        for (int i = 0; i < size; i++) {
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
            x[i] = scale * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
        }
        return x;
    }

    /** Rows with 1 at a random class and 0 elsewhere. */
    public double[] oneHot(int rows, int classes) {
        double[] y = new double[rows * classes];
        for (int i = 0; i < rows; i++) {
            y[i * classes + random.nextInt(classes)] = 1;
        }
        return y;
    }

    /**
     * What a training step starts from: layers of the given widths with relu between them.
     *
     * @param x features, n rows of widths[0]
     * @param y targets, n one-hot rows of the last width
     * @param weights for each layer a matrix, widths[i] × widths[i+1]
     * @param biases for each layer a vector, zeros at first
     */
    public record Network(double[] x, double[] y, double[][] weights, double[][] biases) {}

    /** A network with n samples, weights of variance 1/width. */
    public static Network network(int n, int... widths) {
        Data data = new Data(n);
        int layers = widths.length - 1;
        double[] x = data.normal(n * widths[0], 1);
        double[] y = data.oneHot(n, widths[layers]);
        double[][] weights = new double[layers][];
        double[][] biases = new double[layers][];
        for (int i = 0; i < layers; i++) {
            weights[i] = data.normal(widths[i] * widths[i + 1], 1 / Math.sqrt(widths[i]));
            biases[i] = new double[widths[i + 1]];
        }
        return new Network(x, y, weights, biases);
    }
}
