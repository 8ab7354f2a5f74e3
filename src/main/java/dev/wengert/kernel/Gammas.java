package dev.wengert.kernel;

/**
 * The logarithm of the gamma function, its derivatives, and their differences.
 *
 * <p>Near the zeros of ln Γ and of digamma, each is its distance from the zero times a polynomial, whose coefficients were computed with 50
 * digits. For large arguments it is Stirling's series. Between, the recurrence adds terms of one sign. Below 0 the reflection formulas
 * serve: there the terms cancel beside the zeros, and the errors are small compared with the terms.
 */
public final class Gammas {

    /** From here on, Stirling's series of ln Γ has enough digits; the series of digamma from {@link #LARGE} on. */
    private static final double STIRLING = 8.0;

    private static final double LARGE = 10.0;

    /** {@code ½ln(2π) − ½}. */
    private static final double CONSTANT = 0.4189385332046727;

    /** The positive zero of digamma, as a sum of two doubles. */
    private static final double ROOT = 1.4616321449683622;

    private static final double ROOT_LOW = 9.549995429965697e-17;

    /** {@code B_2k/(2k)}, from the highest k down to 1. */
    private static final double[] BERNOULLI = {
        -174611.0 / 6600.0,
        43867.0 / 14364.0,
        -3617.0 / 8160.0,
        1.0 / 12.0,
        -691.0 / 32760.0,
        1.0 / 132.0,
        -1.0 / 240.0,
        1.0 / 252.0,
        -1.0 / 120.0,
        1.0 / 12.0
    };

    /** {@code B_2k/(2k(2k − 1))}, from k = 9 down to 1. */
    private static final double[] STIRLING_SERIES = {
        43867.0 / 244188.0,
        -3617.0 / 122400.0,
        1.0 / 156.0,
        -691.0 / 360360.0,
        1.0 / 1188.0,
        -1.0 / 1680.0,
        1.0 / 1260.0,
        -1.0 / 360.0,
        1.0 / 12.0
    };

    /** The largest n with n! below the largest double. */
    private static final int LARGEST_FACTORIAL = 170;

    /** Terms below this fraction of a sum end it. */
    private static final double NEGLIGIBLE = 0x1p-64;

    /** ln Γ(1 + w)/w for |w| ≤ ½, a polynomial in 2w; the highest power comes first. */
    private static final double[] AROUND_ONE = {
        -8.990809043424478e-10,
        1.7378792315914402e-09,
        2.930006921758862e-09,
        -5.211705188297646e-09,
        -1.0457694646983121e-08,
        1.9048640112066067e-08,
        1.3416285834333462e-09,
        2.2503569604917574e-09,
        -5.690774547052658e-08,
        1.1339892029827825e-07,
        -1.9284675279470471e-07,
        4.121921067571674e-07,
        -9.014793572649296e-07,
        1.9127014915305183e-06,
        -4.067770293473459e-06,
        8.718134345421905e-06,
        -1.8782688400384684e-05,
        4.070049540330045e-05,
        -8.882222595652844e-05,
        0.00019550669728001717,
        -0.00043489948221950563,
        0.0009805442982990572,
        -0.002250779636608288,
        0.005298661780901225,
        -0.012961596939306022,
        0.033822601053479576,
        -0.10017140859663266,
        0.41123351671205655,
        -0.5772156649015329
    };

    /** The constant term of {@code ln Γ(x)/(x − 2)}, a polynomial in x − 2.5 for 1.5 ≤ x ≤ 3.5, as a sum of two doubles. */
    private static final double AROUND_TWO_FIRST = 0.5693657409458384;

    private static final double AROUND_TWO_LOW = -4.01e-17;

