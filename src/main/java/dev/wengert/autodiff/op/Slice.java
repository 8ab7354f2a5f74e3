package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Tangents;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** The elements {@code from..to-1} along an axis. */
public record Slice(int axis, int from, int to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        int extent = x[0].extent(axis);
        if (from < 0 || from > to || to > extent) {
            throw new ShapeException(
                    "slice",
                    "bounds must satisfy 0 <= from <= to <= " + extent + " at axis " + axis,
                    "from " + from + ", to " + to + " and operand " + x[0]);
        }
        return x[0].with(axis, to - from);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Blocks.copy(
                x[0],
                Blocks.inner(s[0], axis),
                from * Blocks.width(s[0], axis),
                y,
                Blocks.inner(out, axis),
                0,
                Blocks.outer(s[0], axis),
                Blocks.inner(out, axis));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Pad(axis, from, x.extent(axis) - to);
    }

    /** Does what the vjp does, but hands on a part. */
    @Override
    public void pullback(Cotangents c) {
        c.addSlice(0, axis, from, c.g());
    }

    /** Does what the jvp does; nothing moves where the tangent has no part. */
    @Override
    public void pushforward(Tangents t) {
        if (t.t(0) != null && !Parts.leavesOut(t.t(0), axis, from, to)) {
            t.add(0, apply(t.t(0)));
        }
    }

    @Override
    public String label() {
        return "slice(" + axis + ", " + from + ", " + to + ")";
    }
}
