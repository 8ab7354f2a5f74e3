package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** The largest elements along the axes that have extent 1 in {@code to}. */
record Max(Shape to) implements SelectOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.max(x[0], s[0], y, to);
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return new Slope(this).apply(x.get(0));
    }

    @Override
    public boolean derivesJvp() {
        return false;
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return new Sum(to).apply(Gate.GATE.apply(slope(i, x), t));
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        int[] at = Origins.broadcast(new Shape[] {to}, s[0])[0];
        BigReal[] y = new BigReal[out.size()];
        Arrays.fill(y, BigReal.NEGATIVE_INFINITY);
        for (int k = 0; k < at.length; k++) {
            BigReal v = x[0][k];
            y[at[k]] = v.isNaN() || y[at[k]].lessThan(v) ? v : y[at[k]];
        }
        return y;
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = new double[out.size()];
        Strided.max(dx[0], s[0], dy, to);
        return dy;
    }

    @Override
    public String label() {
        return "max" + to;
    }
}
