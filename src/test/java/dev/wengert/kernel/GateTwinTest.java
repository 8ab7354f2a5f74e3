package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A gate of arrays selects as it says, whatever serves. */
@Tag("provider")
class GateTwinTest {

    private static final double[] SPECIAL = {
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        Double.MAX_VALUE,
        -0.0,
        0.0,
        Double.MIN_VALUE,
        -1.5
    };

    @Test
    void everyLengthAndPlace() {
        RandomGenerator random = new SplittableRandom(1);
        for (int n = 0; n < 100; n++) {
            double[] a = random.doubles(n + 3, -1, 1).map(x -> x > 0 ? x : 0).toArray();
            double[] b = random.doubles(n + 3, -1, 1).toArray();
            compare(a, b, n % 3, n);
        }
    }

    @Test
    void specialValuesInEveryLane() {
        RandomGenerator random = new SplittableRandom(2);
        for (double slope : SPECIAL) {
            for (double value : SPECIAL) {
                for (int lane = 0; lane < 16; lane++) {
                    double[] a = random.doubles(43, -1, 1).toArray();
                    double[] b = random.doubles(43, -1, 1).toArray();
                    a[lane] = slope;
                    b[lane] = value;
                    a[16 + lane] = slope;
                    b[26] = value;
                    compare(a, b, 0, 43);
                }
            }
        }
    }

    /** Compares bits, but for the many kinds of NaN; results may take the place of an operand. */
    private static void compare(double[] a, double[] b, int k, int n) {
        double[] expected = new double[a.length];
        for (int l = k; l < k + n; l++) {
            expected[l] = a[l] == 0 ? 0 : a[l] * b[l];
        }
        double[] y = new double[a.length];
        Elementwise.gate(a, k, 1, b, k, 1, y, k, n);
        assertThat(y).containsExactly(expected);
        double[] inPlace = b.clone();
        Elementwise.gate(a, k, 1, inPlace, k, 1, inPlace, k, n);
        assertThat(Arrays.copyOfRange(inPlace, k, k + n)).containsExactly(Arrays.copyOfRange(expected, k, k + n));
    }
}
