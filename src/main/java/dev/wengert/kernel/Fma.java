package dev.wengert.kernel;

/**
 * The fused multiply-add a·b + c, rounded once. Processors have an instruction for it, which {@link Math#fma} becomes. Where they have not,
 * {@link Math#fma} computes with BigDecimal, which takes microseconds; so here {@link #computed} computes the same bits by additions and
 * multiplications of doubles.
 */
final class Fma {

    private static final boolean FAST = isFast();

    /** A product x·SPLITTER splits x into two halves of its digits. */
    private static final double SPLITTER = 0x1p27 + 1;

    /** Below this size, digits of a product may be lost below the smallest double. */
    private static final double SMALLEST_PRODUCT = 0x1p-900;

    /** From this size on, a sum might overflow. */
    private static final double LARGEST_SUM = 0x1p1000;

    /** From this size on, the product with the splitter might overflow. */
    private static final double LARGEST_FACTOR = 0x1p990;

    /** A number of this size is so much larger than {@link #SMALLEST_PRODUCT} that adding less than that does not change it. */
    private static final double DOMINANT = 0x1p-800;

    private Fma() {}

    /** Returns a·b + c, rounded once. */
    static double of(double a, double b, double c) {
        return FAST ? Math.fma(a, b, c) : computed(a, b, c);
    }

    /** Returns whether the processor has the instruction. */
    static boolean isInstruction() {
        return FAST;
    }

    /**
     * Returns a·b + c by other operations. The product is split into two doubles that are its exact value (T. J. Dekker, A floating-point
     * technique for extending the available precision, 1971), and c is added without an error, to three doubles. The two smaller ones are
     * rounded to odd: to the neighbour with an odd last digit if their sum is no double. So the last addition rounds as if it had the exact
     * sum (S. Boldo and G. Melquiond, Emulation of FMA and correctly rounded sums: proved algorithms using rounding to odd, 2008).
     */
    static double computed(double a, double b, double c) {
        double product = a * b;
        double size = Math.abs(product);
        if (!(size > SMALLEST_PRODUCT
                && size < LARGEST_SUM
                && Math.abs(a) < LARGEST_FACTOR
                && Math.abs(b) < LARGEST_FACTOR
                && Math.abs(c) < LARGEST_SUM)) {
            return extreme(a, b, c, product);
        }
        double u = a * SPLITTER;
        double v = b * SPLITTER;
        double aHigh = u - (u - a);
        double bHigh = v - (v - b);
        double aLow = a - aHigh;
        double bLow = b - bHigh;
        double productLow = ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow;
        double rest = c + productLow;
        double sum = product + rest;
        double x = Special.lost(c, productLow, rest);
        double y = Special.lost(product, rest, sum);
        double odd = x + y;
        double lost = Special.lost(x, y, odd);
        if (lost != 0.0) {
            long bits = Double.doubleToRawLongBits(odd);
            // one step towards the lost part, if the last digit is even: larger if both have the same sign, else
            // smaller
            long step = (Double.doubleToRawLongBits(lost) ^ bits) >> 63 | 1;
            odd = Double.longBitsToDouble(bits + step * (~bits & 1));
        }
        return sum + odd;
    }

    /** Returns a·b + c where a part of it is 0, not finite, tiny or huge. */
    private static double extreme(double a, double b, double c, double product) {
        if (a == 0.0 || b == 0.0) {
            return product + c;
        }
        if (c == 0.0) {
            return product;
        }
        if (!(Math.abs(a) <= Double.MAX_VALUE && Math.abs(b) <= Double.MAX_VALUE)) {
            return product + c;
        }
        if (!(Math.abs(c) <= Double.MAX_VALUE) || Math.abs(product) <= SMALLEST_PRODUCT && Math.abs(c) >= DOMINANT) {
            return c;
        }
        return Math.fma(a, b, c);
    }

    /**
     * Measures the time: nothing else tells. The instruction takes less than 0.1 µs even in interpreted code, BigDecimal 1 µs even in
     * compiled code.
     */
    private static boolean isFast() {
        double x = 0.1;
        for (int i = 0; i < 50; i++) {
            long start = System.nanoTime();
            for (int j = 0; j < 10; j++) {
                x = Math.fma(x, 0.7, 0.3);
            }
            if (System.nanoTime() - start < 4000) {
                return x > 0;
            }
        }
        System.getLogger(Twin.LOGGER)
                .log(
                        System.Logger.Level.INFO,
                        "this processor has no fused multiply-add, and other operations compute the same bits:"
                                + " products of matrices take up to 100 times as long, softmax and functions such"
                                + " as exp and erf up to 30 times; the Vector API is not used");
        return false;
    }
}
