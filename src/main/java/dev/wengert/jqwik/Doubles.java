package dev.wengert.jqwik;

import dev.wengert.message.Given;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Doubles as rounding errors see them: a sign, a mantissa of one to 53 bits, and an exponent.
 *
 * <p>Magnitudes are spread evenly over the exponents, so that 1e-300 is as likely as 1. Mantissas are often short, so that numbers
 * tie and sums are exact. Zeros of both signs, small integers, bounds, subnormals and the neighbours of kinks are drawn on purpose.
 * A number shrinks to a small integer if it can; if not, to few bits and an exponent near 0. It loses its sign.
 */
public final class Doubles extends SimplifyingArbitrary<Double> {

    private static final int MANTISSA_BITS = 52;
    /** Integers up to this one count as simple. Beyond it, the fewer bits a number has, the simpler it is. */
    private static final int SIMPLE_INTEGER = 1024;

    private final double low;
    private final double high;
    private final int minExponent;
    private final int maxExponent;
    private final double[] landmarks;
    private final boolean special;

    private Doubles(double low, double high, int minExponent, int maxExponent, double[] landmarks, boolean special) {
        this.low = low;
        this.high = high;
        this.minExponent = minExponent;
        this.maxExponent = maxExponent;
        this.landmarks = landmarks;
        this.special = special;
    }

    /**
     * Every finite double, subnormals included.
     *
     * @return the arbitrary
     */
    public static Doubles finite() {
        double[] limits = {Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE};
        return new Doubles(
                -Double.MAX_VALUE,
                Double.MAX_VALUE,
                Double.MIN_EXPONENT - MANTISSA_BITS,
                Double.MAX_EXPONENT,
                limits,
                false);
    }

    /**
     * Every double: the finite ones, both infinities and NaN.
     *
     * @return the arbitrary
     */
    public static Doubles any() {
        Doubles finite = finite();
        return new Doubles(finite.low, finite.high, finite.minExponent, finite.maxExponent, finite.landmarks, true);
    }

    /**
     * Doubles between two bounds, both included. Magnitudes go from the larger bound down to {@code 2⁻²⁰} of it. Zero is drawn
     * separately.
     *
     * @param low the lower bound, finite
     * @param high the upper bound, finite
     * @return the arbitrary
     * @throws IllegalArgumentException if a bound is not finite, or the lower one is above the upper one
     */
    public static Doubles between(double low, double high) {
        if (!(low <= high && Double.isFinite(low) && Double.isFinite(high))) {
            throw new IllegalArgumentException(
                    "between: bounds must be finite and in order, got " + low + " and " + high);
        }
        int top = Math.getExponent(Math.max(Math.abs(low), Math.abs(high)));
        return new Doubles(
                low,
                high,
                Math.max(top - 20, Double.MIN_EXPONENT - MANTISSA_BITS),
                top,
                new double[] {low, high},
                false);
    }

    /**
     * The same set, with some places drawn on purpose: the places themselves, one ulp beside them, and {@code ±2⁻ᵏ} beside them.
     * Give kinks, poles and branch points of the function under test.
     *
     * @param places the places, finite
     * @return the arbitrary
     * @throws IllegalArgumentException if a place is not finite
     */
    public Doubles near(double... places) {
        for (double place : Given.value("near", "the array of places", places)) {
            if (!Double.isFinite(place)) {
                throw new IllegalArgumentException(
                        "near: places must be finite, got " + place + "; infinities and NaN come up in any()");
            }
        }
        double[] more = Arrays.copyOf(landmarks, landmarks.length + places.length);
        System.arraycopy(places, 0, more, landmarks.length, places.length);
        return new Doubles(low, high, minExponent, maxExponent, more, special);
    }

    /**
     * Whether a number belongs to this set.
     *
     * @param x the number
     * @return whether it does
     */
    public boolean contains(double x) {
        return Double.isFinite(x) ? low <= x && x <= high : special;
    }

    @Override
    public Double draw(RandomGenerator random) {
        while (true) {
            double x = candidate(random);
            if (contains(x)) {
                return x;
            }
        }
    }

