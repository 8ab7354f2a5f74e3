package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Eigen;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Qr;
import dev.wengert.autodiff.Svd;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;

/** Stacks of matrices: the last two axes are rows and columns. */
public final class Matrices {

    private Matrices() {}

    /** The number of rows of square matrices; refuses others. */
    static int square(String op, Shape s) {
        if (s.rank() < 2 || s.extent(-1) != s.extent(-2)) {
            throw new ShapeException(op, "the matrix must be square", "operand " + s);
        }
        return s.extent(-1);
    }

    /** The number of matrices. */
    static int count(Shape s) {
        return Blocks.outer(s, s.rank() - 2);
    }

    /** The extents before the last two. */
    static Shape stack(Shape s) {
        return Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 2));
    }

    /** Refuses a right side whose rows, or whose stack, are not those of the matrices. */
    static void requireRight(String op, Shape matrix, Shape right) {
        if (right.rank() < 2
                || right.extent(-2) != matrix.extent(-1)
                || !stack(right).equals(stack(matrix))) {
            throw new ShapeException(
                    op,
                    "the right side must have as many rows as the matrix, and the same leading extents",
                    "matrix " + matrix + " and right side " + right);
        }
    }

    /** The name of a matrix in a message: nothing if there is only one. */
    static String of(Shape s, int matrix) {
        return s.rank() == 2 ? "" : " of matrix " + matrix;
    }

    /** Solves with matrices and right sides whose leading extents broadcast; a right side of one axis is a vector. */
    public static Variable solve(Op op, Variable a, Variable b) {
        boolean least = op instanceof LeastSquaresOp;
        String name = least ? "lstsq" : op instanceof Solve ? "solve" : "triangularSolve";
        Operands.require(name, 1, b);
        if (!least) {
            square(name, a.shape());
        } else if (a.shape().rank() < 2 || a.shape().extent(-2) < a.shape().extent(-1)) {
            throw new ShapeException(
                    name, "the matrix must have at least as many rows as columns", "matrix " + a.shape());
        }
        if (b.shape().rank() == 1) {
            Variable column = b.expandDims(-1);
            return solve(op, a, column).squeeze(-1);
        }
        if (b.shape().rank() < 2 || b.shape().extent(-2) != a.shape().extent(-2)) {
            throw new ShapeException(
                    name,
                    "the right side must have as many rows as the matrix",
                    "matrix " + a.shape() + " and right side " + b.shape());
        }
        Shape stack = Shape.broadcast(name, stack(a.shape()), stack(b.shape()));
        return op.apply(stacked(a, stack), stacked(b, stack));
    }

    private static Variable stacked(Variable m, Shape stack) {
        Shape matrix = Shape.of(m.shape().extent(-2), m.shape().extent(-1));
        return m.broadcastTo(stack.concat("solve", matrix));
    }

    /** The inverses of matrices. */
    public static Variable inverse(Variable a) {
        int n = square("inverse", a.shape());
        return solve(new Solve(false, new Factored.Memory()), a, Variable.of(Tensor.eye(n)));
    }

    /** The parts of a packed decomposition of matrices. */
    public static Eigen eigen(Variable packed, Shape matrices) {
        return new Eigen(Eigh.values(packed, matrices), Eigh.vectors(packed, matrices));
    }

    /** The factors of matrices. Those of a wide one are those of its first columns, and {@code QᵀA} of the others. */
    public static Qr qr(Variable a) {
        int n = columns("qr", a.shape());
        int m = a.shape().extent(-2);
        Variable packed = QrOp.QR.apply(n > m ? a.slice(-1, 0, m) : a);
        Variable q = QrOp.q(packed);
        Variable r = QrOp.r(packed);
        return new Qr(q, n > m ? Variable.concat(-1, r, new MatMul(true, false).apply(q, a.slice(-1, m, n))) : r);
    }

    /** The number of columns. */
    private static int columns(String op, Shape s) {
        if (s.rank() < 2) {
            throw new ShapeException(op, "the matrix must have at least two axes", "operand " + s);
        }
        return s.extent(-1);
    }

    /** The singular values and vectors of matrices; of a wide one, by those of its transpose. */
    public static Svd svd(Variable a) {
        Variable packed = singular("svd", a);
        Variable u = SvdOp.u(packed);
        Variable vt = SvdOp.vt(packed);
        boolean wide = u.shape().extent(-2) != a.shape().extent(-2);
        return new Svd(wide ? vt.transpose() : u, SvdOp.s(packed), wide ? u.transpose() : vt);
    }

    /** The singular values of matrices. */
    public static Variable singularValues(Variable a) {
        return SvdOp.s(singular("singularValues", a));
    }

    private static Variable singular(String op, Variable a) {
        boolean wide = columns(op, a.shape()) > a.shape().extent(-2);
        return SvdOp.SVD.apply(wide ? a.transpose() : a);
    }
}
