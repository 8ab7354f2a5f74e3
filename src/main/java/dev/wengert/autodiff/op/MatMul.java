package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.MatrixProduct;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * The product of two matrices, or of two stacks of matrices whose leading extents broadcast. A flag makes an operand be read transposed; no
 * transpose is ever stored.
 */
public record MatMul(boolean transposeLeft, boolean transposeRight) implements Primitive {

    public static final MatMul MATMUL = new MatMul(false, false);

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Shape left = x[0];
        Shape right = x[1];
        if (left.rank() < 2 || right.rank() < 2 || columns(left, transposeLeft) != rows(right, transposeRight)) {
            throw mismatch(left, right);
        }
        if (!stacksBroadcast(left, right)) {
            throw new ShapeException(
                    "matmul", "leading extents must broadcast", "left " + left + " and right " + right);
        }
        Shape matrix = Shape.of("matmul", rows(left, transposeLeft), columns(right, transposeRight));
        if (left.rank() == 2 && right.rank() == 2) {
            return matrix;
        }
        return Shape.broadcast("matmul", stack(left), stack(right)).concat("matmul", matrix);
    }

    /** The error for operands that do not fit; it proposes a transposition that would make them fit. */
    ShapeException mismatch(Shape left, Shape right) {
        String got = "left " + left + " and right " + right;
        if (left.rank() == 0 || right.rank() == 0) {
            return new ShapeException("matmul", "operands must have at least one axis", got, "use mul to scale");
        }
        String requirement = "columns of left must equal rows of right";
        if (left.rank() >= 2 && right.rank() >= 2) {
            if (rows(left, transposeLeft) == rows(right, transposeRight)) {
                return new ShapeException("matmul", requirement, got, "did you mean left.transpose()?");
            }
            if (columns(left, transposeLeft) == columns(right, transposeRight)) {
                return new ShapeException("matmul", requirement, got, "did you mean right.transpose()?");
            }
        }
        return new ShapeException("matmul", requirement, got);
    }

    private static boolean stacksBroadcast(Shape left, Shape right) {
        for (int d = 3; d <= Math.min(left.rank(), right.rank()); d++) {
            int l = left.extent(-d);
            int r = right.extent(-d);
            if (l != r && l != 1 && r != 1) {
                return false;
            }
        }
        return true;
    }

    private static int rows(Shape s, boolean transposed) {
        return s.extent(transposed ? -1 : -2);
    }

    public static int columns(Shape s, boolean transposed) {
        return s.extent(transposed ? -2 : -1);
    }

    private static Shape stack(Shape s) {
        int[] extents = new int[s.rank() - 2];
        System.arraycopy(s.toArray(), 0, extents, 0, extents.length);
        return Shape.of(extents);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(-2);
        int m = out.extent(-1);
        int k = columns(s[0], transposeLeft);
        int matrices = Blocks.outer(out, out.rank() - 2);
        if (matrices > 1 && s[1].rank() == 2 && !transposeLeft) {
            MatrixProduct.multiply(false, transposeRight, matrices * n, k, m, x[0], 0, x[1], 0, y, 0, work);
            return;
        }
        for (int i = 0; i < matrices; i++) {
            int left = offset(s[0], out, i);
            int right = offset(s[1], out, i);
            MatrixProduct.multiply(transposeLeft, transposeRight, n, k, m, x[0], left, x[1], right, y, i * n * m, work);
        }
    }

    /** Where an operand's matrix for matrix {@code i} of the result starts. */
    public static int offset(Shape s, Shape out, int i) {
        int offset = 0;
        int stride = s.extent(-2) * s.extent(-1);
        for (int d = 3; d <= s.rank(); d++) {
            int extent = s.extent(-d);
            offset += extent == 1 ? 0 : i % extent * stride;
            stride *= extent;
            i /= out.extent(-d);
        }
        return offset;
    }

    @Override
    public int[] workLengths(Shape... s) {
        int rows = rows(s[0], transposeLeft);
        int stacked = transposeLeft ? rows : rows * Blocks.outer(s[0], s[0].rank() - 2);
        return MatrixProduct.workLengths(stacked, columns(s[0], transposeLeft), columns(s[1], transposeRight));
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable other = x.get(1 - i);
        if (i == 0) {
            return transposeLeft
                    ? new MatMul(transposeRight, true).apply(other, g)
                    : new MatMul(false, !transposeRight).apply(g, other);
        }
        boolean joined = !transposeLeft && x.get(1).shape().rank() == 2;
        Variable left = joined ? rows(other) : other;
        Variable slope = joined ? rows(g) : g;
        return transposeRight
                ? new MatMul(true, transposeLeft).apply(slope, left)
                : new MatMul(!transposeLeft, false).apply(left, slope);
    }

    /** The rows of a stack of matrices, one below the other. A product with a single matrix is one product for all of them. */
    static Variable rows(Variable x) {
        Shape s = x.shape();
        return s.rank() <= 2 ? x : x.reshape(Blocks.outer(s, s.rank() - 1), s.extent(-1));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 0 ? apply(t, x.get(1)) : apply(x.get(0), t);
    }

    /** The product of matrices, vectors, or stacks of matrices. */
    public static Variable of(Variable left, Variable right) {
        Operands.require("matmul", 1, right);
        Shape l = left.shape();
        Shape r = right.shape();
        if (l.rank() >= 2 && r.rank() >= 2) {
            return MATMUL.apply(left, right);
        }
        if (l.rank() == 0 || r.rank() == 0 || l.extent(-1) != r.extent(r.rank() == 1 ? 0 : -2)) {
            throw MATMUL.mismatch(l, r);
        }
        Variable a = l.rank() == 1 ? left.reshape(1, l.size()) : left;
        Variable b = r.rank() == 1 ? right.reshape(r.size(), 1) : right;
        Variable product = MATMUL.apply(a, b);
        Shape shape = product.shape();
        if (r.rank() == 1) {
            shape = shape.reduce("matmul", false, -1);
        }
        if (l.rank() == 1) {
            shape = shape.reduce("matmul", false, r.rank() == 1 ? -1 : -2);
        }
        return product.reshape(shape);
    }

    @Override
    public String label() {
        return "matmul"
                + (transposeLeft || transposeRight ? (transposeLeft ? "T" : "N") + (transposeRight ? "T" : "N") : "");
    }
}
