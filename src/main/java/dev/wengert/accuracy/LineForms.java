package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.Blocks;
import dev.wengert.autodiff.op.CumSum;
import dev.wengert.autodiff.op.LogCumSumExp;
import dev.wengert.autodiff.op.Ranks;
import dev.wengert.autodiff.op.Recurrence;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Exact forms of operations along the lines of an axis: orders and scans. */
final class LineForms {

    private LineForms() {}

    /** The axis of an operation along lines; −1 for another operation. */
    static int axis(Op op) {
        return op instanceof Argsort argsort
                ? argsort.axis()
                : op instanceof Ranks ranks
                        ? ranks.axis()
                        : op instanceof CumSum sum
                                ? sum.axis()
                                : op instanceof Recurrence recurrence
                                        ? recurrence.axis()
                                        : op instanceof LogCumSumExp scan ? scan.axis() : -1;
    }

    /** For each line along an axis, the places of its elements. */
    static int[][] lines(Shape s, int axis) {
        int n = s.extent(axis);
        int width = Blocks.width(s, axis);
        int[][] lines = new int[n == 0 ? 0 : s.size() / n][];
        Arrays.setAll(
                lines,
                line -> IntStream.range(0, n)
                        .map(l -> (line / width * n + l) * width + line % width)
                        .toArray());
        return lines;
    }

    /** The value of an operation that has an {@link #axis}. */
    static BigReal[] exact(Op op, Shape s, BigReal[][] x, BigArithmetic a) {
        BigReal[] y = new BigReal[s.size()];
        for (int[] line : lines(s, axis(op))) {
            if (op instanceof Argsort argsort) {
                indices(argsort.order(), line, x[0], y);
            } else if (op instanceof Ranks) {
                ranks(line, x[0], y);
            } else {
                scan(op, line, x, y, a);
            }
        }
        return y;
    }

    /** The numbers of the elements of a line in their stable order, NaNs last. */
    static int[] order(BigReal[] x, int[] line, boolean descending) {
        return IntStream.range(0, line.length)
                .boxed()
                .sorted((p, q) -> {
                    BigReal u = x[line[descending ? q : p]];
                    BigReal v = x[line[descending ? p : q]];
                    return x[line[p]].isNaN() || x[line[q]].isNaN()
                            ? Boolean.compare(x[line[p]].isNaN(), x[line[q]].isNaN())
                            : u.lessThan(v) ? -1 : v.lessThan(u) ? 1 : 0;
                })
                .mapToInt(l -> l)
                .toArray();
    }

    private static void indices(Argsort.Order order, int[] line, BigReal[] x, BigReal[] y) {
        int[] sorted = order(x, line, order == Argsort.Order.DESCENDING);
        int last = sorted[line.length - 1];
        boolean nan = order == Argsort.Order.ASCENDING_OR_NAN && x[line[last]].isNaN();
        for (int l = 0; l < line.length; l++) {
            y[line[l]] = BigReal.of(nan ? last : sorted[l]);
        }
    }

    private static void ranks(int[] line, BigReal[] x, BigReal[] y) {
        for (int at : line) {
            int rank = 0;
            for (int other : line) {
                rank += isBefore(x[other], x[at]) ? 1 : isBefore(x[at], x[other]) ? -1 : 0;
            }
            y[at] = BigReal.of(rank);
        }
    }

    private static boolean isBefore(BigReal u, BigReal v) {
        return !u.isNaN() && (v.isNaN() || u.lessThan(v));
    }

    private static void scan(Op op, int[] line, BigReal[][] x, BigReal[] y, BigArithmetic a) {
        int n = line.length;
        boolean backwards = op instanceof CumSum sum && sum.reverse() || op instanceof Recurrence r && r.transposed();
        for (int k = 0; k < n; k++) {
            int at = line[backwards ? n - 1 - k : k];
            BigReal added = x[x.length - 1][at];
            if (k == 0) {
                y[at] = added;
                continue;
            }
            int from = line[backwards ? n - k : k - 1];
            if (op instanceof LogCumSumExp) {
                y[at] = logAddExp(y[from], added, a);
            } else if (op instanceof CumSum) {
                y[at] = a.add(y[from], added);
            } else {
                y[at] = a.add(a.mul(x[0][backwards ? from : at], y[from]), added);
            }
        }
    }

    private static BigReal logAddExp(BigReal u, BigReal v, BigArithmetic a) {
        if (u.isNaN() || v.isNaN()) {
            return BigReal.NaN;
        }
        BigReal high = u.lessThan(v) ? v : u;
        BigReal low = u.lessThan(v) ? u : v;
        return high.isFinite() && low.isFinite() ? a.add(high, a.log1p(a.exp(a.sub(low, high)))) : high;
    }
}
