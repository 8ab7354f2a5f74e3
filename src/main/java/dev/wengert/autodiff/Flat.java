package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/** Functions of one operand whose derivative is 0 or is not wanted. */
enum Flat implements InertOp {
    SIGN,
    DETACH;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        switch (this) {
            case SIGN -> Elementwise.sign(x[0], y, out.size());
            case DETACH -> System.arraycopy(x[0], 0, y, 0, out.size());
        }
    }

    @Override
    public String label() {
        return Labels.camelCase(this);
    }
}
