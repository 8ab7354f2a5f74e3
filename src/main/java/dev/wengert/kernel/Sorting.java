package dev.wengert.kernel;

/** Stable orders of numbers: −0.0 equals 0.0, and a NaN comes behind all numbers and equals every other NaN. */
public final class Sorting {

    /** Runs of this length are sorted by insertion. */
    private static final int RUN = 8;

    private Sorting() {}

    /**
     * Sorts the n numbers {@code x[from + l·stride]}, by merging.
     *
     * @param descending whether the largest number comes first; a NaN still comes last
     * @param work four arrays of n or more; the first receives the numbers in order (negated if descending), the second their indices l
     */
    public static void order(double[] x, int from, int stride, int n, boolean descending, double[][] work) {
        double[] keys = work[0];
        double[] order = work[1];
        int numbers = 0;
        for (int l = 0; l < n; l++) {
            double key = x[from + l * stride];
            if (key == key) {
                keys[numbers] = descending ? -key : key;
                order[numbers++] = l;
            }
        }
        for (int l = 0, k = numbers; k < n; l++) {
            if (x[from + l * stride] != x[from + l * stride]) {
                keys[k] = Double.NaN;
                order[k++] = l;
            }
        }
        for (int start = 0; start < numbers; start += RUN) {
            insert(keys, order, start, Math.min(numbers, start + RUN));
        }
        double[] otherKeys = work[2];
        double[] otherOrder = work[3];
        for (int run = RUN; run < numbers; run *= 2) {
            for (int start = 0; start < numbers; start += 2 * run) {
                int middle = Math.min(numbers, start + run);
                merge(keys, order, otherKeys, otherOrder, start, middle, Math.min(numbers, middle + run));
            }
            double[] merged = otherKeys;
            otherKeys = keys;
            keys = merged;
            merged = otherOrder;
            otherOrder = order;
            order = merged;
        }
        if (keys != work[0]) {
            System.arraycopy(keys, 0, work[0], 0, numbers);
            System.arraycopy(order, 0, work[1], 0, numbers);
        }
    }

    private static void insert(double[] keys, double[] order, int start, int end) {
        for (int l = start + 1; l < end; l++) {
            double key = keys[l];
            double index = order[l];
            int at = l;
            for (; at > start && keys[at - 1] > key; at--) {
                keys[at] = keys[at - 1];
                order[at] = order[at - 1];
            }
            keys[at] = key;
            order[at] = index;
        }
    }

    private static void merge(
            double[] keys, double[] order, double[] toKeys, double[] toOrder, int start, int middle, int end) {
        int left = start;
        int right = middle;
        int k = start;
        while (left < middle && right < end) {
            int second = keys[left] > keys[right]
                    ? 1
                    : 0; // a number, because a branch would be guessed wrong half of the time
            int next = left + second * (right - left);
            toKeys[k] = keys[next];
            toOrder[k++] = order[next];
            right += second;
            left += 1 - second;
        }
        int rest = left < middle ? left : right;
        System.arraycopy(keys, rest, toKeys, k, end - k);
        System.arraycopy(order, rest, toOrder, k, end - k);
    }

    /** Writes for each of n ordered numbers how many are before it less how many are behind it, where equal numbers are neither. */
    public static void ranks(double[] keys, double[] order, double[] y, int to, int stride, int n) {
        for (int start = 0; start < n; ) {
            double key = keys[start];
            int end = start + 1;
            while (end < n && (keys[end] == key || key != key)) {
                end++;
            }
            for (int l = start; l < end; l++) {
                y[to + (int) order[l] * stride] = start - (n - end);
            }
            start = end;
        }
    }
}
