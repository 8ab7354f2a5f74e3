package dev.wengert.autodiff.op;

import dev.wengert.kernel.Scans;
import dev.wengert.tensor.Shape;

/** The sums of the elements up to each one along an axis, or from each one on. Each is the transpose of the other. */
public record CumSum(int axis, boolean reverse) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int inner = Blocks.inner(out, axis);
        for (int o = 0; o < Blocks.outer(out, axis); o++) {
            Scans.cumSum(x[0], y, o * inner, out.extent(axis), Blocks.width(out, axis), reverse);
        }
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new CumSum(axis, !reverse);
    }

    @Override
    public String label() {
        return "cumSum(" + axis + (reverse ? ", reverse)" : ")");
    }
}
