package dev.wengert.bench;

import java.util.Arrays;
import java.util.List;

/**
 * The works that are measured: training steps from tiny to large, products with a Hessian, whole Hessians, a chain of scalar operations,
 * training steps of layers, the likelihood of a Gaussian process, and convolutions. Shared by the benchmarks, the peers, and the tests.
 */
public final class Works {

    /** The names, in order. */
    public static final List<String> NAMES = List.of(
            "W1", "W2", "W3", "W4", "W5", "W6", "W7-10", "W7-100", "W8", "W9", "W10", "W11", "W12", "W14", "W15-1",
            "W15-16");

    /** A whole job, which takes a process of its own: W13. */
    public static final String JOB = "W13";

    /** The learning rate of all training steps: a number that a float can hold, too. */
    public static final double RATE = 1.0 / 128;

    /** How many times W8 applies its map. */
    public static final int CHAIN = 1000;

    /** How many points the Gaussian process W14 has. */
    public static final int POINTS = 500;

    private Works() {}

    /** The layers of a training step: the number of samples, then the widths. */
    public static int[] layers(String name) {
        return switch (name) {
            case "W1" -> new int[] {1, 4, 3};
            case "W2", "W6" -> new int[] {256, 784, 10};
            case "W3" -> new int[] {64, 64, 32, 10};
            case "W4" -> new int[] {256, 784, 256, 10};
            case "W5" -> new int[] {512, 1024, 1024, 1024, 10};
            default -> throw new IllegalArgumentException("a work with layers is W1 to W6, got " + name);
        };
    }

    /** What the works with layers start from. */
    public static Data.Network network(String name) {
        int[] layers = layers(name);
        return Data.network(layers[0], Arrays.copyOfRange(layers, 1, layers.length));
    }

    /** The vector of the Hessian-vector product W6, of the shape of its weights. */
    public static double[] direction() {
        return new Data(6).normal(784 * 10, 1);
    }

    /** The logits at which W7 takes the Hessian; the target is class 0. */
    public static double[] logits(int classes) {
        return new Data(classes).normal(classes, 1);
    }

    /** The number of classes in W7. */
    public static int classes(String name) {
        return Integer.parseInt(name.substring("W7-".length()));
    }

    /**
     * The Gaussian process W14: noisy values of a sine.
     *
     * @param x points between 0 and 10
     * @param y the values there
     * @param theta the logarithms of amplitude, length and noise
     */
    public record Process(double[] x, double[] y, double[] theta) {}

    /** What W14 starts from. */
    public static Process process() {
        double[] x = new double[POINTS];
        double[] y = new Data(POINTS).normal(POINTS, 0.1);
        for (int i = 0; i < POINTS; i++) {
            x[i] = 10.0 * i / POINTS;
            y[i] += StrictMath.sin(x[i]);
        }
        return new Process(x, y, new double[] {0.1, -0.2, -1.5});
    }

    /**
     * A convolution W15.
     *
     * @param image the shape of the images, [batch, channels, height, width]
     * @param weight the shape of the weights, [out, channels, height, width]
     * @param x the images
     * @param w the weights
     */
    public record Images(int[] image, int[] weight, double[] x, double[] w) {}

    /** What W15 starts from; its name tells the channels of the images. */
    public static Images images(String name) {
        boolean one = name.equals("W15-1");
        int[] image = one ? new int[] {64, 1, 28, 28} : new int[] {32, 16, 16, 16};
        int[] weight = one ? new int[] {6, 1, 5, 5} : new int[] {32, 16, 3, 3};
        Data data = new Data(image[0]);
        double[] x = data.normal(image[0] * image[1] * image[2] * image[3], 1);
        return new Images(image, weight, x, data.normal(weight[0] * weight[1] * weight[2] * weight[3], 0.2));
    }

    /** What is done once for a work of this name, ready to run. */
    public static Work of(String name) {
        return switch (name) {
            case "W6" -> new HessianProduct();
            case "W7-10", "W7-100" -> new FullHessian(classes(name));
            case "W8" -> new Chain(CHAIN);
            case "W9", "W10", "W11", "W12" -> new ModelStep(name);
            case JOB -> new DigitsJob();
            case "W14" -> new GaussianProcess();
            case "W15-1", "W15-16" -> new ImageConvolution(images(name));
            default -> new TrainingStep(network(name), layers(name));
        };
    }
}
