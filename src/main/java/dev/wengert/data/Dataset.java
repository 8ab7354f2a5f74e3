package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Samples: one or several inputs, and for each sample perhaps a target and a weight. The targets of a classification are labels, and a data
 * set that is made with a number of classes has checked them. All tensors have the samples along their first axis, and all methods keep
 * them together. A batch is a small data set, too. Immutable.
 *
 * <pre>{@code
 * Dataset digits = new Dataset(images, labels, 10);
 * Dataset houses = Dataset.of(rooms, prices);
 * }</pre>
 *
 * <p>A method that draws an order takes the generator as an argument. The same generator in the same state gives the same order.
 * {@code new SplittableRandom(seed)} is a good one in {@code java.base}; its orders are the same on every Java the
 * library is tested on. A {@link Key} always draws the same.
 */
public final class Dataset {
    private static final int NO_CLASSES = 0;
    private static final double ROUNDING = 1e-9;

    private final List<Tensor> inputs;
    private final Tensor targets;
    private final Tensor weights;
    private final int classes;

    private Dataset(List<Tensor> inputs, Tensor targets, Tensor weights, int classes) {
        this.inputs = inputs;
        this.targets = targets;
        this.weights = weights;
        this.classes = classes;
    }

    /**
     * Samples of a classification.
     *
     * @param features the samples along the first axis: [n, d], or [n, height, width] and so on
     * @param labels the classes [n], whole numbers in 0..classes−1
     * @param classes the number of classes
     * @throws ShapeException if the features have no axis of samples, or there is not one label for each sample
     * @throws IllegalArgumentException if a label is no class, or {@code classes} is less than 1
     */
    public Dataset(Tensor features, Tensor labels, int classes) {
        Given.value("Dataset", "the labels", labels);
        this.inputs = inputs(List.of(Given.value("Dataset", "the features", features)));
        requireEach("Dataset", "labels", labels, inputs);
        OneHot.requireClasses("Dataset", labels, classes);
        this.targets = labels;
        this.weights = null;
        this.classes = classes;
    }

    /**
     * Samples with targets, such as those of a regression.
     *
     * @param features the samples along the first axis: [n, d] and so on
     * @param targets the targets along the first axis: [n], [n, q] and so on
     * @return the data set
     * @throws ShapeException if a tensor has no axis of samples, or there is not one target for each sample
     */
    public static Dataset of(Tensor features, Tensor targets) {
        return of(List.of(Given.value("Dataset", "the features", features)), targets);
    }

    /**
     * Samples with several inputs, and targets.
     *
     * @param inputs the inputs, 1 or more, each with the samples along its first axis
     * @param targets the targets along the first axis
     * @return the data set
     * @throws ShapeException if a tensor has no axis of samples, or not as many samples as the others
     * @throws IllegalArgumentException if there is no input
     */
    public static Dataset of(List<Tensor> inputs, Tensor targets) {
        Given.value("Dataset", "the targets", targets);
        List<Tensor> checked = inputs(Given.list("Dataset: input", Tensor.class, inputs));
        requireTargets(targets, checked);
        return new Dataset(checked, targets, null, NO_CLASSES);
    }

    /**
     * Samples without targets.
     *
     * @param inputs the inputs, 1 or more, each with the samples along its first axis
     * @return the data set
     * @throws ShapeException if an input has no axis of samples, or not as many samples as the others
     * @throws IllegalArgumentException if there is no input
     */
    public static Dataset unlabelled(Tensor... inputs) {
        return new Dataset(inputs(Given.array("Dataset: input", Tensor.class, inputs)), null, null, NO_CLASSES);
    }

    /**
     * The same samples with weights.
     *
     * @param weights a weight for each sample, [n], 0 or more
     * @return the data set with these weights, in place of others
     * @throws ShapeException if there is not one weight for each sample
     * @throws IllegalArgumentException if a weight is negative or not finite
     */
    public Dataset weighted(Tensor weights) {
        requireEach("Dataset", "weights", Given.value("Dataset", "the weights", weights), inputs);
        requireWeights("Dataset", weights);
        return new Dataset(inputs, targets, weights, classes);
    }

