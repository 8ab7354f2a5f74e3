package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;

/**
 * The total of the weights of a mean: the operand itself, which must be positive at every evaluation, on replay, too.
 *
 * @param caller what is named in the error
 */
public record TotalWeight(String caller) implements ElementwiseOp, Single {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        for (int k = 0; k < out.size(); k++) {
            if (x[0][k] <= 0) {
                throw new IllegalArgumentException(caller
                        + ": the weights of a mean must add up to more than 0, got " + x[0][k]
                        + "; leave out a batch in which nothing counts, or take the sum");
            }
            y[k] = x[0][k];
        }
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return d;
    }

    @Override
    public String label() {
        return "totalWeight";
    }
}
