package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Reorders the axes: axis d of the result is axis {@code axes.get(d)} of x. */
public record Permute(Axes axes) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].permute("permute", axes.toArray());
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.permute(x[0], s[0], axes, y, out);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Permute(axes.inverse());
    }

    /** Puts the axes in another order. */
    public static Variable of(Variable x, int... axes) {
        int[] order = Operands.axes("permute", axes);
        x.shape().permute("permute", order);
        Arrays.setAll(order, d -> x.shape().axis("permute", order[d]));
        return new Permute(new Axes(order)).apply(x);
    }

    /** Swaps the last two axes. */
    public static Variable transpose(Variable x) {
        int rank = x.shape().rank();
        if (rank < 2) {
            throw new ShapeException("transpose", "the operand must have at least two axes", "operand " + x.shape());
        }
        int[] axes = new int[rank];
        Arrays.setAll(axes, d -> d < rank - 2 ? d : 2 * rank - 3 - d);
        return of(x, axes);
    }

    /** Applies a function of the last axis along another axis. */
    public static Variable along(String op, Variable x, int axis, UnaryOperator<Variable> f) {
        int rank = x.shape().rank();
        int at = x.shape().axis(op, axis);
        if (at == rank - 1) {
            return f.apply(x);
        }
        int[] swap = new int[rank];
        Arrays.setAll(swap, d -> d == at ? rank - 1 : d == rank - 1 ? at : d);
        return of(f.apply(of(x, swap)), swap);
    }

    /** Joins the named axes (all, if none is named) into one last axis. */
    static Variable lastly(String op, Variable x, int... axes) {
        Shape kept = x.shape().reduce(op, true, axes);
        Shape left = x.shape().reduce(op, false, axes);
        int rank = x.shape().rank();
        boolean[] reduced = new boolean[rank];
        Arrays.fill(reduced, axes.length == 0);
        for (int axis : axes) {
            reduced[x.shape().axis(op, axis)] = true;
        }
        int[] order = IntStream.concat(
                        IntStream.range(0, rank).filter(d -> !reduced[d]),
                        IntStream.range(0, rank).filter(d -> reduced[d]))
                .toArray();
        int joined = 1;
        for (int d = 0; d < rank; d++) {
            joined *= kept.extent(d) == 1 ? x.shape().extent(d) : 1;
        }
        Axes permutation = new Axes(order);
        Variable ordered = permutation.isIdentity() ? x : new Permute(permutation).apply(x);
        return ordered.reshape(left.concat(Shape.of(joined)));
    }

    @Override
    public String label() {
        return "permute" + axes;
    }
}