    /**
     * The same samples with other inputs.
     *
     * @param inputs the inputs, 1 or more, each with the samples along its first axis
     * @return the data set of these inputs, with the targets, weights and classes of this one
     * @throws ShapeException if an input has no axis of samples, or not as many samples as this data set
     * @throws IllegalArgumentException if there is no input
     */
    public Dataset withInputs(Tensor... inputs) {
        return with(inputs(Given.array("withInputs: input", Tensor.class, inputs)));
    }

    private Dataset with(List<Tensor> inputs) {
        if (inputs.get(0).shape().extent(0) != size()) {
            throw new ShapeException(
                    "withInputs",
                    "inputs must have " + size() + " samples, as this data set has",
                    "inputs " + shapes(inputs));
        }
        return new Dataset(inputs, targets, weights, classes);
    }

    private static List<Tensor> inputs(List<Tensor> inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("Dataset: there must be an input, got none");
        }
        boolean one = inputs.size() == 1;
        for (int i = 0; i < inputs.size(); i++) {
            Shape shape = inputs.get(i).shape();
            String what = one ? "features" : "input " + i;
            if (shape.rank() == 0) {
                throw new ShapeException("Dataset", what + " must have an axis of samples", what + " []");
            }
            if (shape.extent(0) != inputs.get(0).shape().extent(0)) {
                throw new ShapeException(
                        "Dataset", "inputs must have the same number of samples", "inputs " + shapes(inputs));
            }
        }
        return inputs;
    }

    /** Refuses what is not one number for each sample. */
    private static void requireEach(String op, String what, Tensor each, List<Tensor> inputs) {
        Shape required = Shape.of(inputs.get(0).shape().extent(0));
        if (!each.shape().equals(required)) {
            throw new ShapeException(
                    op, what + " must be one for each sample, of shape " + required, got(inputs, what, each));
        }
    }

    private static void requireTargets(Tensor each, List<Tensor> inputs) {
        int size = inputs.get(0).shape().extent(0);
        if (each.shape().rank() == 0 || each.shape().extent(0) != size) {
            throw new ShapeException(
                    "Dataset",
                    "targets must have the " + size + " samples as first axis",
                    got(inputs, "targets", each));
        }
    }

    private static String got(List<Tensor> inputs, String what, Tensor each) {
        return (inputs.size() == 1 ? "features " : "inputs ") + shapes(inputs) + " and " + what + " " + each.shape();
    }

    private static String shapes(List<Tensor> tensors) {
        return tensors.stream().map(tensor -> tensor.shape().toString()).collect(Collectors.joining(", "));
    }

    private static void requireWeights(String op, Tensor weights) {
        double[] weight = TensorArrays.of(weights);
        for (int i = 0; i < weight.length; i++) {
            if (!(weight[i] >= 0 && weight[i] <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        op + ": weights must be finite and at least 0, got " + weight[i] + " at [" + i + "]");
            }
        }
    }

    /**
     * The number of samples n.
     *
     * @return the extent of the first axis
     */
    public int size() {
        return inputs.get(0).shape().extent(0);
    }

    /**
     * All tensors: what a step of training is run with.
     *
     * @return the inputs, then the targets if there are some, then the weights if there are some
     */
    public List<Tensor> tensors() {
        List<Tensor> tensors = new ArrayList<>(inputs);
        if (targets != null) {
            tensors.add(targets);
        }
        if (weights != null) {
            tensors.add(weights);
        }
        return List.copyOf(tensors);
    }

    /**
     * The inputs.
     *
     * @return 1 or more
     */
    public List<Tensor> inputs() {
        return inputs;
    }

    /**
     * The only input.
     *
     * @return the samples along the first axis
     * @throws IllegalStateException if there are several inputs
     */
    public Tensor features() {
        if (inputs.size() > 1) {
            throw new IllegalStateException(
                    "features: there must be a single input, got " + inputs.size() + "; use inputs()");
        }
        return inputs.get(0);
    }

    /**
     * The targets; those of a classification are its labels.
     *
     * @return the targets along the first axis
     * @throws IllegalStateException if there are none
     */
    public Tensor targets() {
        return present("targets", targets, "make the data set by Dataset.of(features, targets)");
    }

    /**
     * The targets of a classification.
     *
     * @return the classes [n], whole numbers in 0..classes−1
     * @throws IllegalStateException if this data set has no classes
     */
    public Tensor labels() {
        requireClasses("labels");
        return targets;
    }

    /**
     * The number of classes.
     *
     * @return 1 or more
     * @throws IllegalStateException if this data set has no classes
     */
    public int classes() {
        requireClasses("classes");
        return classes;
    }

    /**
     * The weights of the samples.
     *
     * @return the weights [n]
     * @throws IllegalStateException if there are none
     */
    public Tensor weights() {
        return present("weights", weights, "call weighted(weights)");
    }

    /**
     * Whether this is a classification.
     *
     * @return whether there are labels of a known number of classes
     */
    public boolean hasClasses() {
        return classes != NO_CLASSES;
    }

    /**
     * Whether there are targets.
     *
     * @return whether there is a target, or a label, for each sample
     */
    public boolean hasTargets() {
        return targets != null;
    }

    /**
     * Whether there are weights.
     *
     * @return whether there is a weight for each sample
     */
    public boolean hasWeights() {
        return weights != null;
    }

    private static Tensor present(String what, Tensor tensor, String remedy) {
        if (tensor == null) {
            throw new IllegalStateException(what + ": the data set must have " + what + ", got none; " + remedy);
        }
        return tensor;
    }

    private void requireClasses(String caller) {
        if (!hasClasses()) {
            throw new IllegalStateException(caller + ": the data set must have classes, got "
                    + (hasTargets() ? "targets without classes, see targets()" : "none")
                    + "; make it by new Dataset(features, labels, classes)");
        }
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
        return each(tensor -> tensor.rows(from, to));
    }

    /**
     * Samples by their indices.
     *
     * @param indices the indices, from 0, in any order, with repetitions
     * @return a copy of these samples, in this order
     * @throws IndexOutOfBoundsException if there is no such sample
     */
    public Dataset rows(int[] indices) {
        int[] chosen = Given.value("rows", "the array of indices", indices).clone();
        return each(tensor -> tensor.rows(chosen));
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
        int[] counts = requireSizes("split", sizes);
        List<Dataset> parts = new ArrayList<>();
        int from = 0;
        for (int size : counts) {
            parts.add(rows(from, from + size));
            from += size;
        }
        return List.copyOf(parts);
    }

    /**
     * Cuts the samples into parts in which each class has its share: a part of half the samples has half of each class, rounded up or down.
     * So a class of a single sample is in one part only. The samples of a part are in random order.
     *
     * @param key the key of what is drawn
     * @param sizes the sizes of the parts, which add up to {@link #size()}
     * @return the parts; together they have each sample once
     * @throws IllegalStateException if this data set has no classes
     * @throws IllegalArgumentException if a size is negative or they do not add up
     */
    public List<Dataset> stratifiedSplit(Key key, int... sizes) {
        requireClasses("stratifiedSplit");
        Given.value("stratifiedSplit", "the key", key);
        int[] counts = requireSizes("stratifiedSplit", sizes);
        int[] parts = Selection.parts(classOf(), classes, counts, key);
        int[] order = key.fold(2).permutation(size());
        return IntStream.range(0, counts.length)
                .mapToObj(part -> part(order, parts, part, true))
                .toList();
    }

    /**
     * The sizes of parts by their fractions, for the methods that split: {@code data.split(data.sizes(0.8, 0.2))}. Each is the fraction of
     * {@link #size()}, rounded up or down such that they add up to it.
     *
     * @param fractions numbers of at least 0 that add up to 1
     * @return a size for each fraction
     * @throws IllegalArgumentException if a fraction is negative, or they add up to another number than 1, rounding aside
     */
    public int[] sizes(double... fractions) {
        double[] parts =
                Given.value("sizes", "the array of fractions", fractions).clone();
        for (double part : parts) {
            Given.notNegative("sizes", "a fraction", part);
        }
        double sum = Arrays.stream(parts).sum();
        if (Math.abs(sum - 1) > ROUNDING) {
            throw new IllegalArgumentException("sizes: fractions must add up to 1, got the sum " + sum);
        }
        int[] sizes = new int[parts.length];
        int left = size();
        for (int i = 0; i < parts.length; i++) {
            parts[i] *= size() / sum;
            sizes[i] = (int) parts[i];
            left -= sizes[i];
        }
        for (; left > 0; left--) {
            int largest = 0; // remainder
            for (int i = 1; i < parts.length; i++) {
                largest = parts[i] - sizes[i] > parts[largest] - sizes[largest] ? i : largest;
            }
            sizes[largest]++;
        }
        return sizes;
    }

    /**
     * The folds of a cross-validation: each sample is in the validation part of one fold, and in the training part of all others. The sizes
     * of validation parts differ by at most 1; if there are classes, so do the numbers of samples of each class. The order of samples is
     * random. A fold is copied when it is requested from the list, and is not kept.
     *
     * @param folds the number of folds, 2 or more
     * @param key the key of what is drawn
     * @return the folds, in an immutable list
     * @throws IllegalArgumentException if there are fewer than 2 folds, or more than samples
     */
    public List<Fold> folds(int folds, Key key) {
        Given.value("folds", "the key", key);
        if (folds < 2 || folds > size()) {
            throw new IllegalArgumentException(
                    "folds: the number of folds must be at least 2 and at most that of samples, " + size() + ", got "
                            + folds);
        }
        int[] parts = Selection.folds(classOf(), hasClasses() ? classes : 1, folds, key);
        int[] order = key.fold(1).permutation(size());
        return new OnDemand<>(
                "folds", "fold", folds, i -> new Fold(part(order, parts, i, false), part(order, parts, i, true)));
    }

    /**
     * Weights with which each class counts as much as any other: n/(classes · samples of the class). Their mean over the samples is 1.
     *
     * @return the weights [classes], for a loss with a weight for each class
     * @throws IllegalStateException if this data set has no classes, or a class has no sample
     */
    public Tensor classWeights() {
        requireClasses("classWeights");
        int[] counts = Selection.counts(classOf(), classes);
        double[] weights = new double[classes];
        for (int k = 0; k < classes; k++) {
            if (counts[k] == 0) {
                throw new IllegalStateException("classWeights: each class must have a sample, got none of class " + k
                        + "; weigh classes by a data set that has them all");
            }
            weights[k] = size() / ((double) classes * counts[k]);
        }
        return TensorArrays.wrap(Shape.of(classes), weights);
    }

    /**
     * The weight of the class of each sample. They serve {@link #weighted}, or draw batches that have all classes in equal shares:
     * {@code data.sampled(data.size(), data.balancedWeights(), key).batches(32)}.
     *
     * @return the {@link #classWeights} of the samples, [n]
     * @throws IllegalStateException if this data set has no classes, or a class has no sample
     */
    public Tensor balancedWeights() {
        return classWeights().rows(classOf());
    }

    /**
     * Draws samples with replacement: each draw takes a sample with a probability proportional to its weight.
     *
     * @param count the number of draws, 0 or more
     * @param weights a weight for each sample, [n], 0 or more, and not all 0
     * @param key the key of what is drawn
     * @return the samples as drawn
     * @throws ShapeException if there is not one weight for each sample, or the result is too large
     * @throws IllegalArgumentException if the count or a weight is negative, a weight is not finite, or none is above 0
     */
    public Dataset sampled(int count, Tensor weights, Key key) {
        requireEach("sampled", "weights", Given.value("sampled", "the weights", weights), inputs);
        requireWeights("sampled", weights);
        Given.value("sampled", "the key", key);
        if (count < 0) {
            throw new IllegalArgumentException("sampled: the number of draws must be 0 or more, got " + count);
        }
        if (Arrays.stream(TensorArrays.of(weights)).noneMatch(weight -> weight > 0)) {
            throw new IllegalArgumentException("sampled: there must be a weight above 0, got none");
        }
        return rows(Selection.draw(count, weights, key));
    }

    private int[] requireSizes(String op, int[] sizes) {
        int[] counts = Given.value(op, "the array of sizes", sizes).clone();
        long sum = Arrays.stream(counts).asLongStream().sum();
        if (sum != size() || Arrays.stream(counts).anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException(
                    op + ": sizes must not be negative and must add up to " + size() + ", got " + Text.numbers(counts));
        }
        return counts;
    }

    /**
     * The same samples in a random order. All n! orders are equally likely.
     *
     * @param random where the order is drawn
     * @return a shuffled copy
     */
    public Dataset shuffled(RandomGenerator random) {
        return rows(permutation("shuffled", random));
    }

    /**
     * The same samples in the order that a key draws, {@link Key#permutation}.
     *
     * @param key the key of the order
     * @return a shuffled copy
     */
    public Dataset shuffled(Key key) {
        return rows(Given.value("shuffled", "the key", key).permutation(size()));
    }

    /**
     * The same targets with a function of each feature, such as {@code x -> x / 255} for grey levels.
     *
     * @param f the function
     * @return the data set of its values. This data set is unchanged, so both together take twice the memory
     * @throws IllegalStateException if there are several inputs
     */
    public Dataset mapFeatures(DoubleUnaryOperator f) {
        Given.value("mapFeatures", "the function", f);
        return with(List.of(features().map(f)));
    }

    /**
     * The same targets with a function of each input, such as {@code standardiser::apply}. Give inputs with functions of their own to
     * {@link #withInputs}.
     *
     * @param f the function of an input
     * @return the data set of its values
     * @throws ShapeException if a value has not as many samples as this data set
     */
    public Dataset mapInputs(UnaryOperator<Tensor> f) {
        Given.value("mapInputs", "the function", f);
        return with(inputs(inputs.stream()
                .map(input -> Given.result("mapInputs", "a tensor", f.apply(input)))
                .toList()));
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
        return batches(order, size);
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
        return batches(permutation("batches", random), size);
    }

    /**
     * An epoch in the order that a key draws, {@link Key#permutation}. A key always gives the same batches, so a run can be resumed in the
     * middle of an epoch. The first batch, {@code batches(k, key).get(0)}, is k samples drawn without replacement.
     *
     * @param size the samples of a batch, 1 or more
     * @param key the key of the epoch, such as {@code key.fold(epoch)}
     * @return as {@link #batches(int, RandomGenerator)}
     * @throws IllegalArgumentException if {@code size} is less than 1
     */
    public List<Dataset> batches(int size, Key key) {
        return batches(Given.value("batches", "the key", key).permutation(size()), size);
    }

    /** Whether the other is a data set of equal tensors and as many classes. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Dataset data
                && classes == data.classes
                && inputs.equals(data.inputs)
                && Objects.equals(targets, data.targets)
                && Objects.equals(weights, data.weights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(inputs, targets, weights, classes);
    }

    /**
     * The shapes, not the numbers.
     *
     * @return "Dataset[features [1797, 64], 10 classes]"
     */
    @Override
    public String toString() {
        return "Dataset[" + (inputs.size() == 1 ? "features " : "inputs ") + shapes(inputs)
                + (hasClasses() ? ", " + classes + " classes" : hasTargets() ? ", targets " + targets.shape() : "")
                + (hasWeights() ? ", weights " + weights.shape() : "") + "]";
    }

    /** A data set of parts of all tensors. */
    private Dataset each(UnaryOperator<Tensor> part) {
        return new Dataset(
                inputs.stream().map(part).toList(),
                hasTargets() ? part.apply(targets) : null,
                hasWeights() ? part.apply(weights) : null,
                classes);
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
    private List<Dataset> batches(int[] order, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("batches: size must be 1 or more, got " + size);
        }
        int count = order.length / size + (order.length % size == 0 ? 0 : 1);
        return new OnDemand<>("batches", "batch", count, i -> {
            int from = i * size;
            return rows(Arrays.copyOfRange(order, from, from + Math.min(size, order.length - from)));
        });
    }

    /** The samples in a part, or in all others, in an order. */
    private Dataset part(int[] order, int[] parts, int part, boolean within) {
        return rows(
                Arrays.stream(order).filter(i -> (parts[i] == part) == within).toArray());
    }

    /** The classes of the samples; one class for all if there are none. */
    private int[] classOf() {
        return hasClasses()
                ? Arrays.stream(TensorArrays.of(targets))
                        .mapToInt(label -> (int) label)
                        .toArray()
                : new int[size()];
    }
}
