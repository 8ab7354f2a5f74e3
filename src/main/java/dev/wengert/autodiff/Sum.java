package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** Sums over the axes that broadcasting {@code to} to the shape of x repeats. */
record Sum(Shape to) implements LinearOp {

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

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        return Sums.exact(out, x[0], Origins.broadcast(new Shape[] {to}, s[0])[0], a);
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        return Sums.bound(this, out, x, dx, s, out.size() == 0 ? 0 : s[0].size() / out.size());
    }

    @Override
    public String label() {
        return "sum" + to;
    }
}
