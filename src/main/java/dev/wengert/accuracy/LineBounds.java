package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.LogCumSumExp;
import dev.wengert.autodiff.op.Ranks;
import dev.wengert.autodiff.op.Recurrence;
import dev.wengert.autodiff.op.ScatterAddAlong;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Bounds of the errors of operations along the lines of an axis: orders, what is moved by them, and scans. */
final class LineBounds {

    private static final double U = 0x1p-53;

    private LineBounds() {}

    /**
     * The bounds for an order. Elements that are closer together than twice the largest error may be in any order among themselves.
     *
     * @param op an {@link Argsort} or {@link Ranks}
     */
    static double[] order(Op op, double[] y, Shape s, double[] x, double[] dx) {
        double[] dy = new double[s.size()];
        for (int[] line : LineForms.lines(s, LineForms.axis(op))) {
            double error = IntStream.of(line).mapToDouble(at -> dx[at]).max().orElse(0);
            if (error == 0) {
                continue;
            }
            int[] sorted = IntStream.range(0, line.length)
                    .boxed()
                    .sorted((p, q) -> Double.compare(x[line[p]], x[line[q]]))
                    .mapToInt(l -> l)
                    .toArray();
            boolean descending = op instanceof Argsort argsort && argsort.order() == Argsort.Order.DESCENDING;
            for (int start = 0; start < sorted.length; ) {
                int end = start + 1;
                while (end < sorted.length && x[line[sorted[end]]] - x[line[sorted[end - 1]]] <= 2 * error) {
                    end++;
                }
                int[] close = Arrays.copyOfRange(sorted, start, end);
                int first = Arrays.stream(close).min().orElseThrow();
                int last = Arrays.stream(close).max().orElseThrow();
                for (int k = start; k < end; k++) {
                    int place = descending ? sorted.length - 1 - k : k;
                    int at = line[op instanceof Ranks ? sorted[k] : place];
                    dy[at] = op instanceof Ranks ? 2.0 * (end - start - 1) : last - first;
                }
                start = end;
            }
        }
        return dy;
    }

    /** The bounds for elements that are taken along indices. One whose index is uncertain may be any of those that the index may mean. */
    static double[] taken(TakeAlong op, double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = op.eval(out, new double[][] {dx[0], x[1]}, s);
        int[][] from = LineForms.lines(s[0], op.axis());
        int[][] to = LineForms.lines(out, op.axis());
        for (int line = 0; line < to.length; line++) {
            for (int at : to[line]) {
                int low = (int) Math.max(0, x[1][at] - dx[1][at]);
                int high = (int) Math.min(from[line].length - 1, x[1][at] + dx[1][at]);
                for (int l = low; l <= high && dx[1][at] > 0; l++) {
                    int other = from[line][l];
                    dy[at] = Math.max(dy[at], Math.abs(x[0][other] - y[at]) + dx[0][other]);
                }
            }
        }
        return dy;
    }

    /** The bounds for elements that are sorted by themselves: each is off by the largest error of a line at most. */
    static double[] sorted(int axis, Shape out, double[] dx, Shape s) {
        double[] dy = new double[out.size()];
        int[][] from = LineForms.lines(s, axis);
        int[][] to = LineForms.lines(out, axis);
        for (int line = 0; line < to.length; line++) {
            double error =
                    IntStream.of(from[line]).mapToDouble(at -> dx[at]).max().orElse(0);
            for (int at : to[line]) {
                dy[at] = error;
            }
        }
        return dy;
    }

    /** The bounds for elements that are added along indices. One whose index is uncertain may be missing, or be added anywhere. */
    static double[] added(ScatterAddAlong op, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = Sums.bound(op, out, x, dx, s, s[1].extent(op.axis()), 1);
        int[][] from = LineForms.lines(s[0], op.axis());
        int[][] to = LineForms.lines(out, op.axis());
        for (int line = 0; line < Math.min(from.length, to.length); line++) {
            double uncertain = IntStream.of(from[line])
                    .filter(at -> dx[1][at] > 0)
                    .mapToDouble(at -> Math.abs(x[0][at]) + dx[0][at])
                    .sum();
            for (int at : to[line]) {
                dy[at] += uncertain;
            }
        }
        return dy;
    }

    /** The bounds for a scan: a recurrence of its own. */
    static double[] scan(Op op, double[] y, Shape s, double[][] x, double[][] dx) {
        double[] dy = new double[s.size()];
        boolean backwards = op instanceof Recurrence r && r.transposed();
        for (int[] line : LineForms.lines(s, LineForms.axis(op))) {
            int n = line.length;
            double largest = 0;
            for (int k = 0; k < n; k++) {
                int at = line[backwards ? n - 1 - k : k];
                int from = k == 0 ? -1 : line[backwards ? n - k : k - 1];
                double error = dx[x.length - 1][at];
                if (op instanceof LogCumSumExp) {
                    largest = k == 0 ? error : Math.max(largest, error);
                    dy[at] = largest + (Double.isInfinite(y[at]) ? 0 : Math.ulp(y[at]) + (4 * k + 8) * U);
                } else if (k == 0) {
                    dy[at] = error;
                } else {
                    int factor = backwards ? from : at;
                    double size = Math.abs(x[0][factor]) * Math.abs(y[from]);
                    double passed = Math.abs(x[0][factor]) * dy[from] + dx[0][factor] * (Math.abs(y[from]) + dy[from]);
                    dy[at] = passed + error + U * (1 + 1e-9) * (size + Math.abs(y[at]));
                }
            }
        }
        return dy;
    }
}
