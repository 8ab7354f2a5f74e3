package dev.wengert.autodiff.op;

import dev.wengert.kernel.Reductions;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** The layout of an array along one axis: {@code outer} blocks, each of {@code inner = extent × width} neighbouring elements. */
public final class Blocks {

    private Blocks() {}

    public static int outer(Shape s, int axis) {
        int outer = 1;
        for (int d = 0; d < axis; d++) {
            outer *= s.extent(d);
        }
        return outer;
    }

    public static int width(Shape s, int axis) {
        int width = 1;
        for (int d = axis + 1; d < s.rank(); d++) {
            width *= s.extent(d);
        }
        return width;
    }

    public static int inner(Shape s, int axis) {
        return s.extent(axis) * width(s, axis);
    }

    /** The shape of one row: all extents but the first. */
    public static Shape row(Shape s) {
        int[] extents = s.toArray();
        return Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
    }

    /** Copies {@code outer} runs of n elements: run r from {@code i + r·stepX} in x to {@code k + r·stepY} in y. */
    static void copy(double[] x, int stepX, int i, double[] y, int stepY, int k, int outer, int n) {
        for (int block = 0; block < outer; block++) {
            System.arraycopy(x, i + block * stepX, y, k + block * stepY, n);
        }
    }

    /** Adds {@code outer} runs of n elements: run r from {@code r·n} in x to {@code k + r·stepY} in y. */
    static void add(double[] x, int n, double[] y, int stepY, int k, int outer) {
        for (int block = 0; block < outer; block++) {
            Reductions.addTo(x, block * n, y, k + block * stepY, n);
        }
    }
}
