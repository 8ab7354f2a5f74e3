package dev.wengert.precise;

import dev.wengert.message.Given;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Arithmetic and elementary functions to a chosen number of significant digits.
 *
 * <p>Sums, products, quotients and roots are rounded correctly. Functions are right to one unit in the last digit. Special values
 * behave like those of doubles, but there is only one zero, so 1/0 is +∞. Threads may share an instance.
 */
public final class BigArithmetic {

    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    /** Near 0, or near 1 for logarithms, terms of the plain formula cancel; a separate series is used there. */
    private static final BigDecimal NEAR = new BigDecimal("0.1");

    /** The number of extra digits inside a computation. */
    private static final int GUARD = 16;

    /** Beyond this, e to the x is taken to be 0 or infinite: the exponents of its powers would soon be too large for a BigDecimal. */
    private static final BigDecimal LARGEST_EXPONENT = BigDecimal.valueOf(100_000_000L);

    /** Angles with more digits than this before the point are not reduced. */
    private static final int LARGEST_ANGLE = 10_000;

    private static final int MOST_DIGITS = 1_000_000;

    private final int digits;
    private final MathContext context;
    private final MathContext wide;
    private final Series series;
    private final BigDecimal ln10;
    private final BigDecimal pi;

    /**
     * Arithmetic to a number of digits.
     *
     * @param digits significant decimal digits, at least 1
     * @throws IllegalArgumentException if digits is less than 1 or above 1,000,000
     */
    public BigArithmetic(int digits) {
        if (digits < 1 || digits > MOST_DIGITS) {
            throw new IllegalArgumentException("BigArithmetic: digits must be 1 to " + MOST_DIGITS + ", got " + digits);
        }
        this.digits = digits;
        this.context = new MathContext(digits, RoundingMode.HALF_EVEN);
        this.wide = new MathContext(digits + GUARD, RoundingMode.HALF_EVEN);
        this.series = new Series(digits + GUARD);
        Series constants = new Series(digits + 2 * GUARD);
        this.ln10 = constants.ln10();
        this.pi = constants.pi();
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
        Given.value("add", "the first number", a);
        Given.value("add", "the second number", b);
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
        Given.value("sub", "the first number", a);
        Given.value("sub", "the second number", b);
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
        Given.value("mul", "the first number", a);
        Given.value("mul", "the second number", b);
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
        Given.value("div", "the first number", a);
        Given.value("div", "the second number", b);
        return finite(a, b) && !b.isZero()
                ? BigReal.of(a.toBigDecimal().divide(b.toBigDecimal(), context))
                : BigReal.of(a.sketch() / b.sketch());
    }

    /**
     * {@code Σ x[i + l·di]·y[j + l·dj]} for {@code 0 ≤ l < n}. The sum is kept to more than three times as many digits, and
     * rounded to the digits of this arithmetic at the end.
     *
     * @param x the left factors
     * @param i the index of the first
     * @param di their distance
     * @param y the right factors
     * @param j the index of the first
     * @param dj their distance
     * @param n the number of products
     * @return the sum of the products
     */
    public BigReal dot(BigReal[] x, int i, int di, BigReal[] y, int j, int dj, int n) {
        Given.value("dot", "x", x);
        Given.value("dot", "y", y);
        requirePlaces("x", x, i, di, n);
        requirePlaces("y", y, j, dj, n);
        MathContext ample = new MathContext(3 * digits + GUARD, RoundingMode.HALF_EVEN);
        BigDecimal sum = BigDecimal.ZERO;
        for (int l = 0; l < n; l++) {
            BigReal a = Given.value("dot", "every number of x", x[i + l * di]);
            BigReal b = Given.value("dot", "every number of y", y[j + l * dj]);
            if (!finite(a, b)) {
                return dotOfSpecials(x, i, di, y, j, dj, n);
            }
            if (!a.isZero() && !b.isZero()) {
                sum = sum.add(a.toBigDecimal().multiply(b.toBigDecimal()), ample);
            }
        }
        return round(sum);
    }

