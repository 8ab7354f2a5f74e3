package dev.wengert.precise;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Arithmetic and elementary functions to a chosen number of significant digits.
 *
 * <p>Sums, products, quotients and roots are rounded correctly; functions are right to the last digit but one or two. Special values
 * behave as those of doubles do (there is one zero, so 1/0 is +∞). Constants are computed once for each instance; an instance may be
 * shared between threads.
 */
public final class BigArithmetic {

    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final int GUARD = 12;
    private static final int HALVINGS = 10;

    /** Beyond this, e to the x has no exponent that a BigDecimal can hold. */
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.valueOf(2_000_000_000L);

    private final int digits;
    private final MathContext context;
    private final MathContext wide;
    private final BigDecimal ln10;
    private final BigDecimal pi;

    /**
     * Arithmetic to a number of digits.
     *
     * @param digits significant decimal digits, at least 1
     */
    public BigArithmetic(int digits) {
        this.digits = digits;
        this.context = new MathContext(digits, RoundingMode.HALF_EVEN);
        this.wide = new MathContext(digits + GUARD, RoundingMode.HALF_EVEN);
        MathContext wider = new MathContext(digits + 2 * GUARD, RoundingMode.HALF_EVEN);
        boolean known = wider.getPrecision() <= Constants.DIGITS;
        this.ln10 = known ? Constants.LN10.round(wider) : ln10(wider);
        this.pi = known ? Constants.PI.round(wider) : pi(wider);
    }

    /** The constants to so many digits that most arithmetics need no more. */
    private static final class Constants {
        static final int DIGITS = 1200;
        static final BigDecimal LN10 = ln10(new MathContext(DIGITS + GUARD, RoundingMode.HALF_EVEN));
        static final BigDecimal PI = pi(new MathContext(DIGITS + GUARD, RoundingMode.HALF_EVEN));
    }

    /** ln 10 = 46 artanh(1/31) + 34 artanh(1/49) + 20 artanh(1/161). */
    private static BigDecimal ln10(MathContext mc) {
        return reciprocalSeries(31, 1, mc)
                .multiply(BigDecimal.valueOf(46))
                .add(reciprocalSeries(49, 1, mc).multiply(BigDecimal.valueOf(34)))
                .add(reciprocalSeries(161, 1, mc).multiply(BigDecimal.valueOf(20)));
    }

    /** Machin: π = 16 arctan(1/5) − 4 arctan(1/239). */
    private static BigDecimal pi(MathContext mc) {
        return reciprocalSeries(5, -1, mc)
                .multiply(BigDecimal.valueOf(16))
                .subtract(reciprocalSeries(239, -1, mc).multiply(BigDecimal.valueOf(4)));
    }

    /** {@code Σ signᵏ / ((2k+1) n^(2k+1))}: artanh(1/n), or arctan(1/n) with alternating signs; in integers, which is fast. */
    private static BigDecimal reciprocalSeries(int n, int sign, MathContext mc) {
        int scale = mc.getPrecision() + GUARD;
        BigInteger square = BigInteger.valueOf((long) n * n * sign);
        BigInteger power = BigInteger.TEN.pow(scale).divide(BigInteger.valueOf(n));
        BigInteger sum = power;
        for (int k = 1; power.signum() != 0; k++) {
            power = power.divide(square);
            sum = sum.add(power.divide(BigInteger.valueOf(2L * k + 1)));
        }
        return new BigDecimal(sum, scale);
    }

    /**
     * The number of significant digits.
     *
     * @return the digits
     */
    public int digits() {
        return digits;
    }

    /**
     * {@code a + b}.
     *
     * @param a an operand
     * @param b an operand
     * @return the sum
     */
    public BigReal add(BigReal a, BigReal b) {
        return finite(a, b)
                ? BigReal.of(a.toBigDecimal().add(b.toBigDecimal(), context))
                : BigReal.of(a.sketch() + b.sketch());
    }

    /**
     * {@code a − b}.
     *
     * @param a an operand
     * @param b an operand
     * @return the difference
     */
    public BigReal sub(BigReal a, BigReal b) {
        return add(a, b.neg());
    }

