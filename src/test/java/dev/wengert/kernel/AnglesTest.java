package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The angle of a point, and all angles at their special values; ElementaryTest has the errors and bits of those of one number. */
class AnglesTest {

    private static final BigArithmetic A = new BigArithmetic(40);

    /** Numbers of all sizes, those where the table and the polynomials change, and those that are no numbers. */
    private static final double[] NUMBERS = {
        0.0,
        Double.MIN_VALUE,
        Double.MIN_NORMAL,
        1e-300,
        1e-160,
        1e-20,
        0x1p-60,
        Math.nextDown(0x1p-5),
        0x1p-5,
        0.3,
        Math.nextDown(0.5),
        0.5,
        Math.nextUp(0.5),
        Math.nextDown(1.0),
        1,
        Math.nextUp(1.0),
        1.125,
        2,
        Math.nextDown(32.0),
        32,
        0x1p60,
        1e20,
        1e160,
        1e300,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NaN
    };

    @Test
    void specialAngles() {
        for (double a : NUMBERS) {
            for (double x : new double[] {a, -a}) {
                compare("asin(" + x + ")", Angles.asin(x), StrictMath.asin(x));
                compare("acos(" + x + ")", Angles.acos(x), StrictMath.acos(x));
                compare("atan(" + x + ")", Angles.atan(x), StrictMath.atan(x));
                for (double b : NUMBERS) {
                    for (double y : new double[] {b, -b}) {
                        compare("atan2(" + y + ", " + x + ")", Angles.atan2(y, x), StrictMath.atan2(y, x));
                    }
                }
            }
        }
    }

    /** StrictMath is good to an ulp, too, and right where the result is 0, ±π, or not finite. */
    private static void compare(String name, double actual, double expected) {
        assertThat(Double.doubleToLongBits(actual) < 0).as(name).isEqualTo(Double.doubleToLongBits(expected) < 0);
        if (Double.isNaN(expected) || expected == 0 || Math.abs(expected) == Math.PI) {
            assertThat(actual).as(name).isEqualTo(Double.valueOf(expected));
        } else {
            assertThat(Math.abs(actual - expected)).as(name).isLessThanOrEqualTo(Math.ulp(expected));
        }
    }

    @Test
    void angleOfAPointIsWithinTheBound() {
        double[][] points = points(3000, new SplittableRandom(1));
        for (double[] p : points) {
            double angle = Angles.atan2(p[0], p[1]);
            BigReal exact = A.atan(A.div(BigReal.of(p[0]), BigReal.of(p[1])));
            if (p[1] < 0) {
                exact = p[0] < 0 ? A.sub(exact, A.pi()) : A.add(exact, A.pi());
            }
            double ulps = A.sub(BigReal.of(angle), exact).abs().toDouble() / Math.ulp(angle);
            assertThat(ulps)
                    .as("atan2(%s, %s)", p[0], p[1])
                    .isLessThanOrEqualTo(Math.abs(angle) < Double.MIN_NORMAL ? 0.8 : 0.7);
        }
    }

    /** Interpreted and compiled, on this machine and on the one where the expected value was computed. */
    @Test
    void bitsAreTheSameEverywhere() {
        double[][] points = points(30_000, new SplittableRandom(2));
        for (int round = 0; round < 3; round++) {
            long bits = 0;
            for (double[] p : points) {
                bits = 31 * bits + Double.doubleToLongBits(Angles.atan2(p[0], p[1]));
            }
            assertThat(bits).isEqualTo(-6363537336814145194L);
        }
    }

    /** Points of all sizes; the coordinates of two in three have a similar size. */
    static double[][] points(int count, SplittableRandom random) {
        double[][] points = new double[count][];
        for (int i = 0; i < count; i++) {
            int e = random.nextInt(-1074, 1000);
            int f = i % 3 == 0 ? random.nextInt(-1074, 1024) : Math.max(-1074, e + random.nextInt(-8, 8));
            points[i] = new double[] {
                Math.scalb(random.nextDouble(-1, 1), e) + Double.MIN_VALUE,
                Math.scalb(random.nextDouble(-1, 1), f) + Double.MIN_VALUE
            };
        }
        return points;
    }
}
