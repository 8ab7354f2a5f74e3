import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    @Test
    void keepsTheLargestDifference() {
        double third = 1.0 / 3;
        double ulp = Math.ulp(third); // u/2, so 26u/3 is 52/3 ulps
        BigDecimal exact = new BigDecimal(third).add(new BigDecimal(ulp / 4));
        Comparison comparison = new Comparison(10);
        comparison.add(third, third + 100 * ulp, exact);
        comparison.add(third - ulp, third, exact);
        assertThat(comparison).hasToString("          1.25   0.0721                      99.8     5.75");
    }

    @Test
    void belowTheNormalRangeTheBoundIsFourSteps() {
        Comparison comparison = new Comparison(10);
        comparison.add(0, 8 * Double.MIN_VALUE, new BigDecimal(Double.MIN_VALUE).scaleByPowerOfTen(-3));
        assertThat(comparison).hasToString("          0.00     0.00                      8.00     2.00");
    }

    @Test
    void nothingIsCloseToNaN() {
        Comparison comparison = new Comparison(10);
        comparison.add(Double.NaN, Double.POSITIVE_INFINITY, BigDecimal.ONE);
        comparison.add(1, 1, BigDecimal.ONE);
        assertThat(comparison).hasToString("           NaN      NaN                  Infinity Infinity");
    }
}
