package dev.wengert.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;

class KeyTest {

    private static final int N = 1_000_000;
    private static final Key KEY = Key.of(1);

    // ---- keys ----

    @Test
    void aKeyIsAValue() {
        assertThat(Key.of(7)).isEqualTo(Key.of(7)).hasSameHashCodeAs(Key.of(7)).isNotEqualTo(Key.of(8));
        assertThat(Key.of(0x0123456789abcdefL)).hasToString("Key(89abcdef 01234567)");
        assertThat(KEY.uniform(2, 3)).isEqualTo(KEY.uniform(2, 3));
        assertThat(KEY.uniform(6).reshape(2, 3)).isEqualTo(KEY.uniform(2, 3));
    }

    @Test
    void aTensorHoldsItsWords() {
        Key key = Key.of(-2);
        assertThat(key.tensor()).isEqualTo(Tensor.of(4294967294.0, 4294967295.0));
        assertThat(Key.of(key.tensor())).isEqualTo(key);
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Key.of(Tensor.of(1, 2, 3)))
                .withMessage("key: a key must have shape [2], got [3]");
        for (double word : new double[] {-1, 0.5, 0x1p32, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Key.of(Tensor.of(1, word)))
                    .withMessage("key: a key must be two whole numbers from 0 to 4294967295, got 1.0 and " + word);
        }
    }

    @Test
    void foldedKeysDiffer() {
        Set<Key> keys = new HashSet<>(List.of(KEY));
        for (int i = 0; i < 1000; i++) {
            assertThat(keys.add(KEY.fold(i))).isTrue();
            assertThat(keys.add(KEY.fold(0).fold(i))).isTrue();
            assertThat(keys.add(KEY.fold((1L << 62) + i))).isTrue();
        }
        assertThat(KEY.split(3)).containsExactly(KEY.fold(0), KEY.fold(1), KEY.fold(2));
        assertThat(KEY.split(0)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KEY.fold(-1))
                .withMessage("fold: the number must be 0 or more, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KEY.split(-1))
                .withMessage("split: the number of keys must be from 0 to 2147483639, got -1");
    }

    /** Layouts of different draws, and of folding, share no counter. */
    @Test
    void drawsOfOneKeyAreIndependent() {
        double[] u = KEY.uniform(N).toArray();
        double[] z = KEY.normal(N).toArray();
        double[] f = KEY.fold(0).uniform(N).toArray();
        assertThat(Math.abs(correlation(u, z, 0))).isLessThan(4 / Math.sqrt(N));
        assertThat(Math.abs(correlation(u, f, 0))).isLessThan(4 / Math.sqrt(N));
    }

    // ---- statistics, at a fixed seed ----

    @Test
    void uniformNumbersAreUniform() {
        double[] u = KEY.uniform(N).toArray();
        assertThat(Arrays.stream(u).allMatch(v -> v >= 0 && v < 1)).isTrue();
        assertThat(Math.abs(mean(u) - 0.5)).isLessThan(4 * Math.sqrt(1.0 / 12 / N));
        assertThat(Math.abs(variance(u) - 1.0 / 12)).isLessThan(4 * Math.sqrt(1.0 / 180 / N));
        assertThat(kolmogorov(u, v -> v)).isLessThan(1.95 / Math.sqrt(N)); // exceeded by one in a thousand
        serial(u);
    }

    @Test
    void normalNumbersAreNormal() {
        double[] z = KEY.normal(N).toArray();
        assertThat(Math.abs(mean(z))).isLessThan(4 / Math.sqrt(N));
        assertThat(Math.abs(variance(z) - 1)).isLessThan(4 * Math.sqrt(2.0 / N));
        NormalDistribution normal = new NormalDistribution();
        assertThat(kolmogorov(z, normal::cumulativeProbability)).isLessThan(1.95 / Math.sqrt(N));
        long beyond = Arrays.stream(z).filter(v -> Math.abs(v) > 4).count();
        double expected = N * 2 * normal.cumulativeProbability(-4);
        assertThat(Math.abs(beyond - expected)).isLessThan(4 * Math.sqrt(expected));
        serial(z);
    }

    @Test
    void everyPermutationIsAsProbable() {
        int[] counts = new int[24];
        for (int i = 0; i < 24_000; i++) {
            int[] p = KEY.fold(i).permutation(4);
            int rank = 0;
            for (int k = 0; k < 4; k++) {
                int at = k;
                rank = rank * (4 - k)
                        + (int) IntStream.range(at + 1, 4)
                                .filter(j -> p[j] < p[at])
                                .count();
            }
            counts[rank]++;
        }
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(c -> (c - 1000) * (c - 1000) / 1000.0)
                .sum();
        assertThat(chiSquare).isLessThan(49.7); // 23 degrees of freedom: exceeded by one in a thousand
        assertThat(KEY.permutation(0)).isEmpty();
        assertThat(Arrays.stream(KEY.permutation(1000)).sorted().toArray())
                .isEqualTo(IntStream.range(0, 1000).toArray());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KEY.permutation(-1))
                .withMessage("permutation: n must be from 0 to 2147483639, got -1");
    }

    private static void serial(double[] x) {
        for (int lag : new int[] {1, 2, 3, 64}) {
            assertThat(Math.abs(correlation(x, x, lag))).isLessThan(4 / Math.sqrt(N));
        }
    }

    private static double mean(double[] x) {
        return Arrays.stream(x).average().orElseThrow();
    }

    private static double variance(double[] x) {
        double mean = mean(x);
        return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    }

    private static double correlation(double[] x, double[] y, int lag) {
        double a = mean(x);
        double b = mean(y);
        double sum = 0;
        for (int i = lag; i < x.length; i++) {
            sum += (x[i - lag] - a) * (y[i] - b);
        }
        return sum / x.length / Math.sqrt(variance(x) * variance(y));
    }

    /** The largest distance between the distribution function and that of the sample. */
    private static double kolmogorov(double[] x, DoubleUnaryOperator cdf) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double p = cdf.applyAsDouble(sorted[i]);
            largest = Math.max(largest, Math.max(p - (double) i / sorted.length, (i + 1.0) / sorted.length - p));
        }
        return largest;
    }
}
