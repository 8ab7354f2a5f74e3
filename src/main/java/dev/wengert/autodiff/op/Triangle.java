package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;

/**
 * Keeps the elements of matrices on one side of a diagonal, and the diagonal; the others become 0, whatever they are. It is its own
 * transpose.
 *
 * @param upper whether the elements right of the diagonal stay, else those left of it
 * @param k the diagonal: 0 for the main one, positive to the right of it
 */
public record Triangle(boolean upper, int k) implements LinearOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        if (x[0].rank() < 2) {
            throw new ShapeException(name(), "the operand must have at least two axes", "operand " + x[0]);
        }
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int rows = out.extent(-2);
        int columns = out.extent(-1);
        for (int start = 0; start < out.size(); start += columns) {
            long diagonal = (long) start / columns % rows + k;
            int cut = start + (int) Math.max(0, Math.min(columns, upper ? diagonal : diagonal + 1));
            int end = start + columns;
            System.arraycopy(x[0], upper ? cut : start, y, upper ? cut : start, upper ? end - cut : cut - start);
            Arrays.fill(y, upper ? start : cut, upper ? cut : end, 0.0);
        }
    }

    @Override
    public LinearOp transpose(Shape x) {
        return this;
    }

    private String name() {
        return upper ? "triu" : "tril";
    }

    @Override
    public String label() {
        return name() + "(" + k + ")";
    }
}
