package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import java.util.List;

/** {@code c·x}. */
record Scale(double c) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.scale(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return d.mul(c);
    }

    @Override
    public String label() {
        return "mul(" + c + ")";
    }
}
