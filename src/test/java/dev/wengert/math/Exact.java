package dev.wengert.math;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Real arithmetic to 45 digits, the reference that shares no code with the library. ExactTest holds it to big-math, whose own
 * exponential takes half a millisecond: too slow for thousands of generated cases.
 */
final class Exact {

    static final MathContext DIGITS = new MathContext(45);

    /** Half the distance from 1 to the next double: the largest relative error of one rounding. */
    static final double U = 0x1p-53;

    /** Below this exponent an exponential counts as 0: e⁻¹²⁰⁰ is 10⁻⁵²¹, far below the doubles. */
    private static final int EXP_IS_ZERO = -1200;

    private static final int BITS = 224;
    private static final int HALVINGS = 12;
    private static final int TERMS = 14;
    private static final BigInteger ONE = BigInteger.ONE.shiftLeft(BITS);
    /** ln 2 = 18 artanh(1/26) − 2 artanh(1/4801) + 8 artanh(1/8749), in units of 2⁻²²⁴. */
    private static final BigInteger LN2 = artanh(26)
            .multiply(BigInteger.valueOf(18))
            .subtract(artanh(4801).shiftLeft(1))
            .add(artanh(8749).shiftLeft(3));

    private static final ConcurrentMap<Integer, BigDecimal> POWERS_OF_TWO = new ConcurrentHashMap<>();

    private Exact() {}

    static BigDecimal of(double x) {
        return new BigDecimal(x);
    }

    static BigDecimal add(BigDecimal a, BigDecimal b) {
        return a.add(b, DIGITS);
    }

    static BigDecimal sub(BigDecimal a, BigDecimal b) {
        return a.subtract(b, DIGITS);
    }

    static BigDecimal mul(BigDecimal a, BigDecimal b) {
        return a.multiply(b, DIGITS);
    }

    static BigDecimal div(BigDecimal a, BigDecimal b) {
        return a.divide(b, DIGITS);
    }

    static BigDecimal sum(Iterable<BigDecimal> terms) {
        BigDecimal sum = BigDecimal.ZERO;
        for (BigDecimal term : terms) {
            sum = add(sum, term);
        }
        return sum;
    }

    /** eˣ for x up to 1200; 0 below −1200. */
    static BigDecimal exp(BigDecimal x) {
        if (x.compareTo(BigDecimal.valueOf(EXP_IS_ZERO)) < 0) {
            return BigDecimal.ZERO;
        }
        BigInteger fixed = x.multiply(new BigDecimal(ONE)).toBigInteger();
        int k = (int) Math.rint(x.doubleValue() / Math.log(2));
        BigInteger r = fixed.subtract(LN2.multiply(BigInteger.valueOf(k))).shiftRight(HALVINGS);
        BigInteger term = r;
        BigInteger expm1 = r;
        for (int i = 2; i <= TERMS; i++) {
            term = term.multiply(r).shiftRight(BITS).divide(BigInteger.valueOf(i));
            expm1 = expm1.add(term);
        }
        for (int i = 0; i < HALVINGS; i++) {
            expm1 = expm1.shiftLeft(1).add(expm1.multiply(expm1).shiftRight(BITS));
        }
        return mul(new BigDecimal(ONE.add(expm1)), powerOfTwo(k - BITS));
    }

    /** log(1 + x) for x ≥ 0, to 40 digits or more of the result. */
    static BigDecimal log1p(BigDecimal x) {
        if (x.compareTo(BigDecimal.valueOf(1, 5)) < 0) {
            BigDecimal power = x;
            BigDecimal sum = x;
            for (int i = 2; i <= 9; i++) {
                power = mul(power, x).negate();
                sum = add(sum, div(power, BigDecimal.valueOf(i)));
            }
            return sum;
        }
        return log(add(BigDecimal.ONE, x));
    }

    /** log x, to 45 places or more, by two of Halley's steps from a double. */
    static BigDecimal log(BigDecimal x) {
        BigDecimal y = of(Math.log(x.doubleValue()));
        for (int step = 0; step < 2; step++) {
            BigDecimal e = exp(y);
            y = add(y, div(sub(x, e).multiply(BigDecimal.valueOf(2)), add(x, e)));
        }
        return y;
    }

    private static BigDecimal powerOfTwo(int k) {
        return POWERS_OF_TWO.computeIfAbsent(k, i -> BigDecimal.valueOf(2).pow(i, new MathContext(60)));
    }

    /** artanh(1/n) in units of 2⁻²²⁴. */
    private static BigInteger artanh(int n) {
        BigInteger square = BigInteger.valueOf((long) n * n);
        BigInteger power = ONE.divide(BigInteger.valueOf(n));
        BigInteger sum = BigInteger.ZERO;
        for (int i = 1; power.signum() != 0; i += 2) {
            sum = sum.add(power.divide(BigInteger.valueOf(i)));
            power = power.divide(square);
        }
        return sum;
    }
}
