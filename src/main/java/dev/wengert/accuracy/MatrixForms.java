package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Cholesky;
import dev.wengert.autodiff.op.Determinant;
import dev.wengert.autodiff.op.LeastSquaresOp;
import dev.wengert.autodiff.op.Solve;
import dev.wengert.autodiff.op.TriangularSolve;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/** Exact forms of the operations of linear algebra, by elimination in many digits. */
final class MatrixForms {

    private static final BigReal HALF = BigReal.of(0.5);

    private final BigArithmetic a;

    private MatrixForms(BigArithmetic a) {
        this.a = a;
    }

    /** Whether there is a form for an operation here. */
    static boolean has(Op op) {
        return op instanceof Cholesky
                || op instanceof TriangularSolve
                || op instanceof Solve
                || op instanceof LeastSquaresOp
                || op instanceof Determinant;
    }

    /** See {@link ExactForms#of(Op, Shape, BigReal[][], Shape[], BigArithmetic)}. */
    static BigReal[] exact(Op op, BigReal[][] x, Shape[] s, BigArithmetic a) {
        MatrixForms forms = new MatrixForms(a);
        if (op instanceof LeastSquaresOp least) {
            return forms.leastSquares(least.normal(), x, s);
        }
        int n = s[0].extent(-1);
        int matrices = n == 0 ? 0 : s[0].size() / (n * n);
        int columns = s.length == 1 ? 0 : s[1].extent(-1);
        BigReal[] y = new BigReal[op instanceof Determinant ? count(s[0]) : s[s.length - 1].size()];
        if (n == 0 && op instanceof Determinant d) {
            Arrays.fill(y, d.log() ? BigReal.ZERO : BigReal.ONE);
        }
        for (int i = 0; i < matrices; i++) {
            BigReal[][] m = rows(x[0], i * n * n, n, n);
            BigReal[][] b = s.length == 1 ? null : rows(x[1], i * n * columns, n, columns);
            if (op instanceof Determinant d) {
                BigReal det = forms.eliminate(m, new BigReal[n][0]);
                y[i] = d.log() ? a.log(det.abs()) : det;
            } else {
                BigReal[][] result = op instanceof Cholesky
                        ? forms.cholesky(m)
                        : op instanceof TriangularSolve t
                                ? forms.triangular(t, m, b)
                                : forms.solve(((Solve) op).transposed() ? transposed(m) : m, b);
                int at = i * n * result[0].length;
                for (BigReal[] row : result) {
                    System.arraycopy(row, 0, y, at, row.length);
                    at += row.length;
                }
            }
        }
        return y;
    }

    /** The solution of {@code AᵀAX = AᵀB}, or of {@code AᵀAX = B}. */
    private BigReal[] leastSquares(boolean normal, BigReal[][] x, Shape[] s) {
        int m = s[0].extent(-2);
        int n = s[0].extent(-1);
        int rows = s[1].extent(-2);
        int q = s[1].extent(-1);
        BigReal[] y = new BigReal[count(s[0]) * n * q];
        for (int i = 0; i < count(s[0]); i++) {
            BigReal[][] t = columns(rows(x[0], i * m * n, m, n), n);
            BigReal[][] b = rows(x[1], i * rows * q, rows, q);
            BigReal[][] right = normal ? b : products(t, columns(b, q));
            BigReal[][] solution = solve(products(t, t), right);
            for (int j = 0; j < n; j++) {
                System.arraycopy(solution[j], 0, y, (i * n + j) * q, q);
            }
        }
        return y;
    }

    /** The columns of a matrix, of which there are n. */
    private static BigReal[][] columns(BigReal[][] m, int n) {
        BigReal[][] columns = new BigReal[n][m.length];
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < n; j++) {
                columns[j][i] = m[i][j];
            }
        }
        return columns;
    }

    /** The products of each row of one with each of the other. */
    private BigReal[][] products(BigReal[][] one, BigReal[][] other) {
        BigReal[][] products = new BigReal[one.length][other.length];
        for (int i = 0; i < one.length; i++) {
            for (int j = 0; j < other.length; j++) {
                products[i][j] = a.dot(one[i], 0, 1, other[j], 0, 1, one[i].length);
            }
        }
        return products;
    }

    private static int count(Shape s) {
        return Arrays.stream(s.toArray()).limit(s.rank() - 2L).reduce(1, (p, e) -> p * e);
    }

    private static BigReal[][] rows(BigReal[] x, int at, int n, int columns) {
        BigReal[][] rows = new BigReal[n][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(x, at + i * columns, at + (i + 1) * columns));
        return rows;
    }

    private static BigReal[][] transposed(BigReal[][] m) {
        BigReal[][] t = new BigReal[m.length][m.length];
        for (int i = 0; i < m.length; i++) {
            for (int j = 0; j < m.length; j++) {
                t[i][j] = m[j][i];
            }
        }
        return t;
    }

    private BigReal[][] cholesky(BigReal[][] m) {
        int n = m.length;
        BigReal[][] l = new BigReal[n][n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < n; i++) {
                BigReal sum = a.mul(HALF, a.add(m[i][j], m[j][i]));
                for (int k = 0; k < j && i >= j; k++) {
                    sum = a.sub(sum, a.mul(l[i][k], l[j][k]));
                }
                l[i][j] = i < j ? BigReal.ZERO : i == j ? a.sqrt(sum) : a.div(sum, l[j][j]);
            }
        }
        return l;
    }

    private BigReal[][] triangular(TriangularSolve op, BigReal[][] m, BigReal[][] b) {
        BigReal[][] t = op.transposed() ? transposed(m) : m;
        int n = t.length;
        boolean forward = op.upper() == op.transposed();
        for (int step = 0; step < n; step++) {
            int i = forward ? step : n - 1 - step;
            for (int j = 0; j < b[i].length; j++) {
                for (int s = 0; s < step; s++) {
                    int k = forward ? s : n - 1 - s;
                    b[i][j] = a.sub(b[i][j], a.mul(t[i][k], b[k][j]));
                }
                b[i][j] = a.div(b[i][j], t[i][i]);
            }
        }
        return b;
    }

    private BigReal[][] solve(BigReal[][] m, BigReal[][] b) {
        eliminate(m, b);
        return triangular(new TriangularSolve(true, false), m, b);
    }

    /** Makes a matrix an upper triangle, with the right side beside it. Returns the determinant. */
    private BigReal eliminate(BigReal[][] m, BigReal[][] b) {
        BigReal det = BigReal.ONE;
        for (int c = 0; c < m.length; c++) {
            int pivot = c;
            for (int i = c + 1; i < m.length; i++) {
                pivot = Math.abs(m[i][c].toDouble()) > Math.abs(m[pivot][c].toDouble()) ? i : pivot;
            }
            if (pivot != c) {
                exchange(m, c, pivot);
                exchange(b, c, pivot);
                det = a.sub(BigReal.ZERO, det);
            }
            det = a.mul(det, m[c][c]);
            for (int i = c + 1; i < m.length && !m[c][c].isZero(); i++) {
                BigReal factor = a.div(m[i][c], m[c][c]);
                subtract(factor, m[c], m[i], c);
                subtract(factor, b[c], b[i], 0);
            }
        }
        return det;
    }

    private void subtract(BigReal factor, BigReal[] row, BigReal[] from, int first) {
        for (int j = first; j < row.length; j++) {
            from[j] = a.sub(from[j], a.mul(factor, row[j]));
        }
    }

    private static void exchange(BigReal[][] rows, int i, int j) {
        BigReal[] row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }
}
