import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class LargestErrorsTest {

    @Test
    void keepsTheLargestDifference() {
        double third = 1.0 / 3;
        double ulp = Math.ulp(third); // u/2, so 26u/3 is 52/3 ulps
        BigDecimal exact = new BigDecimal(third).add(new BigDecimal(ulp / 4));
        LargestErrors errors = new LargestErrors(10);
        errors.add(third, third + 100 * ulp, exact);
        errors.add(third - ulp, third, exact);
        assertThat(errors).hasToString("          1.25   0.0721                      99.8     5.75");
    }

    @Test
    void belowTheNormalRangeTheBoundIsFourSteps() {
        LargestErrors errors = new LargestErrors(10);
        errors.add(0, 8 * Double.MIN_VALUE, new BigDecimal(Double.MIN_VALUE).scaleByPowerOfTen(-3));
        assertThat(errors).hasToString("          0.00     0.00                      8.00     2.00");
    }

    @Test
    void nothingIsCloseToNaN() {
        LargestErrors errors = new LargestErrors(10);
        errors.add(Double.NaN, Double.POSITIVE_INFINITY, BigDecimal.ONE);
        errors.add(1, 1, BigDecimal.ONE);
        assertThat(errors).hasToString("           NaN      NaN                  Infinity Infinity");
    }
}
