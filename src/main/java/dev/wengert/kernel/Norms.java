package dev.wengert.kernel;

/** What keeps norms from overflow and underflow. */
public final class Norms {

    private Norms() {}

    /**
     * Replaces each largest size of some numbers by what they are divided by before they are raised to the power p: for squares the power of
     * two below it, so that the division is exact; for other powers itself, because all powers of numbers up to 1 are finite; 1 for a size of
     * 0, ∞, NaN or none (−∞).
     */
    public static void scales(double[] sizes, double p, int n) {
        for (int k = 0; k < n; k++) {
            double m = sizes[k];
            boolean scaled = m > 0 && m < Double.POSITIVE_INFINITY;
            sizes[k] = scaled ? (p == 2 ? powerOfTwo(m) : m) : 1;
        }
    }

    /** The largest power of two that is at most m, a positive finite number. */
    private static double powerOfTwo(double m) {
        return m < Double.MIN_NORMAL
                ? Math.scalb(1.0, Math.getExponent(m * 0x1p54) - 54)
                : Math.scalb(1.0, Math.getExponent(m));
    }

    /** Replaces each size by 1 if it is not 0 (or NaN), by 0 if it is 0 or that of nothing (−∞). */
    public static void nonzero(double[] sizes, int n) {
        for (int k = 0; k < n; k++) {
            sizes[k] = sizes[k] <= 0 ? 0 : 1;
        }
    }
}
