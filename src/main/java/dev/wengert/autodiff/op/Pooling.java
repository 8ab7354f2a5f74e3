package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;

/** Maxima and means over windows of signals and images, whose first two axes are batch and channels. */
public final class Pooling {

    private final String op;
    private final int axes;
    private final Variable x;
    private final int[] kernel;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;
    private final boolean ceilMode;

    private Pooling(
            String name,
            int axes,
            Variable x,
            int[] kernel,
            int[] stride,
            int[] padding,
            int[] dilation,
            boolean ceilMode) {
        this.op = name + axes + "d";
        this.axes = axes;
        this.x = x;
        this.kernel = Operands.perAxis(op, axes, "kernel", 1, kernel);
        this.stride = Operands.perAxis(op, axes, "stride", 1, stride);
        this.padding = Operands.perAxis(op, axes, "padding", 0, padding);
        this.dilation = Operands.perAxis(op, axes, "dilation", 1, dilation);
        this.ceilMode = ceilMode;
        if (x.shape().rank() != axes + 2) {
            throw new ShapeException(
                    op,
                    "the operand must be [batch, channels, " + (axes == 1 ? "length]" : "height, width]"),
                    "operand " + x.shape());
        }
        for (int d = 0; d < axes; d++) {
            requireWindow(d);
        }
    }

    /** The largest elements of windows, with options that are equal for all axes. */
    public static Variable max(
            int axes, Variable x, int kernel, int stride, int padding, int dilation, boolean ceilMode) {
        return max(
                axes, x, new int[] {kernel}, new int[] {stride}, new int[] {padding}, new int[] {dilation}, ceilMode);
    }

    /** The largest elements of windows. Padding is −∞. */
    public static Variable max(
            int axes, Variable x, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceilMode) {
        Pooling pool = new Pooling("maxPool", axes, x, kernel, stride, padding, dilation, ceilMode);
        return pool.windows(Double.NEGATIVE_INFINITY).max(pool.inside());
    }

    /** The means of windows, with options that are equal for all axes. */
    public static Variable mean(
            int axes, Variable x, int kernel, int stride, int padding, boolean ceilMode, boolean countIncludePad) {
        return mean(axes, x, new int[] {kernel}, new int[] {stride}, new int[] {padding}, ceilMode, countIncludePad);
    }

    /** The means of windows. Padding is 0. */
    public static Variable mean(
            int axes,
            Variable x,
            int[] kernel,
            int[] stride,
            int[] padding,
            boolean ceilMode,
            boolean countIncludePad) {
        Pooling pool = new Pooling("avgPool", axes, x, kernel, stride, padding, new int[] {1}, ceilMode);
        return pool.windows(0).sum(pool.inside()).div(pool.counts(countIncludePad));
    }

    private int extent(int d) {
        return x.shape().extent(d + 2);
    }

    /** How many elements a window spans. */
    private long reach(int d) {
        return (kernel[d] - 1L) * dilation[d] + 1;
    }

    /** The number of windows along an axis. With a rounded up quotient the last one must begin in the operand, or before it. */
    private long number(int d) {
        long first = extent(d) + (long) padding[d];
        long last = first + padding[d] - reach(d);
        long number = Math.floorDiv(ceilMode ? last + stride[d] - 1 : last, stride[d]) + 1;
        return ceilMode && (number - 1) * stride[d] >= first ? number - 1 : number;
    }

    private void requireWindow(int d) {
        if (padding[d] > kernel[d] / 2) {
            throw new IllegalArgumentException(op + ": padding must be at most half of the kernel, got padding "
                    + padding[d] + " and kernel " + kernel[d]);
        }
        if (extent(d) < 1 || number(d) < 1) {
            throw new ShapeException(
                    op,
                    "the operand must have an element, and a window must fit into it with its padding"
                            + (ceilMode ? ", but for less than a stride" : ""),
                    "operand " + x.shape() + ", kernel " + kernel[d] + ", stride " + stride[d] + ", padding "
                            + padding[d] + " and dilation " + dilation[d]);
        }
    }

    /** The windows, whose elements are the last axes. */
    private Variable windows(double value) {
        Variable windows = x;
        for (int d = 0; d < axes; d++) {
            int axis = d + 2;
            long end = (number(d) - 1) * stride[d] + reach(d);
            int after = (int) Math.min(Math.max(0, end - extent(d) - padding[d]), Integer.MAX_VALUE);
            if (padding[d] + after > 0) {
                windows = Pieces.pad(windows, axis, padding[d], after, value);
            }
            windows = Windows.of(windows, axis, (int) reach(d), stride[d]);
            if (dilation[d] > 1) {
                windows = windows.gather(-1, Variable.of(Tensor.arange(0, reach(d), dilation[d])));
            }
        }
        return windows;
    }

    /** The axes of the elements of windows. */
    private int[] inside() {
        return axes == 1 ? new int[] {-1} : new int[] {-2, -1};
    }

    /** By how much the sum of each window is divided: padding may count, what lies behind it does not. */
    private Variable counts(boolean countIncludePad) {
        Variable columns = Variable.of(counts(axes - 1, countIncludePad));
        return axes == 1 ? columns : Variable.of(counts(0, countIncludePad)).outer(columns);
    }

    /** How many places of each window along an axis count. */
    private Tensor counts(int d, boolean countIncludePad) {
        double[] counts = new double[(int) number(d)];
        int pad = countIncludePad ? padding[d] : 0;
        for (int i = 0; i < counts.length; i++) {
            long from = (long) i * stride[d] - padding[d];
            counts[i] = Math.min(from + kernel[d], extent(d) + (long) pad) - Math.max(from, -pad);
        }
        return Tensor.of(counts);
    }
}
