package dev.wengert.kernel;

/**
 * The elementary functions of one number: exponentials, logarithms, sine, cosine, and functions made of them.
 *
 * <p>They are written in {@link Fma}, arithmetic and shifts of bits alone, so that the bits of a result do not depend on the virtual
 * machine or the processor, and as straight lines for all but extreme arguments, so that an array of numbers goes through the same steps in
 * vectors. Nothing is allocated. The error bounds were measured; {@code ElementaryTest} holds the functions to them, and measurements.md has
 * the largest errors that were found. Where a result is subnormal, the unit in the last place is the spacing of the subnormal numbers.
 *
 * <p>The scheme is always the same. Subtract a multiple of ln 2 or π/2, split into parts so that the subtraction is exact (W. J. Cody and
 * W. Waite, Software Manual for the Elementary Functions, 1980). Evaluate a polynomial. Add the rounding errors of the leading terms in the
 * last addition, or in the correction of the quotient.
 */
public final class Elementary {

    public static final double LOG2_E = 1.4426950408889634;
    /** What log₂ e exceeds {@link #LOG2_E} by; the other low parts likewise. */
    private static final double LOG2_E_LOW = 2.0355273740931033e-17;

    public static final double LOG10_E = 0.4342944819032518;
    private static final double LOG10_E_LOW = 1.098319650216765e-17;
    private static final double LOG10_2 = 0.3010299956639812;
    private static final double LOG10_2_LOW = -2.8037281277851704e-18;

    /** ln 2 to 40 bits: its product with k is exact. {@link #LN2_LOW} is the rest of ln 2. */
    public static final double LN2_HIGH = 0.6931471805592082;

    public static final double LN2_LOW = 7.371002565167799e-13;

    public static final double TWO_OVER_PI = 0.6366197723675814;
    /** π/2 as a sum of three doubles. */
    public static final double HALF_PI_1 = 1.5707963267948966;

    public static final double HALF_PI_2 = 6.123233995736766e-17;
    public static final double HALF_PI_3 = -1.4973849048591698e-33;

    /** The largest number whose product with {@link #TWO_OVER_PI} is at most 1/2. */
    static final double NO_TURN = 0x1.921fb54442d17p-1;

    /** The largest number whose product with {@link #TWO_OVER_PI} is below 3/2; for no double is it equal to 3/2. */
    static final double ONE_TURN = 0x1.2d97c7f3321d1p1;

    /** Up to this size of x, the remainder of x divided by π/2 keeps its relative accuracy, and the quotient its last bit. */
    public static final double REDUCIBLE = 0x1p30;

    /** Adding this rounds a number to the nearest whole number, which stands in the last bits of the sum. */
    public static final double SHIFT = 0x1.8p52;

    /** Up to |x| = 708, exp(x) and its factor 2ᵏ are normal numbers. */
    public static final double NORMAL = 708.0;

    private static final double EXP_MINUS_40 = 4.248354255291589e-18;

    /** Below this x, exp(x) is 0. */
    static final double EXP_IS_ZERO = -746.0;

    /** {@link #exp(double, double)} moves low towards 0 by this; it exceeds the relative error of exp before the last rounding. */
    public static final double IGNORED = 0x1p-55;

    /** Below this |x|, log1p(x), expm1(x) and sin(x) return x; otherwise they would lose the sign of zero. */
    public static final double TINY = 0x1p-54;

    public static final long MANTISSA = 0x000fffffffffffffL;
    public static final long ONE = Double.doubleToRawLongBits(1.0);
    public static final long SQRT_HALF = Double.doubleToRawLongBits(0.7071067811865476);

    private Elementary() {}

    /** Returns exp(x), to 1 ulp. It never decreases as x grows. */
    public static double exp(double x) {
        double shifted = Fma.of(x, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, x);
        double s = 1.0 + r;
        double t = excess(r);
        double rest = Fma.of(-k * LN2_LOW, s + t, t);
        return scale(s + (((1.0 - s) + r) + rest), shifted, x);
    }

    /**
     * Returns exp(x + low) for x ≤ 0 and |low| of at most two ulps of x, to 1 ulp. While |low| is at most half an ulp of x, the result
     * never decreases as x + low grows. Without this, o_i &lt; o_j would sometimes give softmax(o)_i &gt; softmax(o)_j.
     *
     * <p>Before the last rounding the relative error ε is below 2⁻⁵⁵ for every x. For a fixed x the steps are monotonic in low. From x to
     * the next double, low falls from half an ulp to minus half an ulp, and the computed value could fall by up to 2ε. Therefore low is
     * moved towards 0 by 2⁻⁵⁵.
     */
    static double exp(double x, double low) {
        double shifted = Fma.of(x, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, x);
        double s = 1.0 + r;
        double t = excess(r);
        double rest = ((1.0 - s) + r) + Fma.of(-k * LN2_LOW, s + t, t);
        double nearer = Math.copySign(Math.max(Math.abs(low) - IGNORED, 0.0), low);
        return scale(s + Fma.of(nearer, s + t, rest), shifted, x);
    }

