package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/** The largest elements along the axes that have extent 1 in {@code to}. */
public record Max(Shape to) implements SelectOp {

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
        return branch().apply(x.get(0));
    }

    @Override
    public boolean derivesJvp() {
        return false;
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return new Sum(to).apply(Gate.GATE.apply(slope(i, x), t));
    }

    @Override
    public Slope branch() {
        return new Slope(this);
    }

    /** The largest elements along axes. */
    public static Variable over(Variable x, boolean keepExtents, int... axes) {
        return over("max", x, keepExtents, Operands.axes("max", axes));
    }

    /** The smallest elements along axes. */
    public static Variable min(Variable x, boolean keepExtents, int... axes) {
        return over("min", x.neg(), keepExtents, Operands.axes("min", axes)).neg();
    }

    private static Variable over(String op, Variable x, boolean keepExtents, int... axes) {
        Shape kept = x.shape().reduce(op, true, axes);
        if (kept.size() > 0 && x.shape().size() == 0) {
            throw new ShapeException(op, "there must be an element to choose", "operand " + x.shape());
        }
        Variable y = new Max(kept).apply(x);
        return keepExtents ? y : y.reshape(x.shape().reduce(op, false, axes));
    }

    @Override
    public String label() {
        return "max" + to;
    }
}