    private static void requirePlaces(String name, BigReal[] x, int i, int di, int n) {
        long last = i + (n - 1L) * di;
        if (n < 0 || n > 0 && (Math.min(i, last) < 0 || Math.max(i, last) >= x.length)) {
            throw new IndexOutOfBoundsException("dot: the places " + i + " + l·" + di + " for 0 <= l < " + n
                    + " must be in " + name + ", got " + x.length + " numbers");
        }
    }

    private BigReal dotOfSpecials(BigReal[] x, int i, int di, BigReal[] y, int j, int dj, int n) {
        BigReal sum = BigReal.ZERO;
        for (int l = 0; l < n; l++) {
            sum = add(sum, mul(x[i + l * di], y[j + l * dj]));
        }
        return sum;
    }

    private static boolean finite(BigReal a, BigReal b) {
        return a.isFinite() && b.isFinite();
    }

    private BigReal round(BigDecimal x) {
        return BigReal.of(x.round(context));
    }

    /** The position of the first digit: {@code 10^(m−1) ≤ |x| < 10^m}. */
    private static int magnitude(BigDecimal x) {
        return x.precision() - x.scale();
    }

    /** The whole number nearest to x/unit. */
    private static BigDecimal nearest(BigDecimal x, BigDecimal unit) {
        return magnitude(x) < 0 ? BigDecimal.ZERO : x.divide(unit, 0, RoundingMode.HALF_EVEN);
    }

    private static boolean near(BigDecimal x) {
        return x.abs().compareTo(NEAR) < 0;
    }

    /**
     * {@code √x}.
     *
     * @param x an operand
     * @return the root; NaN below 0
     */
    public BigReal sqrt(BigReal x) {
        Given.value("sqrt", "the number", x);
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
        Given.value("exp", "the number", x);
        return x.isFinite() ? exponential(x.toBigDecimal()) : BigReal.of(StrictMath.exp(x.toDouble()));
    }

    private BigReal exponential(BigDecimal x) {
        if (x.abs().compareTo(LARGEST_EXPONENT) > 0) {
            return x.signum() > 0 ? BigReal.POSITIVE_INFINITY : BigReal.ZERO;
        }
        return round(exp(x));
    }

    /** {@code eˣ = 10ⁿ·eʳ} with |r| at most half of ln 10. */
    private BigDecimal exp(BigDecimal x) {
        BigDecimal n = nearest(x, ln10);
        BigDecimal r = x.subtract(n.multiply(ln10), wide);
        return series.exp(r).scaleByPowerOfTen(n.intValueExact());
    }

    /**
     * {@code eˣ − 1}.
     *
     * @param x an operand
     * @return the exponential minus one
     */
    public BigReal expm1(BigReal x) {
        Given.value("expm1", "the number", x);
        return x.isFinite() && x.toBigDecimal().abs().compareTo(LARGEST_EXPONENT) <= 0
                ? round(expm1(x.toBigDecimal()))
                : BigReal.of(StrictMath.expm1(x.toDouble()));
    }

    private BigDecimal expm1(BigDecimal x) {
        return near(x) ? series.expm1(x).multiply(x) : exp(x).subtract(BigDecimal.ONE, wide);
    }

    /**
     * {@code ln x}.
     *
     * @param x an operand
     * @return the natural logarithm; −∞ at 0, NaN below
     */
    public BigReal log(BigReal x) {
        Given.value("log", "the number", x);
        return x.isFinite() && x.signum() > 0 ? round(log(x.toBigDecimal())) : BigReal.of(StrictMath.log(x.sketch()));
    }

