package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The elements along an axis that the second operand names, one by one.
 *
 * @param axis the axis
 * @param caller the method named in errors
 */
public record TakeAlong(int axis, String caller) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        if (x[0].rank() != x[1].rank() || !x[0].with(axis, 0).equals(x[1].with(axis, 0))) {
            throw new ShapeException(
                    caller,
                    "operand and index must agree but for axis " + axis,
                    "operand " + x[0] + " and index " + x[1]);
        }
        return x[1];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Indices.check(caller, "index", x[1], out.size(), s[0].extent(axis));
        int inner = Blocks.inner(s[0], axis);
        int picked = Blocks.inner(out, axis);
        for (int o = 0; o < Blocks.outer(out, axis); o++) {
            Rows.takeAlong(x[0], o * inner, x[1], y, o * picked, out.extent(axis), Blocks.width(out, axis));
        }
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new ScatterAddAlong(axis, x.extent(axis), caller);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i == 1 ? null : transpose(x.get(0).shape()).apply(g, x.get(1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1 ? null : apply(t, x.get(1));
    }

    /** Elements along an axis. */
    public static Variable of(Variable x, int axis, Variable index) {
        return new TakeAlong(x.shape().axis("takeAlong", axis), "takeAlong").apply(x, index);
    }

    /** One element of each row. */
    public static Variable pick(Variable x, Variable index) {
        Operands.require("pick", 1, index);
        Shape shape = x.shape();
        if (shape.rank() == 0 || !index.shape().equals(shape.reduce("pick", false, -1))) {
            throw new ShapeException(
                    "pick",
                    "the operand must be [.., q] and the index [..]",
                    "operand " + shape + " and index " + index.shape());
        }
        return new TakeAlong(shape.rank() - 1, "pick")
                .apply(x, Pieces.expandDims(index, -1))
                .reshape(index.shape());
    }

    @Override
    public boolean passes(int i) {
        return i == 0;
    }

    @Override
    public String label() {
        return "takeAlong(" + axis + ")";
    }
}