    /** Returns exp(x − m) for x ≤ m, m finite, correcting the rounding of the difference; it never decreases as x grows. */
    public static double expOfDifference(double x, double m) {
        double d = x - m;
        return d < EXP_IS_ZERO ? 0.0 : exp(d, Special.lost(x, -m, d));
    }

    /** Returns exp(x + low), where low is at most an ulp of x or of 1; to 0.65 ulp, but for subnormal results. */
    static double expOfSum(double x, double low) {
        double shifted = Fma.of(x, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, x);
        double s = 1.0 + r;
        double t = excess(r);
        double rest = Fma.of(Fma.of(-k, LN2_LOW, low), s + t, t);
        return scale(s + (((1.0 - s) + r) + rest), shifted, x);
    }

    /** Returns y·2ᵏ, given shifted = k + SHIFT; the result is about exp(x). */
    private static double scale(double y, double shifted, double x) {
        if (Math.abs(x) <= NORMAL) {
            return y * power(shifted);
        }
        return x > 710.0 ? Double.POSITIVE_INFINITY : x < EXP_IS_ZERO ? 0.0 : Math.scalb(y, (int) (shifted - SHIFT));
    }

    /** Returns exp(x) − 1, to 1 ulp. */
    public static double expm1(double x) {
        if (!(Math.abs(x) >= TINY)) {
            return x;
        }
        if (x > 40.0) {
            return exp(x);
        }
        if (x < -40.0) {
            return -1.0;
        }
        double shifted = Fma.of(x, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, x);
        double t = excess(r);
        double rest = Fma.of(-k * LN2_LOW, 1.0 + r + t, t);
        double p = power(shifted);
        double c = p - 1.0;
        double leading = p * r;
        double y = c + leading;
        return y + ((((c - y) + leading) + Special.lost(p, -1.0, c)) + p * rest);
    }

    /** Returns the natural logarithm of x, to 1 ulp. */
    public static double log(double x) {
        if (x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE) {
            return log(x, 0.0, 0);
        }
        if (x > 0.0) {
            return x > 1.0 ? x : log(x * 0x1p54, 0.0, -54);
        }
        return x == 0.0 ? Double.NEGATIVE_INFINITY : Double.NaN;
    }

    /** Returns log(1 + x), to 1 ulp. */
    public static double log1p(double x) {
        if (x > -1.0 && x <= Double.MAX_VALUE && Math.abs(x) >= TINY) {
            double sum = 1.0 + x;
            return log(sum, Special.lost(1.0, x, sum) / sum, 0);
        }
        return x > -1.0 ? x : x == -1.0 ? Double.NEGATIVE_INFINITY : Double.NaN;
    }

    /** Returns log(x) + e·log 2 + low for a normal number x. Either low is small compared with the rest, or the rest is exact. */
    private static double log(double x, double low, int e) {
        long bits = Double.doubleToRawLongBits(x) + (ONE - SQRT_HALF);
        double k = (int) (bits >>> 52) - 1023 + e;
        double f = Double.longBitsToDouble((bits & MANTISSA) + SQRT_HALF) - 1.0;
        double half = 0.5 * f;
        double square = half * f;
        double squareLow = Fma.of(half, f, -square);
        double curved = curved(f, square);
        double whole = k * LN2_HIGH;
        double linear = whole + f;
        double linearLow = (whole - linear) + f;
        double y = linear - square;
        double yLow = (linear - y) - square;
        return y + ((yLow + linearLow) + (low + (Fma.of(k, LN2_LOW, curved) - squareLow)));
    }

    /** Returns log(1 + f) − f + f²/2, given f²/2, for √½ ≤ 1 + f &lt; √2. */
    private static double curved(double f, double square) {
        // log(1 + f) = f − f²/2 + s·(f²/2 + R(s²)) with s = f/(2 + f)
        double s = f / (2.0 + f);
        double z = s * s;
        double w = z * z;
        double odd = Fma.of(0.13318987384958386, w, 0.1538750371650508);
        odd = Fma.of(odd, w, 0.2222222280565169);
        odd = Fma.of(odd, w, 0.4000000000001135);
        double even = Fma.of(0.1324185143972357, w, 0.18181764837363504);
        even = Fma.of(even, w, 0.28571428567805923);
        even = Fma.of(even, w, 0.6666666666666665);
        return s * (square + z * Fma.of(odd, z, even));
    }

