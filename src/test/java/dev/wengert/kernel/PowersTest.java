package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowersTest {

    private static final BigArithmetic A = new BigArithmetic(40);

    /** The powers that are products and roots, at arguments of any size. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 1.5, 2, 3, -0.5, -1.5})
    void commonPowersAreRightToTheLastDigit(double e) {
        SplittableRandom random = new SplittableRandom(1);
        double[] x = new double[10_000];
        for (int i = 0; i < x.length; i++) {
            double size =
                    Math.scalb(1 + random.nextDouble(), random.nextInt(i % 2 == 0 ? 4 : 250) - (i % 2 == 0 ? 2 : 125));
            x[i] = e == Math.rint(e) && i % 3 == 0 ? -size : size;
        }
        double[] y = new double[x.length];
        Elementwise.pow(x, e, y, x.length);
        for (int i = 0; i < x.length; i++) {
            BigReal exact = A.pow(BigReal.of(x[i]), BigReal.of(e));
            double error = A.sub(BigReal.of(y[i]), exact).abs().toDouble() / Math.ulp(y[i]);
            assertThat(error).as("%s to the power %s", x[i], e).isLessThan(0.51);
        }
    }

    /** Special values are those of the power, and so are arguments where a product would overflow or underflow. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 1.5, 2, 3, -0.5, -1.5})
    void extremeArgumentsAreThoseOfThePower(double e) {
        double[] x = {
            0.0,
            -0.0,
            1,
            -1,
            -2,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            1e-310,
            1e-200,
            1e-103,
            1e-100,
            1e100,
            1e103,
            1e200,
            -1e200,
            Double.MAX_VALUE
        };
        double[] y = new double[x.length];
        Elementwise.pow(x, e, y, x.length);
        for (int i = 0; i < x.length; i++) {
            double power = StrictMath.pow(x[i], e);
            assertThat(Tensor.ulpDistance(y[i], power))
                    .as("%s to the power %s", x[i], e)
                    .isLessThanOrEqualTo(1);
            assertThat(Double.doubleToLongBits(y[i]) < 0).isEqualTo(Double.doubleToLongBits(power) < 0);
        }
    }

    /** Bases of all sizes and beside 1, with exponents up to those where the power overflows or underflows. */
    @Test
    void anyPowerIsWithinTheBound() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 3000; i++) {
            double x = i % 2 == 0
                    ? Math.scalb(1 + random.nextDouble(), random.nextInt(-1074, 1023))
                    : 1 + random.nextDouble(-1, 1) * Math.scalb(0.5, -random.nextInt(50));
            double e = x == 1 ? 1 : random.nextDouble(-708, 709) / Elementary.log(x);
            e = i % 3 == 0 ? (long) e : e;
            double y = Powers.pow(x, e);
            BigReal exact = A.exp(A.mul(BigReal.of(e), A.log(BigReal.of(x))));
            double error = A.sub(BigReal.of(y), exact).abs().toDouble() / Math.ulp(y);
            assertThat(error).as("%s to the power %s", x, e).isLessThan(0.65);
        }
    }

    @Test
    void aPowerThatIsADoubleIsExact() {
        for (int n = -1074; n < 1024; n++) {
            assertThat(Powers.pow(2, n)).isEqualTo(Math.scalb(1.0, n));
            assertThat(Powers.pow(0.25, -0.5 * n)).isEqualTo(Math.scalb(1.0, n));
        }
        for (int x = 2; x < 3000; x++) {
            BigInteger power = BigInteger.ONE;
            for (int n = 0; power.bitLength() <= 53; n++) {
                double exact = power.doubleValue();
                assertThat(Powers.pow(x, n)).isEqualTo(exact);
                assertThat(Powers.pow(-x, n)).isEqualTo(n % 2 == 0 ? exact : -exact);
                assertThat(Powers.pow(exact * exact, 0.5)).isEqualTo(exact);
                power = power.multiply(BigInteger.valueOf(x));
            }
        }
    }

    /** Those of StrictMath, but for 1 and −1, which IEEE 754-2019 takes to 1 where Java says NaN. */
    @Test
    void specialPowers() {
        double[] numbers = {
            0.0,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            1e-300,
            0.3,
            0.5,
            Math.nextDown(1.0),
            1,
            Math.nextUp(1.0),
            1.5,
            2,
            3,
            4,
            1024,
            1e9,
            0x1p52 - 0.5,
            0x1p53 - 1,
            0x1p53,
            0x1p53 + 2,
            1e300,
            Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NaN
        };
        for (double a : numbers) {
            for (double b : numbers) {
                for (double x : new double[] {a, -a}) {
                    for (double e : new double[] {b, -b}) {
                        double expected = x == 1 || x == -1 && Double.isInfinite(e) ? 1 : StrictMath.pow(x, e);
                        double y = Powers.pow(x, e);
                        assertThat(Tensor.ulpDistance(y, expected))
                                .as("%s to the power %s", x, e)
                                .isLessThanOrEqualTo(1);
                        assertThat(Double.isNaN(y)).isEqualTo(Double.isNaN(expected));
                        assertThat(Double.doubleToLongBits(y) < 0).isEqualTo(Double.doubleToLongBits(expected) < 0);
                    }
                }
            }
        }
    }

    /** Interpreted and compiled, on this machine and on the one where the expected value was computed. */
    @Test
    void bitsAreTheSameEverywhere() {
        for (int round = 0; round < 3; round++) {
            SplittableRandom random = new SplittableRandom(3);
            long bits = 0;
            for (int i = 0; i < 30_000; i++) {
                double x = Math.scalb(1 + random.nextDouble(), random.nextInt(-1074, 1023) >> i % 11);
                double y = Powers.pow(x, random.nextDouble(-750, 750) / Elementary.log(x));
                bits = 31 * bits + Double.doubleToLongBits(y);
            }
            assertThat(bits).isEqualTo(5024709957026416741L);
        }
    }
}
