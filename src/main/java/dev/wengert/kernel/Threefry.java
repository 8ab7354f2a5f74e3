package dev.wengert.kernel;

/**
 * Random numbers as a pure function of a key and a counter: Threefry-2x32 with 20 rounds (J. K. Salmon, M. A. Moraes, R. O. Dror and D. E.
 * Shaw, Parallel random numbers: as easy as 1, 2, 3, SC 2011). The first word of the counter is the number of a block, and the second tells
 * what is drawn, so that different draws of one key are independent.
 */
public final class Threefry {

    private static final int UNIFORM = 0;
    private static final int BITS = 1;
    private static final int NORMAL = 2;
    private static final int GUMBEL = 3;
    private static final int PERMUTATION = 4;

    /** This bit of the second word is that of a new key. */
    private static final int FOLD = 1 << 31;

    private static final int PARITY = 0x1BD11BDA;

    private Threefry() {}

    /** The block of a key and a counter; its first word is in the lower half. */
    public static long block(int k0, int k1, int c0, int c1) {
        int k2 = PARITY ^ k0 ^ k1;
        long x = pack(c0 + k0, c1 + k1);
        x = inject(rounds(x, 13, 15, 26, 6), k1, k2 + 1);
        x = inject(rounds(x, 17, 29, 16, 24), k2, k0 + 2);
        x = inject(rounds(x, 13, 15, 26, 6), k0, k1 + 3);
        x = inject(rounds(x, 17, 29, 16, 24), k1, k2 + 4);
        return inject(rounds(x, 13, 15, 26, 6), k2, k0 + 5);
    }

    private static long pack(int x0, int x1) {
        return (long) x1 << 32 | x0 & 0xffffffffL;
    }

    private static long rounds(long x, int a, int b, int c, int d) {
        int x0 = (int) x;
        int x1 = (int) (x >>> 32);
        x0 += x1;
        x1 = Integer.rotateLeft(x1, a) ^ x0;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, b) ^ x0;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, c) ^ x0;
        x0 += x1;
        x1 = Integer.rotateLeft(x1, d) ^ x0;
        return pack(x0, x1);
    }

    private static long inject(long x, int k0, int k1) {
        return pack((int) x + k0, (int) (x >>> 32) + k1);
    }

    /** The words of a new key: a function of a key and a number, which is not negative. */
    public static long fold(int k0, int k1, long number) {
        return block(k0, k1, (int) number, (int) (number >>> 32) | FOLD);
    }

    /** The upper 53 bits of a block as a number in [0, 1). */
    private static double unit(long block) {
        return (block >>> 11) * 0x1p-53;
    }

    /** Uniform in [0, 1): one block for each element, of which the upper 53 bits count. */
    public static void uniform(int k0, int k1, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = unit(block(k0, k1, i, UNIFORM));
        }
    }

    /** Multiples of 2⁻³² in [0, 1): a word for each element, two elements for each block. */
    public static void bits(int k0, int k1, double[] y, int n) {
        for (int i = 0; i < n; i += 2) {
            long block = block(k0, k1, i / 2, BITS);
            y[i] = (block & 0xffffffffL) * 0x1p-32;
            if (i + 1 < n) {
                y[i + 1] = (block >>> 32) * 0x1p-32;
            }
        }
    }

    /**
     * Normal with mean 0 and variance 1 (G. E. P. Box and M. E. Muller, 1958): two blocks for two elements, {@code √(−2 ln(1 − u))} times
     * the cosine and the sine of 2πv. The distribution is right to 2⁻⁵³, and no element is beyond ±8.6.
     */
    public static void normal(int k0, int k1, double[] y, int n) {
        for (int i = 0; i < n; i += 2) {
            double radius = Math.sqrt(-2 * Elementary.log(1 - unit(block(k0, k1, i, NORMAL))));
            double angle = 2 * Math.PI * unit(block(k0, k1, i + 1, NORMAL));
            y[i] = radius * Elementary.cos(angle);
            if (i + 1 < n) {
                y[i + 1] = radius * Elementary.sin(angle);
            }
        }
    }

    /** The standard Gumbel distribution, {@code −ln(−ln u)}: one block for each element; u has 52 bits and is neither 0 nor 1. */
    public static void gumbel(int k0, int k1, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            double u = ((block(k0, k1, i, GUMBEL) >>> 12) + 0.5) * 0x1p-52;
            y[i] = -Elementary.log(-Elementary.log(u));
        }
    }

    /** The numbers 0..n−1 in random order (R. A. Fisher and F. Yates): block i decides what is swapped with place i, from the last on. */
    public static void permutation(int k0, int k1, double[] y, int n) {
        for (int i = 0; i < n; i++) {
            y[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = (int) (unit(block(k0, k1, i, PERMUTATION)) * (i + 1));
            double moved = y[i];
            y[i] = y[j];
            y[j] = moved;
        }
    }
}
