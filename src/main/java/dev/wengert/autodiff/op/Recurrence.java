package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Scans;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The linear recurrence {@code y_i = a_i·y_(i−1) + b_i} along an axis, where {@code y_0 = b_0}, or its transpose in b, {@code y_i =
 * a_(i+1)·y_(i+1) + b_i}, where the last y is the last b. It is linear in b. The derivatives of either are made of both, so gradients cost as much
 * as the function, and nothing is divided. The first a takes no part.
 */
public record Recurrence(int axis, boolean transposed) implements Primitive {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        if (!x[0].equals(x[1])) {
            throw new ShapeException(
                    "linearRecurrence",
                    "factors and inputs must have the same shape",
                    "factors " + x[0] + " and inputs " + x[1]);
        }
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int inner = Blocks.inner(out, axis);
        for (int o = 0; o < Blocks.outer(out, axis); o++) {
            Scans.recurrence(x[0], x[1], y, o * inner, out.extent(axis), Blocks.width(out, axis), transposed);
        }
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable adjoint = new Recurrence(axis, !transposed).apply(x.get(0), g);
        return i == 1 ? adjoint : ofFactors(adjoint, y);
    }

    /** As the vjps, with one recurrence for both. */
    @Override
    public void pullback(Cotangents c) {
        Variable adjoint = new Recurrence(axis, !transposed).apply(c.x(0), c.g());
        if (c.wants(0)) {
            c.add(0, ofFactors(adjoint, c.y()));
        }
        if (c.wants(1)) {
            c.add(1, adjoint);
        }
    }

    /** {@code λ_i·y_(i−1)}, and {@code λ_(i−1)·y_i} for the transpose; nothing for the first factor. */
    private Variable ofFactors(Variable adjoint, Variable y) {
        int n = y.shape().extent(axis);
        if (n < 2) {
            return null;
        }
        Variable products = transposed
                ? adjoint.slice(axis, 0, n - 1).mul(y.slice(axis, 1, n))
                : adjoint.slice(axis, 1, n).mul(y.slice(axis, 0, n - 1));
        return new Pad(axis, 1, 0).apply(products);
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        if (i == 1) {
            return apply(x.get(0), t);
        }
        int n = y.shape().extent(axis);
        if (n < 2) {
            return null;
        }
        Variable neighbours = transposed ? y.slice(axis, 1, n) : y.slice(axis, 0, n - 1);
        Pad pad = transposed ? new Pad(axis, 0, 1) : new Pad(axis, 1, 0);
        return apply(x.get(0), pad.apply(t.slice(axis, 1, n).mul(neighbours)));
    }

    /** The recurrence with an initial value. */
    public static Variable of(int axis, Variable a, Variable b, Variable initial) {
        Operands.require("linearRecurrence", 1, a, b, initial);
        int at = b.shape().axis("linearRecurrence", axis);
        int n = b.shape().extent(at);
        Recurrence op = new Recurrence(at, false);
        op.shape(a.shape(), b.shape());
        Shape before = b.shape().reduce("linearRecurrence", false, at);
        if (!initial.shape().equals(before)) {
            throw new ShapeException(
                    "linearRecurrence",
                    "the initial value must have the shape of the inputs without axis " + at,
                    "initial value " + initial.shape() + " and inputs " + b.shape());
        }
        if (n == 0) {
            return b;
        }
        Variable first = a.slice(at, 0, 1).mul(Pieces.expandDims(initial, at)).add(b.slice(at, 0, 1));
        return op.apply(a, Variable.concat(at, first, b.slice(at, 1, n)));
    }

    /** The products of the elements up to each one along an axis. What is added to them is −0, which keeps the sign of a zero. */
    public static Variable cumProd(Variable x, int axis) {
        int at = x.shape().axis("cumProd", axis);
        int n = x.shape().extent(at);
        return n < 2 ? x : new Recurrence(at, false).apply(x, Pieces.pad(x.slice(at, 0, 1), at, 0, n - 1, -0.0));
    }

    @Override
    public String label() {
        return "linearRecurrence(" + axis + (transposed ? ", transposed)" : ")");
    }
}