    /**
     * {@code a·b}.
     *
     * @param a an operand
     * @param b an operand
     * @return the product
     */
    public BigReal mul(BigReal a, BigReal b) {
        return finite(a, b)
                ? BigReal.of(a.toBigDecimal().multiply(b.toBigDecimal(), context))
                : BigReal.of(a.sketch() * b.sketch());
    }

    /**
     * {@code a/b}.
     *
     * @param a an operand
     * @param b an operand
     * @return the quotient
     */
    public BigReal div(BigReal a, BigReal b) {
        return finite(a, b) && !b.isZero()
                ? BigReal.of(a.toBigDecimal().divide(b.toBigDecimal(), context))
                : BigReal.of(a.sketch() / b.sketch());
    }

    private static boolean finite(BigReal a, BigReal b) {
        return a.isFinite() && b.isFinite();
    }

    /**
     * {@code √x}.
     *
     * @param x an operand
     * @return the root; NaN below 0
     */
    public BigReal sqrt(BigReal x) {
        return x.isFinite() && x.signum() >= 0
                ? BigReal.of(x.toBigDecimal().sqrt(context))
                : BigReal.of(Math.sqrt(x.sketch()));
    }

    /**
     * {@code eˣ}.
     *
     * @param x an operand
     * @return the exponential
     */
    public BigReal exp(BigReal x) {
        if (!x.isFinite()) {
            return BigReal.of(StrictMath.exp(x.toDouble()));
        }
        BigDecimal v = x.toBigDecimal();
        if (v.abs().compareTo(LARGEST_EXPONENT) > 0) {
            return v.signum() > 0 ? BigReal.POSITIVE_INFINITY : BigReal.ZERO;
        }
        return BigReal.of(exp(v).round(context));
    }

