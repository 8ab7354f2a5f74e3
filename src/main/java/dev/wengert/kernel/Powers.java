package dev.wengert.kernel;

/** Powers with a variable exponent, and their partial derivatives of every order. */
public final class Powers {

    private Powers() {}

    /**
     * {@code y = ∂ʲ⁺ᵏ/∂xʲ∂eᵏ x^e}, element by element: {@code Σ_d C(k,d) · (d/de)ᵈ(e)_j · x^(e−j) · ln(x)^(k−d)} with the falling factorial
     * {@code (e)_j = e(e−1)⋯(e−j+1)}.
     *
     * <p>Conventions: a term whose factor {@code (d/de)ᵈ(e)_j} is 0 is left out, even if its power is infinite. If x^(e−j) is 0, so
     * is the derivative, which is the limit, also for infinite e; at x = 0 the product of a logarithm with x⁰ also counts as 0. If x = 0 and
     * x^(e−j) is infinite, only the term with the most logarithms counts. For x &lt; 0, derivatives in e are NaN; for e that is NaN, all are.
     *
     * @param j the order in x
     * @param k the order in e
     * @param a holds x, from {@code i} in steps of {@code di}
     * @param b holds e, from {@code l} in steps of {@code dl}
     * @param y takes n results from {@code m}
     * @param work scratch of at least k + 1 entries
     */
    public static void derivative(
            int j,
            int k,
            double[] a,
            int i,
            int di,
            double[] b,
            int l,
            int dl,
            double[] y,
            int m,
            int n,
            double[] work) {
        for (int r = 0; r < n; r++) {
            y[m + r] = derivative(j, k, a[i + r * di], b[l + r * dl], work);
        }
    }

    /**
     * Turns {@code y = x^e} into {@code x^(e + low)}. The exponent e − 1 is often not a double; its rounding error, times ln x, is a
     * relative error of the power. At x = 1e-100 the power for 1/3 − 1 would be off by 100 ulps.
     */
    public static void refine(double[] x, double low, double[] y, int n) {
        for (int r = 0; r < n; r++) {
            y[r] = refine(x[r], low, y[r]);
        }
    }

    /**
     * Returns x to the power e, to 0.65 ulp, to 0.8 where the result is subnormal. As in IEEE 754-2019, 1 to any power is 1, and so is −1 to an
     * infinite one. If the power is a double, it is exact.
     */
    public static double pow(double x, double e) {
        return GeneralPower.of(x, e);
    }

    /** Between these sizes, no product of {@link #cube} and its like overflows, and none loses digits to underflow. */
    private static final double SMALL = 0x1p-300;

    private static final double LARGE = 0x1p300;

    private static boolean isOrdinary(double x) {
        return x > SMALL && x < LARGE;
    }

    /** Returns x³, to 0.51 ulps. */
    static double cube(double x) {
        return isOrdinary(Math.abs(x)) ? cube(x, 0) : pow(x, 3);
    }

    /** Returns (x + low)³, where low is about an ulp of x. */
    private static double cube(double x, double low) {
        double square = x * x;
        double rest = Fma.of(x, x, -square);
        return Fma.of(square, x, rest * x + 3 * square * low);
    }

    /** Returns the square root as a power: at infinity and −0 it is positive. */
    static double root(double x) {
        return x > 0 ? Math.sqrt(x) : pow(x, 0.5);
    }

    /** Returns x to the power 1.5, to 0.51 ulps: √x is s + r/(2s), where r is the remainder x − s². */
    static double rootCubed(double x) {
        if (!isOrdinary(x)) {
            return pow(x, 1.5);
        }
        double s = Math.sqrt(x);
        double r = Fma.of(-s, s, x);
        return Fma.of(x, s, 0.5 * r * s);
    }

    /** Returns x to the power −0.5 or −1.5, to 0.51 ulps: 1/√x is q + q·(t − r·q²/2), where t is the remainder 1 − s·q. */
    static double inverseRoot(double x, double e) {
        if (!isOrdinary(x)) {
            return pow(x, e);
        }
        double s = Math.sqrt(x);
        double r = Fma.of(-s, s, x);
        double q = 1 / s;
        double t = Fma.of(-s, q, 1);
        double low = q * (t - 0.5 * r * q * q);
        return e == -0.5 ? q + low : cube(q, low);
    }

