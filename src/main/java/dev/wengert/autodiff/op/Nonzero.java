package dev.wengert.autodiff.op;

import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Norms;
import dev.wengert.tensor.Shape;

/** 1 where an element is not 0 along the axes that have extent 1 in {@code to}, else 0. */
public record Nonzero(Shape to) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.abs(x[0], work[0], s[0].size());
        Strided.max(work[0], s[0], y, to);
        Norms.nonzero(y, to.size());
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {s[0].size()};
    }

    @Override
    public Nonzero branch() {
        return this;
    }

    @Override
    public String label() {
        return "nonzero" + to;
    }
}
