package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Batches and shuffles of samples that are told apart by their one feature. */
class DatasetProperties {
    private static Dataset samples(int n) {
        double[] labels = new double[n];
        Arrays.setAll(labels, i -> i % 7);
        return new Dataset(Tensor.arange(n).reshape(n, 1), Tensor.of(labels), 7);
    }

    /** The samples' numbers, each checked to have kept its label. */
    private static List<Integer> numbers(Dataset data) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            int number = (int) data.features().get(i, 0);
            assertThat(data.labels().get(i)).isEqualTo(number % 7);
            numbers.add(number);
        }
        return numbers;
    }

    private static List<Integer> numbers(List<Dataset> batches) {
        return batches.stream().flatMap(batch -> numbers(batch).stream()).toList();
    }

    @Property
    void batchesPartitionTheSamples(
            @ForAll @IntRange(max = 100) int n, @ForAll @IntRange(min = 1, max = 120) int size, @ForAll long seed) {
        List<Dataset> batches = samples(n).batches(size, new SplittableRandom(seed));
        assertThat(numbers(batches)).hasSize(n).doesNotHaveDuplicates();
        assertThat(batches).hasSize((n + size - 1) / size);
        for (int i = 0; i < batches.size(); i++) {
            assertThat(batches.get(i).size()).isEqualTo(Math.min(size, n - i * size));
        }
    }

    @Property
    void batchesWithoutAGeneratorKeepTheOrder(
            @ForAll @IntRange(max = 100) int n, @ForAll @IntRange(min = 1, max = 120) int size) {
        assertThat(numbers(samples(n).batches(size))).isEqualTo(numbers(samples(n)));
    }

    @Property
    void aShuffleHasTheSameSamples(@ForAll @IntRange(max = 100) int n, @ForAll long seed) {
        assertThat(numbers(samples(n).shuffled(new SplittableRandom(seed))))
                .containsExactlyInAnyOrderElementsOf(numbers(samples(n)));
    }

    @Property
    void anEpochIsTheShuffleInPieces(
            @ForAll @IntRange(max = 100) int n, @ForAll @IntRange(min = 1, max = 120) int size, @ForAll long seed) {
        assertThat(samples(n).batches(size, new SplittableRandom(seed)))
                .isEqualTo(samples(n).shuffled(new SplittableRandom(seed)).batches(size));
    }

    /** Order after order: no draw more, no draw fewer. */
    @Property
    void shufflesAreThoseOfCollections(@ForAll @IntRange(max = 100) int n, @ForAll long seed) {
        Random ours = new Random(seed);
        Random theirs = new Random(seed);
        for (int epoch = 0; epoch < 2; epoch++) {
            List<Integer> expected = numbers(samples(n));
            Collections.shuffle(expected, theirs);
            assertThat(numbers(samples(n).shuffled(ours))).isEqualTo(expected);
        }
    }
}
