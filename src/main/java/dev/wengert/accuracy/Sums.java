package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Affine;
import dev.wengert.autodiff.op.Convolution;
import dev.wengert.autodiff.op.MatMul;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Sums of elements: exact values, and bounds of the rounding errors of double sums. */
final class Sums {

    private static final double U = 0x1p-53;

    private Sums() {}

    /** Adds element k of operand i to element {@code to[i][k]} of the result. */
    static BigReal[] exact(Shape out, BigReal[][] x, int[][] to, BigArithmetic a) {
        BigReal[] y = new BigReal[out.size()];
        Arrays.fill(y, BigReal.ZERO);
        for (int i = 0; i < to.length; i++) {
            for (int k = 0; k < to[i].length; k++) {
                y[to[i][k]] = a.add(y[to[i][k]], x[i][k]);
            }
        }
        return y;
    }

    /**
     * The bound of a sum: the summed errors, plus u times the number of terms times the summed sizes. Only the first {@code summands}
     * operands are summed; the others are indices.
     */
    static double[] bound(Primitive op, Shape out, double[][] x, double[][] dx, Shape[] s, int terms, int summands) {
        double[][] errors = x.clone();
        double[][] sizes = x.clone();
        for (int i = 0; i < summands; i++) {
            errors[i] = dx[i];
            sizes[i] = abs(x[i]);
        }
        double[] dy = op.eval(out, errors, s);
        double[] size = op.eval(out, sizes, s);
        Arrays.setAll(dy, k -> dy[k] + terms * U * size[k]);
        return dy;
    }

    /** The number of products that are summed for each element of a result of an operation; 0 if it is no product. */
    static int terms(Op op, Shape[] s) {
        if (op instanceof Convolution convolution) {
            return convolution.terms(s);
        }
        boolean transposed = op instanceof MatMul product && product.transposeLeft();
        return op instanceof MatMul || op instanceof Affine ? MatMul.columns(s[0], transposed) : 0;
    }

    static double[] abs(double[] x) {
        return Arrays.stream(x).map(Math::abs).toArray();
    }
}
