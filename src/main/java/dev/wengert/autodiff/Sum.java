package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** Sums over the axes that broadcasting {@code to} to the shape of x repeats. */
record Sum(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (!to.broadcastsTo(x[0])) {
            throw new ShapeException(
                    "sum", "the result must broadcast to the operand", "result " + to + " and operand " + x[0]);
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.sum(x[0], s[0], y, 0, to);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Broadcast(x);
    }

    @Override
    public String label() {
        return "sum" + to;
    }
}