    /** {@code eˣ = 10ⁿ·(e^{r/2ʲ})^{2ʲ}} with |r| at most ln 10. */
    private BigDecimal exp(BigDecimal x) {
        BigDecimal n = x.divide(ln10, 0, RoundingMode.HALF_EVEN);
        BigDecimal r = x.subtract(n.multiply(ln10), wide);
        r = r.divide(TWO.pow(HALVINGS), wide);
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int k = 1; !negligible(term, sum); k++) {
            term = term.multiply(r, wide).divide(BigDecimal.valueOf(k), wide);
            sum = sum.add(term, wide);
        }
        for (int k = 0; k < HALVINGS; k++) {
            sum = sum.multiply(sum, wide);
        }
        return sum.scaleByPowerOfTen(n.intValueExact());
    }

    private boolean negligible(BigDecimal term, BigDecimal sum) {
        return term.signum() == 0 || magnitude(term) < magnitude(sum) - wide.getPrecision();
    }

    /** The position of the first digit: {@code 10^(m−1) ≤ |x| < 10^m}. */
    private static int magnitude(BigDecimal x) {
        return x.precision() - x.scale();
    }

    /** Arithmetic with some more digits, for functions in which so many cancel. */
    private BigArithmetic more(int cancelled) {
        return new BigArithmetic(digits + Math.max(0, cancelled) + GUARD);
    }

    private BigReal round(BigReal x) {
        return x.isFinite() ? BigReal.of(x.toBigDecimal().round(context)) : x;
    }

    /**
     * {@code eˣ − 1}.
     *
     * @param x an operand
     * @return the exponential less one
     */
    public BigReal expm1(BigReal x) {
        if (!x.isFinite() || x.isZero()) {
            return BigReal.of(StrictMath.expm1(x.toDouble()));
        }
        BigArithmetic more = more(1 - magnitude(x.toBigDecimal()));
        return round(more.sub(more.exp(x), BigReal.ONE));
    }

    /**
     * {@code ln x}.
     *
     * @param x an operand
     * @return the natural logarithm; −∞ at 0, NaN below
     */
    public BigReal log(BigReal x) {
        if (!x.isFinite() || x.signum() <= 0) {
            return BigReal.of(StrictMath.log(x.sketch()));
        }
        BigDecimal nearOne = x.toBigDecimal().subtract(BigDecimal.ONE);
        if (nearOne.signum() == 0) {
            return BigReal.ZERO;
        }
        int cancelled = -magnitude(nearOne);
        return cancelled > 0 ? round(more(cancelled).logarithm(x)) : logarithm(x);
    }

    /** Halley's iteration {@code y += 2(x − e^y)/(x + e^y)}, which trebles the correct digits. */
    private BigReal logarithm(BigReal x) {
        BigDecimal v = x.toBigDecimal();
        int exponent = magnitude(v);
        BigDecimal mantissa = v.scaleByPowerOfTen(-exponent);
        BigDecimal y = BigDecimal.valueOf(
                StrictMath.log(mantissa.round(MathContext.DECIMAL64).doubleValue()));
        for (int correct = 15; correct < 3 * wide.getPrecision(); correct *= 3) {
            BigDecimal e = exp(y);
            BigDecimal step = TWO.multiply(mantissa.subtract(e, wide)).divide(mantissa.add(e, wide), wide);
            y = y.add(step, wide);
        }
        return BigReal.of(
                y.add(ln10.multiply(BigDecimal.valueOf(exponent)), wide).round(context));
    }

    /**
     * {@code ln(1 + x)}.
     *
     * @param x an operand
     * @return the natural logarithm of one more; −∞ at −1, NaN below
     */
    public BigReal log1p(BigReal x) {
        if (!x.isFinite()) {
            return BigReal.of(StrictMath.log1p(x.toDouble()));
        }
        return log(BigReal.of(x.toBigDecimal().add(BigDecimal.ONE)));
    }

    /**
     * {@code sin x}, x in radians.
     *
     * @param x an operand
     * @return the sine; NaN at ±∞
     */
    public BigReal sin(BigReal x) {
        if (!x.isFinite() || x.isZero()) {
            return BigReal.of(StrictMath.sin(x.toDouble()));
        }
        return trigonometric(x, false);
    }

    /**
     * {@code cos x}, x in radians.
     *
     * @param x an operand
     * @return the cosine; NaN at ±∞
     */
    public BigReal cos(BigReal x) {
        return x.isFinite() ? trigonometric(x, true) : BigReal.NaN;
    }

    /** Reduces x by multiples of π/2, with as many more digits as x has before the point and the result has zeros behind it. */
    private BigReal trigonometric(BigReal x, boolean cosine) {
        int before = Math.max(0, magnitude(x.toBigDecimal()));
        for (int cancelled = before; ; cancelled = 2 * cancelled + digits) {
            BigArithmetic more = more(cancelled);
            BigDecimal quarter = more.pi.multiply(HALF);
            BigDecimal n = x.toBigDecimal().divide(quarter, 0, RoundingMode.HALF_EVEN);
            BigDecimal r = x.toBigDecimal().subtract(n.multiply(quarter), more.wide);
            int quadrant = n.toBigInteger().mod(BigInteger.valueOf(4)).intValue() + (cosine ? 1 : 0);
            BigDecimal y = more.taylor(r, quadrant % 2 == 1);
            if (y.signum() == 0 || magnitude(y) + cancelled >= before) {
                return round(BigReal.of(quadrant % 4 >= 2 ? y.negate() : y));
            }
        }
    }

    /** sin r or cos r for |r| of at most π/4. */
    private BigDecimal taylor(BigDecimal r, boolean cosine) {
        BigDecimal square = r.multiply(r, wide).negate();
        BigDecimal term = cosine ? BigDecimal.ONE : r;
        BigDecimal sum = term;
        for (int k = cosine ? 1 : 2; !negligible(term, sum); k += 2) {
            term = term.multiply(square, wide).divide(BigDecimal.valueOf((long) k * (k + 1)), wide);
            sum = sum.add(term, wide);
        }
        return sum;
    }

    /**
     * {@code tanh x}.
     *
     * @param x an operand
     * @return the hyperbolic tangent
     */
    public BigReal tanh(BigReal x) {
        BigReal e = expm1(add(x, x));
        return e.isFinite() ? div(e, add(e, BigReal.of(2))) : BigReal.of(StrictMath.tanh(x.toDouble()));
    }

    /**
     * {@code 1/(1 + e⁻ˣ)}.
     *
     * @param x an operand
     * @return the logistic function
     */
    public BigReal sigmoid(BigReal x) {
        return div(BigReal.ONE, add(BigReal.ONE, exp(x.neg())));
    }

    /**
     * {@code erf x = 2/√π ∫₀ˣ exp(−t²) dt}.
     *
     * @param x an operand
     * @return the error function
     */
    public BigReal erf(BigReal x) {
        if (!x.isFinite() || x.isZero()) {
            return BigReal.of(x.signum());
        }
        return x.toBigDecimal().abs().compareTo(BigDecimal.ONE) < 0
                ? round(more(0).erfSeries(x))
                : oddly(x, round(sub(BigReal.ONE, erfc(x.abs()))));
    }

    private static BigReal oddly(BigReal x, BigReal positive) {
        return x.signum() < 0 ? positive.neg() : positive;
    }

    /**
     * {@code erfc x = 1 − erf x}, with all its digits also where it is small.
     *
     * @param x an operand
     * @return the complementary error function
     */
    public BigReal erfc(BigReal x) {
        if (!x.isFinite()) {
            return x.isNaN() ? x : BigReal.of(1 - x.signum());
        }
        if (x.toBigDecimal().compareTo(BigDecimal.valueOf(digits + 10_000L)) > 0) {
            return BigReal.ZERO;
        }
        double v = Math.max(0, x.toDouble());
        BigArithmetic more = more((int) (v * v / StrictMath.log(10)) + 4);
        return round(more.sub(BigReal.ONE, more.erfSeries(x)));
    }

    /** {@code 2/√π exp(−x²) Σ 2ⁿ x^(2n+1)/(2n+1)!!}: terms of one sign. */
    private BigReal erfSeries(BigReal x) {
        BigDecimal v = x.toBigDecimal();
        BigDecimal square = v.multiply(v, wide);
        BigDecimal term = v;
        BigDecimal sum = v;
        for (int n = 1; !negligible(term, sum); n++) {
            term = term.multiply(square, wide).multiply(TWO).divide(BigDecimal.valueOf(2L * n + 1), wide);
            sum = sum.add(term, wide);
        }
        BigDecimal factor = TWO.multiply(exp(square.negate())).divide(pi.sqrt(wide), wide);
        return BigReal.of(factor.multiply(sum, wide));
    }

    /**
     * π.
     *
     * @return π to the digits of this arithmetic
     */
    public BigReal pi() {
        return BigReal.of(pi.round(context));
    }

    /**
     * {@code xⁿ}.
     *
     * @param x the base
     * @param n the exponent
     * @return the power; for x below 0 only where n is a whole number
     */
    public BigReal pow(BigReal x, BigReal n) {
        if (n.isZero()) {
            return BigReal.ONE;
        }
        if (!finite(x, n) || x.isZero()) {
            return BigReal.of(StrictMath.pow(x.sketch(), n.isFinite() ? n.toDouble() : n.sketch()));
        }
        BigDecimal exponent = n.toBigDecimal();
        boolean whole = exponent.stripTrailingZeros().scale() <= 0;
        if (whole && exponent.abs().compareTo(BigDecimal.valueOf(9999)) <= 0) {
            BigDecimal power = x.toBigDecimal().pow(Math.abs(exponent.intValueExact()), wide);
            return BigReal.of(exponent.signum() > 0 ? power.round(context) : BigDecimal.ONE.divide(power, context));
        }
        if (x.signum() < 0 && !whole) {
            return BigReal.NaN;
        }
        BigReal log = log(x.abs());
        int before = log.isZero() ? 0 : magnitude(log.toBigDecimal()) + magnitude(exponent);
        BigArithmetic more = more(before);
        BigReal power = round(more.exp(more.mul(n, more.log(x.abs()))));
        boolean odd = whole && exponent.toBigInteger().testBit(0);
        return x.signum() < 0 && odd ? power.neg() : power;
    }
}