    private BigDecimal log(BigDecimal x) {
        int exponent = magnitude(x);
        if (exponent == 0 || exponent == 1) {
            BigDecimal less = x.subtract(BigDecimal.ONE);
            if (near(less)) {
                return logNearOne(less);
            }
        }
        // ln x = n ln 10 + c + ln(m e⁻ᶜ), where c is a double close to ln m
        BigDecimal mantissa = x.scaleByPowerOfTen(-exponent);
        BigDecimal c = new BigDecimal(StrictMath.log(mantissa.doubleValue()));
        BigDecimal rest = mantissa.multiply(exp(c.negate()), wide).subtract(BigDecimal.ONE);
        return ln10.multiply(BigDecimal.valueOf(exponent)).add(c).add(logNearOne(rest), wide);
    }

    /** {@code ln(1 + x) = 2 artanh(x/(2 + x))}. */
    private BigDecimal logNearOne(BigDecimal x) {
        BigDecimal s = x.divide(x.add(TWO, wide), wide);
        return series.artanh(s).multiply(s).multiply(TWO);
    }

    /**
     * {@code ln(1 + x)}.
     *
     * @param x an operand
     * @return the natural logarithm of 1 + x; −∞ at −1, NaN below
     */
    public BigReal log1p(BigReal x) {
        Given.value("log1p", "the number", x);
        if (!x.isFinite()) {
            return BigReal.of(StrictMath.log1p(x.toDouble()));
        }
        BigDecimal v = x.toBigDecimal();
        if (near(v)) {
            return round(logNearOne(v));
        }
        return log(BigReal.of(magnitude(v) > 1 ? v.add(BigDecimal.ONE, wide) : v.add(BigDecimal.ONE)));
    }

    /**
     * {@code sin x}, x in radians.
     *
     * @param x an operand
     * @return the sine; NaN at ±∞
     * @throws ArithmeticException if x has more than 10,000 digits before the point
     */
    public BigReal sin(BigReal x) {
        Given.value("sin", "the number", x);
        return x.isFinite() ? trigonometric(x.toBigDecimal(), 0) : BigReal.NaN;
    }

    /**
     * {@code cos x}, x in radians.
     *
     * @param x an operand
     * @return the cosine; NaN at ±∞
     * @throws ArithmeticException if x has more than 10,000 digits before the point
     */
    public BigReal cos(BigReal x) {
        Given.value("cos", "the number", x);
        return x.isFinite() ? trigonometric(x.toBigDecimal(), 1) : BigReal.NaN;
    }

    /** sin(x + quarters·π/2). It computes with extra digits: as many as x has before the point, and the result has zeros behind it. */
    private BigReal trigonometric(BigDecimal x, int quarters) {
        if (magnitude(x) > LARGEST_ANGLE) {
            throw new ArithmeticException(
                    "sin: the angle must be below 1e" + LARGEST_ANGLE + ", got " + x.round(new MathContext(3)));
        }
        BigArithmetic a = this;
        while (true) {
            BigDecimal quarter = a.pi.multiply(HALF);
            BigDecimal n = nearest(x, quarter);
            BigDecimal r = x.subtract(n.multiply(quarter), a.wide);
            int quadrant = n.toBigInteger().mod(BigInteger.valueOf(4)).intValue() + quarters;
            BigDecimal y = quadrant % 2 == 0 ? a.series.sin(r).multiply(r) : a.series.cos(r);
            int zeros = y.signum() == 0 ? a.digits : -magnitude(y);
            int lost = n.signum() == 0 ? 0 : magnitude(n) + zeros;
            if (lost <= a.digits - digits + GUARD) {
                return round(quadrant % 4 >= 2 ? y.negate() : y);
            }
            a = new BigArithmetic(digits + lost);
        }
    }

    /**
     * {@code arctan x}, in radians.
     *
     * @param x an operand
     * @return the angle, from −π/2 to π/2
     */
    public BigReal atan(BigReal x) {
        Given.value("atan", "the number", x);
        if (!x.isFinite()) {
            return x.isNaN() ? x : round(pi.multiply(HALF).multiply(BigDecimal.valueOf((long) x.signum())));
        }
        return round(atan(x.toBigDecimal()));
    }

