package dev.wengert.testing;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kinds of targets that a cross-entropy takes. */
public enum Targets {
    /** 1 at the class, 0 elsewhere. */
    ONE_HOT,
    /** Not negative, with a sum of exactly 1: multiples of 2⁻¹⁰, zeros among them. */
    DISTRIBUTION,
    /** Not negative, zeros among them; a row sums to anything, 0 included. */
    NON_NEGATIVE,
    /** Of either sign, zeros among them; a row sums to anything. */
    SIGNED;

    private static final int PARTS = 1024;

    /**
     * Draws targets.
     *
     * @param rows how many rows
     * @param classes how many classes
     * @param random the only source of randomness
     * @return targets of shape [rows, classes]
     */
    public Tensor draw(int rows, int classes, RandomGenerator random) {
        double[] y = new double[rows * classes];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(row(classes, random), 0, y, i * classes, classes);
        }
        return Tensor.of(Shape.of(rows, classes), y);
    }

    private double[] row(int q, RandomGenerator random) {
        double[] y = new double[q];
        switch (this) {
            case ONE_HOT -> y[random.nextInt(q)] = 1;
            case DISTRIBUTION -> {
                int left = PARTS;
                while (left > 0) {
                    int part = random.nextInt(1, left + 1);
                    y[random.nextInt(q)] += part / (double) PARTS;
                    left -= part;
                }
            }
            case NON_NEGATIVE -> Arrays.setAll(y, j -> positive(random));
            case SIGNED -> Arrays.setAll(y, j -> random.nextBoolean() ? positive(random) : -positive(random));
        }
        return y;
    }

    private static double positive(RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1, 4);
            case 2 -> random.nextDouble();
            default -> Math.scalb(1 + random.nextDouble(), random.nextInt(-12, 3));
        };
    }

    /** The targets without a class, still of this kind: what a distribution gave to the class goes to the first one left. */
    Tensor without(Tensor y, int j) {
        Tensor fewer = Slices.without(y, 1, j);
        if (this != ONE_HOT && this != DISTRIBUTION) {
            return fewer;
        }
        int q = fewer.shape().extent(1);
        double[] values = fewer.toArray();
        for (int i = 0; i < y.shape().extent(0); i++) {
            values[i * q] += y.get(i, j);
        }
        return Tensor.of(fewer.shape(), values);
    }

    /** The targets with one number simplified, or in a distribution given to an earlier class. */
    Stream<Tensor> simpler(Tensor y) {
        double[] values = y.toArray();
        if (this == NON_NEGATIVE) {
            return Slices.simplerElements(y, Doubles.between(0, Double.MAX_VALUE));
        } else if (this == SIGNED) {
            return Slices.simplerElements(y, Doubles.finite());
        }
        int q = y.shape().extent(1);
        return IntStream.range(0, values.length)
                .filter(k -> values[k] != 0)
                .boxed()
                .flatMap(k -> IntStream.range(k / q * q, k).mapToObj(earlier -> {
                    double[] moved = values.clone();
                    moved[earlier] += moved[k];
                    moved[k] = 0;
                    return Tensor.of(y.shape(), moved);
                }));
    }

    /** Small numbers first; of distributions those that favour early classes. */
    long complexity(Tensor y) {
        if (this == NON_NEGATIVE || this == SIGNED) {
            return Slices.complexityOfElements(y);
        }
        int q = y.shape().extent(1);
        double[] values = y.toArray();
        return (long) IntStream.range(0, values.length)
                .mapToDouble(k -> (k % q) * values[k] * PARTS)
                .sum();
    }
}
