package dev.wengert.autodiff.op;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/** The slope of a piecewise linear function or a maximum, at every element of its operand; NaN stays NaN. */
public record Slope(SelectOp of) implements InertOp, Single {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int n = out.size();
        if (of instanceof Max max) {
            Strided.maxSlope(x[0], s[0], y, max.to(), work);
        } else if (of instanceof PiecewiseLinear f) {
            switch (f.kind()) {
                case ABS -> Elementwise.sign(x[0], y, n);
                case RELU -> Elementwise.step(x[0], y, n);
                case LEAKY_RELU -> Elementwise.leakyReluSlope(x[0], f.a(), y, n);
                case CLAMP -> Elementwise.clampSlope(x[0], f.a(), f.b(), y, n);
                default -> throw new AssertionError(f);
            }
        } else {
            throw new AssertionError(of);
        }
    }

    @Override
    public int[] workLengths(Shape... s) {
        return of instanceof Max max ? new int[] {2 * max.to().size()} : NO_WORK;
    }

    @Override
    public Slope branch() {
        return this;
    }

    @Override
    public boolean elementwise() {
        return of instanceof PiecewiseLinear;
    }

    @Override
    public String label() {
        return "slope of " + of.label();
    }
}
