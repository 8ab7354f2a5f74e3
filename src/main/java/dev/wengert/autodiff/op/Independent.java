package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Reflections;
import dev.wengert.tensor.Shape;
import java.util.List;

/** Factors by {@link QrOp}, unchanged: an error if a column of the matrix depends on those before it. */
public enum Independent implements Single {
    INDEPENDENT;

    @Override
    public boolean elementwise() {
        return false;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.extent(-1);
        int m = out.extent(-2) - n;
        for (int i = 0; i < Matrices.count(out); i++) {
            int column = Reflections.dependentColumn(m, n, x[0], (i * (m + n) + m) * n);
            if (column >= 0) {
                throw new ArithmeticException("qr: derivatives need independent columns, got column " + column
                        + " as a combination of those before it" + Matrices.of(out, i));
            }
        }
        System.arraycopy(x[0], 0, y, 0, y.length);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return g;
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return t;
    }

    @Override
    public String label() {
        return "independent";
    }
}
