package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Sorting;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/**
 * The indices that sort along an axis. Equal elements keep their order, and NaNs come last. A function of sorted elements takes them along
 * these indices, which are computed anew at each run: it is linear in what is taken, and flat in what it is sorted by.
 */
public record Argsort(int axis, Order order) implements InertOp {

    /** The order. */
    public enum Order {
        ASCENDING,
        DESCENDING,
        /** Ascending; where an element is NaN, all indices are that of a NaN. */
        ASCENDING_OR_NAN
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(axis);
        int width = Blocks.width(out, axis);
        for (int line = 0; line < out.size(); line += n) {
            int from = start(line / n, n, width);
            Sorting.order(x[0], from, width, n, order == Order.DESCENDING, work);
            double[] sorted = work[1];
            boolean nan = order == Order.ASCENDING_OR_NAN && Double.isNaN(work[0][n - 1]);
            for (int l = 0; l < n; l++) {
                y[from + l * width] = nan ? sorted[n - 1] : sorted[l];
            }
        }
    }

    /** The place of the first element of a line along an axis. */
    static int start(int line, int n, int width) {
        return line / width * n * width + line % width;
    }

    @Override
    public int[] workLengths(Shape... s) {
        int n = s[0].extent(axis);
        return new int[] {n, n, n, n};
    }

    @Override
    public Ranks branch() {
        return new Ranks(axis);
    }

    private static Variable indices(String op, Variable x, int axis, boolean descending) {
        return new Argsort(x.shape().axis(op, axis), descending ? Order.DESCENDING : Order.ASCENDING).apply(x);
    }

    /** The indices that sort along an axis. */
    public static Variable of(Variable x, int axis, boolean descending) {
        return indices("argsort", x, axis, descending);
    }

    /** The elements sorted along an axis. */
    public static Variable sort(Variable x, int axis, boolean descending) {
        return x.takeAlong(axis, indices("sort", x, axis, descending));
    }

    /** The indices of the k largest elements along an axis. */
    public static Variable argTopK(Variable x, int axis, int k) {
        return largest("argTopK", x, axis, k);
    }

    /** The k largest elements along an axis. */
    public static Variable topK(Variable x, int axis, int k) {
        return x.takeAlong(axis, largest("topK", x, axis, k));
    }

    private static Variable largest(String op, Variable x, int axis, int k) {
        int at = x.shape().axis(op, axis);
        int extent = x.shape().extent(at);
        if (k < 0 || k > extent) {
            throw new ShapeException(
                    op, "k must be in 0.." + extent + ", the extent at axis " + at, k + " for operand " + x.shape());
        }
        return indices(op, x, at, true).slice(at, 0, k);
    }

    /** The quantile over axes, interpolated linearly. */
    public static Variable quantile(String op, Variable x, double q, boolean keepExtents, int... axes) {
        int[] over = Operands.axes(op, axes);
        if (!(q >= 0 && q <= 1)) {
            throw new IllegalArgumentException(op + ": q must be in 0..1, got " + q);
        }
        Shape result = x.shape().reduce(op, keepExtents, over);
        Variable lines = Permute.lastly(op, x, over);
        int last = lines.shape().rank() - 1;
        int n = lines.shape().extent(last);
        if (n == 0) {
            if (result.size() > 0) {
                throw new ShapeException(op, "there must be an element to choose", "operand " + x.shape());
            }
            return x.reshape(result);
        }
        Variable indices = new Argsort(last, Order.ASCENDING_OR_NAN).apply(lines);
        double place = q * (n - 1);
        int low = (int) place;
        double share = place - low;
        Variable below = lines.takeAlong(last, indices.slice(last, low, low + 1));
        if (share == 0) {
            return below.reshape(result);
        }
        Variable above = lines.takeAlong(last, indices.slice(last, low + 1, low + 2));
        return below.mul(1 - share).add(above.mul(share)).reshape(result);
    }

    @Override
    public String label() {
        return "argsort(" + axis + (order == Order.ASCENDING ? "" : ", " + Labels.camelCase(order)) + ")";
    }
}