    /** The rounding error of {@code e − j}: the exact difference is {@code fl(e − j) + rest(e, j)} (Knuth's two-sum). */
    public static double rest(double e, double j) {
        if (!Double.isFinite(e)) {
            return 0;
        }
        double m = e - j;
        double b = m - e;
        return (e - (m - b)) - (j + b);
    }

    private static double refine(double x, double low, double power) {
        boolean changes = low != 0 && x > 0 && power > 0 && power <= Double.MAX_VALUE;
        return changes ? power + power * (low * Elementary.log(x)) : power;
    }

    /**
     * The derivative at one element.
     *
     * @param j the order in x
     * @param k the order in e
     * @param factor scratch of at least k + 1 entries
     */
    public static double derivative(int j, int k, double x, double e, double[] factor) {
        if (k > 0 && x < 0 || j + k > 0 && Double.isNaN(e)) {
            return Double.NaN;
        }
        double power = refine(x, rest(e, j), pow(x, e - j));
        if (power == 0 || j + k == 0) {
            return power;
        }
        fallingFactorial(j, k, e, factor);
        double log = k == 0 ? 0 : Elementary.log(x);
        double sum = 0;
        double binomial = 1;
        for (int d = 0; d <= k; d++) {
            if (factor[d] != 0 && !(d < k && x == 0 && e >= j)) {
                double term = binomial * factor[d] * power;
                for (int s = d; s < k; s++) {
                    term *= log;
                }
                if (x == 0) {
                    return term; // the term with the most logarithms
                }
                sum += term;
            }
            binomial = binomial * (k - d) / (d + 1);
        }
        return sum;
    }

    /**
     * Bounds the error of {@link #derivative(int, int, double, double, double[])}: {@code (5 + 3j + 4k)u} times the sum of the sizes of all
     * terms, since they may cancel. Errors in units of u: the power is good to one ulp; its correction costs one rounding; each linear
     * factor costs three (it may also cancel), each logarithm with its product three, the products with factor and binomial two, each sum
     * one.
     *
     * @param j the order in x
     * @param k the order in e
     * @param factor scratch of at least k + 1 entries
     */
    public static double error(int j, int k, double x, double e, double[] factor) {
        fallingFactorialSize(j, k, e, factor);
        double power = Math.abs(pow(x, e - j));
        double log = k == 0 ? 0 : Math.abs(Elementary.log(x));
        double error = 0;
        double binomial = 1;
        for (int d = 0; d <= k; d++) {
            double size = binomial * factor[d];
            for (int s = d; s < k; s++) {
                size *= log;
            }
            if (factor[d] != 0 && !(d < k && (power == 0 || x == 0 && e >= j))) {
                error += size * ((5 + 3 * j + 4 * k) * 0x1p-53 * power + 2 * Double.MIN_VALUE);
            }
            binomial = binomial * (k - d) / (d + 1);
        }
        return error + (k + 1) * Double.MIN_VALUE;
    }

    /** {@code factor[d] = (d/de)ᵈ (e)_j} for d up to k, multiplying one linear factor after the other. */
    private static void fallingFactorial(int j, int k, double e, double[] factor) {
        begin(k, factor);
        for (int r = 0; r < j; r++) {
            multiply(k, e - r, factor);
        }
    }

    /** The same with all linear factors replaced by their absolute values. */
    private static void fallingFactorialSize(int j, int k, double e, double[] factor) {
        begin(k, factor);
        for (int r = 0; r < j; r++) {
            multiply(k, Math.abs(e - r), factor);
        }
    }

    private static void begin(int k, double[] factor) {
        for (int d = 0; d <= k; d++) {
            factor[d] = d == 0 ? 1 : 0;
        }
    }

    /** Multiplies by a factor that is linear in e: its value is {@code linear}, its derivative 1. */
    private static void multiply(int k, double linear, double[] factor) {
        for (int d = k; d > 0; d--) {
            factor[d] = (factor[d] == 0 ? 0 : factor[d] * linear) + d * factor[d - 1];
        }
        factor[0] *= linear;
    }
}
