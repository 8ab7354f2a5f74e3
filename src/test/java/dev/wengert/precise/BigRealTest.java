package dev.wengert.precise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class BigRealTest {

    private static final double[] DOUBLES = {
        0,
        1,
        -1,
        0.1,
        -1e300,
        1e-300,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.NaN
    };

    @Test
    void aDoubleIsKeptExactly() {
        for (double x : DOUBLES) {
            assertThat(BigReal.of(x).toDouble()).isEqualTo(Double.valueOf(x));
            assertThat(BigReal.of(x).neg().toDouble()).isEqualTo(Double.valueOf(0 - x));
            assertThat(BigReal.of(x).abs().toDouble()).isEqualTo(Double.valueOf(Math.abs(x)));
            assertThat(BigReal.of(x).signum()).isEqualTo(Double.valueOf(Math.signum(x)));
            assertThat(BigReal.of(x).isFinite()).isEqualTo(Double.isFinite(x));
            assertThat(BigReal.of(x).isNaN()).isEqualTo(Double.isNaN(x));
            assertThat(BigReal.of(x).isZero()).isEqualTo(x == 0);
        }
        assertThat(BigReal.of(0.1).toBigDecimal()).isEqualTo(new BigDecimal(0.1));
    }

    @Test
    void comparisonsAreThoseOfDoubles() {
        for (double x : DOUBLES) {
            for (double y : DOUBLES) {
                assertThat(BigReal.of(x).lessThan(BigReal.of(y)))
                        .as("%s < %s", x, y)
                        .isEqualTo(x < y);
                assertThat(BigReal.of(x).sameAs(BigReal.of(y)))
                        .as("%s = %s", x, y)
                        .isEqualTo(x == y);
            }
        }
    }

    @Test
    void thereIsOneZero() {
        assertThat(BigReal.of(-0.0)).isSameAs(BigReal.ZERO);
        assertThat(BigReal.of(new BigDecimal("0.000"))).isSameAs(BigReal.ZERO);
    }

    @Test
    void specialValuesHaveNoDigits() {
        assertThatThrownBy(BigReal.NaN::toBigDecimal)
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("toBigDecimal: the number must be finite, got NaN");
    }

    @Test
    void printsItsDigits() {
        assertThat(BigReal.of(0.5)).hasToString("0.5");
        assertThat(BigReal.NEGATIVE_INFINITY).hasToString("-Infinity");
    }
}
