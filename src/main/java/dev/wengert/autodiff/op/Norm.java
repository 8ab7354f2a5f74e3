package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Norms;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * {@code (Σ |x|ᵖ)^(1/p)} over the axes that have extent 1 in {@code to}, for finite p above 1, without overflow and underflow. The
 * derivative is {@code sign(x)·(|x|/y)^(p−1)}, and 0 where all elements are 0.
 */
public record Norm(double p, Shape to) implements Primitive {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = s[0].size();
        double[] powers = work[0];
        double[] scale = work[1];
        Elementwise.abs(x[0], powers, n);
        Strided.max(powers, s[0], scale, to);
        Norms.scales(scale, p, to.size());
        Strided.binary(BinaryOp.DIV, powers, s[0], powers, s[0], scale, to, 0, work);
        if (p == 2) {
            Elementwise.square(powers, powers, n);
        } else {
            Elementwise.pow(powers, p, powers, n);
        }
        Strided.sum(powers, s[0], y, 0, to);
        if (p == 2) {
            Elementwise.sqrt(y, y, to.size());
        } else {
            Elementwise.pow(y, 1 / p, y, to.size());
        }
        Elementwise.mul(y, 0, 1, scale, 0, 1, y, 0, to.size());
    }

    @Override
    public int[] workLengths(Shape... s) {
        return new int[] {s[0].size(), to.size()};
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return g.mul(slope(y, x.get(0)));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return new Sum(to).apply(t.mul(slope(y, x.get(0))));
    }

    private Variable slope(Variable y, Variable x) {
        Variable nonzero = branch().apply(x);
        Variable size = y.add(nonzero.rsub(1));
        return Gate.GATE.apply(nonzero, p < 2 ? power(x).div(size.pow(p - 1)) : power(x.div(size)));
    }

    /** {@code sign(v)·|v|^(p−1)}. Unless it is smooth, all its derivatives are 0 where v is 0, also those that tend to infinity. */
    private Variable power(Variable v) {
        if (p == 2) {
            return v;
        }
        return p % 2 == 0
                ? v.pow(p - 1)
                : Variable.where(v, v.abs(), Variable.of(1)).pow(p - 1).mul(v.sign());
    }

    @Override
    public Nonzero branch() {
        return new Nonzero(to);
    }

    /** The p-norm over axes. */
    public static Variable over(Variable x, double p, boolean keepExtents, int... axes) {
        int[] over = Operands.axes("norm", axes);
        if (!(p >= 1)) {
            throw new IllegalArgumentException("norm: p must be 1 or more, got " + p);
        }
        Shape kept = x.shape().reduce("norm", true, over);
        if (p == 1) {
            return x.abs().sum(keepExtents, over);
        }
        if (p == Double.POSITIVE_INFINITY && x.shape().size() > 0) {
            return x.abs().max(keepExtents, over);
        }
        Variable y = new Norm(p == Double.POSITIVE_INFINITY ? 2 : p, kept).apply(x);
        return keepExtents ? y : y.reshape(x.shape().reduce("norm", false, over));
    }

    /**
     * The standard deviation over axes. It is computed from differences from one of the elements, so that it is 0, and its slope, too, where
     * all are equal.
     */
    public static Variable std(Variable x, int ddof, boolean keepExtents, int... axes) {
        int[] over = Operands.axes("std", axes);
        double freedom = Sum.freedom("std", x, ddof, over);
        Shape kept = x.shape().reduce("std", true, over);
        Variable origin = x;
        for (int d = 0; d < kept.rank(); d++) {
            origin = kept.extent(d) < x.shape().extent(d) ? origin.slice(d, 0, 1) : origin;
        }
        Variable shifted = x.sub(origin.detach());
        Variable deviations = shifted.sub(shifted.mean(true, over));
        return over(deviations, 2, keepExtents, over).div(Math.sqrt(freedom));
    }

    @Override
    public String label() {
        return "norm(" + p + ")" + to;
    }
}
