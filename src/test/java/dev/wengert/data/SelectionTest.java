package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Splits, folds and draws of a data set, that regard classes and weights. */
class SelectionTest {
    private static final Key KEY = Key.of(17);

    /** Samples 0, 1, … in classes of these sizes, one class after the other. */
    private static Dataset classes(int... sizes) {
        double[] labels = new double[Arrays.stream(sizes).sum()];
        int i = 0;
        for (int k = 0; k < sizes.length; k++) {
            Arrays.fill(labels, i, i + sizes[k], k);
            i += sizes[k];
        }
        return new Dataset(Tensor.arange(i), Tensor.of(Shape.of(i), labels), sizes.length);
    }

    private static int[] counts(Dataset data) {
        int[] counts = new int[data.classes()];
        for (double label : data.labels().toArray()) {
            counts[(int) label]++;
        }
        return counts;
    }

    @Test
    void eachPartHasItsShareOfEachClass() {
        List<Dataset> parts = classes(60, 30, 10).stratifiedSplit(KEY, 50, 30, 20);
        assertThat(counts(parts.get(0))).containsExactly(30, 15, 5);
        assertThat(counts(parts.get(1))).containsExactly(18, 9, 3);
        assertThat(counts(parts.get(2))).containsExactly(12, 6, 2);
        assertThat(parts).isEqualTo(classes(60, 30, 10).stratifiedSplit(KEY, 50, 30, 20));
        assertThat(parts).isNotEqualTo(classes(60, 30, 10).stratifiedSplit(Key.of(18), 50, 30, 20));
    }

    /** The orders of these are no result of the classes: neither in a part, nor among the parts. */
    @Test
    void theOrderWithinAPartIsRandom() {
        Dataset data = classes(500, 500);
        Dataset first = data.stratifiedSplit(KEY, 500, 500).get(0);
        double[] halves = first.labels().rows(0, 250).toArray();
        // hypergeometric, with a mean of 125 and a standard deviation of 5.6
        assertThat(Arrays.stream(halves).sum()).isBetween(97.0, 153.0);
        double early = Arrays.stream(first.features().toArray())
                .filter(i -> i % 500 < 250)
                .count();
        assertThat(early).isBetween(211.0, 289.0); // a mean of 250, and a standard deviation of 7.9
    }

    @Test
    void classesOfFewSamples() {
        List<Dataset> parts = classes(1, 1, 1, 1, 1, 0, 5).stratifiedSplit(KEY, 8, 2);
        assertThat(parts.get(0).size()).isEqualTo(8);
        assertThat(parts.get(1).size()).isEqualTo(2);
        assertThat(counts(parts.get(1))[6]).isEqualTo(1);
        assertThat(classes(0, 0).stratifiedSplit(KEY, 0, 0))
                .allSatisfy(part -> assertThat(part.size()).isZero());
    }

