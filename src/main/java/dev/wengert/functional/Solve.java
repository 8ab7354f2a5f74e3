package dev.wengert.functional;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * x with Ax = b, by elimination with scaled partial pivoting. It is closed under differentiation. It stands beside {@link Variable#solve}
 * because equations of one batch can have different scales: rows are weighed by their largest elements, where {@code solve} compares
 * elements as they are.
 */
record Solve() implements CustomOp {

    private static final Solve SOLVE = new Solve();

    static Variable of(Variable a, Variable b) {
        return SOLVE.apply(a, b);
    }

    @Override
    public Shape shape(Shape... x) {
        return x[1];
    }

    @Override
    public Tensor eval(List<Tensor> x) {
        int n = x.get(1).shape().size();
        double[] a = x.get(0).toArray();
        double[] b = x.get(1).toArray();
        double[] scale = new double[n];
        for (int i = 0; i < n; i++) {
            scale[i] = Arrays.stream(a, i * n, (i + 1) * n).map(Math::abs).max().orElse(0);
        }
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                boolean larger = Math.abs(a[i * n + k]) * scale[pivot] > Math.abs(a[pivot * n + k]) * scale[i];
                pivot = larger ? i : pivot;
            }
            if (a[pivot * n + k] == 0) {
                throw new ArithmeticException("root: the Jacobian must not be singular, got one of rank " + k + " for "
                        + n + " unknowns; start elsewhere, or write an equation with simple roots");
            }
            swap(a, k * n, pivot * n, n);
            swap(b, k, pivot, 1);
            swap(scale, k, pivot, 1);
            for (int i = k + 1; i < n; i++) {
                double factor = a[i * n + k] / a[k * n + k];
                for (int j = k + 1; j < n; j++) {
                    a[i * n + j] -= factor * a[k * n + j];
                }
                b[i] -= factor * b[k];
            }
        }
        for (int k = n - 1; k >= 0; k--) {
            for (int j = k + 1; j < n; j++) {
                b[k] -= a[k * n + j] * b[j];
            }
            b[k] /= a[k * n + k];
        }
        return Tensor.of(b);
    }

    private static void swap(double[] a, int i, int j, int n) {
        for (int l = 0; l < n; l++) {
            double v = a[i + l];
            a[i + l] = a[j + l];
            a[j + l] = v;
        }
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable b = of(x.get(0).transpose(), g);
        return i == 1 ? b : b.reshape(-1, 1).mul(y.reshape(1, -1)).neg();
    }

    @Override
    public String label() {
        return "solve";
    }
}
