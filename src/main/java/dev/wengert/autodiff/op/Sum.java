package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** Sums over the axes that are repeated when {@code to} is broadcast to the shape of x. */
public record Sum(Shape to) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (!to.broadcastsTo(x[0])) {
            throw new ShapeException(
                    "sum", "the result must broadcast to the operand", "result " + to + " and operand " + x[0]);
        }
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.sum(x[0], s[0], y, 0, to);
    }

    @Override
    public LinearOp transpose(Shape x) {
        return new Broadcast(x);
    }

    /** The sum over axes. */
    public static Variable over(Variable x, boolean keepExtents, int... axes) {
        return over("sum", x, keepExtents, Operands.axes("sum", axes));
    }

    /** The mean over axes. */
    public static Variable mean(Variable x, boolean keepExtents, int... axes) {
        return mean("mean", x, keepExtents, Operands.axes("mean", axes));
    }

    /** The variance over axes: the sum of the squared differences from the mean, divided by their number less {@code ddof}. */
    public static Variable variance(Variable x, int ddof, boolean keepExtents, int... axes) {
        int[] over = Operands.axes("variance", axes);
        double freedom = freedom("variance", x, ddof, over);
        Variable squares = x.sub(mean("variance", x, true, over)).square();
        return over("variance", squares, keepExtents, over).div(freedom);
    }

    /** The number of elements over axes, less {@code ddof}, and 0 at least. */
    static double freedom(String op, Variable x, int ddof, int... axes) {
        if (ddof < 0) {
            throw new IllegalArgumentException(op + ": ddof must be 0 or more, got " + ddof);
        }
        return Math.max(count(x, x.shape().reduce(op, true, axes)) - ddof, 0);
    }

    private static Variable over(String op, Variable x, boolean keepExtents, int... axes) {
        Shape reduced = x.shape().reduce(op, keepExtents, axes);
        if (reduced.rank() == 0) {
            return x.shape().rank() == 0 ? x : new Sum(reduced).apply(x);
        }
        Variable y = new Sum(x.shape().reduce(op, true, axes)).apply(x);
        return keepExtents ? y : y.reshape(reduced);
    }

    private static Variable mean(String op, Variable x, boolean keepExtents, int... axes) {
        Shape kept = x.shape().reduce(op, true, axes);
        return over(op, x, keepExtents, axes).div(count(x, kept));
    }

    private static double count(Variable x, Shape kept) {
        double count = 1;
        for (int d = 0; d < kept.rank(); d++) {
            count *= kept.extent(d) == 1 ? x.shape().extent(d) : 1;
        }
        return count;
    }

    /** Combines the losses of rows, whose last axis has extent 1. */
    static Variable reduce(String op, Variable losses, Reduction reduction) {
        return switch (Given.value(op, "the reduction", reduction)) {
            case NONE -> losses.reshape(losses.shape().reduce(op, false, -1));
            case SUM -> losses.sum();
            case MEAN -> losses.mean();
            case BATCH_MEAN -> losses.sum().div(losses.shape().extent(0));
        };
    }

    @Override
    public String label() {
        return "sum" + to;
    }
}
