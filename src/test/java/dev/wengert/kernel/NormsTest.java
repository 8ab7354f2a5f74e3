package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NormsTest {

    private static final double[] SIZES = {
        0,
        1,
        3,
        0.75,
        Double.MIN_VALUE,
        3 * Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NaN,
        Double.NEGATIVE_INFINITY
    };

    @Test
    void squaresAreScaledByPowersOfTwo() {
        double[] x = SIZES.clone();
        Norms.scales(x, 2, x.length);
        assertThat(x).containsExactly(1, 1, 2, 0.5, Double.MIN_VALUE, 2 * Double.MIN_VALUE, 0x1p1023, 1, 1, 1);
    }

    @Test
    void otherPowersAreScaledByTheLargest() {
        double[] x = SIZES.clone();
        Norms.scales(x, 3, x.length);
        assertThat(x).containsExactly(1, 1, 3, 0.75, Double.MIN_VALUE, 3 * Double.MIN_VALUE, Double.MAX_VALUE, 1, 1, 1);
    }

    @Test
    void nanIsNotZero() {
        double[] x = SIZES.clone();
        Norms.nonzero(x, x.length);
        assertThat(x).containsExactly(0, 1, 1, 1, 1, 1, 1, 1, 1, 0);
    }
}