    /** Returns the binary logarithm of x, to 1 ulp; it is exact at powers of two. */
    public static double log2(double x) {
        return logTo(x, LOG2_E, LOG2_E_LOW, 1.0, 0.0);
    }

    /** Returns the decimal logarithm of x, to 1 ulp; it is exact at powers of ten. */
    public static double log10(double x) {
        return logTo(x, LOG10_E, LOG10_E_LOW, LOG10_2, LOG10_2_LOW);
    }

    /** Returns k·two + log(m)·unit for x = m·2ᵏ, where two and unit have low parts; m is near 1. */
    private static double logTo(double x, double unit, double unitLow, double two, double twoLow) {
        if (!(x > 0.0 && x <= Double.MAX_VALUE)) {
            return log(x);
        }
        boolean normal = x >= Double.MIN_NORMAL;
        long bits = Double.doubleToRawLongBits(normal ? x : x * 0x1p54) + (ONE - SQRT_HALF);
        double k = (int) (bits >>> 52) - (normal ? 1023 : 1077);
        double f = Double.longBitsToDouble((bits & MANTISSA) + SQRT_HALF) - 1.0;
        double half = 0.5 * f;
        double square = half * f;
        double rest = curved(f, square) - Fma.of(half, f, -square);
        double high = f - square;
        double low = ((f - high) - square) + rest;
        double product = high * unit;
        double productLow = Fma.of(high, unit, -product) + Fma.of(high, unitLow, low * unit);
        double whole = k * two;
        double wholeLow = Fma.of(k, two, -whole) + k * twoLow;
        double sum = whole + product;
        return sum + (Special.lost(whole, product, sum) + (productLow + wholeLow));
    }

    /** Returns sin(x), to 1 ulp. Beyond 2³⁰ it calls {@link StrictMath}, which may allocate. */
    public static double sin(double x) {
        if (!(Math.abs(x) <= REDUCIBLE)) {
            return StrictMath.sin(x);
        }
        return Math.abs(x) < TINY ? x : wave(x, 0);
    }

    /** Returns cos(x), to 1 ulp. Beyond 2³⁰ it calls {@link StrictMath}, which may allocate. */
    public static double cos(double x) {
        return Math.abs(x) <= REDUCIBLE ? wave(x, 1) : StrictMath.cos(x);
    }

    /** Returns sin(x + quarters·π/2). */
    private static double wave(double x, int quarters) {
        double n = quarterTurns(x);
        double first = Fma.of(-n, HALF_PI_1, x); // exact: a multiple of 2⁻⁵³ below 1
        double second = n * HALF_PI_2;
        double r = first - second;
        double low = -second - (r - first); // also exact: first is a multiple of an ulp of second
        low = Fma.of(-n, HALF_PI_3, low - Fma.of(n, HALF_PI_2, -second));
        int quadrant = (int) n + quarters;
        double y = (quadrant & 1) == 0 ? sine(r, low) : cosine(r, low);
        return (quadrant & 2) == 0 ? y : -y;
    }

    /**
     * Returns the whole number nearest to x·{@link #TWO_OVER_PI}. For −1, 0 and 1 it only compares: the processor predicts a comparison and
     * does not wait for it, where one sine is the argument of the next.
     */
    private static double quarterTurns(double x) {
        double size = Math.abs(x);
        if (size <= NO_TURN) {
            return 0.0;
        }
        return size > ONE_TURN ? Fma.of(x, TWO_OVER_PI, SHIFT) - SHIFT : x > 0.0 ? 1.0 : -1.0;
    }

    /** Returns tan(x), to 1 ulp. Beyond 2³⁰ it calls {@link StrictMath}, which may allocate. */
    public static double tan(double x) {
        if (!(Math.abs(x) <= REDUCIBLE)) {
            return StrictMath.tan(x);
        }
        if (Math.abs(x) < TINY) {
            return x;
        }
        double n = quarterTurns(x);
        double first = Fma.of(-n, HALF_PI_1, x);
        double second = n * HALF_PI_2;
        double r = first - second;
        double low = -second - (r - first);
        low = Fma.of(-n, HALF_PI_3, low - Fma.of(n, HALF_PI_2, -second));
        double sineRest = sineRest(r, low);
        double sine = r + sineRest;
        double sineLow = (r - sine) + sineRest;
        double half = 1.0 - 0.5 * (r * r);
        double cosineRest = cosineRest(r, low);
        double cosine = half + cosineRest;
        double cosineLow = (half - cosine) + cosineRest;
        // the quotient of sine and cosine, or minus that of cosine and sine
        boolean even = ((int) n & 1) == 0;
        double numerator = even ? sine : -cosine;
        double numeratorLow = even ? sineLow : -cosineLow;
        double denominator = even ? cosine : sine;
        double denominatorLow = even ? cosineLow : sineLow;
        double inverse = 1.0 / denominator;
        double q = numerator * inverse;
        return Fma.of(Fma.of(-q, denominator, numerator) + Fma.of(-q, denominatorLow, numeratorLow), inverse, q);
    }

