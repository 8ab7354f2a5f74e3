package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.util.SplittableRandom;
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
            assertThat(Math.copySign(1, y[i])).isEqualTo(Math.copySign(1, power));
        }
    }
}
