package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import java.util.List;

/** The largest elements along the axes that have extent 1 in {@code to}. */
record Max(Shape to) implements SelectOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.max(x[0], s[0], y, to);
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return new Slope(this).apply(x.get(0));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return new Sum(to).apply(Gate.GATE.apply(slope(i, x), t));
    }

    @Override
    public String label() {
        return "max" + to;
    }
}
