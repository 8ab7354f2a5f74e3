package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/** Arithmetic with a number, which is a field of the operation rather than a constant of the graph. */
public record NumberOp(Kind kind, double c) implements ElementwiseOp, Single {

    /** The arithmetic. */
    public enum Kind {
        /** {@code x + c}. */
        ADD,
        /** {@code c·x}. */
        MUL,
        /** {@code x / c}: one rounding, where {@code x·(1/c)} has two. */
        DIV,
        /** {@code c / x}, with the derivative {@code −y/x}. */
        RDIV
    }

    /** {@code x + c}. */
    public static NumberOp add(double c) {
        return new NumberOp(Kind.ADD, c);
    }

    /** {@code c·x}. */
    public static NumberOp mul(double c) {
        return new NumberOp(Kind.MUL, c);
    }

    /** {@code x / c}. */
    public static NumberOp div(double c) {
        return new NumberOp(Kind.DIV, c);
    }

    /** {@code c / x}. */
    public static NumberOp rdiv(double c) {
        return new NumberOp(Kind.RDIV, c);
    }

    @Override
    public double at(double x) {
        return switch (kind) {
            case ADD -> x + c;
            case MUL -> x * c;
            case DIV -> x / c;
            case RDIV -> c / x;
        };
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        switch (kind) {
            case ADD -> Elementwise.shift(x[0], c, y, out.size());
            case MUL -> Elementwise.scale(x[0], c, y, out.size());
            case DIV -> Elementwise.quotient(x[0], c, y, out.size());
            case RDIV -> Elementwise.rdiv(x[0], c, y, out.size());
            default -> throw new AssertionError(kind);
        }
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable x, Variable none) {
        return switch (kind) {
            case ADD -> d;
            case MUL, DIV -> apply(d);
            case RDIV -> d.mul(y.div(x).neg());
        };
    }

    /** As the default, which the compiler does not specialise: most steps are of this class, and here it knows push. */
    @Override
    public void pullback(Cotangents c) {
        c.add(0, push(0, c.g(), c.y(), c.x(0), null)); // the operand leads to an input, or this would be no step
    }

    @Override
    public String label() {
        return Labels.camelCase(kind) + "(" + c + ")";
    }
}
