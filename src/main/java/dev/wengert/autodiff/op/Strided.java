package dev.wengert.autodiff.op;

import dev.wengert.kernel.Reductions;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * Walks that apply one-dimensional loops to arrays with shapes: broadcasting, reductions and permutations, without allocating.
 *
 * <p>Each walk recurses over the axes until one run is left: a block in which each operand is contiguous, or a single element.
 */
public final class Strided {

    private Strided() {}

    /** Applies an operation to two operands that broadcast to the shape {@code out}. */
    static void binary(Pairwise loop, double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        binary(loop, y, out, x[0], s[0], x[1], s[1], 0, work);
    }

    /** Applies an operation to {@code a} and {@code b}, which starts at {@code offset} in its array. */
    static void binary(
            Pairwise loop,
            double[] y,
            Shape out,
            double[] a,
            Shape sa,
            double[] b,
            Shape sb,
            int offset,
            double[][] work) {
        if (out.size() != 0) {
            binary(loop, a, sa, 0, sa.size(), b, sb, offset, sb.size(), y, out, 0, out.size(), 0, work);
        }
    }

    private static void binary(
            Pairwise loop,
            double[] a,
            Shape sa,
            int i,
            int blockA,
            double[] b,
            Shape sb,
            int j,
            int blockB,
            double[] y,
            Shape out,
            int k,
            int block,
            int axis,
            double[][] work) {
        if ((blockA == block || blockA == 1) && (blockB == block || blockB == 1)) {
            loop.run(a, i, blockA == block ? 1 : 0, b, j, blockB == block ? 1 : 0, y, k, block, work);
            return;
        }
        int extentA = extent(sa, out, axis);
        int extentB = extent(sb, out, axis);
        int n = out.extent(axis);
        for (int l = 0; l < n; l++) {
            binary(
                    loop,
                    a,
                    sa,
                    extentA == 1 ? i : i + l * (blockA / extentA),
                    blockA / extentA,
                    b,
                    sb,
                    extentB == 1 ? j : j + l * (blockB / extentB),
                    blockB / extentB,
                    y,
                    out,
                    k + l * (block / n),
                    block / n,
                    axis + 1,
                    work);
        }
    }

    /** Sums {@code x} into the shape {@code to}, which broadcasts to the shape of x; y is written from {@code offset}. */
    public static void sum(double[] x, Shape s, double[] y, int offset, Shape to) {
        Arrays.fill(y, offset, offset + to.size(), 0.0);
        int block = block(s, to);
        if (block != 0) {
            for (int k = 0; k < to.size(); k++) {
                y[offset + k] += Reductions.sum(x, k * block, block);
            }
        } else if (s.size() != 0) {
            fold(false, x, s, 0, s.size(), y, to, offset, to.size(), 0);
        }
    }

    /** The largest elements of {@code x} in the shape {@code to}, which broadcasts to the shape of x. */
    public static void max(double[] x, Shape s, double[] y, Shape to) {
        int block = block(s, to);
        if (block != 0) {
            Reductions.maxOfBlocks(x, block, y, to.size());
            return;
        }
        Arrays.fill(y, 0, to.size(), Double.NEGATIVE_INFINITY);
        if (s.size() != 0) {
            fold(true, x, s, 0, s.size(), y, to, 0, to.size(), 0);
        }
    }

    private static void fold(
            boolean max, double[] x, Shape s, int i, int block, double[] y, Shape to, int k, int blockTo, int axis) {
        if (blockTo == block) {
            if (max) {
                Reductions.maxTo(x, i, y, k, block);
            } else {
                Reductions.addTo(x, i, y, k, block);
            }
        } else if (blockTo == 1) {
            y[k] = max ? Math.max(y[k], Reductions.max(x, i, block)) : y[k] + Reductions.sum(x, i, block);
        } else {
            int extent = extent(to, s, axis);
            int n = s.extent(axis);
            if (!max && extent == 1 && blockTo == block / n) {
                Reductions.addRowsTo(x, i, n, y, k, blockTo);
                return;
            }
            for (int l = 0; l < n; l++) {
                int next = extent == 1 ? k : k + l * (blockTo / n);
                fold(max, x, s, i + l * (block / n), block / n, y, to, next, blockTo / extent, axis + 1);
            }
        }
    }