    @Test
    void whatCannotBeSplit() {
        assertThatThrownBy(() -> classes(3, 2).stratifiedSplit(KEY, 3, 1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("stratifiedSplit: sizes must not be negative and must add up to 5, got [3, 1]");
        assertThatThrownBy(() -> Dataset.unlabelled(Tensor.zeros(2)).stratifiedSplit(KEY, 1, 1))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("stratifiedSplit: the data set must have classes, got none;"
                        + " make it by new Dataset(features, labels, classes)");
    }

    @Test
    void fractionsAsSizes() {
        Dataset data = classes(7, 3);
        assertThat(data.sizes(0.8, 0.2)).containsExactly(8, 2);
        assertThat(data.sizes(0.25, 0.25, 0.5)).containsExactly(3, 2, 5);
        assertThat(classes(100).sizes(0.29, 0.57, 0.14)).containsExactly(29, 57, 14);
        assertThat(classes(1).sizes(0.1, 0.9)).containsExactly(0, 1);
        assertThat(classes(0).sizes(0.5, 0.5)).containsExactly(0, 0);
        assertThat(classes(3).sizes(1)).containsExactly(3);
        assertThatThrownBy(() -> data.sizes(0.5, 0.25))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("sizes: fractions must add up to 1, got the sum 0.75");
        assertThatThrownBy(() -> data.sizes()).hasMessage("sizes: fractions must add up to 1, got the sum 0.0");
        assertThatThrownBy(() -> data.sizes(1.5, -0.5))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("sizes: a fraction must be finite and at least 0, got -0.5");
        assertThatThrownBy(() -> data.sizes(Double.NaN, 1))
                .hasMessage("sizes: a fraction must be finite and at least 0, got NaN");
    }

    @Test
    void foldsKeepTheSharesOfClasses() {
        List<Fold> folds = classes(12, 6, 3).folds(3, KEY);
        assertThat(folds).hasSize(3).isEqualTo(classes(12, 6, 3).folds(3, KEY));
        for (Fold fold : folds) {
            assertThat(counts(fold.validation())).containsExactly(4, 2, 1);
            assertThat(counts(fold.train())).containsExactly(8, 4, 2);
        }
    }

    @Test
    void foldsOfARegression() {
        Dataset data = Dataset.of(Tensor.arange(7), Tensor.arange(7)).weighted(Tensor.arange(7));
        List<Fold> folds = data.folds(3, KEY);
        assertThat(folds.stream().map(fold -> fold.validation().size())).containsExactly(3, 2, 2);
        assertThat(folds.get(0).train().targets())
                .isEqualTo(folds.get(0).train().weights());
        assertThat(data.folds(7, KEY))
                .allSatisfy(fold -> assertThat(fold.validation().size()).isEqualTo(1));
    }

    @Test
    void theNumberOfFolds() {
        assertThatThrownBy(() -> classes(3, 2).folds(6, KEY))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("folds: the number of folds must be at least 2 and at most that of samples, 5, got 6");
        assertThatThrownBy(() -> classes(3, 2).folds(1, KEY))
                .hasMessage("folds: the number of folds must be at least 2 and at most that of samples, 5, got 1");
        assertThatThrownBy(() -> classes(3, 2).folds(2, KEY).get(2))
                .isExactlyInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("folds: the index of the fold must be at least 0 and less than 2, got 2");
    }

    @Test
    void rareClassesWeighMore() {
        Dataset data = classes(6, 3, 1);
        assertThat(data.classWeights()).isEqualTo(Tensor.of(10 / 18.0, 10 / 9.0, 10 / 3.0));
        assertThat(data.balancedWeights().rows(5, 10))
                .isEqualTo(Tensor.of(10 / 18.0, 10 / 9.0, 10 / 9.0, 10 / 9.0, 10 / 3.0));
        assertThat(Arrays.stream(data.balancedWeights().toArray()).sum()).isCloseTo(10, Offset.offset(1e-14));
        assertThatThrownBy(() -> classes(6, 0, 1).classWeights())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("classWeights: each class must have a sample, got none of class 1;"
                        + " weigh classes by a data set that has them all");
        assertThatThrownBy(() -> Dataset.of(Tensor.zeros(2), Tensor.zeros(2)).classWeights())
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("classWeights: the data set must have classes, got targets without classes, see targets();"
                        + " make it by new Dataset(features, labels, classes)");
    }

    /** Pearson's statistic of 40,000 draws; beyond 21.1 for 4 degrees of freedom with a probability of 0.0003. */
    @Test
    void drawsFollowTheWeights() {
        double[] weights = {1, 0, 2, 4, 0.5, 2.5, 0};
        Dataset drawn = classes(7).sampled(40_000, Tensor.of(weights), KEY);
        double[] counts = new double[7];
        for (double i : drawn.features().toArray()) {
            counts[(int) i]++;
        }
        double statistic = 0;
        for (int i = 0; i < 7; i++) {
            double expected = 40_000 * weights[i] / 10;
            assertThat(counts[i] == 0).isEqualTo(expected == 0);
            statistic += expected == 0 ? 0 : (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        assertThat(statistic).isLessThan(21.1);
    }

    @Test
    void aBalancedDrawHasAllClassesInEqualShares() {
        Dataset data = classes(900, 90, 10);
        int[] counts = counts(data.sampled(30_000, data.balancedWeights(), KEY));
        // binomial, with a standard deviation of 82
        assertThat(counts).hasSize(3);
        assertThat(Arrays.stream(counts).allMatch(count -> Math.abs(count - 10_000) < 400))
                .as("%s", Arrays.toString(counts))
                .isTrue();
    }

    @Test
    void onlyWhatHasAWeightIsDrawn() {
        double[] least = {0, Double.MIN_VALUE, 0};
        assertThat(classes(3).sampled(100, Tensor.of(least), KEY).features().toArray())
                .containsOnly(1);
        double[] most = {Double.MAX_VALUE, 0, Double.MAX_VALUE};
        assertThat(classes(3).sampled(100, Tensor.of(most), KEY).features().toArray())
                .containsOnly(0, 2);
        assertThat(classes(3).sampled(0, Tensor.of(most), KEY).size()).isZero();
    }

    /** They must stay as they are, on every JDK and in every later version of the library. */
    @Test
    void aKeyStandsForWhatIsDrawn() {
        Dataset data = classes(4, 4);
        assertThat(numbers(data.stratifiedSplit(KEY, 4, 4).get(0))).isEqualTo("5142");
        assertThat(numbers(data.folds(4, KEY).get(0).validation())).isEqualTo("42");
        assertThat(numbers(data.sampled(8, Tensor.arange(8), KEY))).isEqualTo("17766326");
    }

    private static String numbers(Dataset data) {
        return Arrays.stream(data.features().toArray())
                .mapToObj(i -> String.valueOf((int) i))
                .collect(Collectors.joining());
    }

    @Test
    void whatCannotBeDrawn() {
        assertThatThrownBy(() -> classes(3).sampled(1, Tensor.zeros(3), KEY))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("sampled: there must be a weight above 0, got none");
        assertThatThrownBy(() -> classes(3).sampled(1, Tensor.of(1, -1, 1), KEY))
                .hasMessage("sampled: weights must be finite and at least 0, got -1.0 at [1]");
        assertThatThrownBy(() -> classes(3).sampled(-1, Tensor.ones(3), KEY))
                .hasMessage("sampled: the number of draws must be 0 or more, got -1");
        assertThatThrownBy(() -> classes(3).sampled(1, Tensor.ones(2), KEY))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("sampled: weights must be one for each sample, of shape [3],"
                        + " got features [3] and weights [2]");
    }
}