    private BigDecimal atan(BigDecimal x) {
        if (near(x)) {
            return series.arctan(x).multiply(x);
        }
        if (x.abs().compareTo(BigDecimal.ONE) > 0) {
            BigDecimal rest = atan(BigDecimal.ONE.divide(x, wide));
            return pi.multiply(HALF).multiply(BigDecimal.valueOf(x.signum())).subtract(rest);
        }
        // arctan x = c + arctan((x cos c − sin c)/(cos c + x sin c)), where c is a double close to it
        BigDecimal c = new BigDecimal(StrictMath.atan(x.doubleValue()));
        BigDecimal cos = series.cos(c);
        BigDecimal sin = series.sin(c).multiply(c);
        BigDecimal rest = x.multiply(cos).subtract(sin, wide).divide(cos.add(x.multiply(sin)), wide);
        return c.add(series.arctan(rest).multiply(rest));
    }

    /**
     * {@code arcsin x}, in radians.
     *
     * @param x an operand
     * @return the angle, from −π/2 to π/2; NaN beyond ±1
     */
    public BigReal asin(BigReal x) {
        Given.value("asin", "the number", x);
        if (!x.isFinite() || BigReal.ONE.lessThan(x.abs())) {
            return BigReal.NaN;
        }
        BigDecimal v = x.toBigDecimal();
        BigDecimal cos =
                BigDecimal.ONE.subtract(v).multiply(BigDecimal.ONE.add(v)).sqrt(wide);
        return round(atan(v.divide(cos.add(BigDecimal.ONE), wide)).multiply(TWO));
    }

    /**
     * {@code arccos x}, in radians.
     *
     * @param x an operand
     * @return the angle, from 0 to π; NaN beyond ±1
     */
    public BigReal acos(BigReal x) {
        Given.value("acos", "the number", x);
        if (!x.isFinite() || BigReal.ONE.lessThan(x.abs())) {
            return BigReal.NaN;
        }
        BigDecimal v = x.toBigDecimal();
        if (v.compareTo(BigDecimal.ONE.negate()) == 0) {
            return pi();
        }
        BigDecimal square = BigDecimal.ONE.subtract(v).divide(BigDecimal.ONE.add(v), wide);
        return round(atan(square.sqrt(wide)).multiply(TWO));
    }

    /**
     * {@code tanh x}.
     *
     * @param x an operand
     * @return the hyperbolic tangent
     */
    public BigReal tanh(BigReal x) {
        Given.value("tanh", "the number", x);
        if (!x.isFinite() || x.toBigDecimal().abs().compareTo(LARGEST_EXPONENT) > 0) {
            return BigReal.of(StrictMath.tanh(x.toDouble()));
        }
        BigDecimal e = expm1(x.toBigDecimal().multiply(TWO));
        return BigReal.of(e.divide(e.add(TWO, wide), context));
    }

    /**
     * {@code 1/(1 + e⁻ˣ)}.
     *
     * @param x an operand
     * @return the logistic function
     */
    public BigReal sigmoid(BigReal x) {
        Given.value("sigmoid", "the number", x);
        if (!x.isFinite() || x.toBigDecimal().abs().compareTo(LARGEST_EXPONENT) > 0) {
            return BigReal.of(x.isNaN() ? Double.NaN : x.signum() > 0 ? 1 : 0);
        }
        return BigReal.of(BigDecimal.ONE.divide(exp(x.toBigDecimal().negate()).add(BigDecimal.ONE, wide), context));
    }

    /**
     * {@code erf x = 2/√π ∫₀ˣ exp(−t²) dt}.
     *
     * @param x an operand
     * @return the error function
     */
    public BigReal erf(BigReal x) {
        Given.value("erf", "the number", x);
        if (!x.isFinite()) {
            return BigReal.of(x.signum());
        }
        BigDecimal v = x.toBigDecimal();
        return series.erfcSinks(v) ? BigReal.of(v.signum()) : round(erf(v));
    }

