package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Convolutions;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** The windows along an axis, whose elements become a last axis. */
public record Windows(int axis, int size, int step) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].with(axis, (x[0].extent(axis) - size) / step + 1).concat("windows", Shape.of(size));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int outer = Blocks.outer(s[0], axis);
        int width = Blocks.width(s[0], axis);
        Convolutions.windows(true, x[0], outer, s[0].extent(axis), width, y, out.extent(axis), size, step);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new AddWindows(axis, x.extent(axis), step);
    }

    /** The windows of a size, a step apart. */
    public static Variable of(Variable x, int axis, int size, int step) {
        int at = x.shape().axis("windows", axis);
        if (size < 1 || step < 1 || size > x.shape().extent(at)) {
            throw new ShapeException(
                    "windows",
                    "size and step must be 1 or more, and a window must fit into axis " + at,
                    "operand " + x.shape() + ", size " + size + " and step " + step);
        }
        return new Windows(at, size, step).apply(x);
    }

    @Override
    public String label() {
        return "windows(" + axis + ", " + size + ", " + step + ")";
    }
}
