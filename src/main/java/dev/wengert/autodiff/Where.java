package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;

/** {@code mask ≠ 0 ? a : b}, all of one shape; a NaN in the mask gives NaN. */
enum Where implements SelectOp {
    WHERE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 3, x);
        if (!x[0].equals(x[1]) || !x[1].equals(x[2])) {
            throw new ShapeException(
                    "where",
                    "mask and operands must have the same shape",
                    "mask " + x[0] + ", " + x[1] + " and " + x[2]);
        }
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.where(x[0], x[1], x[2], y, out.size());
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        Variable mask = x.get(0);
        return switch (i) {
            case 0 -> null;
            case 1 -> chosen(mask);
            default -> chosen(mask).rsub(1);
        };
    }

    /** 1 where the mask chooses the first, else 0; a NaN stays one. */
    private static Variable chosen(Variable mask) {
        return mask.sign().abs();
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        BigReal[] y = new BigReal[out.size()];
        Arrays.setAll(y, k -> x[0][k].isNaN() ? BigReal.NaN : x[x[0][k].isZero() ? 2 : 1][k]);
        return y;
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double[] dy = new double[out.size()];
        for (int k = 0; k < dy.length; k++) {
            double chosen = dx[x[0][k] == 0 ? 2 : 1][k];
            dy[k] = dx[0][k] == 0 ? chosen : Math.max(dx[1][k], dx[2][k]) + Math.abs(x[1][k] - x[2][k]);
        }
        return dy;
    }

    @Override
    public String label() {
        return "where";
    }
}
