package dev.wengert.autodiff.op;

import dev.wengert.kernel.Sorting;
import dev.wengert.tensor.Shape;

/**
 * For each element the number of smaller elements along an axis less that of larger ones. It changes where the order does, and between two
 * orders, where elements are equal, it is another one.
 */
public record Ranks(int axis) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(axis);
        int width = Blocks.width(out, axis);
        for (int line = 0; line < out.size(); line += n) {
            int from = Argsort.start(line / n, n, width);
            Sorting.order(x[0], from, width, n, false, work);
            Sorting.ranks(work[0], work[1], y, from, width, n);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        int n = s[0].extent(axis);
        return new int[] {n, n, n, n};
    }

    @Override
    public Ranks branch() {
        return this;
    }

    @Override
    public String label() {
        return "ranks(" + axis + ")";
    }
}
