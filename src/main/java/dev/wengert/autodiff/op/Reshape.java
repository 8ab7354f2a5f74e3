package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** The same elements in row-major order under another shape. */
public record Reshape(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (x[0].size() != to.size()) {
            throw new ShapeException(
                    "reshape",
                    "the number of elements must stay the same",
                    "operand " + x[0] + " (" + x[0].size() + ") and target " + to + " (" + to.size() + ")");
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        System.arraycopy(x[0], 0, y, 0, out.size());
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Reshape(x);
    }

    @Override
    public String label() {
        return "reshape" + to;
    }
}
