package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;

/** Products of the elements along axes, by halves: each derivative is a product of other elements, also where some are 0. */
public final class Product {

    private Product() {}

    /** The product over axes. */
    public static Variable over(Variable x, boolean keepExtents, int... axes) {
        int[] over = Operands.axes("prod", axes);
        Shape result = x.shape().reduce("prod", keepExtents, over);
        Variable y = Permute.lastly("prod", x, over);
        int n = y.shape().extent(-1);
        if (n == 0) {
            return Variable.of(Tensor.ones(result));
        }
        for (; n > 1; n = y.shape().extent(-1)) {
            int half = n / 2;
            Variable pairs = y.slice(-1, 0, half).mul(y.slice(-1, half, 2 * half));
            y = n % 2 == 0 ? pairs : Variable.concat(-1, pairs, y.slice(-1, n - 1, n));
        }
        return y.reshape(result);
    }
}