    /** Its other terms, divided by x − 2.5. */
    private static final double[] AROUND_TWO = {
        3.886389388885521e-11,
        -9.713503438863529e-11,
        1.9770889201749887e-11,
        -7.613092212840334e-11,
        8.168584684414133e-10,
        -2.0881440296105176e-09,
        4.574804341789695e-09,
        -1.2199896734401934e-08,
        3.332227906034379e-08,
        -8.885964885103938e-08,
        2.3780287982715455e-07,
        -6.418357852269547e-07,
        1.745072785050362e-06,
        -4.786433377765355e-06,
        1.3275785808670832e-05,
        -3.7353362918654255e-05,
        0.00010710020463396831,
        -0.0003150592508876783,
        0.0009610979287579534,
        -0.0030951822935916746,
        0.010877001514194335,
        -0.04480584269738512,
        0.2675817993988097
    };

    /** ψ(x)/(x − root) for 1 ≤ x ≤ 3, a polynomial in x − 2. */
    private static final double[] DIGAMMA = {
        2.944930002207525e-09,
        -5.495315942645068e-09,
        -1.183257077685753e-08,
        2.070604694120438e-08,
        3.846913846622345e-08,
        -6.695140151139414e-08,
        -3.299171559966835e-08,
        4.594744120460249e-08,
        1.3990472099665014e-07,
        -2.532281805799342e-07,
        2.8091189744546605e-07,
        -5.864278463317367e-07,
        1.3308629411671011e-06,
        -2.645871409092003e-06,
        5.212445133891106e-06,
        -1.0435770943228892e-05,
        2.091081451447697e-05,
        -4.184787693054116e-05,
        8.377508659378348e-05,
        -0.00016781483194783505,
        0.0003364331278986385,
        -0.0006753134209495447,
        0.0013581421098813344,
        -0.0027395728785465467,
        0.005552254176536144,
        -0.011338432553570059,
        0.023447309597549766,
        -0.04955103291766727,
        0.10899991701762858,
        -0.26073895468300146,
        0.7853075386041053
    };

    private Gammas() {}

    /** {@code y = ln|Γ(x)|} for n = −1, else the n-th derivative of digamma. */
    public static void polygamma(int n, double[] x, double[] y, int count) {
        for (int l = 0; l < count; l++) {
            y[l] = n < 0 ? lgamma(x[l]) : polygamma(n, x[l]);
        }
    }

    /**
     * {@code y = ∂ʲ⁺ᵏ/∂xʲ∂zᵏ ln B(x, z)}, element by element; NaN for negative numbers.
     *
     * @param a holds x, from {@code i} in steps of {@code di}
     * @param b holds z, from {@code l} in steps of {@code dl}
     * @param y takes n results from {@code m}
     */
    public static void lbeta(
            int j, int k, double[] a, int i, int di, double[] b, int l, int dl, double[] y, int m, int n) {
        for (int r = 0; r < n; r++) {
            y[m + r] = lbeta(j, k, a[i + r * di], b[l + r * dl]);
        }
    }

    /** The derivative at one pair of numbers. */
    public static double lbeta(int j, int k, double x, double z) {
        if (j == 0 && k == 0) {
            return lbeta(x, z);
        }
        if (!(x >= 0.0 && z >= 0.0)) {
            return Double.NaN;
        }
        if (j > 0 && k > 0) {
            return -polygamma(j + k - 1, x + z);
        }
        return j > 0 ? difference(j - 1, x, z) : difference(k - 1, z, x);
    }

    /** Returns {@code ln|Γ(x)|}. */
    static double lgamma(double x) {
        if (Math.abs(x) <= 0.5) {
            return x * Special.polynomial(AROUND_ONE, 2.0 * x) - Elementary.log(Math.abs(x));
        }
        if (!(x < 0.0)) {
            return lgammaOfPositive(x);
        }
        double r = Math.abs(x - Math.rint(x));
        return r > 0.0
                ? Elementary.log(Math.PI / (-x * Elementary.sin(Math.PI * r))) - lgammaOfPositive(-x)
                : Double.POSITIVE_INFINITY;
    }

