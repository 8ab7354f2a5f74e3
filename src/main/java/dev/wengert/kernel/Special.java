package dev.wengert.kernel;

/**
 * The error function, the functions of the normal distribution, and the two-sum.
 *
 * <p>Most use one smooth function, {@code (1 + x)·exp(x²/2)·Φ(−x)}, which stays between 0.39 and 0.53. Its Chebyshev series in {@code t
 * = (x − 5)/(x + 5)}, which maps {@code [0, ∞)} to {@code [−1, 1)}, converges rapidly, as M. M. Shepherd and J. G. Laframboise found for
 * erfc (Chebyshev approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt; ∞, Mathematics of Computation 36, 1981). The coefficients were
 * computed with 60 digits. Tails keep their relative accuracy, because the argument of the exponential is an exact square in two parts.
 */
final class Special {

    private static final double SQRT_TWO = 1.4142135623730951;
    private static final double SQRT_TWO_LOW = -9.667293313452913e-17;
    private static final double SQRT_HALF = 0.7071067811865476;
    private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;
    private static final double ONE_OVER_SQRT_TWO_PI_LOW = -2.49232720227773e-17;

    /** Up to this |x|, erf is a polynomial; beyond, 1 − erf is at most one half, so that subtracting it from 1 is harmless. */
    private static final double ERF_SMALL = 0.5;

    /** Beyond this argument {@code exp(−x²/2)}, and with it {@code exp(−x²)}, is 0. */
    private static final double FAR = 40.0;

    /** Beyond this argument, {@code √π·x·erfcx(x)} and {@code t·m(−t)} are 1. */
    private static final double ASYMPTOTIC = 1e9;

    private static final double ONE_OVER_SQRT_PI = 0.5641895835477563;
    private static final double HALF_SQRT_PI = 0.886226925452758;
    private static final double LN2 = 0.6931471805599453;
    private static final double LN2_LOW = 2.3190468138462996e-17;
    private static final double LOG_SQRT_TWO_PI = 0.9189385332046727;

    /** Below this argument erfcx overflows. */
    private static final double ERFCX_OVERFLOWS = -26.64;

    /** From this argument downwards, a continued fraction gives the ratios of moments; it has {@code 350/x²} levels and a few. */
    private static final double CONTINUED_FRACTION = -1.5;

    /** (1.25 + t)·m(−t), a polynomial in (t − 4)/(t + 4); the highest power comes first. */
    private static final double[] MEAN = {
        -1.4656283986317876e-09,
        -2.432913712662411e-09,
        1.7145508923713565e-08,
        2.042908351639227e-08,
        -1.0464833971345955e-07,
        -5.953251736451569e-08,
        4.5821044802128314e-07,
        -9.905894263844394e-08,
        -1.638350583009251e-06,
        1.9034370575449913e-06,
        4.9670429737346765e-06,
        -1.1725740824794566e-05,
        -1.2112091433548902e-05,
        5.277230575441336e-05,
        1.720935410350419e-05,
        -0.00019806226796222987,
        3.8896606722134374e-05,
        0.0006412016803159554,
        -0.0004641116267778619,
        -0.0017597187566190256,
        0.002491568350279357,
        0.0036817229111170114,
        -0.010095793174527773,
        -0.0027683667819004363,
        0.03236023191318681,
        -0.025396637050212438,
        -0.06750053480944979,
        0.18248125713275526,
        -0.14259871052441467,
        -0.1554020567759819,
        1.1844375085697232
    };

    /** erfinv(x)/x to seven digits, in −ln(1 − x²) − 2.5, up to 5. */
    private static final double[] ERFINV_CENTRE = {
        2.328584448512426e-08,
        3.425248574499235e-07,
        -3.4633561652787986e-06,
        -4.383631590447797e-06,
        0.00021834691469174911,
        -0.0012537486107348206,
        -0.0041773897590790246,
        0.2466407582304785,
        1.5014093598328817
    };

    /** erfinv(x) to six digits, in √(−ln(1 − x²)) − 4.15, beyond. */
    private static final double[] ERFINV_TAIL = {
        -8.102427783803034e-07,
        -1.2549747549691952e-06,
        2.2532851855293367e-05,
        -7.700080417247122e-05,
        0.00023074812177631374,
        -0.0006828118288884653,
        0.000910313212216996,
        1.0098135953872949,
        3.9912329908903663
    };