    private double candidate(RandomGenerator random) {
        double sign = random.nextBoolean() ? 1 : -1;
        int kind = random.nextInt(20);
        if (kind == 0) {
            return sign * 0.0;
        } else if (kind <= 3) {
            return sign * random.nextInt(9);
        } else if (kind <= 6 && landmarks.length > 0) {
            return beside(landmarks[random.nextInt(landmarks.length)], sign, random);
        } else if (kind == 7 && special) {
            return random.nextInt(3) == 0 ? Double.NaN : sign * Double.POSITIVE_INFINITY;
        } else if (kind <= 10 && high - low <= Double.MAX_VALUE) {
            return low + random.nextDouble() * (high - low);
        }
        int exponent = random.nextInt(minExponent, maxExponent + 1);
        return Math.scalb(sign * (1 + mantissa(random)), exponent);
    }

    /** A fraction in [0, 1). Every second one has only a few bits. */
    private static double mantissa(RandomGenerator random) {
        int bits = random.nextBoolean() ? MANTISSA_BITS : random.nextInt(6);
        return (random.nextLong() & ((1L << bits) - 1)) * Math.scalb(1.0, -bits);
    }

    private static double beside(double place, double sign, RandomGenerator random) {
        return switch (random.nextInt(4)) {
            case 0 -> place;
            case 1 -> sign < 0 ? Math.nextDown(place) : Math.nextUp(place);
            default -> place + sign * Math.scalb(1.0, -random.nextInt(40));
        };
    }

    @Override
    public Stream<Double> simpler(Double x) {
        return simplerNumbers(x).filter(this::contains).boxed();
    }

    @Override
    public long[] complexity(Double x) {
        return new long[] {complexityOf(x)};
    }

    /** Simplifications of a number, for any set. */
    static DoubleStream simplerNumbers(double x) {
        DoubleStream first = DoubleStream.of(0, 1, -1, 2);
        if (!Double.isFinite(x)) {
            return DoubleStream.concat(first, DoubleStream.of(-2, 1e300, -1e300));
        }
        double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
        int exponent = exponent(x);
        DoubleStream steps = DoubleStream.of(
                -x,
                whole,
                Math.scalb(x, -exponent),
                Math.scalb(x, -exponent / 2),
                Math.scalb(x, exponent < 0 ? 1 : -1));
        DoubleStream shorter =
                IntStream.of(0, 1, 2, 4, 8, 16, 26, 39, bits(x) - 2).mapToDouble(bits -> truncate(x, bits));
        DoubleStream descent = Math.abs(x) > SIMPLE_INTEGER || x != whole
                ? DoubleStream.empty()
                : IntStream.rangeClosed(0, 9).map(k -> 9 - k).mapToDouble(k -> x - Math.copySign(1 << k, x));
        return DoubleStream.concat(first, DoubleStream.concat(steps, DoubleStream.concat(shorter, descent)))
                .filter(y -> complexityOf(y) < complexityOf(x));
    }

    /** Zero, then small integers by size, then by the bits of the mantissa and by the exponent, negative after positive. */
    static long complexityOf(double x) {
        long sign = x < 0 || 1 / x < 0 ? 1 : 0;
        if (!Double.isFinite(x)) {
            return 1L << 24;
        } else if (x == Math.rint(x) && Math.abs(x) <= SIMPLE_INTEGER) {
            return 2 * (long) Math.abs(x) + sign;
        }
        return (1L << 12) * (1 + bits(x)) + 2L * Math.abs(exponent(x)) + sign;
    }

    /** The number of bits of the mantissa, from its first 1 to its last. */
    private static int bits(double x) {
        long m = Double.doubleToLongBits(x) & ((1L << MANTISSA_BITS) - 1);
        if (Math.abs(x) >= Double.MIN_NORMAL) {
            m |= 1L << MANTISSA_BITS;
        }
        return m == 0 ? 0 : 64 - Long.numberOfLeadingZeros(m) - Long.numberOfTrailingZeros(m);
    }

    /** The exponent of the first bit, for subnormal numbers, too; 0 for the number 0. */
    private static int exponent(double x) {
        if (x == 0) {
            return 0;
        }
        return Math.abs(x) < Double.MIN_NORMAL ? Math.getExponent(x * 0x1p54) - 54 : Math.getExponent(x);
    }

    /** The number, truncated towards 0 to a number of mantissa bits after the first. */
    private static double truncate(double x, int bits) {
        if (bits < 0) {
            return x;
        }
        int shift = exponent(x) - bits;
        double scaled = Math.scalb(x, -shift);
        return Math.scalb(scaled < 0 ? Math.ceil(scaled) : Math.floor(scaled), shift);
    }
}
