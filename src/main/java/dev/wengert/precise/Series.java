package dev.wengert.precise;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.function.LongUnaryOperator;

/**
 * Power series in fixed point: a whole number v stands for v/2ᵇ. Products and quotients of whole numbers are several times faster than
 * those of decimals, which must be rounded by dividing by powers of ten.
 *
 * <p>Every series here has the value 1 at 0, so an absolute error is a relative one. A function that is 0 at 0 is its series times its
 * argument. Each step rounds by less than one unit; rounding may destroy the last {@link #GUARD} bits.
 */
final class Series {

    private static final int GUARD = 32;
    private static final double BITS_PER_DIGIT = 3.3219280948873626;

    private final int bits;
    private final BigInteger one;
    private final BigDecimal unit;
    private final int digits;
    private final BigInteger tens;

    /** Fixed point with a number of decimal digits behind the point, and some guard digits. */
    Series(int digits) {
        this.digits = digits;
        this.bits = (int) Math.ceil(digits * BITS_PER_DIGIT) + GUARD;
        this.one = BigInteger.ONE.shiftLeft(bits);
        this.unit = new BigDecimal(one);
        this.tens = BigInteger.TEN.pow(digits);
    }

    private BigInteger fixed(BigDecimal x) {
        int magnitude = x.precision() - x.scale();
        if (magnitude < -digits - GUARD) {
            return BigInteger.ZERO;
        }
        BigDecimal rounded = x.round(new MathContext(Math.max(1, magnitude + digits + GUARD)));
        return rounded.multiply(unit).toBigInteger();
    }

    private BigDecimal decimal(BigInteger v) {
        return new BigDecimal(v.multiply(tens).shiftRight(bits), digits);
    }

    /** {@code Σ sᵏ/(d(1)⋯d(k))}. */
    private BigInteger sum(BigInteger s, LongUnaryOperator d) {
        BigInteger term = one;
        BigInteger sum = one;
        for (int k = 1; term.signum() != 0; k++) {
            term = term.multiply(s).shiftRight(bits).divide(BigInteger.valueOf(d.applyAsLong(k)));
            sum = sum.add(term);
        }
        return sum;
    }

    private BigInteger square(BigInteger v) {
        return v.multiply(v).shiftRight(bits);
    }

    /** {@code eˣ} for |x| up to a few units, by {@code (e^{x/2ʲ})^{2ʲ}}. */
    BigDecimal exp(BigDecimal x) {
        int halvings = (int) Math.sqrt(bits) / 2;
        BigInteger e = sum(fixed(x).shiftRight(halvings), k -> k);
        for (int j = 0; j < halvings; j++) {
            e = square(e);
        }
        return decimal(e);
    }

    /** {@code (eˣ − 1)/x} for |x| ≤ 1. */
    BigDecimal expm1(BigDecimal x) {
        return decimal(sum(fixed(x), k -> k + 1));
    }

    /** {@code sin(x)/x} for |x| ≤ 1. */
    BigDecimal sin(BigDecimal x) {
        return decimal(sum(square(fixed(x)).negate(), k -> 2 * k * (2 * k + 1)));
    }

    /** {@code cos x} for |x| ≤ 1. */
    BigDecimal cos(BigDecimal x) {
        return decimal(sum(square(fixed(x)).negate(), k -> (2 * k - 1) * 2 * k));
    }

    /** {@code √π/2·erf(x)·exp(x²)/x = Σ (2x²)ᵏ/(2k+1)!!}, whose terms have one sign. */
    BigDecimal erf(BigDecimal x) {
        return decimal(sum(square(fixed(x)).shiftLeft(1), k -> 2 * k + 1));
    }

    /** Whether x² is so large that the terms of {@link #erfc}, the least of which is about exp(−x²), sink below the last bit. */
    boolean erfcSinks(BigDecimal x) {
        double v = x.doubleValue();
        return v * v > (bits + 10) * StrictMath.log(2);
    }

    /** {@code √π·x·exp(x²)·erfc(x) ~ Σ (−1)ᵏ(2k−1)!!/(2x²)ᵏ}, where {@link #erfcSinks}. */
    BigDecimal erfc(BigDecimal x) {
        BigInteger s = one.shiftLeft(bits).divide(square(fixed(x)).shiftLeft(1)).negate();
        BigInteger term = one;
        BigInteger sum = one;
        for (int k = 1; term.signum() != 0; k++) {
            term = term.multiply(s).multiply(BigInteger.valueOf(2L * k - 1));
            term = term.signum() < 0 ? term.negate().shiftRight(bits).negate() : term.shiftRight(bits);
            sum = sum.add(term);
        }
        return decimal(sum);
    }

    /** {@code artanh(x)/x = Σ x²ᵏ/(2k+1)} for |x| well below 1. */
    BigDecimal artanh(BigDecimal x) {
        return inverse(square(fixed(x)));
    }

    /** {@code arctan(x)/x = Σ (−x²)ᵏ/(2k+1)} for |x| well below 1. */
    BigDecimal arctan(BigDecimal x) {
        return inverse(square(fixed(x)).negate());
    }

    /** {@code Σ sᵏ/(2k+1)}. */
    private BigDecimal inverse(BigInteger s) {
        BigInteger power = one;
        BigInteger sum = one;
        for (int k = 1; power.signum() != 0; k++) {
            power = power.multiply(s).shiftRight(bits);
            sum = sum.add(power.divide(BigInteger.valueOf(2L * k + 1)));
        }
        return decimal(sum);
    }

    /** {@code ln 10 = 46 artanh(1/31) + 34 artanh(1/49) + 20 artanh(1/161)}. */
    BigDecimal ln10() {
        return decimal(reciprocals(31, 1)
                .multiply(BigInteger.valueOf(46))
                .add(reciprocals(49, 1).multiply(BigInteger.valueOf(34)))
                .add(reciprocals(161, 1).multiply(BigInteger.valueOf(20))));
    }

    /** {@code π = 16 arctan(1/5) − 4 arctan(1/239)} (Machin). */
    BigDecimal pi() {
        return decimal(reciprocals(5, -1)
                .multiply(BigInteger.valueOf(16))
                .subtract(reciprocals(239, -1).multiply(BigInteger.valueOf(4))));
    }

    /** {@code Σ signᵏ/((2k+1) n^(2k+1))}: artanh(1/n), or arctan(1/n) if signs alternate. */
    private BigInteger reciprocals(long n, int sign) {
        BigInteger square = BigInteger.valueOf(n * n * sign);
        BigInteger power = one.divide(BigInteger.valueOf(n));
        BigInteger sum = power;
        for (int k = 1; power.signum() != 0; k++) {
            power = power.divide(square);
            sum = sum.add(power.divide(BigInteger.valueOf(2L * k + 1)));
        }
        return sum;
    }
}
