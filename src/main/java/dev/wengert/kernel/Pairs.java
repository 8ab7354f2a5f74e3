package dev.wengert.kernel;

/** Functions of two numbers, with the same bits on every machine. The error bounds were measured. */
public final class Pairs {

    private static final double LN2 = 0.6931471805599453;

    /** Between these sizes, no square in {@link #hypot} overflows, and no remainder loses digits to underflow. */
    private static final double SMALL = 0x1p-450;

    private static final double LARGE = 0x1p500;

    private Pairs() {}

    /** Returns what remains of a divided by b, with the sign of b, rounded once; NaN for b = 0. */
    public static double mod(double a, double b) {
        double m = a % b;
        return m == 0.0 ? Math.copySign(0.0, b) : b < 0.0 != m < 0.0 ? m + b : m;
    }

    /** Returns twice ⌊a/b⌋, plus 1 unless a is a multiple of b. */
    public static double modPiece(double a, double b) {
        double m = mod(a, b);
        return 2.0 * Math.rint((a - m) / b) + (m == 0.0 ? 0.0 : 1.0);
    }

    /**
     * Returns √(a² + b²), to 0.501 ulp, to 0.8 where it is subnormal; ∞ where one is infinite. The root of the rounded sum is corrected by the exact remainder (C. F.
     * Borges, An improved algorithm for hypot(a, b), 2019).
     */
    public static double hypot(double a, double b) {
        double p = Math.max(Math.abs(a), Math.abs(b));
        double q = Math.min(Math.abs(a), Math.abs(b));
        if (!(p < LARGE && q > SMALL)) {
            return extremeHypot(p, q, a, b);
        }
        double square = p * p;
        double h = Math.sqrt(Fma.of(q, q, square));
        double whole = h * h;
        double excess = Fma.of(-q, q, whole - square) + (Fma.of(h, h, -whole) - Fma.of(p, p, -square));
        return h - excess / (2.0 * h);
    }

    /** Returns √(p² + q²) for p ≥ q where a number is 0, tiny or huge; a and b tell infinity beside NaN. */
    private static double extremeHypot(double p, double q, double a, double b) {
        if (Double.isInfinite(a) || Double.isInfinite(b)) {
            return Double.POSITIVE_INFINITY;
        }
        if (!(q >= p * 0x1p-60)) {
            return p + q;
        }
        return p >= LARGE
                ? hypot(p * 0x1p-600, q * 0x1p-600) * 0x1p600
                : q == 0.0 ? p : hypot(p * 0x1p600, q * 0x1p600) * 0x1p-600;
    }

    /** Returns a/√(a² + b²), to 2 ulp; 0 at the origin, NaN where both are infinite. */
    public static double hypotSlope(double a, double b) {
        double size = Math.max(Math.abs(a), Math.abs(b));
        if (!(size <= Double.MAX_VALUE)) {
            double remote = Math.copySign(1.0, a);
            return Double.isNaN(size) || Math.abs(a) == Math.abs(b)
                    ? Double.NaN
                    : Double.isInfinite(a) ? remote : 0.0 * remote;
        }
        double scale = scale(size);
        return size == 0.0 ? 0.0 : a * scale / hypot(a * scale, b * scale);
    }

    /** Returns a/(a² + b²), to 4 ulp; 0 at the origin, NaN where both are infinite. */
    public static double atan2Slope(double a, double b) {
        double size = Math.max(Math.abs(a), Math.abs(b));
        if (!(size <= Double.MAX_VALUE)) {
            return hypotSlope(a, b) / size;
        }
        double scale = scale(size);
        double r = hypot(a * scale, b * scale);
        return size == 0.0 ? 0.0 : a * scale / r / r * scale;
    }

    /** Returns a factor that keeps the hypotenuse of a triangle with this longest side from overflow and from losing digits. */
    private static double scale(double size) {
        return size > 0x1p1000 ? 0x1p-100 : size < 0x1p-900 ? 0x1p600 : 1.0;
    }

    /** Returns log(exp(a) + exp(b)). The error is half an ulp of the result and two ulps of exp(−|a − b|). */
    public static double logAddExp(double a, double b) {
        double high = Math.max(a, b);
        if (a == b || Double.isInfinite(high)) {
            return high + LN2;
        }
        return Elementary.plusLog1p(high, Elementary.expOfDifference(Math.min(a, b), high));
    }

    /** Returns exp(a)/(exp(a) + exp(b)), to 3 ulp; ½ where a = b, also if they are infinite. */
    public static double logAddExpSlope(double a, double b) {
        double d = a - b;
        double s = a == b ? 0.5 : Elementary.sigmoid(d);
        return a == b || Double.isInfinite(d) ? s : Fma.of(s * Elementary.sigmoid(-d), Special.lost(a, -b, d), s);
    }

    /** Returns a·log(b), to 2 ulp; 0 where a is 0, unless b is NaN. */
    public static double xlogy(double a, double b) {
        return a == 0.0 && b == b ? 0.0 : a * Elementary.log(b);
    }

    /** Returns a/b; 0 where a is 0, unless b is NaN. */
    public static double xdivy(double a, double b) {
        return a == 0.0 && b == b ? 0.0 : a / b;
    }
}
