package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;

/** Reorders the axes: axis d of the result is axis {@code axes.get(d)} of x. */
record Permute(Axes axes) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].permute("permute", axes.toArray());
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.permute(x[0], s[0], axes, y, out);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Permute(axes.inverse());
    }

    @Override
    public String label() {
        return "permute" + axes;
    }
}
