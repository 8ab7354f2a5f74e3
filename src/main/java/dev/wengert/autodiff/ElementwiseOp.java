package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Powers;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * Operations that treat every element alike and are smooth where they are defined.
 *
 * <p>The Jacobian is diagonal, so one statement, {@link #push}, serves both directions.
 */
sealed interface ElementwiseOp extends Primitive
        permits UnaryOp, BinaryOp, Scale, Shift, Quotient, ReverseQuotient, Power, Elu, VariablePower {

    /** The perturbation of the output that {@code d}, a perturbation of input {@code i}, causes; or null. */
    Variable push(int i, Variable d, Variable y, List<Variable> x);

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return push(i, g, y, x);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return push(i, t, y, x);
    }

    /** One operand unless an operation says otherwise. */
    @Override
    default Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }
}

/** {@code c·x}. */
record Scale(double c) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.scale(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return d.mul(c);
    }

    @Override
    public String label() {
        return "mul(" + c + ")";
    }
}

/** {@code x + c}. */
record Shift(double c) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.shift(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return d;
    }

    @Override
    public String label() {
        return "add(" + c + ")";
    }
}

/** {@code x / c}: one rounding, where {@code x·(1/c)} has two. */
record Quotient(double c) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.quotient(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return d.div(c);
    }

    @Override
    public String label() {
        return "div(" + c + ")";
    }
}

/** {@code c / x}, with the derivative {@code −y/x}. */
record ReverseQuotient(double c) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.rdiv(x[0], c, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return d.mul(y.div(x.get(0)).neg());
    }

    @Override
    public String label() {
        return "rdiv(" + c + ")";
    }
}

/** {@code xⁿ} for a constant n; {@code x⁰ = 1} is flat, everywhere. */
record Power(double n) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.pow(x[0], n, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return n == 0 ? null : d.mul(x.get(0).pow(n - 1).mul(n));
    }

    @Override
    public String label() {
        return "pow(" + n + ")";
    }
}

/**
 * The exponential linear unit and its derivatives, a family closed under differentiation: for {@code x > 0} it is x, 1, 0, 0, …,
 * elsewhere {@code α·expm1(x)}, then {@code α·exp(x)} at every order. At 0 the derivatives are those from the left.
 */
record Elu(double alpha, int order) implements ElementwiseOp {
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.elu(x[0], alpha, order, y, out.size());
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        return d.mul(new Elu(alpha, Math.min(order + 1, 2)).apply(x.get(0)));
    }

    @Override
    public String label() {
        return "elu" + "′".repeat(order) + "(" + alpha + ")";
    }
}

/**
 * {@code ∂ʲ⁺ᵏ/∂xʲ∂nᵏ xⁿ} for a variable exponent n, a family closed under differentiation; {@code j = k = 0} is the power itself.
 * The conventions at and below zero are those of {@link Powers#derivative}.
 */
record VariablePower(int j, int k) implements ElementwiseOp, Strided.Loop {
    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("pow", x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int l, int dl, double[] y, int m, int n, double[] work) {
        Powers.derivative(j, k, a, i, di, b, l, dl, y, m, n, work);
    }

    @Override
    public int workLength(Shape... s) {
        return k + 1;
    }

    @Override
    public Variable push(int i, Variable d, Variable y, List<Variable> x) {
        Op partial = i == 0 ? new VariablePower(j + 1, k) : new VariablePower(j, k + 1);
        return d.mul(partial.apply(x.get(0), x.get(1)));
    }

    @Override
    public String label() {
        return j == 0 && k == 0 ? "pow" : "∂pow(" + j + ", " + k + ")";
    }
}
