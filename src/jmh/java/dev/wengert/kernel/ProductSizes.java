package dev.wengert.kernel;

import dev.wengert.kernel.vector.VectorProduct;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The ways to compute a product beside each other, for sizes around those at which {@link MatrixProduct} goes from one to the next.
 * Nanoseconds, the best of many short runs.
 */
public final class ProductSizes {

    private static final int[][] AROUND_TINY = {
        {1, 4, 3},
        {4, 4, 4},
        {8, 8, 4},
        {8, 8, 8},
        {1, 64, 10},
        {10, 10, 8},
        {1, 256, 4},
        {16, 8, 8},
        {12, 12, 12},
        {16, 16, 8},
        {1, 256, 10},
        {16, 16, 16},
        {32, 32, 4},
        {32, 32, 32}
    };
    private static final int[][] AROUND_SHARED = {
        {64, 64, 64},
        {128, 64, 64},
        {64, 784, 10},
        {128, 128, 64},
        {128, 784, 10},
        {128, 128, 128},
        {256, 784, 10},
        {256, 128, 128},
        {256, 256, 128},
        {256, 256, 256}
    };

    /** How long one run of several products is, and how many runs there are. */
    private static final int NANOS = 200_000;

    private static final int RUNS = 3000;

    private final int n;
    private final int k;
    private final int m;
    private final double[] a;
    private final double[] b;
    private final double[] c;
    private final double[][] work;

    private ProductSizes(int n, int k, int m) {
        this.n = n;
        this.k = k;
        this.m = m;
        a = new SplittableRandom(1).doubles(n * k).toArray();
        b = new SplittableRandom(2).doubles(k * m).toArray();
        c = new double[n * m];
        // what both ways need at most
        int[] lengths = new int[VectorProduct.SCRATCH + 300];
        Arrays.fill(lengths, 256);
        lengths[0] = VectorProduct.TILE;
        lengths[1] = 256 * (VectorProduct.COLUMNS + VectorProduct.PADDING);
        lengths[2] = 256 * VectorProduct.ROWS;
        work = Arrays.stream(lengths).mapToObj(double[]::new).toArray(double[][]::new);
    }

    /** Measures; all code is warm before the first line is printed. */
    public static void main(String... args) {
        for (boolean print : new boolean[] {false, true}) {
            table(print, "tiny | plain | vector", AROUND_TINY, x -> List.of(x::tiny, x::plain, x::vector));
            table(print, "vector | shared by two threads", AROUND_SHARED, x -> List.of(x::vector, x::shared));
        }
    }

    private static void table(
            boolean print, String columns, int[][] extents, Function<ProductSizes, List<Runnable>> ways) {
        StringBuilder text = new StringBuilder("| n×k×m | products | " + columns + " |\n");
        for (int[] e : extents) {
            text.append(String.format("| %d×%d×%d | %d |", e[0], e[1], e[2], e[0] * e[1] * e[2]));
            for (Runnable way : ways.apply(new ProductSizes(e[0], e[1], e[2]))) {
                text.append(String.format(Locale.ROOT, " %.1f |", nanos(way)));
            }
            text.append('\n');
        }
        if (print) {
            System.out.println(text);
        }
    }

    private static double nanos(Runnable way) {
        int count = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            for (int l = 0; l < count; l++) {
                way.run();
            }
            double time = System.nanoTime() - start;
            least = Math.min(least, time / count);
            if (time < NANOS) {
                count = (int) Math.max(count, NANOS / least);
            }
        }
        return least;
    }

    private void tiny() {
        MatrixProduct.tiny(n, k, m, a, 0, k, 1, b, 0, m, 1, c, 0);
    }

    private void plain() {
        MatrixProduct.plain(false, n, k, m, a, 0, k, 1, b, 0, m, 1, c, 0, m, work);
    }

    private void vector() {
        MatrixProduct.vector(false, n, k, m, a, 0, k, 1, b, 0, m, 1, c, 0, m, work);
    }

    private void shared() {
        MatrixProduct.shared(false, n, k, m, a, 0, k, 1, b, 0, m, 1, c, 0, m, work);
    }
}
