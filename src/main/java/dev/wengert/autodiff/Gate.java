package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** {@code m = 0 ? 0 : m·v}: how a perturbation v passes a slope m. Linear in v, and its own transpose. */
enum Gate implements SelectOp, Strided.Loop {
    GATE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("gate", x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] m, int i, int di, double[] v, int j, int dj, double[] y, int k, int n, double[][] work) {
        Elementwise.gate(m, i, di, v, j, dj, y, k, n);
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return i == 0 ? null : x.get(0);
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        int[][] at = Origins.broadcast(s, out);
        BigReal[] y = new BigReal[out.size()];
        Arrays.setAll(y, k -> x[0][at[0][k]].isZero() ? BigReal.ZERO : a.mul(x[0][at[0][k]], x[1][at[1][k]]));
        return y;
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int[][] at = Origins.broadcast(s, out);
        double[] dy = new double[out.size()];
        for (int k = 0; k < dy.length; k++) {
            double m = x[0][at[0][k]];
            double dm = dx[0][at[0][k]];
            double passed = m == 0 ? 0 : Math.abs(m) * dx[1][at[1][k]] + Math.ulp(y[k]) / 2;
            dy[k] = dm == 0 ? passed : passed + dm * Math.abs(x[1][at[1][k]]);
        }
        return dy;
    }

    @Override
    public String label() {
        return "gate";
    }
}
