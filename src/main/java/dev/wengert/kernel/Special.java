package dev.wengert.kernel;

/**
 * The error function, the functions of the normal distribution, and the two-sum.
 *
 * <p>They all use one smooth function, {@code (1 + x)·exp(x²/2)·Φ(−x)}, which stays between 0.39 and 0.53. Its Chebyshev series in {@code t
 * = (x − 5)/(x + 5)}, which maps {@code [0, ∞)} to {@code [−1, 1)}, converges rapidly, as M. M. Shepherd and J. G. Laframboise found for
 * erfc (Chebyshev approximation of (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt; ∞, Mathematics of Computation 36, 1981). The coefficients were
 * computed with 60 digits. Tails keep their relative accuracy, because the argument of the exponential is an exact square in two parts.
 */
final class Special {

    private static final double SQRT_TWO = 1.4142135623730951;
    private static final double SQRT_HALF = 0.7071067811865476;
    private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;

    /** Up to this |x|, erf is a polynomial; beyond, 1 − erf is at most one half, so that subtracting it from 1 is harmless. */
    private static final double ERF_SMALL = 0.5;

    /** Beyond this argument {@code exp(−x²/2)}, and with it {@code exp(−x²)}, is 0. */
    private static final double FAR = 40.0;

    private Special() {}

    /** Returns erf(x). */
    static double erf(double x) {
        double a = Math.abs(x);
        if (a <= ERF_SMALL) {
            double s = x * x;
            double p = -1.4621341491012844e-07;
            p = p * s + 1.6371282597755977e-06;
            p = p * s - 1.4923005626894847e-05;
            p = p * s + 0.00012055286259121393;
            p = p * s - 0.0008548326511566567;
            p = p * s + 0.005223977622024224;
            p = p * s - 0.026866170645000076;
            p = p * s + 0.1128379167095487;
            p = p * s - 0.3761263890318375;
            p = p * s + 0.1283791670955126;
            return Fma.of(x, p, x);
        }
        a = Math.min(a, FAR);
        return Math.copySign(1.0 - tail(2.0, SQRT_TWO * a, 1.0, a), x);
    }

    /**
     * Returns {@code factor·exp(−c·y²)·exp(x²/2)·Φ(−x)} for {@code x ≥ ½}. The rounding errors of the last sums, product and quotient are
     * computed and added at the end.
     */
    private static double tail(double factor, double x, double c, double y) {
        double t = (x - 5.0) / (x + 5.0);
        double q = 6.91270385745006e-11;
        q = q * t + 2.5086998016985133e-11;
        q = q * t - 8.13625617353924e-10;
        q = q * t - 4.327297110082094e-10;
        q = q * t + 5.589280598259154e-09;
        q = q * t + 4.022493382168717e-09;
        q = q * t - 3.284221001906357e-08;
        q = q * t - 2.688202129280215e-08;
        q = q * t + 1.982020450987373e-07;
        q = q * t + 1.284479710649634e-07;
        q = q * t - 1.30875688513428e-06;
        q = q * t - 7.070628846317715e-08;
        q = q * t + 9.060427180103588e-06;
        q = q * t - 9.895946159334735e-06;
        q = q * t - 5.360776760261054e-05;
        q = q * t + 0.00018233410307611755;
        q = q * t + 7.791635118256678e-06;
        q = q * t - 0.0016760723371645697;
        q = q * t + 0.006522000663070282;
        q = q * t - 0.015170415403281224;
        q = q * t + 0.024536963244008607;
        q = q * t - 0.026401042966267253;
        q = q * t + 0.01000235238521867;
        q = q * t + 0.031030368425962847;
        q = q * t - 0.09155228183400893;
        q *= t;
        double p = 0.46151582985003775 + q;
        double pLow = (0.46151582985003775 - p) + q;
        double numerator = factor * p;
        double numeratorLow = Fma.of(factor, p, -numerator) + factor * pLow;
        double denominator = 1.0 + x;
        double denominatorLow = lost(1.0, x, denominator);
        double ratio = numerator / denominator;
        double ratioLow =
                (Fma.of(-ratio, denominator, numerator) + (numeratorLow - ratio * denominatorLow)) / denominator;
        double square = y * y;
        double squareLow = Fma.of(y, y, -square);
        double e = Elementary.exp(-c * square);
        return ratio * e + e * (ratioLow - ratio * (c * squareLow));
    }

    /** Returns {@code exp(−x²)}. */
    static double gaussian(double x) {
        double a = Math.min(Math.abs(x), FAR);
        double square = a * a;
        double rest = Fma.of(a, a, -square);
        double e = Elementary.exp(-square);
        return Fma.of(-rest, e, e);
    }

    /** Returns {@code exp(−x²/2)}. */
    private static double halfGaussian(double x) {
        double a = Math.min(Math.abs(x), FAR);
        double square = a * a;
        double rest = Fma.of(a, a, -square);
        double e = Elementary.exp(-0.5 * square);
        return Fma.of(-0.5 * rest, e, e);
    }

    /** Returns the density of the standard normal distribution. */
    static double normalPdf(double x) {
        return halfGaussian(x) * ONE_OVER_SQRT_TWO_PI;
    }

    /** Returns the distribution function Φ of the standard normal distribution. */
    static double normalCdf(double x) {
        double a = Math.min(Math.abs(x), FAR);
        if (a <= ERF_SMALL) {
            return 0.5 + 0.5 * erf(x * SQRT_HALF);
        }
        double tail = tail(1.0, a, 0.5, a);
        return x > 0.0 ? 1.0 - tail : tail;
    }

    /** Returns {@code x·Φ(x)}. */
    static double gelu(double x) {
        double a = Math.min(Math.abs(x), FAR);
        if (a <= ERF_SMALL) {
            double half = 0.5 * x;
            return Fma.of(half, erf(x * SQRT_HALF), half);
        }
        double tail = tail(a, a, 0.5, a);
        return Math.max(x, 0.0) - tail;
    }

    /** Returns the rounding error of {@code sum}, the double nearest to x + y (the two-sum of Knuth). */
    static double lost(double x, double y, double sum) {
        double b = sum - x;
        return (x - (sum - b)) + (y - b);
    }
}
