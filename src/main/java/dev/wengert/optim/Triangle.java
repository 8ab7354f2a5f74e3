package dev.wengert.optim;

import dev.wengert.kernel.Reflections;

/**
 * The triangle R of {@code QR = J}, and {@code c}, the head of {@code Qᵀr}: with them the least squares {@code ‖Jp + r‖} and those with
 * damping need no more work with J. The last column of a factored matrix {@code [J r]} is c.
 */
final class Triangle {

    private final int n;
    private final int columns;
    private final double[] factors;
    private final int at;

    private Triangle(int rows, int n, double[] matrix) {
        this.n = n;
        this.columns = n + 1;
        this.factors = new double[Reflections.size(rows, columns)];
        this.at = columns * rows + columns;
        Reflections.factor(rows, columns, matrix, 0, factors, 0);
    }

    /**
     * The triangle of a Jacobian and residuals.
     *
     * @param jacobian row by row
     */
    static Triangle of(double[] jacobian, double[] residuals, int n) {
        int columns = n + 1;
        int rows = Math.max(residuals.length, columns);
        double[] matrix = new double[rows * columns];
        for (int i = 0; i < residuals.length; i++) {
            System.arraycopy(jacobian, i * n, matrix, i * columns, n);
            matrix[i * columns + n] = residuals[i];
        }
        Triangle triangle = new Triangle(rows, n, matrix);
        for (int k = 0; k < n; k++) {
            if (triangle.isDependent(k)) {
                triangle.factors[triangle.at + k * columns + k] = 0; // it is rounding, and must not be divided by
            }
        }
        return triangle;
    }

    /** The triangle of J on top of a diagonal, and of r on top of zeros. */
    Triangle damped(double lambda, double[] diagonal) {
        int rows = 2 * n + 1;
        double[] matrix = new double[rows * columns];
        for (int i = 0; i < n; i++) {
            for (int j = i; j <= n; j++) {
                matrix[i * columns + j] = r(i, j);
            }
            matrix[(n + i) * columns + i] = Math.sqrt(lambda) * diagonal[i];
        }
        return new Triangle(rows, n, matrix);
    }

    private double r(int i, int j) {
        return factors[at + i * columns + j];
    }

    /** The first column that depends on those before it, up to rounding; or −1. */
    int dependent() {
        for (int k = 0; k < n; k++) {
            if (isDependent(k)) {
                return k;
            }
        }
        return -1;
    }

    private boolean isDependent(int k) {
        return Math.abs(r(k, k)) <= n * 0x1p-52 * norm(k);
    }

    /** The norm of a column of J. */
    double norm(int k) {
        double[] column = new double[k + 1];
        for (int i = 0; i <= k; i++) {
            column[i] = r(i, k);
        }
        return Vectors.norm(column);
    }

    /** The norm of the part of the residuals that J can reach: that of c, if the columns are independent. */
    double reached() {
        double[] c = new double[n];
        double[] norms = new double[n];
        for (int i = 0; i < n; i++) {
            c[i] = r(i, n);
            norms[i] = norm(i) > 0 ? norm(i) : 1;
        }
        return Vectors.norm(dependent() < 0 ? c : damped(0x1p-52, norms).transposedSolve(slope()));
    }

    /** {@code Jᵀr}. */
    double[] slope() {
        double[] g = new double[n];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i <= j; i++) {
                g[j] += r(i, j) * r(i, n);
            }
        }
        return g;
    }

    /** {@code −R⁻¹c}, for which ‖Jp + r‖ is least. */
    double[] step() {
        double[] p = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double rest = -r(i, n);
            for (int j = i + 1; j < n; j++) {
                rest -= r(i, j) * p[j];
            }
            p[i] = rest / r(i, i);
        }
        return p;
    }

    /** {@code R⁻ᵀb}. */
    double[] transposedSolve(double[] b) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            double rest = b[i];
            for (int j = 0; j < i; j++) {
                rest -= r(j, i) * x[j];
            }
            x[i] = rest / r(i, i);
        }
        return x;
    }

    /** {@code ‖Rp‖}, which is ‖Jp‖. */
    double norm(double[] p) {
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                y[i] += r(i, j) * p[j];
            }
        }
        return Vectors.norm(y);
    }

    /** {@code (JᵀJ)⁻¹}, row by row. */
    double[] inverseOfSquare() {
        double[][] rows = new double[n][]; // of R⁻ᵀ, which is lower triangular, by columns
        for (int k = 0; k < n; k++) {
            double[] unit = new double[n];
            unit[k] = 1;
            rows[k] = transposedSolve(unit);
        }
        double[] inverse = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                inverse[i * n + j] = Vectors.dot(rows[i], rows[j]);
            }
        }
        return inverse;
    }
}
