package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.List;

/** The larger or the smaller of two operands. */
enum Choice implements SelectOp, Strided.Loop {
    MAXIMUM,
    MINIMUM;

    private final String label = Labels.camelCase(this);

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast(label, x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work) {
        switch (this) {
            case MAXIMUM -> Elementwise.maximum(a, i, di, b, j, dj, y, k, n);
            case MINIMUM -> Elementwise.minimum(a, i, di, b, j, dj, y, k, n);
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return slopeOfFirst().apply(x.get(i), x.get(1 - i));
    }

    Comparison slopeOfFirst() {
        return this == MAXIMUM ? Comparison.MAXIMUM_SLOPE : Comparison.MINIMUM_SLOPE;
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        int[][] at = Origins.broadcast(s, out);
        BigReal[] y = new BigReal[out.size()];
        for (int k = 0; k < y.length; k++) {
            BigReal p = x[0][at[0][k]];
            BigReal q = x[1][at[1][k]];
            boolean first = this == MAXIMUM ? q.lessThan(p) : p.lessThan(q);
            y[k] = p.isNaN() || q.isNaN() ? BigReal.NaN : first ? p : q;
        }
        return y;
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int[][] at = Origins.broadcast(s, out);
        double[] dy = new double[out.size()];
        for (int k = 0; k < dy.length; k++) {
            double p = x[0][at[0][k]];
            double q = x[1][at[1][k]];
            double dp = dx[0][at[0][k]];
            double dq = dx[1][at[1][k]];
            boolean clear = Math.abs(p - q) > dp + dq;
            dy[k] = clear ? (y[k] == p ? dp : dq) : Math.max(dp, dq);
        }
        return dy;
    }

    @Override
    public String label() {
        return label;
    }
}
