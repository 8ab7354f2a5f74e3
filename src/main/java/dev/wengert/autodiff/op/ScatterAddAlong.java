package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;

/**
 * Starts with zeros, {@code extent} along an axis, and adds each element to the one that the second operand names.
 *
 * @param axis the axis
 * @param extent the extent of the result at the axis
 * @param caller the method named in errors
 */
public record ScatterAddAlong(int axis, int extent, String caller) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        if (!x[0].equals(x[1])) {
            throw new ShapeException(
                    caller, "operand and index must have the same shape", "operand " + x[0] + " and index " + x[1]);
        }
        return x[0].with(caller, axis, extent);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Indices.check(caller, "index", x[1], s[1].size(), extent);
        Arrays.fill(y, 0, out.size(), 0.0);
        int inner = Blocks.inner(s[0], axis);
        int added = Blocks.inner(out, axis);
        for (int o = 0; o < Blocks.outer(out, axis); o++) {
            Rows.addAlong(x[0], x[1], o * inner, y, o * added, s[0].extent(axis), Blocks.width(out, axis));
        }
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new TakeAlong(axis, caller);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i == 1 ? null : new TakeAlong(axis, caller).apply(g, x.get(1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1 ? null : apply(t, x.get(1));
    }

    /** Elements added along an axis. */
    public static Variable of(Variable x, int axis, Variable index, int extent) {
        return new ScatterAddAlong(x.shape().axis("scatterAddAlong", axis), extent, "scatterAddAlong").apply(x, index);
    }

    @Override
    public boolean passes(int i) {
        return i == 0;
    }

    @Override
    public String label() {
        return "scatterAddAlong(" + axis + ", " + extent + ")";
    }
}
