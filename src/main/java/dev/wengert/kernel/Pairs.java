package dev.wengert.kernel;

/** Functions of two numbers, with the same bits on every machine. The error bounds were measured. */
public final class Pairs {

    private static final double LN2 = 0.6931471805599453;

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

    /** Returns the angle of the point (x, y), to 2 ulp. */
    public static double atan2(double y, double x) {
        return StrictMath.atan2(y, x);
    }

    /** Returns √(a² + b²), to 1 ulp. */
    public static double hypot(double a, double b) {
        return StrictMath.hypot(a, b);
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
        return size == 0.0 ? 0.0 : a * scale / StrictMath.hypot(a * scale, b * scale);
    }

    /** Returns a/(a² + b²), to 4 ulp; 0 at the origin, NaN where both are infinite. */
    public static double atan2Slope(double a, double b) {
        double size = Math.max(Math.abs(a), Math.abs(b));
        if (!(size <= Double.MAX_VALUE)) {
            return hypotSlope(a, b) / size;
        }
        double scale = scale(size);
        double r = StrictMath.hypot(a * scale, b * scale);
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
        return high + Elementary.log1p(Elementary.expOfDifference(Math.min(a, b), high));
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