    private BigDecimal erf(BigDecimal x) {
        return series.erf(x).multiply(x).multiply(TWO).multiply(gaussian(x)).divide(pi.sqrt(wide), wide);
    }

    /** {@code exp(−x²)}. */
    private BigDecimal gaussian(BigDecimal x) {
        BigDecimal r = x.round(new MathContext(wide.getPrecision() + GUARD));
        return exp(r.multiply(r).negate());
    }

    /**
     * {@code erfc x = 1 − erf x}, with all its digits, also if it is small.
     *
     * @param x an operand
     * @return the complementary error function
     */
    public BigReal erfc(BigReal x) {
        Given.value("erfc", "the number", x);
        if (!x.isFinite()) {
            return BigReal.of(1 - x.signum());
        }
        BigDecimal v = x.toBigDecimal();
        if (series.erfcSinks(v)) {
            return v.signum() < 0 ? BigReal.of(2) : tail(v);
        }
        double square = Math.max(0, v.signum() * v.doubleValue() * v.doubleValue());
        int cancelled = (int) (square / 2) + 1;
        BigArithmetic a = cancelled < GUARD / 2 ? this : new BigArithmetic(digits + cancelled);
        return round(BigDecimal.ONE.subtract(a.erf(v), a.wide));
    }

    private BigReal tail(BigDecimal x) {
        if (x.multiply(x, wide).compareTo(LARGEST_EXPONENT) > 0) {
            return BigReal.ZERO;
        }
        return round(series.erfc(x).multiply(gaussian(x)).divide(pi.sqrt(wide).multiply(x), wide));
    }

    /**
     * π.
     *
     * @return π to the digits of this arithmetic
     */
    public BigReal pi() {
        return round(pi);
    }

    /**
     * {@code xⁿ}.
     *
     * @param x the base
     * @param n the exponent
     * @return the power; for x below 0 only if n is a whole number
     */
    public BigReal pow(BigReal x, BigReal n) {
        Given.value("pow", "the base", x);
        Given.value("pow", "the exponent", n);
        if (n.isZero()) {
            return BigReal.ONE;
        }
        if (!finite(x, n) || x.isZero()) {
            return BigReal.of(specialPower(x, n));
        }
        BigDecimal exponent = n.toBigDecimal();
        boolean whole = isWhole(exponent);
        if (whole && magnitude(exponent) <= 4) {
            BigDecimal power = x.toBigDecimal().pow(Math.abs(exponent.intValueExact()), wide);
            return BigReal.of(exponent.signum() > 0 ? power.round(context) : BigDecimal.ONE.divide(power, context));
        }
        if (x.signum() < 0 && !whole) {
            return BigReal.NaN;
        }
        BigReal power = exponential(log(x.toBigDecimal().abs()).multiply(exponent));
        return x.signum() < 0 && isOdd(exponent) ? power.neg() : power;
    }

    /** As IEEE 754-2019 has it for doubles, which stand in for the numbers. Only three properties matter: the sign, the side of 1, and whether a number is odd. */
    private static double specialPower(BigReal x, BigReal n) {
        double base = x.isFinite()
                ? x.signum() * (1 + (x.abs().lessThan(BigReal.ONE) ? -0.5 : BigReal.ONE.lessThan(x.abs()) ? 1 : 0))
                : x.toDouble();
        double exponent = n.isFinite()
                ? n.signum() * (isWhole(n.toBigDecimal()) ? isOdd(n.toBigDecimal()) ? 1 : 2 : 1.5)
                : n.toDouble();
        boolean one = base == 1 || base == -1 && Double.isInfinite(exponent);
        return one ? 1 : StrictMath.pow(base, exponent);
    }

    private static boolean isWhole(BigDecimal x) {
        return x.stripTrailingZeros().scale() <= 0;
    }

    private static boolean isOdd(BigDecimal x) {
        return magnitude(x) <= 10_000 && isWhole(x) && x.toBigInteger().testBit(0);
    }
}
