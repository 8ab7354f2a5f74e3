package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.MatrixProduct;
import dev.wengert.kernel.Reductions;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/** The fully connected layer {@code x·W + b}, for x of rank 2 or more; it has the same bits as matmul followed by add. */
public enum Affine implements Primitive {
    AFFINE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 3, x);
        if (x[0].rank() < 2 || !fits(x[0], x[1], x[2])) {
            throw mismatch(x[0], x[1], x[2]);
        }
        return x[0].with("affine", -1, x[1].extent(1));
    }

    /** Whether the shapes fit: x {@code [.., d]}, weight {@code [d, q]}, bias {@code [q]}. */
    private static boolean fits(Shape x, Shape w, Shape b) {
        return x.rank() >= 1
                && w.rank() == 2
                && b.rank() == 1
                && x.extent(-1) == w.extent(0)
                && w.extent(1) == b.extent(0);
    }

    private static ShapeException mismatch(Shape x, Shape w, Shape b) {
        return new ShapeException(
                "affine",
                "x must be [.., d], weight [d, q] and bias [q] or [1, q]",
                "x " + x + ", weight " + w + " and bias " + b);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int m = out.extent(-1);
        int n = Blocks.outer(out, out.rank() - 1);
        MatrixProduct.multiply(false, false, n, s[1].extent(0), m, x[0], 0, x[1], 0, y, 0, work);
        for (int i = 0; i < n; i++) {
            Reductions.addTo(x[2], 0, y, i * m, m);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return MatrixProduct.workLengths(Blocks.outer(s[0], s[0].rank() - 1), s[1].extent(0), s[1].extent(1));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return switch (i) {
            case 0 -> new MatMul(false, true).apply(g, x.get(1));
            case 1 -> new MatMul(true, false).apply(MatMul.rows(x.get(0)), MatMul.rows(g));
            default -> g;
        };
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return switch (i) {
            case 0 -> MatMul.MATMUL.apply(t, x.get(1));
            case 1 -> MatMul.MATMUL.apply(x.get(0), t);
            default -> t;
        };
    }

    /** Applies the layer. x may be a single row of rank 1, and the bias may be {@code [1, q]}. */
    public static Variable of(Variable x, Variable weight, Variable bias) {
        Operands.require("affine", 1, weight, bias);
        Shape b = bias.shape();
        Variable vector = b.rank() == 2 && b.extent(0) == 1 ? bias.reshape(b.size()) : bias;
        if (!fits(x.shape(), weight.shape(), vector.shape())) {
            throw mismatch(x.shape(), weight.shape(), b);
        }
        if (x.shape().rank() > 1) {
            return AFFINE.apply(x, weight, vector);
        }
        Variable y = AFFINE.apply(x.reshape(1, x.shape().size()), weight, vector);
        return y.reshape(y.shape().size());
    }

    @Override
    public String label() {
        return "affine";
    }
}
