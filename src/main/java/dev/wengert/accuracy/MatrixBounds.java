package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.op.Cholesky;
import dev.wengert.autodiff.op.Determinant;
import dev.wengert.autodiff.op.LeastSquaresOp;
import dev.wengert.autodiff.op.Solve;
import dev.wengert.autodiff.op.TriangularSolve;
import dev.wengert.kernel.Factors;
import dev.wengert.kernel.LeastSquares;
import dev.wengert.kernel.Reflections;
import dev.wengert.kernel.Scratch;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * First-order bounds of the errors of linear algebra (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, §8.1, §9.3 and
 * §10.1). A computed factorisation or solution is exact for matrices that are off by {@code γ} times the product of the sizes of the
 * factors, where {@code γ = (n + 8)u}. That error, and those of the operands, are carried to the result by sizes of inverses.
 */
final class MatrixBounds {

    private final int n;
    private final double gamma;
    private final double[][] work;

    private MatrixBounds(int n) {
        this.n = n;
        this.gamma = (n + 8) * 0x1p-52;
        this.work = Scratch.arrays(Factors.workLengths(n, n));
    }

    /** See {@link Bounds#of}. */
    static double[] of(Op op, double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        int n = s[0].extent(-1);
        if (op instanceof LeastSquaresOp least) {
            return leastSquares(least.normal(), y, x, dx, s);
        }
        MatrixBounds bounds = new MatrixBounds(n);
        double[] dy = new double[out.size()];
        int q = op instanceof Determinant ? 1 : out.extent(-1);
        int result = op instanceof Determinant ? 1 : n * q;
        for (int i = 0; n > 0 && i < s[0].size() / (n * n); i++) {
            double[] a = Arrays.copyOfRange(x[0], i * n * n, (i + 1) * n * n);
            double[] da = Arrays.copyOfRange(dx[0], i * n * n, (i + 1) * n * n);
            double[] value = Arrays.copyOfRange(y, i * result, (i + 1) * result);
            double[] db = x.length == 1 ? null : Arrays.copyOfRange(dx[1], i * result, (i + 1) * result);
            double[] bound = op instanceof Cholesky
                    ? bounds.cholesky(value, da)
                    : op instanceof TriangularSolve t
                            ? bounds.triangular(t, a, da, value, db, q)
                            : op instanceof Solve solve
                                    ? bounds.solve(solve.transposed(), a, da, value, db, q)
                                    : bounds.determinant(((Determinant) op).log(), a, da, value);
            System.arraycopy(bound, 0, dy, i * result, result);
        }
        return dy;
    }

