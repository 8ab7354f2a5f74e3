package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Splits, folds and draws of samples whose every tensor holds the number of the sample. */
class SplitProperties {
    private static Dataset samples(int[] labels, int classes) {
        int n = labels.length;
        double[] values = Arrays.stream(labels).asDoubleStream().toArray();
        return new Dataset(Tensor.arange(n).reshape(n, 1), Tensor.of(Shape.of(n), values), classes)
                .withInputs(Tensor.arange(n).reshape(n, 1), Tensor.arange(n).map(i -> -i))
                .weighted(Tensor.arange(n));
    }

    /** The samples' numbers, each checked to have kept its tensors. */
    private static IntStream numbers(Dataset data, int[] labels) {
        return IntStream.range(0, data.size()).map(i -> {
            int number = (int) data.weights().get(i);
            assertThat(data.inputs().get(0).get(i, 0)).isEqualTo(number);
            assertThat(data.inputs().get(1).get(i)).isEqualTo(number == 0 ? -0.0 : -number);
            assertThat(data.labels().get(i)).isEqualTo(labels[number]);
            return number;
        });
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void assertPartition(Stream<Dataset> parts, int[] labels) {
        assertThat(parts.flatMapToInt(part -> numbers(part, labels)).sorted().toArray())
                .isEqualTo(IntStream.range(0, labels.length).toArray());
    }

    private static int count(Dataset data, int label) {
        return (int)
                Arrays.stream(data.labels().toArray()).filter(l -> l == label).count();
    }

    @Property
    void partsPartitionTheSamplesAndKeepTheShares(
            @ForAll @Size(max = 60) List<@IntRange(max = 5) Integer> classOf,
            @ForAll @Size(max = 5) List<@IntRange(max = 20) Integer> cuts,
            @ForAll long seed) {
        int[] labels = ints(classOf);
        int[] sizes = sizes(labels.length, ints(cuts));
        List<Dataset> parts = samples(labels, 6).stratifiedSplit(Key.of(seed), sizes);
        assertPartition(parts.stream(), labels);
        for (int p = 0; p < sizes.length; p++) {
            assertThat(parts.get(p).size()).isEqualTo(sizes[p]);
            for (int k = 0; k < 6 && labels.length > 0; k++) {
                int label = k;
                long all = Arrays.stream(labels).filter(l -> l == label).count();
                double share = (double) all * sizes[p] / labels.length;
                assertThat((double) count(parts.get(p), k)).isBetween(Math.floor(share), Math.ceil(share));
            }
        }
    }

    /** Sizes that add up to n. */
    private static int[] sizes(int n, int[] cuts) {
        int[] sizes = new int[cuts.length + 1];
        int left = n;
        for (int i = 0; i < cuts.length; i++) {
            sizes[i] = Math.min(left, cuts[i]);
            left -= sizes[i];
        }
        sizes[cuts.length] = left;
        return sizes;
    }

    @Property
    void foldsPartitionTheSamplesAndKeepTheShares(
            @ForAll @Size(min = 2, max = 60) List<@IntRange(max = 5) Integer> classOf,
            @ForAll @IntRange(min = 2, max = 10) int count,
            @ForAll long seed) {
        int[] labels = ints(classOf);
        int k = Math.min(count, labels.length);
        List<Fold> folds = samples(labels, 6).folds(k, Key.of(seed));
        assertPartition(folds.stream().map(Fold::validation), labels);
        for (Fold fold : folds) {
            assertPartition(Stream.of(fold.train(), fold.validation()), labels);
            assertThat(fold.validation().size()).isBetween(labels.length / k, (labels.length + k - 1) / k);
            for (int label = 0; label < 6; label++) {
                int all = count(samples(labels, 6), label);
                assertThat(count(fold.validation(), label)).isBetween(all / k, (all + k - 1) / k);
            }
        }
    }

    @Property
    void sizesAddUpAndAreRounded(
            @ForAll @IntRange(max = 1000) int n,
            @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 50) Integer> shares) {
        int[] parts = ints(shares);
        double sum = Arrays.stream(parts).sum();
        double[] fractions =
                Arrays.stream(parts).mapToDouble(part -> part / sum).toArray();
        int[] sizes = Dataset.unlabelled(Tensor.zeros(n)).sizes(fractions);
        assertThat(Arrays.stream(sizes).sum()).isEqualTo(n);
        for (int i = 0; i < sizes.length; i++) {
            assertThat(Math.abs(sizes[i] - n * fractions[i])).isLessThan(1 + 1e-9);
        }
    }

    @Property
    void aDrawKeepsTheTensors(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 5) Integer> classOf,
            @ForAll @IntRange(max = 50) int count,
            @ForAll long seed) {
        int[] labels = ints(classOf);
        Dataset drawn = samples(labels, 6).sampled(count, Tensor.ones(labels.length), Key.of(seed));
        assertThat(numbers(drawn, labels).count()).isEqualTo(count);
        assertThat(drawn).isEqualTo(samples(labels, 6).sampled(count, Tensor.ones(labels.length), Key.of(seed)));
    }
}
