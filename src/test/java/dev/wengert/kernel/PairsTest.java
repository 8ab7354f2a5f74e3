package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairsTest {

    private static final BigArithmetic A = new BigArithmetic(40);

    @Test
    void hypotIsWithinTheBound() {
        for (double[] p : AnglesTest.points(3000, new SplittableRandom(3))) {
            double h = Pairs.hypot(p[0], p[1]);
            BigReal a = BigReal.of(p[0]);
            BigReal b = BigReal.of(p[1]);
            BigReal exact = A.sqrt(A.add(A.mul(a, a), A.mul(b, b)));
            double ulps = A.sub(BigReal.of(h), exact).abs().toDouble() / Math.ulp(h);
            assertThat(ulps).as("hypot(%s, %s)", p[0], p[1]).isLessThanOrEqualTo(h < Double.MIN_NORMAL ? 0.8 : 0.501);
        }
    }

    @Test
    void hypotOfWholeNumbersIsExactAndSymmetric() {
        for (int[] triple : new int[][] {{3, 4, 5}, {5, 12, 13}, {8, 15, 17}, {0, 7, 7}, {20, 21, 29}}) {
            for (int e = -1074; e <= 1019; e++) {
                double a = Math.scalb((double) triple[0], e);
                double b = Math.scalb((double) triple[1], e);
                double c = Math.scalb((double) triple[2], e);
                assertThat(Pairs.hypot(a, b)).isEqualTo(c);
                assertThat(Pairs.hypot(-b, a)).isEqualTo(c);
            }
        }
    }

    @Test
    void hypotAtTheEnds() {
        double infinity = Double.POSITIVE_INFINITY;
        assertThat(Pairs.hypot(Double.NaN, -infinity)).isEqualTo(infinity);
        assertThat(Pairs.hypot(infinity, Double.NaN)).isEqualTo(infinity);
        assertThat(Pairs.hypot(infinity, 0)).isEqualTo(infinity);
        assertThat(Pairs.hypot(Double.NaN, 1)).isNaN();
        assertThat(Pairs.hypot(0, Double.NaN)).isNaN();
        assertThat(Pairs.hypot(-0.0, -0.0)).isEqualTo(0.0);
        assertThat(Pairs.hypot(Double.MIN_VALUE, 0)).isEqualTo(Double.MIN_VALUE);
        assertThat(Pairs.hypot(Double.MAX_VALUE, 1)).isEqualTo(Double.MAX_VALUE);
        assertThat(Pairs.hypot(Double.MAX_VALUE, Double.MAX_VALUE)).isEqualTo(infinity);
    }

    /** Interpreted and compiled, on this machine and on the one where the expected value was computed. */
    @Test
    void bitsOfHypotAreTheSameEverywhere() {
        double[][] points = AnglesTest.points(30_000, new SplittableRandom(4));
        for (int round = 0; round < 3; round++) {
            long bits = 0;
            for (double[] p : points) {
                bits = 31 * bits + Double.doubleToLongBits(Pairs.hypot(p[0], p[1]));
            }
            assertThat(bits).isEqualTo(-6127683066515279134L);
        }
    }
}
