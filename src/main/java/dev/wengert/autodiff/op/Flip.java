package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import java.util.stream.IntStream;

/** Puts the elements along an axis in the opposite order. It is its own transpose. */
public record Flip(int axis) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int extent = out.extent(axis);
        int width = Blocks.width(out, axis);
        for (int o = 0; o < Blocks.outer(out, axis); o++) {
            Rows.reverse(x[0], y, o * extent * width, extent, width);
        }
    }

    @Override
    public LinearOp transpose(Shape x) {
        return this;
    }

    /** Puts the elements along axes (all, if none is named) in the opposite order. */
    public static Variable over(Variable x, int... axes) {
        int[] named = Operands.axes("flip", axes);
        x.shape().reduce("flip", false, named);
        int[] all =
                named.length > 0 ? named : IntStream.range(0, x.shape().rank()).toArray();
        Variable y = x;
        for (int axis : all) {
            y = new Flip(x.shape().axis("flip", axis)).apply(y);
        }
        return y;
    }

    @Override
    public String label() {
        return "flip(" + axis + ")";
    }
}
