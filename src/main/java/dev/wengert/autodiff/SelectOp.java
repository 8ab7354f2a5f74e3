package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * Operations that are linear between kinks: each states its slope, and the perturbation passes through a {@link Gate}.
 *
 * <p>The gate selects: where the slope is 0 the perturbation is 0, whatever it was, because 0·∞ is NaN. The slope is an
 * operation of its own, so that it is computed anew where the program is replayed, and it is flat.
 *
 * <p>Conventions at kinks: relu′(0) = abs′(0) = 0, leakyRelu′(0) = slope, clamp passes 1 at both bounds, maximum and minimum
 * pass ½ to each operand at a tie, max and min over axes split evenly among ties.
 */
sealed interface SelectOp extends Primitive permits PiecewiseLinear, Choice, Where, Gate, Max {

    /** The slope with respect to input {@code i}; or null where no perturbation passes. */
    Variable slope(int i, List<Variable> x);

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable slope = slope(i, x);
        return slope == null ? null : Gate.GATE.apply(slope, g);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return vjp(i, t, y, x);
    }
}

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
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
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
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[] work) {
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

/** {@code mask ≠ 0 ? a : b}, all of one shape; a NaN in the mask gives NaN. */
enum Where implements SelectOp {
    WHERE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 3, x);
        if (!x[0].equals(x[1]) || !x[1].equals(x[2])) {
            throw new ShapeException(
                    "where",
                    "mask and operands must have the same shape",
                    "mask " + x[0] + ", " + x[1] + " and " + x[2]);
        }
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Elementwise.where(x[0], x[1], x[2], y, out.size());
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        Variable mask = x.get(0);
        return switch (i) {
            case 0 -> null;
            case 1 -> mask.ne(0);
            default -> mask.eq(0);
        };
    }

    @Override
    public String label() {
        return "where";
    }
}

/** {@code m = 0 ? 0 : m·v}: how a perturbation v passes a slope m. Linear in v, and its own transpose. */
enum Gate implements SelectOp, Strided.Loop {
    GATE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast("gate", x[0], x[1]);
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    public void run(double[] m, int i, int di, double[] v, int j, int dj, double[] y, int k, int n, double[] work) {
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

/** The largest elements along the axes that have extent 1 in {@code to}. */
record Max(Shape to) implements SelectOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return to;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Strided.max(x[0], s[0], y, to);
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        return new Slope(this).apply(x.get(0));
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return new Sum(to).apply(Gate.GATE.apply(slope(i, x), t));
    }

    @Override
    public String label() {
        return "max" + to;
    }
}
