package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ExponentialTest {

    private static final MathContext DIGITS = new MathContext(40);

    /** Half an ulp is what rounding costs; 2⁻⁶⁶ relatively is 2⁻¹³ ulps at most. */
    @Test
    void isWrongByHardlyMoreThanHalfAnUlp() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            double x = i % 2 == 0 ? -700 * random.nextDouble() : -Math.scalb(random.nextDouble(), -random.nextInt(60));
            double low = Math.ulp(x) * (random.nextDouble() - 0.5);
            BigDecimal exact = BigDecimalMath.exp(new BigDecimal(x).add(new BigDecimal(low)), DIGITS);
            double y = Exponential.exp(x, low);
            double ulps = new BigDecimal(y).subtract(exact).abs().doubleValue() / Math.ulp(y);
            assertThat(ulps).as("exp(%s + %s)", x, low).isLessThanOrEqualTo(0.5 + 0x1p-13);
        }
    }

    @Test
    void atTheEndsOfItsRange() {
        assertThat(Exponential.exp(0, 0)).isEqualTo(1);
        assertThat(Exponential.exp(-0.0, 0)).isEqualTo(1);
        assertThat(Exponential.exp(-745.1332191019411, 0)).isEqualTo(Double.MIN_VALUE);
        assertThat(Exponential.exp(-746, 0)).isZero();
        assertThat(Exponential.exp(-708.3964185322641, 0)).isEqualTo(StrictMath.exp(-708.3964185322641));
        assertThat(Exponential.exp(-Double.MIN_VALUE, 0)).isEqualTo(1);
    }

    /** Between cells of the table as within them. */
    @Test
    void neverDecreases() {
        for (int k = 0; k < 746 * 512; k += 7) {
            double x = -k / 512.0;
            for (int i = 0; i < 4; i++) {
                assertThat(Exponential.exp(Math.nextDown(x), 0) <= Exponential.exp(x, 0))
                        .as("exp(%s)", x)
                        .isTrue();
                x = Math.nextDown(x);
            }
        }
    }
}
