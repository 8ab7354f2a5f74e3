package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;

/**
 * Two classes as −1 and 1: the operand itself, of which each element must be one of them at every evaluation, on replay, too.
 *
 * @param caller what is named in the error
 */
public record Signs(String caller) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        for (int k = 0; k < out.size(); k++) {
            double v = x[0][k];
            if (v != 1 && v != -1) {
                throw new IllegalArgumentException(caller + ": every target must be -1 or 1, got " + v + " at position "
                        + k + (v == 0 ? "; from classes 0 and 1 they are target.mul(2).sub(1)" : ""));
            }
            y[k] = v;
        }
    }

    @Override
    public String label() {
        return "signs";
    }
}
