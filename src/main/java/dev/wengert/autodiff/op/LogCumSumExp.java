package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Scans;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * {@code y_i = log(exp(x_0) + … + exp(x_i))} along an axis. With {@code u_i = x_i − y_(i−1)}, a small change is {@code dy_i = σ(−u_i)·dy_(i−1)
 * + σ(u_i)·dx_i}: a {@link Recurrence} whose factors and weights are right to the last digits, and add up to 1.
 */
public record LogCumSumExp(int axis) implements Primitive {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(axis);
        int width = Blocks.width(out, axis);
        for (int line = 0; line < out.size(); line += n) {
            Scans.logCumSumExp(x[0], y, Argsort.start(line / n, n, width), n, width);
        }
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        int n = y.shape().extent(axis);
        if (n < 2) {
            return g;
        }
        Variable u = lead(y, x.get(0));
        return weigh(new Recurrence(axis, true).apply(factors(u), g), u);
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        int n = y.shape().extent(axis);
        if (n < 2) {
            return t;
        }
        Variable u = lead(y, x.get(0));
        return new Recurrence(axis, false).apply(factors(u), weigh(t, u));
    }

    /** {@code u_1, u_2, …}; −∞ for an x of −∞ behind others. */
    private Variable lead(Variable y, Variable x) {
        int n = y.shape().extent(axis);
        Variable before = y.slice(axis, 0, n - 1).clamp(-Double.MAX_VALUE, Double.POSITIVE_INFINITY);
        return x.slice(axis, 1, n).sub(before);
    }

    private Variable factors(Variable u) {
        return new Pad(axis, 1, 0).apply(u.neg().sigmoid());
    }

    private Variable weigh(Variable d, Variable u) {
        int n = d.shape().extent(axis);
        return Variable.concat(axis, d.slice(axis, 0, 1), d.slice(axis, 1, n).mul(u.sigmoid()));
    }

    @Override
    public String label() {
        return "logCumSumExp(" + axis + ")";
    }
}
