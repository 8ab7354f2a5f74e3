package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rows of x that the second operand names: indices of any shape. */
public enum Gather implements LinearOp {
    GATHER;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        if (x[0].rank() == 0) {
            throw new ShapeException("gather", "the operand must have rows", "operand [] and index " + x[1]);
        }
        return x[1].concat("gather", Blocks.row(x[0]));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = s[1].size();
        Indices.check("gather", "index", x[1], n, s[0].extent(0));
        Rows.gather(x[0], x[1], y, n, Blocks.width(s[0], 0));
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new ScatterAdd(x.extent(0));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return i == 1 ? null : transpose(x.get(0).shape()).apply(g, x.get(1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 1 ? null : apply(t, x.get(1));
    }

    /** Does what the vjp does, but hands on a part. */
    @Override
    public void pullback(Cotangents c) {
        c.addRows(0, c.x(1), c.g());
    }

    /** The slices along an axis that an index names. */
    public static Variable along(Variable x, int axis, Variable index) {
        Operands.require("gather", 1, index);
        int at = x.shape().axis("gather", axis);
        if (at == 0) {
            return GATHER.apply(x, index);
        }
        int rank = x.shape().rank();
        int[] front = IntStream.concat(
                        IntStream.of(at), IntStream.range(0, rank).filter(d -> d != at))
                .toArray();
        int n = index.shape().rank();
        int[] back = Stream.of(IntStream.range(n, n + at), IntStream.range(0, n), IntStream.range(n + at, n + rank - 1))
                .flatMapToInt(axes -> axes)
                .toArray();
        return Permute.of(GATHER.apply(Permute.of(x, front), index), back);
    }

    @Override
    public boolean passes(int i) {
        return i == 0;
    }

    @Override
    public String label() {
        return "gather";
    }
}
