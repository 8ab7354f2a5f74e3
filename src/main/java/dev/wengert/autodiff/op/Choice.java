package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import java.util.List;

/** The larger or the smaller of two operands. */
public enum Choice implements SelectOp, Pairwise {
    MAXIMUM,
    MINIMUM;

    private final String label = Labels.camelCase(this);

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work) {
        switch (this) {
            case MAXIMUM -> Elementwise.maximum(a, i, di, b, j, dj, y, k, n);
            case MINIMUM -> Elementwise.minimum(a, i, di, b, j, dj, y, k, n);
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return branch().apply(x.get(i), x.get(1 - i));
    }

    /** The slope of the first operand. */
    @Override
    public Comparison branch() {
        return this == MAXIMUM ? Comparison.MAXIMUM_SLOPE : Comparison.MINIMUM_SLOPE;
    }

    @Override
    public String label() {
        return label;
    }
}
