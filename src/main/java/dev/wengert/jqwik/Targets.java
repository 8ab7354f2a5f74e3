package dev.wengert.jqwik;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The kinds of targets that a cross-entropy takes. */
public enum Targets {
    /** 1 at the class, 0 elsewhere. */
    ONE_HOT,
    /** Not negative, with a sum of exactly 1: multiples of 2⁻¹⁰, zeros among them. */
    DISTRIBUTION,
    /** Not negative, zeros among them. The sum of a row is any number, 0 included. */
    NON_NEGATIVE,
    /** Of either sign, zeros among them. The sum of a row is any number. */
    SIGNED;

    private static final int PARTS = 1024;

    /**
     * Targets of this kind for one batch, without logits; with logits of any size they are {@link Classifications}. They shrink to
     * small integers, and distributions shrink to the first class.
     *
     * @param rows the number of rows
     * @param classes the number of classes
     * @return the arbitrary of tensors of shape [rows, classes]
     * @throws IllegalArgumentException if either is below 1
     */
    public SimplifyingArbitrary<Tensor> of(int rows, int classes) {
        if (rows < 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "of: rows and classes must be 1 or more, got " + rows + " rows and " + classes + " classes");
        }
        return new SimplifyingArbitrary<>() {
            @Override
            public Tensor draw(RandomGenerator random) {
                return Targets.this.draw(rows, classes, random);
            }

            @Override
            public Stream<Tensor> simpler(Tensor y) {
                return Targets.this.simpler(y);
            }

            @Override
            public long[] complexity(Tensor y) {
                return new long[] {Targets.this.complexity(y)};
            }
        };
    }

    /** Targets of shape [rows, classes]. */
    Tensor draw(int rows, int classes, RandomGenerator random) {
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
            default -> throw new AssertionError(this);
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

    /** The targets without a class, still of this kind. In a distribution, the first remaining class receives the share of that class. */
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

    /** The targets with one number simplified; in a distribution, with one share given to an earlier class or two shares made equal. */
    Stream<Tensor> simpler(Tensor y) {
        if (this == NON_NEGATIVE) {
            return Slices.simplerElements(y, Doubles.between(0, Double.MAX_VALUE));
        } else if (this == SIGNED) {
            return Slices.simplerElements(y, Doubles.finite());
        }
        int q = y.shape().extent(1);
        double[] values = y.toArray();
        return IntStream.range(0, values.length)
                .filter(k -> values[k] != 0)
                .boxed()
                .flatMap(k -> IntStream.range(k / q * q, k)
                        .boxed()
                        .flatMap(earlier -> DoubleStream.of(0, (values[earlier] + values[k]) / 2)
                                .filter(share -> share * PARTS == Math.rint(share * PARTS)
                                        && (share == 0 || values[earlier] != 0))
                                .mapToObj(share -> {
                                    double[] moved = values.clone();
                                    moved[earlier] += moved[k] - share;
                                    moved[k] = share;
                                    return Tensor.of(y.shape(), moved);
                                })));
    }

    /** Small numbers are simpler. Distributions over few and early classes are simpler. */
    long complexity(Tensor y) {
        long numbers = Slices.complexityOfElements(y);
        if (this == NON_NEGATIVE || this == SIGNED) {
            return numbers;
        }
        int q = y.shape().extent(1);
        double[] values = y.toArray();
        return numbers
                + IntStream.range(0, values.length)
                        .filter(k -> values[k] != 0)
                        .mapToLong(k -> (k % q + 1L) << 20)
                        .sum();
    }
}