    private Special() {}

    /** Returns erf(x). */
    static double erf(double x) {
        double a = Math.abs(x);
        if (a <= ERF_SMALL) {
            double s = x * x;
            double w = s * s;
            double v = w * w;
            double c0 = Fma.of(
                    Fma.of(-0.026866170645000076, s, 0.1128379167095487),
                    w,
                    Fma.of(-0.3761263890318375, s, 0.1283791670955126));
            double c4 = Fma.of(
                    Fma.of(-1.4923005626894847e-05, s, 0.00012055286259121393),
                    w,
                    Fma.of(-0.0008548326511566567, s, 0.005223977622024224));
            double p = Fma.of(Fma.of(Fma.of(-1.4621341491012844e-07, s, 1.6371282597755977e-06), v, c4), v, c0);
            return Fma.of(x, p, x);
        }
        a = Math.min(a, FAR);
        return Math.copySign(1.0 - tail(2.0, SQRT_TWO * a, 0.0, 1.0, a), x);
    }

    /** Returns 1 − erf(x). */
    static double erfc(double x) {
        double a = Math.min(Math.abs(x), FAR);
        if (a <= ERF_SMALL) {
            return 1.0 - erf(x);
        }
        double tail = scaledTail(a, 1.0);
        return x > 0.0 ? tail : 2.0 - tail;
    }

    /** Returns {@code exp(x²)·erfc(x)}. */
    static double erfcx(double x) {
        if (x >= 0.0) {
            return x > ASYMPTOTIC ? ONE_OVER_SQRT_PI / x : scaledTail(x, 0.0);
        }
        if (x < ERFCX_OVERFLOWS) {
            return Double.POSITIVE_INFINITY;
        }
        double square = x * x;
        double e = Elementary.exp(square);
        e = Fma.of(Fma.of(x, x, -square), e, e);
        return x > -ERF_SMALL ? e * (1.0 - erf(x)) : 2.0 * e - scaledTail(-x, 0.0);
    }

    /**
     * Returns the derivative of erfcx of this order. They satisfy {@code y′ = 2xy − 2/√π} and {@code y⁽ᵏ⁾ = 2xy⁽ᵏ⁻¹⁾ + 2(k − 1)y⁽ᵏ⁻²⁾}. For
     * x below 0 the terms have one sign. Else they cancel, and the derivative {@code 2/√π ∫₀^∞ (−2t)ⁿ·exp(−t² − 2tx) dt} is a moment: the
     * product of positive ratios of moments.
     */
    static double erfcx(int order, double x) {
        double y = erfcx(x);
        if (x < 0.0) {
            double before = 0.0;
            for (int k = 1; k <= order; k++) {
                double next = Fma.of(2.0 * x, y, k == 1 ? -2.0 * ONE_OVER_SQRT_PI : 2.0 * (k - 1) * before);
                before = y;
                y = next;
            }
            return y;
        }
        for (int k = 1; k <= order; k++) {
            y *= -SQRT_TWO * momentRatio(k, -SQRT_TWO * x);
        }
        return y;
    }

    /** Returns {@code exp((1 − c)·x²)·erfc(x)} for x ≥ 0. */
    private static double scaledTail(double x, double c) {
        double argument = SQRT_TWO * x;
        double low = Fma.of(SQRT_TWO, x, -argument) + SQRT_TWO_LOW * x;
        return tail(2.0, argument, low, c, x);
    }

    /** Returns the x with erf(x) = p. */
    static double erfinv(double p) {
        double a = Math.abs(p);
        if (!(a < 1.0)) {
            return a == 1.0 ? Math.copySign(Double.POSITIVE_INFINITY, p) : Double.NaN;
        }
        double w = -Elementary.log((1.0 - a) * (1.0 + a));
        double y = w < 5.0 ? a * polynomial(ERFINV_CENTRE, w - 2.5) : polynomial(ERFINV_TAIL, Math.sqrt(w) - 4.15);
        // one step of Halley's method, which makes six digits eighteen
        double excess = a <= 0.5 ? erf(y) - a : (1.0 - a) - erfc(y);
        double step = excess * HALF_SQRT_PI / gaussian(y);
        return Math.copySign(y - step / (1.0 + y * step), p);
    }

