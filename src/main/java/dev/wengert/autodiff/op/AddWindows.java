package dev.wengert.autodiff.op;

import dev.wengert.kernel.Convolutions;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Adds the elements of windows along an axis, which the last axis holds, to their places: the transpose of {@link Windows}. */
public record AddWindows(int axis, int extent, int step) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        int[] extents = Arrays.copyOf(x[0].toArray(), x[0].rank() - 1);
        return Shape.of(extents).with(axis, extent);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Arrays.fill(y, 0, out.size(), 0.0);
        int outer = Blocks.outer(out, axis);
        int width = Blocks.width(out, axis);
        Convolutions.windows(false, y, outer, extent, width, x[0], s[0].extent(axis), s[0].extent(-1), step);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Windows(axis, x.extent(-1), step);
    }

    @Override
    public String label() {
        return "addWindows(" + axis + ", " + extent + ", " + step + ")";
    }
}
