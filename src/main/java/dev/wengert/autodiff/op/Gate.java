package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import java.util.List;

/** {@code m = 0 ? 0 : m·v}: multiplies a perturbation v by a slope m. It is linear in v, and its own transpose. */
public enum Gate implements SelectOp, Pairwise {
    GATE;

    @Override
    public void run(double[] m, int i, int di, double[] v, int j, int dj, double[] y, int k, int n, double[][] work) {
        Elementwise.gate(m, i, di, v, j, dj, y, k, n);
    }

    /** Perturbations of maxima repeat over last axes, a few elements each. */
    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int block = s[0].equals(out) ? Strided.block(out, s[1]) : 0;
        if (block == 0) {
            Pairwise.super.eval(y, out, x, s, work);
            return;
        }
        for (int j = 0; j < s[1].size(); j++) {
            Elementwise.gate(x[0], j * block, 1, x[1], j, 0, y, j * block, block);
        }
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