    /** Returns ln Γ(x) for x ≥ ½. */
    private static double lgammaOfPositive(double x) {
        if (x < 1.5) {
            double w = x - 1.0;
            return w * Special.polynomial(AROUND_ONE, 2.0 * w);
        }
        if (x <= 3.5) {
            return aroundTwo(x);
        }
        if (x < STIRLING) {
            double y = x;
            double product = 1.0;
            while (y > 3.5) {
                y -= 1.0;
                product *= y;
            }
            return Elementary.log(product) + aroundTwo(y);
        }
        return Fma.of(x - 0.5, Elementary.log(x) - 1.0, CONSTANT + correction(x));
    }

    /** Returns ln Γ(x) for 1.5 ≤ x ≤ 3.5. The last sum is exact. */
    private static double aroundTwo(double x) {
        double u = x - 2.5;
        double rest = Fma.of(u, Special.polynomial(AROUND_TWO, u), AROUND_TWO_LOW);
        double sum = AROUND_TWO_FIRST + rest;
        double w = x - 2.0;
        return Fma.of(w, sum, w * ((AROUND_TWO_FIRST - sum) + rest));
    }

    /** Returns {@code ln Γ(x) − (x − ½)ln x + x − ½ln(2π)}, for large x. */
    private static double correction(double x) {
        return Special.polynomial(STIRLING_SERIES, 1.0 / (x * x)) / x;
    }

    /** Returns ψ(x), the derivative of ln Γ; NaN at 0, −1, −2, … */
    static double digamma(double x) {
        if (x > 0.0) {
            return digammaOfPositive(x);
        }
        double r = x - Math.rint(x);
        return r == 0.0 ? Double.NaN : digammaOfPositive(1.0 - x) - Math.PI * cotangent(r);
    }

    /** Returns cot(πr) for |r| ≤ ½. */
    private static double cotangent(double r) {
        if (Math.abs(r) <= 0.25) {
            return Elementary.cos(Math.PI * r) / Elementary.sin(Math.PI * r);
        }
        double rest = Math.PI * (0.5 - Math.abs(r));
        return Math.copySign(Elementary.sin(rest) / Elementary.cos(rest), r);
    }

    private static double digammaOfPositive(double x) {
        if (x < 1.0) {
            return aroundRoot(x + 1.0) - 1.0 / x;
        }
        if (x < LARGE) {
            double y = x;
            double sum = 0.0;
            while (y > 3.0) {
                y -= 1.0;
                sum += 1.0 / y;
            }
            return sum + aroundRoot(y);
        }
        double s = 1.0 / (x * x);
        return Elementary.log(x) - Fma.of(Special.polynomial(BERNOULLI, s), s, 0.5 / x);
    }

    /** Returns ψ(x) for 1 ≤ x ≤ 3. */
    private static double aroundRoot(double x) {
        return ((x - ROOT) - ROOT_LOW) * Special.polynomial(DIGAMMA, x - 2.0);
    }

