package dev.wengert.kernel;

/**
 * The inverse trigonometric functions. The error bounds were measured.
 *
 * <p>An arctangent is that of the nearest c in a table, plus {@code arctan((a − c)/(1 + a·c))}, whose argument is so small that a short
 * polynomial serves. The table has eight c in each octave. Arcsine and arccosine need none: arcsin is a polynomial up to ½, and beyond it
 * {@code π/2 − 2·arcsin(√((1 − a)/2))}.
 */
public final class Angles {

    /** Below 2 to this power, c is 0; from 2 to the opposite power on, c is infinite. */
    private static final int LOWEST = -5;

    /** Shifts all but the exponent and the first three digits out of a double. */
    private static final int SHIFT = 49;

    private static final int FIRST = (1023 + LOWEST) << 52 - SHIFT;
    private static final int ROWS = 2 + (-2 * LOWEST << 52 - SHIFT);

    /** By row: p and q with c = q/p, and the high and low part of arctan c. */
    private static final double[] TABLE = table();

    /** Ratios from 2 to minus this power to 2 to this power are ordinary. */
    private static final double RATIO = 0x1p60;

    /** Two numbers of an ordinary ratio, one of them beyond this size or below its inverse, are scaled. */
    private static final double SIZE = 0x1p900;

    private Angles() {}

    /** Returns arctan(x), to 0.7 ulp. */
    public static double atan(double x) {
        double a = Math.min(Math.abs(x), RATIO);
        int row = row(a);
        double p = TABLE[row];
        double q = TABLE[row + 1];
        double t = Fma.of(a, p, -q) / Fma.of(a, q, p);
        double z = t * t;
        return Math.copySign(TABLE[row + 2] + (t + Fma.of(t * z, curved(z), TABLE[row + 3])), x);
    }

    /** Returns the angle of the point (x, y), to 0.7 ulp, to 0.8 where it is subnormal. */
    public static double atan2(double y, double x) {
        double a = Math.abs(y);
        double b = Math.abs(x);
        double ratio = a / b;
        if (!(ratio >= 1.0 / RATIO && ratio <= RATIO)) {
            return extremeAngle(y, x, ratio);
        }
        if (!(Math.max(a, b) <= SIZE && Math.min(a, b) >= 1.0 / SIZE)) {
            double scale = a > 1.0 ? 1.0 / RATIO : RATIO;
            return atan2(y * scale * scale * scale, x * scale * scale * scale);
        }
        int row = row(ratio);
        double p = TABLE[row];
        double q = TABLE[row + 1];
        double numerator = Fma.of(-q, b, a * p);
        double denominator = Fma.of(a, q, p * b);
        double inverse = 1.0 / denominator;
        double t = numerator * inverse;
        double low = Fma.of(-t, denominator, numerator) * inverse;
        double z = t * t;
        double angle = TABLE[row + 2] + t;
        double rest = ((TABLE[row + 2] - angle) + t) + (TABLE[row + 3] + Fma.of(t * z, curved(z), low));
        if (x < 0.0) {
            double sum = Math.PI - angle;
            return Math.copySign(sum + (((Math.PI - sum) - angle) + (2.0 * Elementary.HALF_PI_2 - rest)), y);
        }
        return Math.copySign(angle + rest, y);
    }

    /** Returns the angle near an axis, or where the ratio |y|/|x| is NaN: both are 0 or infinite, or one is NaN. */
    private static double extremeAngle(double y, double x, double ratio) {
        if (Double.isNaN(ratio)) {
            boolean alike = Math.abs(x) == Math.abs(y);
            return alike ? atan2(y == 0.0 ? y : Math.copySign(1.0, y), Math.copySign(1.0, x)) : Double.NaN;
        }
        return Math.copySign(ratio > 1.0 ? Elementary.HALF_PI_1 : x > 0.0 ? ratio : Math.PI, y);
    }

    /** Returns where the row for a begins in the table. */
    private static int row(double a) {
        int number = (int) (Double.doubleToRawLongBits(a) >>> SHIFT) - FIRST + 1;
        return 4 * Math.max(0, Math.min(number, ROWS - 1));
    }

