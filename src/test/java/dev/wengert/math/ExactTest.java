package dev.wengert.math;

import static org.assertj.core.api.Assertions.assertThat;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference is held to big-math, to 40 digits. */
class ExactTest {

    private static final MathContext MORE = new MathContext(60);

    private static void agree(BigDecimal actual, BigDecimal expected) {
        assertThat(actual.subtract(expected).abs())
                .isLessThanOrEqualTo(expected.abs().movePointLeft(40));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1, 0.1, -0.3, 1e-8, -1e-300, -37.5, -40, -709.78, -745.2, -1100, 12.75, 700})
    void exponential(double x) {
        agree(Exact.exp(Exact.of(x)), BigDecimalMath.exp(new BigDecimal(x), MORE));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 4.2e-18, 9.9e-6, 1.1e-5, 0.5, 1, 2.75, 99})
    void logarithmOfOneMore(double x) {
        agree(
                Exact.log1p(Exact.of(x)),
                BigDecimalMath.log(BigDecimal.ONE.add(new BigDecimal(x)), new MathContext(400)));
    }

    @Test
    void farBelowZeroTheExponentialIsZero() {
        assertThat(Exact.exp(Exact.of(-1e308))).isZero();
    }
}
