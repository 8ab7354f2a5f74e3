package dev.wengert.kernel;

/**
 * Any power of any number: the exponential of e·ln x, where the logarithm and the product are sums of two doubles.
 *
 * <p>The logarithm comes from a table. Let x = z·2ᵏ with √½ ≤ z &lt; √2. The row for the whole number nearest to 256·z has c, the multiple
 * of 2⁻⁷ nearest to 1/z, and −ln c in two parts. So r = c·z − 1 is exact and below 1/128, and a short polynomial gives ln(1 + r). Beside 1,
 * c is 1, and the logarithm keeps its relative accuracy there.
 */
final class GeneralPower {

    /** The first row is for 256·√½, the last for 256·√2. */
    private static final int FIRST = 181;

    private static final int ROWS = 182;

    /** c is between 91/128 and 181/128. */
    private static final int LOWEST = 91;

    private static final int HIGHEST = 181;

    /** Adding this rounds a logarithm to a multiple of 2⁻⁴²; sums of such with multiples of {@link Elementary#LN2_HIGH} are exact. */
    private static final double GRID = 0x1.8p10;

    /** By row: c, and the high and low part of −ln c. */
    private static final double[] TABLE = table();

    /** From this size on, every double is an even whole number. */
    private static final double EVEN = 0x1p53;

    private GeneralPower() {}

    /** Returns what {@link Powers#pow} promises. */
    static double of(double x, double e) {
        if (x >= Double.MIN_NORMAL && x <= Double.MAX_VALUE && Math.abs(e) <= Double.MAX_VALUE) {
            return positive(x, e, 0);
        }
        if (x == 1.0 || e == 0.0) {
            return 1.0;
        }
        double size = Math.abs(x);
        if (Double.isNaN(x) || Double.isNaN(e)) {
            return Double.NaN;
        }
        if (Double.isInfinite(e)) {
            return size == 1.0 ? 1.0 : size > 1.0 == e > 0.0 ? Double.POSITIVE_INFINITY : 0.0;
        }
        boolean negative = Double.doubleToRawLongBits(x) < 0;
        boolean odd = Math.abs(e) < EVEN && Math.rint(0.5 * e) != 0.5 * e && Math.rint(e) == e;
        double y;
        if (size == 0.0 || size == Double.POSITIVE_INFINITY) {
            y = size == 0.0 == e < 0.0 ? Double.POSITIVE_INFINITY : 0.0;
        } else if (negative && Math.rint(e) != e) {
            return Double.NaN;
        } else {
            y = size < Double.MIN_NORMAL ? positive(size * 0x1p54, e, -54) : positive(size, e, 0);
        }
        return negative && odd ? -y : y;
    }

    /** Returns x·2ᵖ to the power e, for a normal number x. */
    private static double positive(double x, double e, int p) {
        long bits = Double.doubleToRawLongBits(x) + (Elementary.ONE - Elementary.SQRT_HALF);
        double k = (int) (bits >>> 52) - 1023 + p;
        double z = Double.longBitsToDouble((bits & Elementary.MANTISSA) + Elementary.SQRT_HALF);
        int row = 3 * ((int) (256.0 * z + 0.5) - FIRST);
        double r = Fma.of(z, TABLE[row], -1.0);
        double whole = Fma.of(k, Elementary.LN2_HIGH, TABLE[row + 1]);
        double linear = whole + r;
        double half = -0.5 * r;
        double square = half * r;
        double curved = linear + square;
        double r2 = r * r;
        double a = Fma.of(-0.2500000000000035, r, 0.3333333333333333);
        double b = Fma.of(-0.16666666631548976, r, 0.20000000000001023);
        double c = Fma.of(0.1111233305637366, r2, Fma.of(-0.12501062910123611, r, 0.1428571422909797));
        double cubic = r * r2 * Fma.of(Fma.of(c, r2, b), r2, a);
        double rest = Fma.of(k, Elementary.LN2_LOW, TABLE[row + 2])
                + ((whole - linear) + r)
                + (Fma.of(half, r, -square) + ((linear - curved) + square) + cubic);
        double high = curved + rest;
        double low = (curved - high) + rest;
        double exponent = e * high;
        return Elementary.expOfSum(exponent, Fma.of(e, low, Fma.of(e, high, -exponent)));
    }

    private static double[] table() {
        // ln(j/128) in two doubles, upwards and downwards from j = 128
        double[] high = new double[HIGHEST + 1];
        double[] low = new double[HIGHEST + 1];
        for (int j = 128; j < HIGHEST; j++) {
            step(2 * j + 1, j, j + 1, high, low);
        }
        for (int j = 128; j > LOWEST; j--) {
            step(1 - 2 * j, j, j - 1, high, low);
        }
        double[] table = new double[3 * ROWS];
        for (int i = 0; i < ROWS; i++) {
            int j = (int) Math.rint(128.0 * 256.0 / (FIRST + i));
            double rounded = GRID - (GRID + high[j]);
            table[3 * i] = j / 128.0;
            table[3 * i + 1] = rounded;
            table[3 * i + 2] = (-high[j] - rounded) - low[j];
        }
        return table;
    }

    /** Makes the next logarithm from the one before: their difference is 2·artanh(1/n). */
    private static void step(double n, int from, int to, double[] high, double[] low) {
        double s = 1.0 / n;
        double rest = Fma.of(-s, n, 1.0) / n;
        double z = s * s;
        double curved = s * z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z / 9.0)));
        double sum = high[from] + 2.0 * s;
        double sumLow = low[from] + Special.lost(high[from], 2.0 * s, sum) + 2.0 * (rest + curved);
        high[to] = sum + sumLow;
        low[to] = (sum - high[to]) + sumLow;
    }
}