    /**
     * The slope of {@link #max}: 1/c where x is one of c largest elements, else 0; NaN where the largest is NaN.
     *
     * @param work one scratch array of twice the size of {@code to}
     */
    static void maxSlope(double[] x, Shape s, double[] y, Shape to, double[][] work) {
        int count = to.size();
        max(x, s, work[0], to);
        int block = block(s, to);
        if (block != 0) {
            for (int k = 0; k < count; k++) {
                Reductions.maxSlope(x, work[0][k], k * block, block, y);
            }
            return;
        }
        binary(Comparison.EQ, y, s, x, s, work[0], to, 0, work);
        sum(y, s, work[0], count, to);
        binary(BinaryOp.DIV, y, s, y, s, work[0], to, count, work);
    }

    /** Repeats {@code x} over the shape {@code to}. */
    public static void broadcast(double[] x, Shape s, double[] y, Shape to) {
        if (to.size() != 0) {
            broadcast(x, s, 0, s.size(), y, to, 0, to.size(), 0);
        }
    }

    private static void broadcast(
            double[] x, Shape s, int i, int block, double[] y, Shape to, int k, int blockTo, int axis) {
        if (block == blockTo) {
            System.arraycopy(x, i, y, k, block);
        } else if (block == 1) {
            Arrays.fill(y, k, k + blockTo, x[i]);
        } else {
            int extent = extent(s, to, axis);
            int n = to.extent(axis);
            for (int l = 0; l < n; l++) {
                int next = extent == 1 ? i : i + l * (block / n);
                broadcast(x, s, next, block / extent, y, to, k + l * (blockTo / n), blockTo / n, axis + 1);
            }
        }
    }

    /** Copies {@code x} so that axis {@code d} of the result is axis {@code axes.get(d)} of x. */
    static void permute(double[] x, Shape s, Axes axes, double[] y, Shape out) {
        if (out.size() == 0) {
            return;
        }
        if (out.rank() == 0) {
            y[0] = x[0];
            return;
        }
        permute(x, s, axes, 0, y, out, 0, out.size(), 0);
    }

    private static void permute(
            double[] x, Shape s, Axes axes, int i, double[] y, Shape out, int k, int block, int axis) {
        int n = out.extent(axis);
        int stride = stride(s, axes.get(axis));
        if (axis == out.rank() - 1) {
            Rows.copyStrided(x, i, stride, y, k, n);
            return;
        }
        for (int l = 0; l < n; l++) {
            permute(x, s, axes, i + l * stride, y, out, k + l * (block / n), block / n, axis + 1);
        }
    }

    /**
     * How many elements that lie one after another each element of {@code to} stands for, if {@code to} repeats over last axes of {@code s}
     * only; 0 if it repeats over none or over others.
     */
    static int block(Shape s, Shape to) {
        int count = 1;
        for (int axis = 0; axis < s.rank() && extent(to, s, axis) == s.extent(axis); axis++) {
            count *= s.extent(axis);
        }
        return count == to.size() && count < s.size() ? s.size() / count : 0;
    }

    /**
     * How many times in succession each element of {@code s} stands in the shape {@code to}, to which it broadcasts, if all of them stand
     * there in order, and then perhaps again; 0 if not: if {@code s} repeats over an axis between two others.
     */
    public static int run(Shape s, Shape to) {
        int axis = 0;
        while (axis < to.rank() && extent(s, to, axis) == 1) {
            axis++;
        }
        while (axis < to.rank() && extent(s, to, axis) == to.extent(axis)) {
            axis++;
        }
        int run = 1;
        for (; axis < to.rank() && extent(s, to, axis) == 1; axis++) {
            run *= to.extent(axis);
        }
        return axis == to.rank() ? run : 0;
    }

    /** The distance between neighbours along an axis. */
    private static int stride(Shape s, int axis) {
        int stride = 1;
        for (int d = axis + 1; d < s.rank(); d++) {
            stride *= s.extent(d);
        }
        return stride;
    }

    /** The extent of {@code s} at an axis of {@code out}, to which it broadcasts: shapes are aligned at their last axes. */
    private static int extent(Shape s, Shape out, int axis) {
        int own = axis - (out.rank() - s.rank());
        return own < 0 ? 1 : s.extent(own);
    }
}
