package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class DatasetTest {
    /** Sample i has the features (10i, 10i + 1) and the class i modulo 3. */
    private static Dataset samples(int n) {
        double[][] features = new double[n][];
        double[] labels = new double[n];
        for (int i = 0; i < n; i++) {
            features[i] = new double[] {10 * i, 10 * i + 1};
            labels[i] = i % 3;
        }
        return new Dataset(Tensor.of(features).reshape(n, 2), Tensor.of(labels), 3);
    }

    @Test
    void rowsAreSamplesWithTheirLabels() {
        assertThat(samples(5).rows(1, 3))
                .isEqualTo(new Dataset(Tensor.of(new double[][] {{10, 11}, {20, 21}}), Tensor.of(1, 2), 3));
    }

    @Test
    void samplesMayHaveAnyShape() {
        Dataset images = new Dataset(Tensor.arange(12).reshape(3, 2, 2), Tensor.of(0, 1, 0), 2);
        assertThat(images.size()).isEqualTo(3);
        assertThat(images.batches(2).get(0).features())
                .isEqualTo(Tensor.arange(8).reshape(2, 2, 2));
    }

    @Test
    void partsOfASplitAreInOrder() {
        Dataset data = samples(5);
        assertThat(data.split(3, 0, 2)).containsExactly(data.rows(0, 3), data.rows(3, 3), data.rows(3, 5));
    }

    @Test
    void theLastBatchHasWhatIsLeft() {
        Dataset data = samples(7);
        assertThat(data.batches(3)).containsExactly(data.rows(0, 3), data.rows(3, 6), data.rows(6, 7));
        assertThat(data.batches(7)).containsExactly(data);
        assertThat(data.batches(Integer.MAX_VALUE)).containsExactly(data);
    }

    @Test
    void noSamplesHaveNoBatches() {
        assertThat(samples(0).batches(3)).isEmpty();
        assertThat(samples(0).batches(3, new SplittableRandom(1))).isEmpty();
        assertThat(samples(0).shuffled(new SplittableRandom(1))).isEqualTo(samples(0));
    }

    @Test
    void featuresAreMapped() {
        assertThat(samples(2).mapFeatures(x -> x / 10))
                .isEqualTo(new Dataset(Tensor.of(new double[][] {{0, 0.1}, {1, 1.1}}), Tensor.of(0, 1), 3));
    }

    /** It must stay as it is, on every JDK and in every later version of the library. */
    @Test
    void aSeedStandsForAnOrder() {
        StringBuilder order = new StringBuilder();
        for (Dataset sample : samples(10).batches(1, new SplittableRandom(1))) {
            order.append((int) sample.features().get(0, 0) / 10);
        }
        assertThat(order).hasToString("9041785236");
    }

    @Test
    void aKeyStandsForAnOrder() {
        Dataset data = samples(10);
        Key key = Key.of(1).fold(2);
        List<Dataset> batches = data.batches(4, key);
        assertThat(batches)
                .isEqualTo(data.batches(4, key))
                .isNotEqualTo(data.batches(4, Key.of(1).fold(3)));
        int[] order = key.permutation(10);
        assertThat(batches).hasSize(3);
        for (int i = 0; i < 10; i++) {
            assertThat(batches.get(i / 4).features().row(i % 4))
                    .isEqualTo(data.features().row(order[i]));
            assertThat(batches.get(i / 4).labels().get(i % 4))
                    .isEqualTo(data.labels().get(order[i]));
        }
    }

    /** 60,000 draws: each of the 6 orders is expected 10,000 times, with a standard deviation of 91; 5 of them are allowed. */
    @Test
    void allOrdersAreEquallyLikely() {
        Dataset data = samples(3);
        RandomGenerator random = new SplittableRandom(20);
        Map<Tensor, Integer> counts = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
            counts.merge(data.shuffled(random).labels(), 1, Integer::sum);
        }
        assertThat(counts).hasSize(6);
        assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(10_000 - 456, 10_000 + 456));
    }

    @Test
    void theOrderOfBatchesIsDrawnOnce() {
        SplittableRandom random = new SplittableRandom(1);
        List<Dataset> epoch = samples(20).batches(6, random);
        random.nextInt();
        assertThat(List.copyOf(epoch)).isEqualTo(List.copyOf(epoch));
        assertThat(samples(20).batches(6, random)).isNotEqualTo(epoch);
    }

    @Test
    void batchesDoNotChange() {
        List<Dataset> batches = samples(4).batches(2);
        assertThatThrownBy(() -> batches.set(0, samples(1))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> batches.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> batches.get(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> batches.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void printsShapes() {
        assertThat(samples(7)).hasToString("Dataset[features [7, 2], 3 classes]");
    }

    @Test
    void featuresNeedAnAxis() {
        assertThatThrownBy(() -> new Dataset(Tensor.scalar(1), Tensor.of(0), 3))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Dataset: features must have an axis of samples, got features []");
    }

    @Test
    void everySampleNeedsALabel() {
        assertThatThrownBy(() -> new Dataset(Tensor.zeros(4, 2), Tensor.zeros(3), 3))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Dataset: labels must be one for each sample, of shape [4],"
                        + " got features [4, 2] and labels [3]");
        assertThatThrownBy(() -> new Dataset(Tensor.zeros(4, 2), Tensor.zeros(4, 1), 3))
                .hasMessage("Dataset: labels must be one for each sample, of shape [4],"
                        + " got features [4, 2] and labels [4, 1]");
    }

    @Test
    void labelsAreClasses() {
        assertThatThrownBy(() -> new Dataset(Tensor.zeros(3, 2), Tensor.of(0, 1, 3), 3))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Dataset: labels must be whole numbers in 0..2, got 3.0 at [2]");
        assertThatThrownBy(() -> new Dataset(Tensor.zeros(0, 2), Tensor.zeros(0), 0))
                .hasMessage("Dataset: classes must be 1 or more, got 0");
    }

    @Test
    void sizesOfASplitAddUp() {
        assertThatThrownBy(() -> samples(5).split(3, 1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("split: sizes must not be negative and must add up to 5, got [3, 1]");
        assertThatThrownBy(() -> samples(5).split(6, -1))
                .hasMessage("split: sizes must not be negative and must add up to 5, got [6, -1]");
        assertThatThrownBy(() -> samples(0).split(Integer.MAX_VALUE, Integer.MAX_VALUE, 2))
                .hasMessage("split: sizes must not be negative and must add up to 0, got [2147483647, 2147483647, 2]");
    }

    @Test
    void rowsExist() {
        assertThatThrownBy(() -> samples(5).rows(3, 6))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("rows: the range must satisfy 0 <= from <= to <= 5 for shape [5, 2], got from 3 and to 6");
    }

    @Test
    void aBatchHasASample() {
        assertThatThrownBy(() -> samples(5).batches(0))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("batches: size must be 1 or more, got 0");
        assertThatThrownBy(() -> samples(5).batches(-2, new SplittableRandom(1)))
                .hasMessage("batches: size must be 1 or more, got -2");
    }

    @Test
    void emptyFeaturesAreFeatures() {
        Dataset data = new Dataset(Tensor.zeros(2, 0), Tensor.of(0, 1), 2);
        assertThat(data.batches(1).get(1).features().shape()).isEqualTo(Shape.of(1, 0));
    }

    /** Sample i has the inputs 10i and (i, −i), the target i / 2 and the weight i. */
    private static Dataset pairs(int n) {
        Tensor i = Tensor.arange(n);
        double[] both = new double[2 * n];
        for (int k = 0; k < n; k++) {
            both[2 * k] = k;
            both[2 * k + 1] = -k;
        }
        return Dataset.of(List.of(i.map(v -> 10 * v), Tensor.of(Shape.of(n, 2), both)), i.map(v -> v / 2))
                .weighted(i);
    }

    @Test
    void aRegressionHasTargetsAndNoClasses() {
        Dataset data = Dataset.of(Tensor.zeros(2, 3), Tensor.ones(2, 1));
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.targets()).isEqualTo(Tensor.ones(2, 1));
        assertThat(data.hasTargets()).isTrue();
        assertThat(data.hasClasses()).isFalse();
        assertThat(data.hasWeights()).isFalse();
        assertThat(data.tensors()).containsExactly(Tensor.zeros(2, 3), Tensor.ones(2, 1));
        assertThatThrownBy(data::labels)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("labels: the data set must have classes, got targets without classes, see targets();"
                        + " make it by new Dataset(features, labels, classes)");
        assertThatThrownBy(data::classes)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("classes: the data set must have classes, got targets without classes, see targets();"
                        + " make it by new Dataset(features, labels, classes)");
        assertThatThrownBy(data::weights)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("weights: the data set must have weights, got none; call weighted(weights)");
    }

    @Test
    void inputsAlone() {
        Dataset data = Dataset.unlabelled(Tensor.zeros(2, 3), Tensor.ones(2));
        assertThat(data.tensors()).isEqualTo(data.inputs()).containsExactly(Tensor.zeros(2, 3), Tensor.ones(2));
        assertThat(data.hasTargets()).isFalse();
        assertThatThrownBy(data::targets)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("targets: the data set must have targets, got none;"
                        + " make the data set by Dataset.of(features, targets)");
        assertThatThrownBy(data::labels)
                .hasMessage("labels: the data set must have classes, got none;"
                        + " make it by new Dataset(features, labels, classes)");
        assertThatThrownBy(data::features)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("features: there must be a single input, got 2; use inputs()");
        assertThatThrownBy(Dataset::unlabelled)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Dataset: there must be an input, got none");
    }

    @Test
    void allTensorsStayTogether() {
        Dataset data = pairs(6);
        Dataset part = Dataset.of(
                        List.of(Tensor.of(50, 10), Tensor.of(new double[][] {{5, -5}, {1, -1}})), Tensor.of(2.5, 0.5))
                .weighted(Tensor.of(5, 1));
        assertThat(data.rows(new int[] {5, 1})).isEqualTo(part);
        assertThat(data.tensors()).hasSize(4);
        assertThat(data.split(2, 4)).containsExactly(data.rows(0, 2), data.rows(2, 6));
        Key key = Key.of(3);
        assertThat(data.shuffled(key)).isEqualTo(data.rows(key.permutation(6)));
        assertThat(data.batches(4, key))
                .containsExactly(
                        data.shuffled(key).rows(0, 4), data.shuffled(key).rows(4, 6));
    }

    @Test
    void weightsStandBesideLabels() {
        Dataset data = samples(2).weighted(Tensor.of(1, 0));
        assertThat(data.weights()).isEqualTo(Tensor.of(1, 0));
        assertThat(data.tensors()).containsExactly(data.features(), data.labels(), Tensor.of(1, 0));
        assertThat(data.mapFeatures(x -> x + 1).weights()).isEqualTo(Tensor.of(1, 0));
        assertThatThrownBy(() -> samples(2).weighted(Tensor.ones(3)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Dataset: weights must be one for each sample, of shape [2],"
                        + " got features [2, 2] and weights [3]");
        assertThatThrownBy(() -> samples(2).weighted(Tensor.of(1, -0.5)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("Dataset: weights must be finite and at least 0, got -0.5 at [1]");
        assertThatThrownBy(() -> samples(2).weighted(Tensor.of(Double.NaN, 1)))
                .hasMessage("Dataset: weights must be finite and at least 0, got NaN at [0]");
        assertThatThrownBy(() -> samples(2).weighted(Tensor.of(Double.POSITIVE_INFINITY, 1)))
                .hasMessage("Dataset: weights must be finite and at least 0, got Infinity at [0]");
    }

    @Test
    void otherInputsKeepTheRest() {
        Dataset data = samples(2).weighted(Tensor.of(1, 0));
        Dataset more = data.withInputs(Tensor.of(7, 8), Tensor.zeros(2, 5));
        assertThat(more.inputs()).containsExactly(Tensor.of(7, 8), Tensor.zeros(2, 5));
        assertThat(more.labels()).isEqualTo(data.labels());
        assertThat(more.classes()).isEqualTo(3);
        assertThat(more.weights()).isEqualTo(data.weights());
        assertThat(more.mapInputs(x -> x.map(v -> -v)).inputs())
                .containsExactly(Tensor.of(-7, -8), Tensor.full(Shape.of(2, 5), -0.0));
        assertThatThrownBy(() -> data.mapInputs(x -> x.rows(0, 1)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("withInputs: inputs must have 2 samples, as this data set has, got inputs [1, 2]");
    }

    @Test
    void samplesAreAsManyEverywhere() {
        assertThatThrownBy(() -> Dataset.of(Tensor.zeros(4, 2), Tensor.zeros(3, 1)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Dataset: targets must have the 4 samples as first axis,"
                        + " got features [4, 2] and targets [3, 1]");
        assertThatThrownBy(() -> Dataset.of(Tensor.zeros(1), Tensor.scalar(3)))
                .hasMessage("Dataset: targets must have the 1 samples as first axis, got features [1] and targets []");
        assertThatThrownBy(() -> Dataset.unlabelled(Tensor.zeros(4, 2), Tensor.zeros(3)))
                .isExactlyInstanceOf(ShapeException.class)
                .hasMessage("Dataset: inputs must have the same number of samples, got inputs [4, 2], [3]");
        assertThatThrownBy(() -> Dataset.unlabelled(Tensor.zeros(4, 2), Tensor.scalar(3)))
                .hasMessage("Dataset: input 1 must have an axis of samples, got input 1 []");
        assertThatThrownBy(() -> Dataset.of(List.of(Tensor.zeros(4, 2), Tensor.zeros(4)), Tensor.zeros(3)))
                .hasMessage("Dataset: targets must have the 4 samples as first axis,"
                        + " got inputs [4, 2], [4] and targets [3]");
    }

    @Test
    void equalTensorsMakeEqualDataSets() {
        assertThat(samples(3)).isEqualTo(samples(3)).hasSameHashCodeAs(samples(3));
        assertThat(pairs(3)).isEqualTo(pairs(3)).hasSameHashCodeAs(pairs(3));
        assertThat(samples(3))
                .isNotEqualTo(samples(3).weighted(Tensor.ones(3)))
                .isNotEqualTo(samples(3).withInputs(Tensor.zeros(3)))
                .isNotEqualTo(Dataset.of(samples(3).features(), samples(3).labels()))
                .isNotEqualTo(new Dataset(samples(3).features(), samples(3).labels(), 4))
                .isNotEqualTo(new Dataset(samples(3).features(), Tensor.zeros(3), 3))
                .isNotEqualTo(Dataset.unlabelled(samples(3).features()))
                .isNotEqualTo("Dataset");
    }

    @Test
    void printsShapesOfAllTensors() {
        assertThat(pairs(3)).hasToString("Dataset[inputs [3], [3, 2], targets [3], weights [3]]");
        assertThat(Dataset.unlabelled(Tensor.zeros(2, 3))).hasToString("Dataset[features [2, 3]]");
    }
}