    /** Returns (arctan(t)/t − 1)/t², given t², for |t| ≤ 1/32. */
    private static double curved(double z) {
        double high = Fma.of(0.11088453249001443, z, -0.14285694800139176);
        return Fma.of(high, z * z, Fma.of(0.19999999993393996, z, -0.3333333333333264));
    }

    private static double[] table() {
        double[] table = new double[4 * ROWS];
        table[0] = 1.0;
        double before = 0.0;
        double high = 0.0;
        double low = 0.0;
        for (int row = 1; row < ROWS - 1; row++) {
            // between this number of eighths of an octave and the next
            double c = Double.longBitsToDouble(FIRST + row - 1L << SHIFT | 1L << SHIFT - 1);
            // arctan(c) − arctan(before) = arctan(t)
            double denominator = 1.0 + c * before;
            double t = (c - before) / denominator;
            double rest = Fma.of(-t, denominator, c - before) / denominator;
            double z = t * t;
            double series = 0.0;
            for (int n = 15; n >= 3; n -= 2) {
                series = z * ((n % 4 == 1 ? 1.0 : -1.0) / n + series);
            }
            double sum = high + t;
            low += Special.lost(high, t, sum) + (rest + t * series);
            high = sum + low;
            low += sum - high;
            table[4 * row] = 1.0;
            table[4 * row + 1] = c;
            table[4 * row + 2] = high;
            table[4 * row + 3] = low;
            before = c;
        }
        table[4 * ROWS - 3] = 1.0;
        table[4 * ROWS - 2] = Elementary.HALF_PI_1;
        table[4 * ROWS - 1] = Elementary.HALF_PI_2;
        return table;
    }

    /** Returns arcsin(x), to 0.7 ulp; NaN beyond ±1. */
    public static double asin(double x) {
        double a = Math.abs(x);
        if (a <= 0.5) {
            double z = x * x;
            return Fma.of(x * z, arcsine(z), x);
        }
        double z = 0.5 * (1.0 - a);
        double s = Math.sqrt(z);
        double rest = Fma.of(s * z, arcsine(z), lost(s, z));
        double sum = Elementary.HALF_PI_1 - 2.0 * s;
        double low = (Elementary.HALF_PI_1 - sum) - 2.0 * s;
        return Math.copySign(sum + (low + Fma.of(-2.0, rest, Elementary.HALF_PI_2)), x);
    }

    /** Returns arccos(x), to 0.7 ulp; NaN beyond ±1. */
    public static double acos(double x) {
        double a = Math.abs(x);
        if (a <= 0.5) {
            double z = x * x;
            double sum = Elementary.HALF_PI_1 - x;
            double low = (Elementary.HALF_PI_1 - sum) - x;
            return sum + (low + Fma.of(-x * z, arcsine(z), Elementary.HALF_PI_2));
        }
        double z = 0.5 * (1.0 - a);
        double s = Math.sqrt(z);
        double rest = Fma.of(s * z, arcsine(z), lost(s, z));
        if (x > 0.0) {
            return 2.0 * (s + rest);
        }
        double sum = Elementary.HALF_PI_1 - s;
        double low = (Elementary.HALF_PI_1 - sum) - s;
        return 2.0 * (sum + (low + (Elementary.HALF_PI_2 - rest)));
    }

    /** Returns √z − s for s = √z, rounded, or 0 where z is 0. */
    private static double lost(double s, double z) {
        return Fma.of(-s, s, z) / Math.max(2.0 * s, Elementary.TINY);
    }

    /** Returns (arcsin(s)/s − 1)/s², given s², for |s| ≤ ½. */
    private static double arcsine(double z) {
        double w = z * z;
        double v = w * w;
        double a = Fma.of(0.07499999999970267, z, 0.16666666666666763);
        double b = Fma.of(0.030381942683997413, z, 0.0446428571751144);
        double c = Fma.of(0.017351600325053156, z, 0.022372215648234127);
        double d = Fma.of(0.011397800698571827, z, 0.013980958521784942);
        double e = Fma.of(0.003683582203533529, z, 0.010786387796477913);
        double f = Fma.of(-0.021075411105067294, z, 0.021762174996788997);
        double low = Fma.of(b, w, a);
        double middle = Fma.of(d, w, c);
        double high = Fma.of(0.03267571179245231, v, Fma.of(f, w, e));
        return Fma.of(Fma.of(high, v, middle), v, low);
    }
}
