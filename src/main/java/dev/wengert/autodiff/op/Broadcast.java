package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** Repeats x along axes of extent 1 and along missing leading axes, as NumPy does. */
public record Broadcast(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (!x[0].broadcastsTo(to)) {
            throw new ShapeException(
                    "broadcastTo",
                    "extents must be equal or 1, aligned at the last axis",
                    "operand " + x[0] + " and target " + to);
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.broadcast(x[0], s[0], y, to);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Sum(x);
    }

    @Override
    public String label() {
        return "broadcastTo" + to;
    }
}
