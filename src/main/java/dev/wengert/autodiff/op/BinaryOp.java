package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Cotangents;
import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;

/** Arithmetic of two operands that broadcast against each other. */
public enum BinaryOp implements ElementwiseOp, Pairwise {
    ADD,
    SUB,
    MUL,
    DIV;

    private final String label = Labels.camelCase(this);

    @Override
    public double at(double a, double b) {
        return switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
        };
    }

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work) {
        switch (this) {
            case ADD -> Elementwise.add(a, i, di, b, j, dj, y, k, n);
            case SUB -> Elementwise.sub(a, i, di, b, j, dj, y, k, n);
            case MUL -> Elementwise.mul(a, i, di, b, j, dj, y, k, n);
            case DIV -> Elementwise.div(a, i, di, b, j, dj, y, k, n);
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public Variable push(int i, Variable d, Variable y, Variable a, Variable b) {
        return switch (this) {
            case ADD -> d;
            case SUB -> i == 0 ? d : d.neg();
            case MUL -> d.mul(i == 0 ? b : a);
            case DIV -> i == 0 ? d.div(b) : d.mul(y.div(b).neg());
        };
    }

    /** As the default, which the compiler does not specialise: most steps are of this class, and here it knows push. */
    @Override
    public void pullback(Cotangents c) {
        Variable a = c.x(0);
        Variable b = c.x(1);
        if (c.wants(0)) {
            c.add(0, push(0, c.g(), c.y(), a, b));
        }
        if (c.wants(1)) {
            c.add(1, push(1, c.g(), c.y(), a, b));
        }
    }

    @Override
    public String label() {
        return label;
    }
}
