package dev.wengert.kernel;

/**
 * The scalar functions that {@link StrictMath} does not have.
 *
 * <p>The error functions rest on one smooth function: with {@code t = (x − 15/4)/(x + 15/4)}, which maps {@code [0, ∞)}
 * to {@code [−1, 1)}, the function {@code (1 + 2x)·exp(x²)·erfc(x)} stays between 1 and 1.3 and has a rapidly
 * converging Chebyshev series in {@code t} (M. M. Shepherd and J. G. Laframboise, Chebyshev approximation of
 * (1 + 2x)exp(x²)erfc x in 0 ≤ x &lt; ∞, Mathematics of Computation 36, 1981). Tails keep their relative accuracy because
 * the exponential factor is applied to an exactly split square.
 */
final class Special {

    private static final double SQRT_HALF = 0.7071067811865476;
    private static final double ONE_OVER_SQRT_TWO_PI = 0.3989422804014327;

    /** Below this bound erf is a polynomial; above it the complement is at most one half and subtraction is harmless. */
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
            return Math.fma(x, p, x);
        }
        a = Math.min(a, FAR);
        return Math.copySign(1.0 - gaussian(a) * erfcx(a), x);
    }

    /** Returns {@code exp(x²)·erfc(x)} for {@code x ≥ 0}. */
    private static double erfcx(double x) {
        double t = (x - 3.75) / (x + 3.75);
        double p = 4.2514714447963895e-10;
        p = p * t + 3.1114333809799254e-10;
        p = p * t - 5.1739902140113095e-09;
        p = p * t - 3.744210080962018e-09;
        p = p * t + 3.8675334242222354e-08;
        p = p * t + 2.3263508708859124e-08;
        p = p * t - 2.5866850716155884e-07;
        p = p * t - 5.7218230603224086e-08;
        p = p * t + 1.751637648849062e-06;
        p = p * t - 9.73559896736775e-07;
        p = p * t - 1.1444146237700524e-05;
        p = p * t + 2.238423915508223e-05;
        p = p * t + 5.164909889268241e-05;
        p = p * t - 0.0002901540805408417;
        p = p * t + 0.0002937136655913448;
        p = p * t + 0.0017556258528952954;
        p = p * t - 0.009746579558029276;
        p = p * t + 0.028362277418956406;
        p = p * t - 0.05869339858963677;
        p = p * t + 0.09230432116037748;
        p = p * t - 0.10880393014174886;
        p = p * t + 0.0822767384901452;
        p = p * t + 0.0035854154854644293;
        p = p * t - 0.14024059858554697;
        p = p * t + 1.2375126308378275;
        return p / (1.0 + 2.0 * x);
    }

    /** Returns {@code exp(−x²)}. */
    static double gaussian(double x) {
        double a = Math.min(Math.abs(x), FAR);
        double square = a * a;
        double rest = Math.fma(a, a, -square);
        double e = StrictMath.exp(-square);
        return Math.fma(-rest, e, e);
    }

    /** Returns {@code exp(−x²/2)}. */
    private static double halfGaussian(double x) {
        double a = Math.min(Math.abs(x), FAR);
        double square = a * a;
        double rest = Math.fma(a, a, -square);
        double e = StrictMath.exp(-0.5 * square);
        return Math.fma(-0.5 * rest, e, e);
    }

    /** Returns the density of the standard normal distribution. */
    static double normalPdf(double x) {
        return halfGaussian(x) * ONE_OVER_SQRT_TWO_PI;
    }

    /** Returns the distribution function Φ of the standard normal distribution. */
    static double normalCdf(double x) {
        double a = Math.min(Math.abs(x), FAR);
        if (a * SQRT_HALF <= ERF_SMALL) {
            return 0.5 + 0.5 * erf(x * SQRT_HALF);
        }
        double tail = 0.5 * erfcx(a * SQRT_HALF) * halfGaussian(a);
        return x > 0.0 ? 1.0 - tail : tail;
    }

    /** Returns {@code x·Φ(x)}. */
    static double gelu(double x) {
        if (x == Double.NEGATIVE_INFINITY) {
            return -0.0;
        }
        return x * normalCdf(x);
    }

    /** Returns the derivative of tanh, {@code sech²(x)}, with its relative accuracy where tanh saturates. */
    static double sech2(double x) {
        double a = Math.abs(x);
        if (a > 350.0) {
            double root = 2.0 * StrictMath.exp(-a);
            return root * root;
        }
        double e = StrictMath.exp(-2.0 * a);
        double s = 1.0 + e;
        return 4.0 * e / (s * s);
    }

    /** Returns the logistic function {@code 1/(1 + exp(−x))}. */
    static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return (x < 0.0 ? e : 1.0) / (1.0 + e);
    }

    /** Returns {@code log(1 + exp(x))}. */
    static double softplus(double x) {
        return Math.max(x, 0.0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }
}
