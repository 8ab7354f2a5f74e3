package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Products of matrices: linear in each operand, and closed under differentiation. */
sealed interface BilinearOp extends Primitive permits MatMul, Affine {

    /** {@code |A|·dB + dA·(|B| + dB) + (k + 2)u·|A|·|B|} for a product with k terms an element. */
    static double[] bound(MatMul op, Shape out, double[][] x, double[][] dx, Shape[] s, int k) {
        double[] left = Sums.abs(x[0]);
        double[] right = Sums.abs(x[1]);
        double[] sizes = op.product(out, left, right, s);
        double[] errorsRight = op.product(out, left, dx[1], s);
        Arrays.setAll(right, i -> right[i] + dx[1][i]);
        double[] errorsLeft = op.product(out, dx[0], right, s);
        double[] dy = new double[out.size()];
        Arrays.setAll(dy, i -> errorsLeft[i] + errorsRight[i] + (k + 2) * 0x1p-53 * sizes[i]);
        return dy;
    }
}
