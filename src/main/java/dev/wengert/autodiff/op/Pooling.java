package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;

/** Maxima and means over windows of signals and images, whose first two axes are batch and channels. */
public final class Pooling {

    private Pooling() {}

    /** The largest elements of windows. Padding is −∞. */
    public static Variable max(int axes, Variable x, int kernel, int stride, int padding) {
        Variable windows = windows("maxPool", axes, x, kernel, stride, padding, Double.NEGATIVE_INFINITY);
        return axes == 1 ? windows.max(-1) : windows.max(-2, -1);
    }

    /** The means of windows. Padding is 0, and counts. */
    public static Variable mean(int axes, Variable x, int kernel, int stride, int padding) {
        Variable windows = windows("avgPool", axes, x, kernel, stride, padding, 0);
        return axes == 1 ? windows.mean(-1) : windows.mean(-2, -1);
    }

    private static Variable windows(
            String name, int axes, Variable x, int kernel, int stride, int padding, double value) {
        String op = name + axes + "d";
        if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
            throw new IllegalArgumentException(
                    op + ": kernel and stride must be 1 or more, and padding 0 to half of the kernel, got kernel "
                            + kernel + ", stride " + stride + " and padding " + padding);
        }
        if (x.shape().rank() != axes + 2) {
            throw new ShapeException(
                    op,
                    "the operand must be [batch, channels, " + (axes == 1 ? "length]" : "height, width]"),
                    "operand " + x.shape());
        }
        Variable windows = x;
        for (int axis = 2; axis < axes + 2; axis++) {
            if (kernel > x.shape().extent(axis) + 2L * padding) {
                throw new ShapeException(
                        op,
                        "the kernel must fit into the padded operand",
                        "operand " + x.shape() + ", kernel " + kernel + " and padding " + padding);
            }
            Variable padded = padding == 0 ? windows : Pieces.pad(windows, axis, padding, padding, value);
            windows = Windows.of(padded, axis, kernel, stride);
        }
        return windows;
    }
}
