package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Adds zeros along an axis, {@code before} and {@code after}. */
public record Pad(int axis, int before, int after) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].with(axis, before + x[0].extent(axis) + after);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Arrays.fill(y, 0, out.size(), 0.0);
        Blocks.copy(
                x[0],
                Blocks.inner(s[0], axis),
                0,
                y,
                Blocks.inner(out, axis),
                before * Blocks.width(out, axis),
                Blocks.outer(s[0], axis),
                Blocks.inner(s[0], axis));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Slice(axis, before, before + x.extent(axis));
    }

    @Override
    public String label() {
        return "pad(" + axis + ", " + before + ", " + after + ")";
    }
}
