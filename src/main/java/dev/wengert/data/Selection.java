package dev.wengert.data;

import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.Arrays;

/** Chooses samples: for parts and folds in which each class has its share, and by their weights. */
final class Selection {
    /** How many samples of a class go to a part, at least; and whether one more does, and may. */
    private final int[][] whole;

    private final boolean[][] more;
    private final boolean[][] mayHaveMore;

    /** The samples that a part still lacks. */
    private final int[] room;

    private Selection(int[] counts, int[] sizes) {
        int n = Math.max(1, Arrays.stream(sizes).sum());
        this.whole = new int[counts.length][sizes.length];
        this.more = new boolean[counts.length][sizes.length];
        this.mayHaveMore = new boolean[counts.length][sizes.length];
        this.room = sizes.clone();
        for (int k = 0; k < counts.length; k++) {
            for (int p = 0; p < sizes.length; p++) {
                long share = (long) counts[k] * sizes[p];
                whole[k][p] = (int) (share / n);
                mayHaveMore[k][p] = share % n != 0;
                room[p] -= whole[k][p];
            }
        }
    }

    /**
     * The part of each sample. A part has its size, and of each class the share of its size, rounded up or down. Which samples of a class
     * go there is drawn.
     */
    static int[] parts(int[] labels, int classes, int[] sizes, Key key) {
        int[] counts = counts(labels, classes);
        Selection selection = new Selection(counts, sizes);
        for (int k : key.fold(1).permutation(classes)) {
            int left = counts[k] - Arrays.stream(selection.whole[k]).sum();
            for (int i = 0; i < left; i++) {
                selection.addOne(k, new boolean[sizes.length]);
            }
        }
        int[] part = new int[labels.length];
        int[] current = new int[classes];
        for (int i : key.fold(0).permutation(labels.length)) {
            int k = labels[i];
            while (selection.take(k, current[k])) {
                current[k]++;
            }
            part[i] = current[k];
        }
        return part;
    }

    /**
     * Gives one more sample of a class to a part that has room, or to one from which another class can move its own: a path that augments
     * a matching. There is one, since the exact shares are a solution in fractions.
     */
    private boolean addOne(int k, boolean[] visited) {
        for (int p = 0; p < room.length; p++) {
            if (mayHaveMore[k][p] && !more[k][p] && !visited[p]) {
                visited[p] = true;
                boolean free = room[p] > 0;
                if (free) {
                    room[p]--;
                }
                for (int other = 0; other < more.length && !free; other++) {
                    free = more[other][p] && addOne(other, visited);
                    if (free) {
                        more[other][p] = false;
                    }
                }
                if (free) {
                    more[k][p] = true;
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes a sample of a class for a part; true if the part has all of its own. */
    private boolean take(int k, int p) {
        if (whole[k][p] > 0) {
            whole[k][p]--;
            return false;
        }
        boolean last = more[k][p];
        more[k][p] = false;
        return !last;
    }

    /** The fold of each sample: in a random order, class by class, the folds take turns. */
    static int[] folds(int[] labels, int classes, int folds, Key key) {
        int[] next = new int[classes + 1];
        int[] counts = counts(labels, classes);
        for (int k = 0; k < classes; k++) {
            next[k + 1] = next[k] + counts[k];
        }
        int[] fold = new int[labels.length];
        for (int i : key.fold(0).permutation(labels.length)) {
            fold[i] = next[labels[i]]++ % folds;
        }
        return fold;
    }

    static int[] counts(int[] labels, int classes) {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /**
     * Draws indices with replacement. Each is the first at which the cumulative weight is above a random number, so one of weight 0 is never
     * drawn. The weights are divided by the largest, so that their sum is finite.
     */
    static int[] draw(int count, Tensor weights, Key key) {
        double[] weight = TensorArrays.of(weights);
        double largest = Arrays.stream(weight).max().orElse(0);
        double[] cumulative = new double[weight.length];
        double sum = 0;
        for (int i = 0; i < weight.length; i++) {
            sum += weight[i] / largest;
            cumulative[i] = sum;
        }
        double[] u = TensorArrays.of(key.uniform(count));
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            double at = u[i] * sum;
            int low = 0;
            int high = weight.length - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (cumulative[middle] > at) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            drawn[i] = low;
        }
        return drawn;
    }
}
