package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import java.util.List;

/** The larger or the smaller of two operands. */
enum Choice implements SelectOp, Strided.Loop {
    MAXIMUM,
    MINIMUM;

    private final String label = Labels.camelCase(this);

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast(label, x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work) {
        switch (this) {
            case MAXIMUM -> Elementwise.maximum(a, i, di, b, j, dj, y, k, n);
            case MINIMUM -> Elementwise.minimum(a, i, di, b, j, dj, y, k, n);
        }
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        Op slope = this == MAXIMUM ? Comparison.MAXIMUM_SLOPE : Comparison.MINIMUM_SLOPE;
        return slope.apply(x.get(i), x.get(1 - i));
    }

    @Override
    public String label() {
        return label;
    }
}
