package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;

/** {@code y = x}: an alias, from which a gradient can be asked without asking for it at x. */
enum Identity implements LinearOp {
    IDENTITY;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        System.arraycopy(x[0], 0, y, 0, out.size());
    }

    @Override
    public LinearOp transpose(Shape x) {
        return this;
    }

    @Override
    public String label() {
        return "identity";
    }
}
