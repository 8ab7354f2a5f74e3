package dev.wengert.kernel;

/**
 * Hyperbolic functions and their inverses of one number, and the slopes of the inverses, also of those of {@link Angles}.
 *
 * <p>They are made of the functions of {@link Elementary}, and so have the same bits on every machine. The slopes are closed forms in
 * {@code x² ± 1}, rounded once, so they keep their digits near poles, and they neither overflow nor underflow before their results do. The
 * error bounds were measured.
 */
public final class Trigonometric {

    /** From this size on, 1 is below half an ulp of x² and of x. */
    private static final double LARGE = 0x1p30;

    private static final double LN2 = 0.6931471805599453;

    private Trigonometric() {}

    /** Returns 1/√(1 − x²), the derivative of arcsin, to 2 ulp; ∞ at ±1, NaN beyond. */
    public static double asinSlope(double x) {
        return 1.0 / Math.sqrt(Fma.of(-x, x, 1.0));
    }

    /** Returns 1/(1 + x²), the derivative of arctan, to 2 ulp. */
    public static double atanSlope(double x) {
        return Math.abs(x) < LARGE ? 1.0 / Fma.of(x, x, 1.0) : 1.0 / x / x;
    }

    /** Returns sinh(x), to 2 ulp. */
    public static double sinh(double x) {
        double a = Math.abs(x);
        if (a < 22.0) {
            double m = Elementary.expm1(a);
            double twice = a < 1.0 ? 2.0 * m - m * m / (m + 1.0) : m + m / (m + 1.0);
            return Math.copySign(0.5 * twice, x);
        }
        return Math.copySign(halfExp(a), x);
    }

    /** Returns cosh(x), to 2 ulp. */
    public static double cosh(double x) {
        double a = Math.abs(x);
        if (a < 22.0) {
            double e = Elementary.exp(a);
            return 0.5 * e + 0.5 / e;
        }
        return halfExp(a);
    }

    /** Returns exp(a)/2 = 2·exp(a − 2·ln 2) for a ≥ 22, also where exp(a) overflows. The high part of ln 2 is subtracted exactly. */
    private static double halfExp(double a) {
        double e = Elementary.exp(a - 2.0 * Elementary.LN2_HIGH);
        return e == Double.POSITIVE_INFINITY ? e : 2.0 * Fma.of(-2.0 * Elementary.LN2_LOW, e, e);
    }

    /** Returns arsinh(x), to 2 ulp. */
    public static double asinh(double x) {
        double a = Math.abs(x);
        if (a < LARGE) {
            return Math.copySign(Elementary.log1p(a + a * a / (1.0 + Math.sqrt(Fma.of(a, a, 1.0)))), x);
        }
        return Math.copySign(Elementary.log(a) + LN2, x);
    }

    /** Returns 1/√(x² + 1), the derivative of arsinh, to 2 ulp. */
    public static double asinhSlope(double x) {
        double a = Math.abs(x);
        return 1.0 / (a < LARGE ? Math.sqrt(Fma.of(a, a, 1.0)) : a);
    }

    /** Returns arcosh(x), to 2 ulp; NaN below 1. */
    public static double acosh(double x) {
        if (x < LARGE) {
            double t = x - 1.0;
            double root = Math.sqrt(Fma.of(t, t, t + t));
            double sum = t + root;
            return Elementary.log1p(sum) + Special.lost(t, root, sum) / (1.0 + sum);
        }
        return Elementary.log(x) + LN2;
    }

    /** Returns 1/√(x² − 1), the derivative of arcosh, to 2 ulp; ∞ at 1, NaN below. */
    public static double acoshSlope(double x) {
        return x >= 1.0 ? 1.0 / (x < LARGE ? Math.sqrt(Fma.of(x, x, -1.0)) : x) : Double.NaN;
    }

    /** Returns artanh(x), to 2 ulp; ±∞ at ±1, NaN beyond. */
    public static double atanh(double x) {
        double a = Math.abs(x);
        double twice = 2.0 * a;
        double odds = a < 0.5 ? twice + twice * a / (1.0 - a) : twice / (1.0 - a);
        return Math.copySign(0.5 * Elementary.log1p(odds), x);
    }

    /** Returns 1/(1 − x²), the derivative of artanh, to 2 ulp; ∞ at ±1, NaN beyond. */
    public static double atanhSlope(double x) {
        return Math.abs(x) <= 1.0 ? 1.0 / Fma.of(-x, x, 1.0) : Double.NaN;
    }
}