    /** Returns the n-th derivative of digamma. At 0, −1, −2, … it is +∞ for odd n and NaN for even n. */
    static double polygamma(int n, double x) {
        if (n == 0) {
            return digamma(x);
        }
        if (x > 0.0) {
            return difference(n, x, Double.POSITIVE_INFINITY);
        }
        double below = x - Math.floor(x);
        double above = Math.ceil(x) - x;
        if (!(below > 0.0)) {
            return n % 2 == 1 && below == 0.0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        // the sum over all whole numbers, less those on the other side
        double others = polygamma(n, above) - polygamma(n, 1.0 - x);
        return n % 2 == 0 ? polygamma(n, below) - others : polygamma(n, below) + others;
    }

    /** Returns {@code ψ⁽ⁿ⁾(a) − ψ⁽ⁿ⁾(a + b)} for positive a and b; for infinite b and n ≥ 1 it is {@code ψ⁽ⁿ⁾(a)}. */
    static double difference(int n, double a, double b) {
        if (a == 0.0 || a == Double.POSITIVE_INFINITY) {
            return a > 0.0 ? 0.0 : n % 2 == 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        double s = n + 1.0;
        double size = ratioOfSums(s, a, b);
        if (n == 0) {
            return -size / a;
        }
        double y = n > LARGEST_FACTORIAL || a < Double.MIN_NORMAL
                ? size * Elementary.exp(lgamma(s) - s * Elementary.log(a))
                : scaled(n, size, a);
        return n % 2 == 0 ? -y : y;
    }

    /** Returns {@code n!·size/a^(n+1)}; powers of two are kept apart, since both parts may be beyond the doubles. */
    private static double scaled(int n, double size, double a) {
        double factorial = 1.0;
        double low = 0.0;
        for (int k = 2; k <= n; k++) {
            double next = factorial * k;
            low = Fma.of(factorial, k, -next) + low * k;
            factorial = next;
        }
        factorial += low;
        int e = Math.getExponent(a);
        int f = Math.getExponent(factorial);
        double m = Math.scalb(a, -e);
        double power = n == 1 ? m * m : Powers.pow(m, n + 1);
        return Math.scalb(Math.scalb(factorial, -f) * size / power, f - e * (n + 1));
    }

    /**
     * Returns {@code aˢ Σ ((a + k)⁻ˢ − (a + b + k)⁻ˢ)} over k ≥ 0: terms one by one, and the rest by the Euler–Maclaurin formula, whose
     * first term for s = 1 is a logarithm. No difference is taken: {@code u⁻ˢ − (u + b)⁻ˢ = u⁻ˢ·part(s, b/u)}.
     */
    private static double ratioOfSums(double s, double a, double b) {
        double sum = 0.0;
        double low = 0.0;
        double u = a;
        double power = 1.0;
        for (int k = 1; u < s + LARGE; k++) {
            double term = power * part(s, b / u);
            double next = sum + term;
            low += Special.lost(sum, term, next);
            sum = next;
            u = a + k;
            double q = a / u;
            double error = (Fma.of(-q, u, a) - q * Special.lost(a, k, u)) / a;
            power = (s == 1.0 ? q : s == 2.0 ? q * q : Powers.pow(q, s)) * (1.0 + s * error);
            if (power < NEGLIGIBLE * sum) {
                return sum + low;
            }
        }
        double ratio = b / u;
        double first = s == 1.0 ? Elementary.log1p(ratio) : part(s - 1.0, ratio) / (s - 1.0);
        double series = 0.0;
        double inverse = 1.0 / u;
        double rising = s * inverse;
        for (int k = 1; k <= BERNOULLI.length; k++) {
            series += BERNOULLI[BERNOULLI.length - k] * rising * part(s + (2 * k - 1), ratio);
            rising *= (s + (2 * k - 1)) * inverse / (2 * k) * ((s + 2 * k) * inverse / (2 * k + 1));
        }
        return sum + (low + power * (u * first + (0.5 * part(s, ratio) + series)));
    }

    /** Returns {@code 1 − (1 + r)⁻ˢ}. */
    private static double part(double s, double r) {
        return r == Double.POSITIVE_INFINITY ? 1.0 : -Elementary.expm1(-s * Elementary.log1p(r));
    }

    /** Returns {@code ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b)} for positive a and b; +∞ if one is 0; NaN below. */
    static double lbeta(double a, double b) {
        double p = Math.min(a, b);
        double q = Math.max(a, b);
        if (!(p > 0.0) || q == Double.POSITIVE_INFINITY) {
            return p == 0.0 ? Double.POSITIVE_INFINITY : p > 0.0 ? Double.NEGATIVE_INFINITY : Double.NaN;
        }
        double sum = p + q;
        double logOfRest = Elementary.log1p(-p / sum); // ln(q/(p + q))
        if (p >= STIRLING) {
            double corrections = correction(p) + correction(q) - correction(sum);
            return (p - 0.5) * Elementary.log(p / sum)
                    + (q * logOfRest + ((CONSTANT + 0.5 + corrections) - 0.5 * Elementary.log(q)));
        }
        if (q >= STIRLING) {
            double rest = (correction(q) - correction(sum)) + (p + (q - 0.5) * logOfRest);
            return (lgamma(p) - p * Elementary.log(sum)) + rest;
        }
        return (lgamma(p) + lgamma(q)) - lgamma(sum);
    }
}
