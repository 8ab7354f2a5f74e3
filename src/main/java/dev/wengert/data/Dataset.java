package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Labelled samples: features and, for each sample, its class. A batch is a small data set, too. Immutable.
 *
 * <p>A method that draws an order takes the generator as an argument. The same generator in the same state gives the same order.
 * {@code new SplittableRandom(seed)} is a good one in {@code java.base}; its orders are the same on every Java the
 * library is tested on.
 *
 * @param features the samples along the first axis: [n, d], or [n, height, width] and so on
 * @param labels the classes [n], whole numbers in 0..classes−1
 * @param classes the number of classes
 */
public record Dataset(Tensor features, Tensor labels, int classes) {
    /**
     * Checks the parts.
     *
     * @param features the samples
     * @param labels the classes
     * @param classes the number of classes
     * @throws ShapeException if the features have no axis of samples, or there is not one label for each sample
     * @throws IllegalArgumentException if a label is no class, or {@code classes} is less than 1
     */
    public Dataset {
        Given.value("Dataset", "the labels", labels);
        if (Given.value("Dataset", "the features", features).shape().rank() == 0) {
            throw new ShapeException("Dataset", "features must have an axis of samples", "features []");
        }
        Shape required = Shape.of(features.shape().extent(0));
        if (!labels.shape().equals(required)) {
            throw new ShapeException(
                    "Dataset",
                    "labels must be one for each sample, of shape " + required,
                    "features " + features.shape() + " and labels " + labels.shape());
        }
        OneHot.requireClasses("Dataset", labels, classes);
    }

    /**
     * The number of samples n.
     *
     * @return the extent of the first axis
     */
    public int size() {
        return labels.shape().size();
    }

    /**
     * Samples {@code from} to {@code to}, exclusive.
     *
     * @param from the first sample
     * @param to the sample after the last
     * @return a copy of these samples
     * @throws IndexOutOfBoundsException if there are no such samples
     */
    public Dataset rows(int from, int to) {
        return new Dataset(features.rows(from, to), labels.rows(from, to), classes);
    }

    /**
     * Cuts the samples, in their order, into parts: {@code split(1500, 297)} for training and test. If the order has a
     * meaning (Iris is sorted by class), shuffle first.
     *
     * @param sizes the sizes of the parts, which add up to {@link #size()}
     * @return the parts
     * @throws IllegalArgumentException if a size is negative or they do not add up
     */
    public List<Dataset> split(int... sizes) {
        int[] counts = Given.value("split", "the array of sizes", sizes).clone();
        long sum = Arrays.stream(counts).asLongStream().sum();
        if (sum != size() || Arrays.stream(counts).anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException(
                    "split: sizes must not be negative and must add up to " + size() + ", got " + Text.numbers(counts));
        }
        List<Dataset> parts = new ArrayList<>();
        int from = 0;
        for (int size : counts) {
            parts.add(rows(from, from + size));
            from += size;
        }
        return List.copyOf(parts);
    }

    /**
     * The same samples in a random order. All n! orders are equally likely.
     *
     * @param random where the order is drawn
     * @return a shuffled copy
     */
    public Dataset shuffled(RandomGenerator random) {
        return samples(permutation("shuffled", random));
    }

    /**
     * The same labels with a function of each feature, such as {@code x -> x / 255} for grey levels.
     *
     * @param f the function
     * @return the data set of its values. This data set is unchanged, so both together take twice the memory
     */
    public Dataset mapFeatures(DoubleUnaryOperator f) {
        Given.value("mapFeatures", "the function", f);
        double[] x = TensorArrays.of(features);
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = f.applyAsDouble(x[i]);
        }
        return new Dataset(TensorArrays.wrap(features.shape(), y), labels, classes);
    }

    /**
     * The samples in their order, in batches.
     *
     * @param size the samples of a batch, 1 or more
     * @return as {@link #batches(int, RandomGenerator)}
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public List<Dataset> batches(int size) {
        int[] order = new int[size()];
        Arrays.setAll(order, i -> i);
        return new Batches(this, order, size);
    }

    /**
     * An epoch: the samples in a random order, in batches, each sample once. Call it again, with the same generator,
     * for the next epoch.
     *
     * <p>All batches have {@code size} samples, except the last: it has the samples that are left, and is never dropped. A
     * batch is copied when it is requested from the list, and is not kept: an epoch needs the memory of one batch.
     *
     * @param size the samples of a batch, 1 or more
     * @param random where the order is drawn, before this method returns
     * @return the batches, in an immutable list
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public List<Dataset> batches(int size, RandomGenerator random) {
        return new Batches(this, permutation("batches", random), size);
    }

    /**
     * An epoch in the order that a key draws, {@link Key#permutation}. A key always gives the same batches, so a run can be resumed in the
     * middle of an epoch.
     *
     * @param size the samples of a batch, 1 or more
     * @param key the key of the epoch, such as {@code key.fold(epoch)}
     * @return as {@link #batches(int, RandomGenerator)}
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public List<Dataset> batches(int size, Key key) {
        return new Batches(this, Given.value("batches", "the key", key).permutation(size()), size);
    }

    /**
     * The shapes, not the numbers.
     *
     * @return "Dataset[features [1797, 64], 10 classes]"
     */
    @Override
    public String toString() {
        return "Dataset[features " + features.shape() + ", " + classes + " classes]";
    }

    private Dataset samples(int[] indices) {
        return new Dataset(features.rows(indices), labels.rows(indices), classes);
    }

    /** Fisher and Yates' shuffle, from the end as in Knuth's Algorithm P. */
    private int[] permutation(String op, RandomGenerator random) {
        Given.value(op, "the generator", random);
        int[] order = new int[size()];
        Arrays.setAll(order, i -> i);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** The batches of an order. Each batch is made when it is requested. */
    private static final class Batches extends AbstractList<Dataset> implements RandomAccess {
        private final Dataset data;
        private final int[] order;
        private final int size;

        Batches(Dataset data, int[] order, int size) {
            if (size < 1) {
                throw new IllegalArgumentException("batches: size must be 1 or more, got " + size);
            }
            this.data = data;
            this.order = order;
            this.size = size;
        }

        @Override
        public Dataset get(int i) {
            Given.index("batches", "batch", i, size());
            int from = i * size;
            return data.samples(Arrays.copyOfRange(order, from, from + Math.min(size, order.length - from)));
        }

        @Override
        public int size() {
            return order.length / size + (order.length % size == 0 ? 0 : 1);
        }
    }
}
