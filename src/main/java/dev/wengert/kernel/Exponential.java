package dev.wengert.kernel;

/**
 * The exponential of a sum of two doubles, wrong by hardly more than half an ulp: the relative error before the last rounding is below
 * 2⁻⁶⁶. Neighbouring doubles differ by more than that where they fall into different cells of the table, so the function never
 * decreases; with one that is good to an ulp, o_i &lt; o_j would now and then give softmax(o)_i &gt; softmax(o)_j.
 *
 * <p>{@code x = k·ln 2 + j/256 + s} with whole k and j and {@code |s| ≤ 1/512}; {@code exp(j/256)} is a table of unevaluated sums of
 * two doubles, {@code exp(s) − 1} a polynomial (P. T. P. Tang, Table-driven implementation of the exponential function, ACM Trans.
 * Math. Softw. 15, 1989).
 */
final class Exponential {

    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 to 40 bits, so that multiples of it are exact, and the rest. */
    private static final double LN2_HIGH = 0.6931471805592082;

    private static final double LN2_LOW = 7.371002565167799e-13;

    private static final int CELLS = 256;
    /** The largest j: {@code |x − k·ln 2| ≤ ln(2)/2} is 88.7 cells. */
    private static final int MOST = 89;

    private static final double[] HIGH = new double[2 * MOST + 1];
    private static final double[] LOW = new double[2 * MOST + 1];

    static {
        HIGH[MOST] = 1.0;
        for (int j = 0; j < MOST; j++) {
            multiply(MOST + j, MOST + j + 1, 1.0039138893383475, 1.0855789505997833e-16);
            multiply(MOST - j, MOST - j - 1, 0.9961013694701175, -2.467437495486145e-17);
        }
    }

    private Exponential() {}

    /** Sets one entry of the table to another one times a sum of two doubles. */
    private static void multiply(int from, int to, double high, double low) {
        double product = HIGH[from] * high;
        double error = Math.fma(HIGH[from], high, -product) + (HIGH[from] * low + LOW[from] * high);
        HIGH[to] = product + error;
        LOW[to] = (product - HIGH[to]) + error;
    }

    /** Returns exp(x + low) for −746 ≤ x ≤ 0 and low of at most an ulp of x or so. */
    static double exp(double x, double low) {
        double k = Math.rint(x * LOG2_E);
        double r = Math.fma(-k, LN2_HIGH, x);
        double cell = Math.rint(r * CELLS);
        double s = r - cell / CELLS;
        double rest = low - k * LN2_LOW;
        double z = s + rest;
        // exp(s + rest) − 1 = s + q
        double q = rest + z * z * (0.5 + z * (1.0 / 6.0 + z * (1.0 / 24.0 + z * (1.0 / 120.0 + z * (1.0 / 720.0)))));
        int j = MOST + (int) cell;
        double t = HIGH[j];
        double product = t * s;
        double y = t + product;
        double lost = (t - y) + product;
        y += lost + (Math.fma(t, s, -product) + (LOW[j] * (1.0 + s) + t * q));
        return k < Double.MIN_EXPONENT ? Math.scalb(y, (int) k) : y * Double.longBitsToDouble(((long) k + 1023L) << 52);
    }
}
