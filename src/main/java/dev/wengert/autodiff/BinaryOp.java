package dev.wengert.autodiff;

import dev.wengert.kernel.Elementwise;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;

/** Arithmetic of two operands that broadcast against each other. */
enum BinaryOp implements ElementwiseOp, Strided.Loop {
    ADD,
    SUB,
    MUL,
    DIV;

    private final String label = Labels.camelCase(this);

    @Override
    public int operands() {
        return 2;
    }

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
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
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

    @Override
    public BigReal exact(BigArithmetic a, BigReal... x) {
        return switch (this) {
            case ADD -> a.add(x[0], x[1]);
            case SUB -> a.sub(x[0], x[1]);
            case MUL -> a.mul(x[0], x[1]);
            case DIV -> a.div(x[0], x[1]);
        };
    }

    @Override
    public double slope(int i, double y, double... x) {
        return switch (this) {
            case ADD, SUB -> 1;
            case MUL -> x[1 - i];
            case DIV -> i == 0 ? 1 / x[1] : y / x[1];
        };
    }

    @Override
    public double rounding(double y, double... x) {
        return Math.ulp(y) / 2;
    }

    @Override
    public String label() {
        return label;
    }
}
