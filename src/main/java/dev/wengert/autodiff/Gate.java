package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import java.util.List;

/** {@code m = 0 ? 0 : m·v}: how a perturbation v passes a slope m. Linear in v, and its own transpose. */
enum Gate implements SelectOp, Strided.Loop {
    GATE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("gate", x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] m, int i, int di, double[] v, int j, int dj, double[] y, int k, int n, double[][] work) {
        Elementwise.gate(m, i, di, v, j, dj, y, k, n);
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return i == 0 ? null : x.get(0);
    }

    @Override
    public String label() {
        return "gate";
    }
}