    /** Returns sin(r + low) for |r| ≤ π/4. */
    private static double sine(double r, double low) {
        return r + sineRest(r, low);
    }

    /** Returns sin(r + low) − r. */
    private static double sineRest(double r, double low) {
        double z = r * r;
        double w = z * z;
        double even = Fma.of(-2.5050758627557568e-08, w, -0.0001984126982981633);
        even = Fma.of(even, w, -0.16666666666666632);
        double odd = Fma.of(1.5896826584592687e-10, w, 2.7557313695040828e-06);
        odd = Fma.of(odd, w, 0.008333333333322424);
        double p = Fma.of(odd, z, even);
        return Fma.of(r * z, p, low * Fma.of(-0.5, z, 1.0));
    }

    /** Returns cos(r + low) for |r| ≤ π/4. */
    private static double cosine(double r, double low) {
        return (1.0 - 0.5 * (r * r)) + cosineRest(r, low);
    }

    /** Returns cos(r + low) − (1 − r²/2), where the bracket is rounded. */
    private static double cosineRest(double r, double low) {
        double z = r * r;
        double w = z * z;
        double even = Fma.of(2.087572364602285e-09, w, 2.4801587289490648e-05);
        even = Fma.of(even, w, 0.0416666666666666);
        double odd = Fma.of(-1.135966802383401e-11, w, -2.75573143549338e-07);
        odd = Fma.of(odd, w, -0.0013888888888874136);
        double p = Fma.of(odd, z, even);
        double half = 0.5 * z;
        double halfLow = Fma.of(r, low, 0.5 * Fma.of(r, r, -z));
        double y = 1.0 - half;
        return ((1.0 - y) - half) + Fma.of(w, p, -halfLow);
    }

    /** Returns tanh(x), to 2 ulp. */
    public static double tanh(double x) {
        // −m/(2 + m) with m = exp(−2|x|) − 1
        double a = -2.0 * Math.min(Math.abs(x), 20.0);
        double shifted = Fma.of(a, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, a);
        double t = excess(r);
        double rest = Fma.of(-k * LN2_LOW, 1.0 + r + t, t);
        double p = power(shifted);
        double c = p - 1.0;
        double leading = p * r;
        double y = c + leading;
        rest = ((c - y) + leading) + p * rest;
        double m = y + rest;
        double z = 2.0 + m;
        double zLow = ((2.0 - z) + y) + rest;
        double inverse = 1.0 / z;
        double q = m * inverse;
        return Math.copySign(Fma.of(Fma.of(-q, z, y) + Fma.of(-q, zLow, rest), inverse, q), x);
    }

    /** Returns sech²(x) = 1 − tanh²(x), to 3 ulp, also where tanh saturates. */
    public static double sech2(double x) {
        // 4e/(1 + e)² with e = exp(−2|x|)
        double a = -2.0 * Math.min(Math.abs(x), 375.0);
        double shifted = Fma.of(a, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, a);
        double s = 1.0 + r;
        double t = excess(r);
        double rest = ((1.0 - s) + r) + Fma.of(-k * LN2_LOW, s + t, t);
        double y = s + rest;
        double yLow = (s - y) + rest;
        if (a < -NORMAL) {
            return Math.scalb(y, (int) k + 2);
        }
        double p = power(shifted);
        double e = p * y;
        double sum = 1.0 + e;
        double sumLow = ((1.0 - sum) + e) + p * yLow;
        return y / Fma.of(sum, sum, 2.0 * sum * sumLow) * (4.0 * p);
    }

