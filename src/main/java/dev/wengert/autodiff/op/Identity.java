package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;

/** {@code y = x}: an alias of x. A gradient with respect to the alias leaves out other uses of x. */
public enum Identity implements LinearOp, Single {
    IDENTITY;

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
