package dev.wengert.autodiff.op;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/** Functions of one operand through which no derivative passes: it is 0 (SIGN) or unwanted (DETACH). */
public enum Flat implements InertOp, Single {
    SIGN,
    DETACH;

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        switch (this) {
            case SIGN -> Elementwise.sign(x[0], y, out.size());
            case DETACH -> System.arraycopy(x[0], 0, y, 0, out.size());
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public Flat branch() {
        return this == SIGN ? this : null;
    }

    @Override
    public String label() {
        return Labels.camelCase(this);
    }
}
