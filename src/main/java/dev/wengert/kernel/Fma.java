package dev.wengert.kernel;

/**
 * The fused multiply-add a·b + c, rounded once, where the processor has it. Elsewhere {@link Math#fma} computes with BigDecimal, about a
 * thousand times slower; sums then round the products, too, and their last bits differ from those of other machines.
 */
final class Fma {

    private static final boolean FAST = isFast();

    private Fma() {}

    /** Returns a·b + c, rounded once where the processor can, else twice. */
    static double add(double a, double b, double c) {
        return FAST ? Math.fma(a, b, c) : a * b + c;
    }

    /** Returns whether sums are rounded once. */
    static boolean isExact() {
        return FAST;
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
                        "this processor has no fused multiply-add: products of matrices round twice an addition,"
                                + " and the last bits of results differ from those of other machines");
        return false;
    }
}
