package dev.wengert.kernel;

/** Stable orders of numbers: −0.0 equals 0.0, and a NaN comes behind all numbers and equals every other NaN. */
public final class Sorting {

    /** Runs of this length are sorted by insertion. */
    private static final int RUN = 8;

    private Sorting() {}

    /**
     * Finds the stable order of the n numbers {@code x[from + l·stride]}: by merging, as J. von Neumann's.
     *
     * @param descending whether the largest number comes first; a NaN still comes last
     * @param work three arrays of n or more; the first receives the numbers (negated if descending), and the one that is returned the order
     * @return the indices l, in order
     */
    public static double[] order(double[] x, int from, int stride, int n, boolean descending, double[][] work) {
        double[] keys = work[0];
        double[] a = work[1];
        double[] b = work[2];
        for (int l = 0; l < n; l++) {
            double key = x[from + l * stride];
            keys[l] = descending ? -key : key;
        }
        for (int start = 0; start < n; start += RUN) {
            insert(keys, a, start, Math.min(n, start + RUN));
        }
        for (int run = RUN; run < n; run *= 2) {
            for (int start = 0; start < n; start += 2 * run) {
                merge(keys, a, b, start, Math.min(n, start + run), Math.min(n, start + 2 * run));
            }
            double[] merged = b;
            b = a;
            a = merged;
        }
        return a;
    }

    private static void insert(double[] keys, double[] order, int start, int end) {
        for (int l = start; l < end; l++) {
            int at = l;
            for (; at > start && isAfter(keys[(int) order[at - 1]], keys[l]); at--) {
                order[at] = order[at - 1];
            }
            order[at] = l;
        }
    }

    private static void merge(double[] keys, double[] from, double[] to, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int k = start; k < end; k++) {
            boolean takeRight =
                    left == middle || right < end && isAfter(keys[(int) from[left]], keys[(int) from[right]]);
            to[k] = from[takeRight ? right++ : left++];
        }
    }

    private static boolean isAfter(double u, double v) {
        return u > v || u != u && v == v;
    }

    /** Writes for each of n ordered numbers how many are before it less how many are behind it, where equal numbers are neither. */
    public static void ranks(double[] keys, double[] order, double[] y, int to, int stride, int n) {
        for (int start = 0; start < n; ) {
            int end = start + 1;
            while (end < n && !isAfter(keys[(int) order[end]], keys[(int) order[start]])) {
                end++;
            }
            for (int l = start; l < end; l++) {
                y[to + (int) order[l] * stride] = start - (n - end);
            }
            start = end;
        }
    }
}
