package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Holds the fused multiply-add that is made of other operations to {@link Math#fma}, bit for bit, signs of zeros included. */
class FmaTest {

    /** Zeros, the ends of the range, whole numbers, and both sides of every border in {@link Fma#computed}. */
    private static final double[] SPECIAL = {
        0,
        1,
        1.5,
        Math.nextUp(1.0),
        Math.nextDown(1.0),
        3,
        0x1p53 - 1,
        0x1p27 + 1,
        Double.MIN_VALUE,
        3 * Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Math.nextDown(Double.MIN_NORMAL),
        0x1p-1000,
        0x1p-900,
        Math.nextUp(0x1p-900),
        0x1p-850,
        0x1p-800,
        Math.nextDown(0x1p-800),
        0x1p-538,
        0x1.8p-450,
        0x1.000001p-400,
        0x1p-53,
        0x1p-54,
        0x1p500,
        0x1.fffffffffffffp499,
        0x1p990,
        Math.nextDown(0x1p990),
        0x1p1000,
        Math.nextDown(0x1p1000),
        0x1p1023,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NaN
    };

    /** The product is 2⁻⁵³ + 2⁻¹⁰⁷: added to 1, it is more than half of the last place. Rounded before, it would be half, and lost. */
    @Test
    void theProductIsNotRoundedBeforeTheSum() {
        double a = 0x1p18 + 1;
        double b = (0x1p36 - 0x1p18 + 1) * 0x1p-107;
        assertThat(a * b + 1).isEqualTo(1);
        assertThat(Fma.computed(a, b, 1)).isEqualTo(Math.nextUp(1.0));
        assertThat(Fma.of(a, b, 1)).isEqualTo(Math.nextUp(1.0));
        assertThat(Fma.computed(-a, b, -1)).isEqualTo(-Math.nextUp(1.0));
    }

    @Test
    void specialNumbersInAllCombinations() {
        for (double a : SPECIAL) {
            for (double b : SPECIAL) {
                for (double c : SPECIAL) {
                    for (int signs = 0; signs < 8; signs++) {
                        same((signs & 1) == 0 ? a : -a, (signs & 2) == 0 ? b : -b, (signs & 4) == 0 ? c : -c);
                    }
                }
            }
        }
    }

    /** Ordinary numbers, of which c is near a·b at every second, so that it cancels. */
    @Test
    void ordinaryNumbers() {
        RandomGenerator random = new SplittableRandom(1);
        for (int i = 0; i < 1_000_000; i++) {
            double a = random.nextDouble(-1, 1);
            double b = random.nextDouble(-1, 1);
            double c = i % 2 == 0
                    ? Math.scalb(random.nextDouble(-1, 1), random.nextInt(-120, 60))
                    : -a * b * (1 + random.nextInt(-32, 33) * 0x1p-52);
            same(a, b, c);
        }
    }

    /** Numbers of few digits: their sums are often ties, or exactly a double, or 0. */
    @Test
    void numbersOfFewDigits() {
        RandomGenerator random = new SplittableRandom(2);
        for (int i = 0; i < 1_000_000; i++) {
            double a = Math.scalb(1.0 + random.nextInt(8), random.nextInt(60)) + random.nextInt(-2, 3);
            double b = Math.scalb(random.nextInt(-8, 9), random.nextInt(-60, 10)) + random.nextInt(-2, 3);
            double c = i % 4 == 0 ? -a * b : Math.scalb(random.nextInt(-8, 9), random.nextInt(-60, 60));
            same(a, b, c);
        }
    }

    /** Numbers of all sizes; of every second triple the product and c are of similar size, and often not normal, tiny or huge. */
    @Test
    void numbersOfAllSizes() {
        RandomGenerator random = new SplittableRandom(3);
        for (int i = 0; i < 300_000; i++) {
            double a = Double.longBitsToDouble(random.nextLong());
            double b = Double.longBitsToDouble(random.nextLong());
            double c = i % 2 == 0
                    ? Double.longBitsToDouble(random.nextLong())
                    : Math.scalb(a * b, random.nextInt(-60, 60)) * random.nextDouble(-1, 1);
            same(a, b, c);
        }
    }

    private static void same(double a, double b, double c) {
        long expected = Double.doubleToLongBits(Math.fma(a, b, c));
        if (Double.doubleToLongBits(Fma.computed(a, b, c)) != expected
                || Double.doubleToLongBits(Fma.of(a, b, c)) != expected) {
            assertThat(Fma.of(a, b, c)).as("fma(%s, %s, %s)", a, b, c).isEqualTo(Math.fma(a, b, c));
            assertThat(Fma.computed(a, b, c)).as("fma(%s, %s, %s)", a, b, c).isEqualTo(Math.fma(a, b, c));
        }
    }
}
