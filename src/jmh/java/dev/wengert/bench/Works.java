package dev.wengert.bench;

import java.util.Arrays;
import java.util.List;

/**
 * The works W1 to W8 that are measured: training steps from tiny to large, products with a Hessian, whole Hessians, and a chain of
 * scalar operations. Shared by the benchmarks, the peers, and the tests.
 */
public final class Works {

    /** The names, in order. */
    public static final List<String> NAMES = List.of("W1", "W2", "W3", "W4", "W5", "W6", "W7-10", "W7-100", "W8");

    /** The learning rate of all training steps: a number that a float can hold, too. */
    public static final double RATE = 1.0 / 128;

    /** How many times W8 applies its map. */
    public static final int CHAIN = 1000;

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

    /** What is done once for a work of this name, ready to run. */
    public static Work of(String name) {
        return switch (name) {
            case "W6" -> new HessianProduct();
            case "W7-10", "W7-100" -> new FullHessian(classes(name));
            case "W8" -> new Chain(CHAIN);
            default -> new TrainingStep(network(name), layers(name));
        };
    }
}