    /** Returns the logistic function 1/(1 + exp(−x)), to 1 ulp. */
    public static double sigmoid(double x) {
        if (x < -40.0) {
            return exp(x);
        }
        double a = Math.max(-Math.abs(x), -40.0);
        double shifted = Fma.of(a, LOG2_E, SHIFT);
        double k = shifted - SHIFT;
        double r = Fma.of(-k, LN2_HIGH, a);
        double t = excess(r);
        double rest = Fma.of(-k * LN2_LOW, 1.0 + r + t, t);
        double p = power(shifted);
        double leading = p * r;
        double y = p + leading;
        rest = ((p - y) + leading) + p * rest;
        double e = y + rest;
        double z = 1.0 + e;
        double zLow = ((1.0 - z) + y) + rest;
        double inverse = 1.0 / z;
        if (x < 0.0) {
            double q = e * inverse;
            return Fma.of(Fma.of(-q, z, y) + Fma.of(-q, zLow, rest), inverse, q);
        }
        return Fma.of(Fma.of(-inverse, z, 1.0) - inverse * zLow, inverse, inverse);
    }

    /** Returns log(1 + exp(x)), to 2 ulp. */
    public static double softplus(double x) {
        return plusLog1p(Math.max(x, 0.0), exp(-Math.abs(x)));
    }

    /** Returns x + log(1 + e) for 0 ≤ e ≤ 1; the error is half an ulp, and two ulps of e. A loop over it becomes vectors. */
    static double plusLog1p(double x, double e) {
        // 2·artanh(e/(2 + e))
        double z = 2.0 + e;
        double zLow = (2.0 - z) + e;
        double inverse = 1.0 / z;
        double twice = e + e;
        double q = twice * inverse;
        double low = Fma.of(-q, zLow, Fma.of(-q, z, twice)) * inverse;
        double q2 = q * q;
        double q4 = q2 * q2;
        double q8 = q4 * q4;
        double a = Fma.of(0.012500000000049152, q2, 0.08333333333333288);
        double b = Fma.of(0.00043402781191178777, q2, 0.002232142855300795);
        double c = Fma.of(1.878242183757639e-05, q2, 8.87780464913156e-05);
        double d = Fma.of(9.236211558483297e-07, q2, 4.059134904364993e-06);
        double f = Fma.of(8.115083871029407e-08, q2, 1.5907483973020782e-07);
        double curved = Fma.of(Fma.of(f, q8, Fma.of(d, q4, c)), q8, Fma.of(b, q4, a));
        return x + (q + Fma.of(q * q2, curved, low));
    }

    /** Returns x/(1 + exp(−x)), to 3 ulp; 0 at −∞. */
    public static double silu(double x) {
        return x < -40.0 ? timesExp(x) : x * sigmoid(x);
    }

    /** Returns tanh(log(1 + exp(x))), to 3 ulp. */
    public static double tanhSoftplus(double x) {
        // n/(n + 2) with n = e(e + 2), e = exp(x)
        double e = exp(Math.min(x, 40.0));
        double n = Fma.of(e, e, e + e);
        return n / (n + 2.0);
    }

    /** Returns x·tanh(log(1 + exp(x))), to 4 ulp; 0 at −∞. */
    public static double mish(double x) {
        return x < -40.0 ? timesExp(x) : x * tanhSoftplus(x);
    }

    /** Returns x·exp(x) for x &lt; −40; exp(x) may be subnormal, whereas exp(x + 40) has all its digits. */
    private static double timesExp(double x) {
        return x < EXP_IS_ZERO - 10.0 ? -0.0 : exp(x + 40.0) * x * EXP_MINUS_40;
    }

    /** Returns x/(1 + |x|), to 2 ulp; ±1 at ±∞. */
    public static double softsign(double x) {
        double a = Math.abs(x);
        return a <= Double.MAX_VALUE ? x / (1.0 + a) : Math.signum(x);
    }

    /** Returns exp(r) − 1 − r for {@code |r| ≤ ln(2)/2}. */
    private static double excess(double r) {
        double r2 = r * r;
        double r4 = r2 * r2;
        double a = Fma.of(0.04166666666666669, r, 0.16666666666666682);
        double b = Fma.of(0.0013888888888869083, r, 0.008333333333316784);
        double c = Fma.of(2.4801587357697976e-05, r, 0.00019841269896959214);
        double d = Fma.of(2.7557244631241874e-07, r, 2.7557234327325776e-06);
        double e = Fma.of(2.0923946123155835e-09, r, 2.5112210561393566e-08);
        double low = Fma.of(b, r2, a);
        double high = Fma.of(Fma.of(e, r2, d), r2, c);
        return Fma.of(0.5, r2, r * r2 * Fma.of(high, r4, low));
    }

    /** Returns 2ᵏ, a normal number, given shifted = k + SHIFT. */
    private static double power(double shifted) {
        return Double.longBitsToDouble((Double.doubleToRawLongBits(shifted) + 1023L) << 52);
    }
}