    /** {@code |L|·Φ(|L⁻¹|·(|δA| + γ|L||Lᵀ|)·|L⁻ᵀ|)}, where Φ keeps the lower triangle. */
    private double[] cholesky(double[] l, double[] da) {
        double[] size = abs(l);
        double[] inverse = abs(inverse(new TriangularSolve(false, false), l));
        double[] error = product(size, transposed(size, n), n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                error[i * n + j] = gamma * error[i * n + j] + 0.5 * (da[i * n + j] + da[j * n + i]);
            }
        }
        double[] inner = product(product(inverse, error, n), transposed(inverse, n), n);
        return lower(product(size, lower(inner), n));
    }

    private double[] lower(double[] m) {
        double[] lower = m.clone();
        for (int i = 0; i < n; i++) {
            Arrays.fill(lower, i * n + i + 1, (i + 1) * n, 0);
        }
        return lower;
    }

    /** {@code |T⁻¹|·((|δT| + γ|T|)|X| + |δB|)}. */
    private double[] triangular(TriangularSolve op, double[] t, double[] dt, double[] x, double[] db, int q) {
        double[] error = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean read = op.upper() ? j >= i : j <= i;
                error[i * n + j] = read ? dt[i * n + j] + gamma * Math.abs(t[i * n + j]) : 0;
            }
        }
        error = op.transposed() ? transposed(error, n) : error;
        return product(abs(inverse(op, t)), plus(product(error, abs(x), q), db), q);
    }

    /** {@code |A⁻¹|·((|δA| + γPᵀ|L||U|)|X| + |δB|)}. */
    private double[] solve(boolean transposed, double[] a, double[] da, double[] x, double[] db, int q) {
        double[] lu = lu(a);
        if (Factors.singular(n, lu, 0) >= 0) {
            return infinite(n * q);
        }
        double[] inverse = identity();
        Factors.solve(transposed, n, n, lu, 0, inverse, 0, work);
        double[] error = errors(lu, da);
        error = transposed ? transposed(error, n) : error;
        return product(abs(inverse), plus(product(error, abs(x), q), db), q);
    }

    /** {@code Σ|A⁻ᵀ|(|δA| + γPᵀ|L||U|)} for the logarithm, times the determinant for itself; and the rounding of the last sum or product. */
    private double[] determinant(boolean log, double[] a, double[] da, double[] y) {
        double[] lu = lu(a);
        if (Factors.singular(n, lu, 0) >= 0) {
            return infinite(1);
        }
        double[] inverse = identity();
        Factors.solve(true, n, n, lu, 0, inverse, 0, work);
        double[] error = errors(lu, da);
        double sum = 2 * n * 0x1p-52;
        for (int i = 0; i < error.length; i++) {
            sum += error[i] * Math.abs(inverse[i]);
        }
        for (int i = 0; i < n && log; i++) {
            sum += (n + 2) * 0x1p-53 * Math.abs(StrictMath.log(Math.abs(lu[i * n + i])));
        }
        return new double[] {log ? sum : sum * Math.abs(y[0])};
    }

    private static double[] infinite(int size) {
        double[] infinite = new double[size];
        Arrays.fill(infinite, Double.POSITIVE_INFINITY);
        return infinite;
    }

    private double[] lu(double[] a) {
        double[] lu = Arrays.copyOf(a, n * n + n);
        Factors.lu(n, lu, 0, work);
        return lu;
    }

    /** {@code |δA| + γPᵀ|L||U|}. */
    private double[] errors(double[] lu, double[] da) {
        double[] error = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k <= Math.min(i, j); k++) {
                    error[i * n + j] += gamma * Math.abs((k == i ? 1 : lu[i * n + k]) * lu[k * n + j]);
                }
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            int other = (int) lu[n * n + i];
            for (int j = 0; j < n && other != i; j++) {
                double v = error[i * n + j];
                error[i * n + j] = error[other * n + j];
                error[other * n + j] = v;
            }
        }
        return plus(error, da);
    }

    private double[] identity() {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return identity;
    }

    private double[] inverse(TriangularSolve op, double[] t) {
        double[] inverse = identity();
        Factors.triangular(op.upper(), op.transposed(), false, n, n, t, 0, inverse, 0, work);
        return inverse;
    }

    private static double[] abs(double[] x) {
        return Arrays.stream(x).map(Math::abs).toArray();
    }

    private static double[] plus(double[] a, double[] b) {
        double[] sum = a.clone();
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    private static double[] transposed(double[] m, int n) {
        double[] t = new double[m.length];
        Arrays.setAll(t, i -> m[i % n * n + i / n]);
        return t;
    }

    /** The product of an n×n matrix and an n×q matrix. */
    private double[] product(double[] a, double[] b, int q) {
        double[] y = new double[n * q];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < q && a[i * n + k] != 0; j++) {
                    y[i * q + j] += a[i * n + k] * b[k * q + j];
                }
            }
        }
        return y;
    }

    /**
     * With {@code G = (AᵀA)⁻¹} and {@code R = B − AX}: {@code |G|(|δAᵀ||R| + |Aᵀ|(|δA||X| + |δB|))} for the least squares, and
     * {@code |G|((|δAᵀ||A| + |Aᵀ||δA|)|X| + |δB|)} for the other. The rounding of the factors counts as an error of A of γ times the
     * length of its column, and that of X as an ulp.
     */
    private static double[] leastSquares(boolean normal, double[] y, double[][] x, double[][] dx, Shape[] s) {
        int m = s[0].extent(-2);
        int n = s[0].extent(-1);
        int q = s[1].extent(-1);
        int rows = normal ? n : m;
        double[] dy = new double[y.length];
        double[] work = new double[LeastSquares.workLength(m, n)];
        for (int matrix = 0; n > 0 && q > 0 && matrix < y.length / (n * q); matrix++) {
            int a = matrix * m * n;
            int b = matrix * rows * q;
            int at = matrix * n * q;
            double[] factors = new double[Reflections.size(m, n)];
            Reflections.factor(m, n, x[0], a, factors, 0);
            double[] g = new double[n * n];
            for (int i = 0; i < n; i++) {
                g[i * n + i] = 1;
            }
            LeastSquares.normal(m, n, n, factors, 0, g, 0, work);
            double[] error = new double[m * n];
            for (int k = 0; k < n; k++) {
                double length = 0;
                for (int i = 0; i < m; i++) {
                    length = StrictMath.hypot(length, x[0][a + i * n + k]);
                }
                for (int i = 0; i < m; i++) {
                    error[i * n + k] = dx[0][a + i * n + k] + (m + 8.0) * 0x1p-52 * length;
                }
            }
            for (int c = 0; c < q; c++) {
                double[] right = new double[n];
                for (int i = 0; i < m; i++) {
                    double residual = normal ? 0 : x[1][b + i * q + c];
                    double moved = normal ? 0 : dx[1][b + i * q + c];
                    double fitted = 0;
                    for (int k = 0; k < n; k++) {
                        fitted += x[0][a + i * n + k] * y[at + k * q + c];
                        moved += error[i * n + k] * Math.abs(y[at + k * q + c]);
                    }
                    double size = normal ? sizes(x[0], a + i * n, y, at + c, q, n) : Math.abs(residual - fitted);
                    for (int k = 0; k < n; k++) {
                        right[k] += error[i * n + k] * size + Math.abs(x[0][a + i * n + k]) * moved;
                    }
                }
                for (int j = 0; j < n; j++) {
                    double bound = Math.ulp(y[at + j * q + c]);
                    for (int k = 0; k < n; k++) {
                        bound += Math.abs(g[j * n + k]) * (right[k] + (normal ? dx[1][b + k * q + c] : 0));
                    }
                    dy[at + j * q + c] = bound;
                }
            }
        }
        return dy;
    }

    /** The sum of the sizes of products of a row and a column. */
    private static double sizes(double[] row, int at, double[] y, int from, int step, int n) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += Math.abs(row[at + k] * y[from + k * step]);
        }
        return sum;
    }
}
