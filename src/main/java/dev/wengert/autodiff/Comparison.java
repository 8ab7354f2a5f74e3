package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Comparisons as masks of 1 and 0 (a NaN compares false, but is not equal to anything), and the slopes of {@link Choice}. */
enum Comparison implements InertOp, Strided.Loop {
    GT,
    GE,
    LT,
    LE,
    EQ,
    NE,
    /** 1 where the first is larger, ½ at a tie, else 0; NaN where either is. */
    MAXIMUM_SLOPE,
    /** 1 where the first is smaller, ½ at a tie, else 0; NaN where either is. */
    MINIMUM_SLOPE;

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
            case GT -> Elementwise.gt(a, i, di, b, j, dj, y, k, n);
            case GE -> Elementwise.ge(a, i, di, b, j, dj, y, k, n);
            case LT -> Elementwise.lt(a, i, di, b, j, dj, y, k, n);
            case LE -> Elementwise.le(a, i, di, b, j, dj, y, k, n);
            case EQ -> Elementwise.eq(a, i, di, b, j, dj, y, k, n);
            case NE -> Elementwise.ne(a, i, di, b, j, dj, y, k, n);
            case MAXIMUM_SLOPE -> Elementwise.maximumSlope(a, i, di, b, j, dj, y, k, n);
            case MINIMUM_SLOPE -> Elementwise.minimumSlope(a, i, di, b, j, dj, y, k, n);
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        int[][] at = Origins.broadcast(s, out);
        BigReal[] y = new BigReal[out.size()];
        Arrays.setAll(y, k -> BigReal.of(exact(x[0][at[0][k]], x[1][at[1][k]])));
        return y;
    }

    private double exact(BigReal p, BigReal q) {
        boolean less = p.lessThan(q);
        boolean more = q.lessThan(p);
        boolean same = p.sameAs(q);
        return switch (this) {
            case GT -> more ? 1 : 0;
            case GE -> more || same ? 1 : 0;
            case LT -> less ? 1 : 0;
            case LE -> less || same ? 1 : 0;
            case EQ -> same ? 1 : 0;
            case NE -> same ? 0 : 1;
            case MAXIMUM_SLOPE -> more ? 1 : same ? 0.5 : less ? 0 : Double.NaN;
            case MINIMUM_SLOPE -> less ? 1 : same ? 0.5 : more ? 0 : Double.NaN;
        };
    }

    /** Where errors of the operands reach over their difference, the answer is not known. */
    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int[][] at = Origins.broadcast(s, out);
        double[] dy = new double[out.size()];
        for (int k = 0; k < dy.length; k++) {
            double reach = dx[0][at[0][k]] + dx[1][at[1][k]];
            dy[k] = reach > 0 && Math.abs(x[0][at[0][k]] - x[1][at[1][k]]) <= reach ? 1 : 0;
        }
        return dy;
    }

    @Override
    public String label() {
        return label;
    }
}
