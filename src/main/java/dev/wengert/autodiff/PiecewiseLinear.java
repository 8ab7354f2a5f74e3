package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import java.util.List;

/** Functions of one operand with kinks. The numbers are the slope of leakyRelu, or the bounds of clamp. */
record PiecewiseLinear(Kind kind, double a, double b) implements SelectOp {

    enum Kind {
        ABS,
        RELU,
        LEAKY_RELU,
        CLAMP
    }

    static final PiecewiseLinear ABS = new PiecewiseLinear(Kind.ABS, 0, 0);
    static final PiecewiseLinear RELU = new PiecewiseLinear(Kind.RELU, 0, 0);

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.size();
        switch (kind) {
            case ABS -> Elementwise.abs(x[0], y, n);
            case RELU -> Elementwise.relu(x[0], y, n);
            case LEAKY_RELU -> Elementwise.leakyRelu(x[0], a, y, n);
            case CLAMP -> Elementwise.clamp(x[0], a, b, y, n);
        }
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return new Slope(this).apply(x.get(0));
    }

    @Override
    public String label() {
        return switch (kind) {
            case ABS, RELU -> Labels.camelCase(kind);
            case LEAKY_RELU -> "leakyRelu(" + a + ")";
            case CLAMP -> "clamp(" + a + ", " + b + ")";
        };
    }
}