    /** Returns the derivative of erfinv, {@code √π/2·exp(erfinv(p)²)}, written so that the error of erfinv hardly matters. */
    static double erfinvSlope(double p) {
        double a = Math.abs(p);
        return a == 1.0 ? Double.POSITIVE_INFINITY : HALF_SQRT_PI * erfcx(erfinv(a)) / (1.0 - a);
    }

    /**
     * Returns {@code factor·exp(−c·y²)·exp(x²/2)·Φ(−x)} for {@code x ≥ 0}, where low is the rounding error of x. The rounding errors of the last sums, product and quotient are
     * computed and added at the end.
     */
    private static double tail(double factor, double x, double low, double c, double y) {
        double square = y * y;
        return plusTail(0.0, factor, x, low, c, y, curve(x), Elementary.exp(-c * square));
    }

    /** Returns m plus the tail, given {@link #curve} of x and the exponential of the rounded square. A loop over it becomes vectors. */
    private static double plusTail(
            double m, double factor, double x, double low, double c, double y, double q, double e) {
        double p = 0.46151582985003775 + q;
        double pLow = (0.46151582985003775 - p) + q;
        double numerator = factor * p;
        double numeratorLow = Fma.of(factor, p, -numerator) + factor * pLow;
        double denominator = 1.0 + x;
        double denominatorLow = lost(1.0, x, denominator) + low;
        double inverse = 1.0 / denominator;
        double ratio = numerator * inverse;
        double ratioLow =
                (Fma.of(-ratio, denominator, numerator) + Fma.of(-ratio, denominatorLow, numeratorLow)) * inverse;
        double square = y * y;
        double squareLow = Fma.of(y, y, -square);
        double high = ratio * e;
        return (m + high) + Fma.of(e, ratioLow - ratio * (c * squareLow), Fma.of(ratio, e, -high));
    }

    /** Returns {@code (1 + x)·exp(x²/2)·Φ(−x)} less its value at 5, for {@code x ≥ 0}. A loop over it becomes vectors. */
    private static double curve(double x) {
        double t = (x - 5.0) / (x + 5.0);
        double t2 = t * t;
        double t4 = t2 * t2;
        double t8 = t4 * t4;
        double c3 = Fma.of(
                Fma.of(0.006522000663070282, t, -0.015170415403281224),
                t2,
                Fma.of(0.024536963244008607, t, -0.026401042966267253));
        double c7 = Fma.of(
                Fma.of(-5.360776760261054e-05, t, 0.00018233410307611755),
                t2,
                Fma.of(7.791635118256678e-06, t, -0.0016760723371645697));
        double c11 = Fma.of(
                Fma.of(-1.30875688513428e-06, t, -7.070628846317715e-08),
                t2,
                Fma.of(9.060427180103588e-06, t, -9.895946159334735e-06));
        double c15 = Fma.of(
                Fma.of(-3.284221001906357e-08, t, -2.688202129280215e-08),
                t2,
                Fma.of(1.982020450987373e-07, t, 1.284479710649634e-07));
        double c19 = Fma.of(
                Fma.of(-8.13625617353924e-10, t, -4.327297110082094e-10),
                t2,
                Fma.of(5.589280598259154e-09, t, 4.022493382168717e-09));
        double c19To24 = Fma.of(Fma.of(6.91270385745006e-11, t, 2.5086998016985133e-11), t4, c19);
        double c11To24 = Fma.of(c19To24, t8, Fma.of(c15, t4, c11));
        double c3To24 = Fma.of(c11To24, t8, Fma.of(c7, t4, c3));
        // the large coefficients one by one, which has the smaller error
        return t
                * Fma.of(
                        Fma.of(Fma.of(c3To24, t, 0.01000235238521867), t, 0.031030368425962847),
                        t,
                        -0.09155228183400893);
    }

    /** Returns {@code exp(−x²)}. */
    static double gaussian(double x) {
        double a = Math.min(Math.abs(x), FAR);
        double square = a * a;
        double rest = Fma.of(a, a, -square);
        double e = Elementary.exp(-square);
        return Fma.of(-rest, e, e);
    }

    /** Returns the density {@code exp(−x²/2)/√(2π)} of the standard normal distribution. */
    static double normalPdf(double x) {
        double a = Math.min(Math.abs(x), FAR);
        double square = a * a;
        double rest = Fma.of(a, a, -square);
        double e = Elementary.exp(-0.5 * square);
        double low = ONE_OVER_SQRT_TWO_PI_LOW - 0.5 * rest * ONE_OVER_SQRT_TWO_PI;
        return Fma.of(e, ONE_OVER_SQRT_TWO_PI, e * low);
    }

