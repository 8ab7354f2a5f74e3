package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import java.util.List;

/** {@code m = 0 ? 0 : m·v}: multiplies a perturbation v by a slope m. It is linear in v, and its own transpose. */
public enum Gate implements SelectOp, Pairwise {
    GATE;

    @Override
    public void run(double[] m, int i, int di, double[] v, int j, int dj, double[] y, int k, int n, double[][] work) {
        Elementwise.gate(m, i, di, v, j, dj, y, k, n);
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return i == 0 ? null : x.get(0);
    }

    /** None: the operation that computed the slope has its own branch. */
    @Override
    public Primitive branch() {
        return null;
    }

    @Override
    public boolean passes(int i) {
        return i == 1;
    }

    @Override
    public String label() {
        return "gate";
    }
}
