package dev.wengert.precise;

import dev.wengert.message.Given;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * A real number with as many digits as it needs, or one of the special values of a double: ±∞ and NaN. There is one zero.
 */
public final class BigReal {

    /** 0. */
    public static final BigReal ZERO = new BigReal(BigDecimal.ZERO, 0);
    /** 1. */
    public static final BigReal ONE = new BigReal(BigDecimal.ONE, 0);
    /** +∞. */
    public static final BigReal POSITIVE_INFINITY = new BigReal(null, Double.POSITIVE_INFINITY);
    /** −∞. */
    public static final BigReal NEGATIVE_INFINITY = new BigReal(null, Double.NEGATIVE_INFINITY);
    /** Not a number. */
    public static final BigReal NaN = new BigReal(null, Double.NaN);

    /** The conversion to a double goes through text, which is slow for hundreds of digits. */
    private static final MathContext ENOUGH_FOR_A_DOUBLE = new MathContext(38);

    private final BigDecimal value;
    private final double special;

    private BigReal(BigDecimal value, double special) {
        this.value = value;
        this.special = special;
    }

    /**
     * The exact number that a double represents.
     *
     * @param value the double
     * @return the number
     */
    public static BigReal of(double value) {
        if (Double.isNaN(value)) {
            return NaN;
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY;
        }
        return value == 0 ? ZERO : of(new BigDecimal(value));
    }

    /**
     * A finite number.
     *
     * @param value the number
     * @return the number
     */
    public static BigReal of(BigDecimal value) {
        return Given.value("of", "the number", value).signum() == 0 ? ZERO : new BigReal(value, 0);
    }

    /**
     * Whether this is a finite number.
     *
     * @return false for ±∞ and NaN
     */
    public boolean isFinite() {
        return value != null;
    }

    /**
     * Whether this is not a number.
     *
     * @return true for NaN
     */
    public boolean isNaN() {
        return value == null && Double.isNaN(special);
    }

    /**
     * Whether this is 0.
     *
     * @return true for 0
     */
    public boolean isZero() {
        return value != null && value.signum() == 0;
    }

    /**
     * The value of a finite number.
     *
     * @return the number
     * @throws ArithmeticException if this is not finite
     */
    public BigDecimal toBigDecimal() {
        if (value == null) {
            throw new ArithmeticException("toBigDecimal: the number must be finite, got " + special);
        }
        return value;
    }

    /**
     * The nearest double, or (in one of 10²⁰ cases) a neighbour that is as near to twenty digits more.
     *
     * @return the double
     */
    public double toDouble() {
        return value == null ? special : value.round(ENOUGH_FOR_A_DOUBLE).doubleValue();
    }

    /**
     * The sign.
     *
     * @return −1, 0 or 1; NaN for NaN
     */
    public double signum() {
        return value == null ? Math.signum(special) : value.signum();
    }

    /**
     * The number with the other sign.
     *
     * @return −x
     */
    public BigReal neg() {
        return value == null ? of(-special) : of(value.negate());
    }

    /**
     * The number without its sign.
     *
     * @return |x|
     */
    public BigReal abs() {
        return value == null ? of(Math.abs(special)) : of(value.abs());
    }

    /**
     * Whether this is smaller than another number; false if either is NaN.
     *
     * @param other the other
     * @return this &lt; other
     */
    public boolean lessThan(BigReal other) {
        Given.value("lessThan", "the other number", other);
        if (value != null && other.value != null) {
            return value.compareTo(other.value) < 0;
        }
        return sketch() < other.sketch();
    }

    /**
     * Whether two numbers are the same; a NaN is not.
     *
     * @param other the other
     * @return this = other
     */
    public boolean sameAs(BigReal other) {
        Given.value("sameAs", "the other number", other);
        if (value != null && other.value != null) {
            return value.compareTo(other.value) == 0;
        }
        return sketch() == other.sketch();
    }

    /** A double that behaves like this number beside a special value. */
    double sketch() {
        return value == null ? special : value.signum();
    }

    @Override
    public String toString() {
        return value == null ? Double.toString(special) : value.toString();
    }
}
