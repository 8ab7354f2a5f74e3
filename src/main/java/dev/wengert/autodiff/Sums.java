package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Sums of elements, exactly, and what the double ones round away. */
final class Sums {

    private static final double U = 0x1p-53;

    private Sums() {}

    /** Adds element k of x to element {@code to[k]} of the result. */
    static BigReal[] exact(Shape out, BigReal[] x, int[] to, BigArithmetic a) {
        BigReal[] y = new BigReal[out.size()];
        Arrays.fill(y, BigReal.ZERO);
        for (int k = 0; k < to.length; k++) {
            y[to[k]] = a.add(y[to[k]], x[k]);
        }
        return y;
    }

    /** The summed errors, and (terms − 1)u times the summed sizes, for a linear operation that adds up at most so many terms. */
    static double[] bound(LinearOp op, Shape out, double[][] x, double[][] dx, Shape[] s, int terms) {
        double[] errors = apply(op, out, x, dx[0], s);
        double[] sizes = apply(op, out, x, abs(x[0]), s);
        double[] dy = new double[out.size()];
        Arrays.setAll(dy, k -> errors[k] + terms * U * sizes[k]);
        return dy;
    }

    private static double[] apply(LinearOp op, Shape out, double[][] x, double[] first, Shape[] s) {
        double[][] operands = x.clone();
        operands[0] = first;
        double[] y = new double[out.size()];
        op.eval(y, out, operands, s, null);
        return y;
    }

    static double[] abs(double[] x) {
        return Arrays.stream(x).map(Math::abs).toArray();
    }
}