    /** Returns the distribution function Φ of the standard normal distribution. */
    static double normalCdf(double x) {
        double a = Math.min(Math.abs(x), FAR);
        if (a <= ERF_SMALL) {
            return 0.5 + 0.5 * erf(x * SQRT_HALF);
        }
        double tail = tail(1.0, a, 0.0, 0.5, a);
        return x > 0.0 ? 1.0 - tail : tail;
    }

    /** Returns ln Φ(x). */
    static double logNormalCdf(double x) {
        if (Math.abs(x) <= ERF_SMALL) {
            return (Elementary.log1p(erf(x * SQRT_HALF)) - LN2_LOW) - LN2;
        }
        if (x > 0.0) {
            double a = Math.min(x, FAR);
            return Elementary.log1p(-tail(1.0, a, 0.0, 0.5, a));
        }
        double half = 0.5 * x;
        double square = half * x;
        double rest = Fma.of(half, x, -square);
        double log = LOG_SQRT_TWO_PI + Elementary.log(momentRatio(0, x));
        return square > Double.MAX_VALUE ? -square : -(square + (log + rest));
    }

    /**
     * Returns a ratio of the moments {@code M_n = ∫₀^∞ sⁿ·exp(xs − s²/2) ds}: for n = 0 it is {@code 1/M_0 = φ(x)/Φ(x)}, else {@code
     * M_n/M_(n−1)}. They satisfy {@code M_1/M_0 = x + φ/Φ} and {@code M_n/M_(n−1) = x + (n − 1)/(M_(n−1)/M_(n−2))}. Where x is negative
     * these sums cancel, and the first ratio is a polynomial, the others are continued fractions of positive terms.
     */
    static double momentRatio(int n, double x) {
        if (n == 0) {
            return x < 0.0 ? mean(-x) - x : normalPdf(x) / normalCdf(x);
        }
        if (n > 1 && x < CONTINUED_FRACTION) {
            int k = n + 12 + (int) (350.0 / (x * x));
            double ratio = 2.0 * k / (Math.sqrt(x * x + 4.0 * k) - x);
            while (--k >= n) {
                ratio = k / (ratio - x);
            }
            return ratio;
        }
        double ratio = x < 0.0 ? mean(-x) : x + momentRatio(0, x);
        for (int k = 2; k <= n; k++) {
            ratio = x + (k - 1) / ratio;
        }
        return ratio;
    }

    /** Returns {@code M_1/M_0} at −t, for t ≥ 0. */
    private static double mean(double t) {
        if (t > ASYMPTOTIC) {
            return 1.0 / t;
        }
        double p = polynomial(MEAN, (t - 4.0) / (t + 4.0));
        double z = 1.25 + t;
        double q = p / z;
        return Fma.of(Fma.of(-q, z, p) - q * lost(1.25, t, z), 1.0 / z, q);
    }

    /** Returns the polynomial with these coefficients, that of the highest power first. */
    static double polynomial(double[] c, double x) {
        double p = c[0];
        for (int k = 1; k < c.length; k++) {
            p = Fma.of(p, x, c[k]);
        }
        return p;
    }

    /** Returns {@code x·Φ(x)}. */
    static double gelu(double x) {
        return gelu(x, geluCurve(x), geluExp(x));
    }

    /** The part of {@link #gelu(double)} that is an exponential. */
    static double geluExp(double x) {
        double a = Math.min(Math.abs(x), FAR);
        return Elementary.exp(-0.5 * (a * a));
    }

    /** The part of {@link #gelu(double)} that is a polynomial. */
    static double geluCurve(double x) {
        return curve(Math.min(Math.abs(x), FAR));
    }

    /** Returns {@link #gelu(double)}, given its parts. */
    static double gelu(double x, double curve, double e) {
        double a = Math.min(Math.abs(x), FAR);
        return plusTail(Math.max(x, 0.0), -a, a, 0.0, 0.5, a, curve, e);
    }

    /** Returns the rounding error of {@code sum}, the double nearest to x + y (the two-sum of Knuth). */
    static double lost(double x, double y, double sum) {
        double b = sum - x;
        return (x - (sum - b)) + (y - b);
    }
}
