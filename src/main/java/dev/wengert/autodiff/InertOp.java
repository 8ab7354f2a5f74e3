package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import java.util.List;

/** Operations through which no perturbation passes: they are flat, or told to be. */
sealed interface InertOp extends Primitive permits Comparison, Slope, Flat, OneHot {

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return null;
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return null;
    }
}

/** Comparisons as masks of 1 and 0 (a NaN compares false, but is not equal to anything), and the slopes of {@link Choice}. */
enum Comparison implements InertOp, Strided.Loop {
    GT,
    GE,
    LT,
    LE,
    EQ,
    NE,
    /** 1 where the first is larger, ½ at a tie, else 0; NaN where either is. */
    MAXIMUM_SLOPE,
    /** 1 where the first is smaller, ½ at a tie, else 0; NaN where either is. */
    MINIMUM_SLOPE;

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
            case GT -> Elementwise.gt(a, i, di, b, j, dj, y, k, n);
            case GE -> Elementwise.ge(a, i, di, b, j, dj, y, k, n);
            case LT -> Elementwise.lt(a, i, di, b, j, dj, y, k, n);
            case LE -> Elementwise.le(a, i, di, b, j, dj, y, k, n);
            case EQ -> Elementwise.eq(a, i, di, b, j, dj, y, k, n);
            case NE -> Elementwise.ne(a, i, di, b, j, dj, y, k, n);
            case MAXIMUM_SLOPE -> Elementwise.maximumSlope(a, i, di, b, j, dj, y, k, n);
            case MINIMUM_SLOPE -> Elementwise.minimumSlope(a, i, di, b, j, dj, y, k, n);
        }
    }

    @Override
    public String label() {
        return label;
    }
}

/** The slope of an operation with kinks, at every element of its operand; a NaN stays one. */
record Slope(SelectOp of) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        int n = out.size();
        if (of instanceof Max max) {
            Strided.maxSlope(x[0], s[0], y, max.to(), work);
        } else if (of instanceof PiecewiseLinear f) {
            switch (f.kind()) {
                case ABS -> Elementwise.sign(x[0], y, n);
                case RELU -> Elementwise.step(x[0], y, n);
                case LEAKY_RELU -> Elementwise.leakyReluSlope(x[0], f.a(), y, n);
                case CLAMP -> Elementwise.clampSlope(x[0], f.a(), f.b(), y, n);
            }
        } else {
            throw new AssertionError(of);
        }
    }

    @Override
    public int workLength(Shape... s) {
        return of instanceof Max max ? 2 * max.to().size() : 0;
    }

    @Override
    public String label() {
        return "slope of " + of.label();
    }
}

/** Functions of one operand whose derivative is 0 or is not wanted. */
enum Flat implements InertOp {
    SIGN,
    DETACH;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        switch (this) {
            case SIGN -> Elementwise.sign(x[0], y, out.size());
            case DETACH -> System.arraycopy(x[0], 0, y, 0, out.size());
        }
    }

    @Override
    public String label() {
        return Labels.camelCase(this);
    }
}

/** Class indices as rows with 1 at the class and 0 elsewhere. */
record OneHot(int classes) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].concat(Shape.of(classes));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[] work) {
        Indices.check("oneHot", "class", x[0], s[0].size(), classes);
        Rows.oneHot(x[0], y, s[0].size(), classes);
    }

    @Override
    public String label() {
        return "oneHot(" + classes + ")";
    }
}
