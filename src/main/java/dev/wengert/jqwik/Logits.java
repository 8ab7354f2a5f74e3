package dev.wengert.jqwik;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Logits, a matrix of rows by classes, in every regime of softmax: scales 0.1, 1, 10, 100 and mixed ones; ties; rows that are nearly
 * certain (differences about 20, 37, 709 and 745, where probabilities leave 1, lose their digits and underflow); tiny differences;
 * and rows shifted far from 0, where differences of logits are rounded. Each row is in one regime; the rows of a matrix may be in
 * different ones. Logits shrink to few rows, few classes and small integers.
 */
public final class Logits extends SimplifyingArbitrary<Tensor> {

    private static final double[] EDGES = {20, 36, 37, 38, 40, 700, 708, 709, 710, 744, 745, 746, 1000, 1e5};
    private static final Doubles NUMBERS = Doubles.finite();

    private final int maxRows;
    private final int minClasses;
    private final int maxClasses;
    private final boolean masked;
    private final boolean exact;

    private Logits(int maxRows, int minClasses, int maxClasses, boolean masked, boolean exact) {
        this.maxRows = maxRows;
        this.minClasses = minClasses;
        this.maxClasses = maxClasses;
        this.masked = masked;
        this.exact = exact;
    }

    /**
     * Finite logits of at least one row and one class.
     *
     * @param maxRows the largest batch
     * @param maxClasses the largest number of classes
     * @return the arbitrary
     * @throws IllegalArgumentException if either is below 1
     */
    public static Logits upTo(int maxRows, int maxClasses) {
        if (maxRows < 1 || maxClasses < 1) {
            throw new IllegalArgumentException("upTo: rows and classes must be 1 or more, got " + maxRows + " rows and "
                    + maxClasses + " classes");
        }
        return new Logits(maxRows, 1, maxClasses, false, false);
    }

    /**
     * The same with a smallest number of classes.
     *
     * @param classes the smallest number of classes
     * @return the arbitrary
     * @throws IllegalArgumentException if it is below 1, or above the largest number
     */
    public Logits atLeast(int classes) {
        if (classes < 1 || classes > maxClasses) {
            throw new IllegalArgumentException("atLeast: classes must be in 1.." + maxClasses + ", got " + classes);
        }
        return new Logits(maxRows, classes, maxClasses, masked, exact);
    }

    /**
     * The same, where some matrices have logits of −∞. Every row keeps a finite logit.
     *
     * @return the arbitrary
     */
    public Logits masked() {
        return new Logits(maxRows, minClasses, maxClasses, true, exact);
    }

    /**
     * The same, restricted to multiples of 2⁻¹⁰ below 2¹⁰. Their sums and differences are exact.
     *
     * @return the arbitrary
     */
    public Logits dyadic() {
        return new Logits(maxRows, minClasses, maxClasses, masked, true);
    }

    int minClasses() {
        return minClasses;
    }

    @Override
    public Tensor draw(RandomGenerator random) {
        int n = random.nextInt(3) == 0 ? 1 : random.nextInt(1, maxRows + 1);
        int q = random.nextInt(4) == 0
                ? Math.min(maxClasses, minClasses + 1)
                : random.nextInt(minClasses, maxClasses + 1);
        boolean masks = masked && random.nextInt(4) > 0;
        double[] logits = new double[n * q];
        for (int i = 0; i < n; i++) {
            double[] row = exact ? dyadicRow(q, random) : row(q, random);
            if (masks) {
                int spared = random.nextInt(q);
                for (int j = 0; j < q; j++) {
                    row[j] = j != spared && random.nextInt(3) == 0 ? Double.NEGATIVE_INFINITY : row[j];
                }
            }
            System.arraycopy(row, 0, logits, i * q, q);
        }
        return Tensor.of(Shape.of(n, q), logits);
    }

    private static double[] dyadicRow(int q, RandomGenerator random) {
        int bits = random.nextInt(1, 21);
        return fill(q, () -> random.nextInt(-(1 << bits), 1 << bits) * 0x1p-10);
    }

    private static double[] row(int q, RandomGenerator random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3:
                double scale = new double[] {0.1, 1, 10, 100}[random.nextInt(4)];
                return fill(q, () -> scale * random.nextGaussian());
            case 4:
                return fill(q, () -> Math.scalb(random.nextGaussian(), random.nextInt(-12, 9)));
            case 5:
                int step = random.nextBoolean() ? 1 : 20;
                return fill(q, () -> step * random.nextInt(-2, 3));
            case 6, 7:
                double edge = EDGES[random.nextInt(EDGES.length)];
                double[] row = fill(q, () -> random.nextBoolean() ? 0 : random.nextGaussian());
                row[random.nextInt(q)] += random.nextBoolean() ? edge : -edge;
                return row;
            case 8:
                double tiny = Math.scalb(1.0, -random.nextInt(20, 1075));
                return fill(q, () -> tiny * random.nextInt(-3, 4));
            default:
                double shift = Math.scalb(random.nextGaussian(), random.nextInt(10, 60));
                return fill(q, () -> shift + 10 * random.nextGaussian());
        }
    }

    private static double[] fill(int q, DoubleSupplier logit) {
        double[] row = new double[q];
        Arrays.setAll(row, j -> logit.getAsDouble());
        return row;
    }

    @Override
    public Stream<Tensor> simpler(Tensor o) {
        int n = o.shape().extent(0);
        int q = o.shape().extent(1);
        Stream<Tensor> rows = IntStream.range(0, n > 1 ? n : 0).mapToObj(i -> Slices.keep(o, 0, k -> k == i));
        Stream<Tensor> fewerRows = IntStream.range(0, n > 1 ? n : 0).mapToObj(i -> Slices.without(o, 0, i));
        Stream<Tensor> fewerClasses = IntStream.range(0, q > minClasses ? q : 0).mapToObj(j -> Slices.without(o, 1, j));
        return Stream.of(rows, fewerRows, fewerClasses, simplerLogits(o))
                .flatMap(s -> s)
                .filter(this::contains);
    }

    /** The matrix with rows shifted to a maximum of 0, or with one logit simplified. */
    static Stream<Tensor> simplerLogits(Tensor o) {
        int q = o.shape().extent(1);
        double[] logits = o.toArray();
        Stream<Tensor> shifted = IntStream.range(0, o.shape().extent(0)).mapToObj(i -> {
            double max = Arrays.stream(logits, i * q, i * q + q).max().orElseThrow();
            double[] lower = logits.clone();
            for (int j = i * q; j < i * q + q; j++) {
                lower[j] -= max;
            }
            return Tensor.of(o.shape(), lower);
        });
        return Stream.concat(shifted, Slices.simplerElements(o, NUMBERS));
    }

    /** Whether every row still has a finite logit after a class was removed, and dyadic logits are still dyadic. */
    boolean contains(Tensor o) {
        return IntStream.range(0, o.shape().extent(0))
                .mapToObj(i -> o.row(i).toArray())
                .allMatch(row -> {
                    boolean finite = Double.isFinite(Arrays.stream(row).max().orElse(Double.NaN));
                    return finite && (!exact || Arrays.stream(row).allMatch(Logits::isDyadic));
                });
    }

    private static boolean isDyadic(double x) {
        return Math.abs(x) <= 0x1p10 ? x * 0x1p10 == Math.rint(x * 0x1p10) : x == Double.NEGATIVE_INFINITY;
    }

    @Override
    public long[] complexity(Tensor o) {
        return Tensors.complexityOf(o);
    }
}
