package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Factors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * The determinant of matrices, or the logarithm of its size.
 *
 * <p>Rules: {@code Ā = ḡ·det A·A⁻ᵀ}, and {@code Ā = ḡ·A⁻ᵀ} for the logarithm.
 *
 * @param log whether the result is the logarithm of the size
 * @param memory what it shares with its rules
 */
public record Determinant(boolean log, Memory memory) implements Factored {

    @Override
    public Kind factors() {
        return Kind.LU;
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        Matrices.square(label(), x[0]);
        return Matrices.stack(x[0]);
    }

    @Override
    public void eval(double[] y, Shape out, double[] lu, Shape a, double[][] x, double[][] work) {
        int n = a.extent(-1);
        for (int i = 0; i < y.length; i++) {
            int at = i * (n * n + n);
            y[i] = log ? Factors.logDet(n, lu, at) : Factors.det(n, lu, at);
        }
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable factor = log ? g : g.mul(y);
        return inverse(x.get(0), true).mul(factor.expandDims(-1).expandDims(-1));
    }

    /** {@code tr(A⁻¹Ȧ)}, times the determinant. */
    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        Variable trace = inverse(x.get(0), true).mul(t).sum(-1, -2);
        return log ? trace : trace.mul(y);
    }

    private Variable inverse(Variable a, boolean transposed) {
        Variable identity = Variable.of(Tensor.eye(a.shape().extent(-1))).broadcastTo(a.shape());
        return new Solve(transposed, memory).apply(a, identity);
    }

    @Override
    public String label() {
        return log ? "logDet" : "det";
    }
}
