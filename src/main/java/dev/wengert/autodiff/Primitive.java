package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** An operation of the library: it evaluates into an array that it is given, so that a plan can own the array. */
sealed interface Primitive extends Op, Kernel
        permits ElementwiseOp, SelectOp, LinearOp, BilinearOp, SoftmaxOp, InertOp {

    /** Scratch arrays of these lengths. */
    static double[][] work(int[] lengths) {
        double[][] work = new double[lengths.length][];
        for (int i = 0; i < work.length; i++) {
            work[i] = new double[lengths[i]];
        }
        return work;
    }

    /**
     * The value to many digits: the mathematical function itself, not the algorithm of {@link #eval}.
     *
     * @param out the shape of the result
     * @param x the operands
     * @param s the shapes of the operands
     * @param a the arithmetic to do it in
     */
    BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a);

    /**
     * Bounds of the absolute errors of the result, to first order: what {@link #eval} adds by rounding, by the stated error of its
     * kernel, and what errors of the operands do to it.
     *
     * @param y the result
     * @param out the shape of the result
     * @param x the operands
     * @param dx bounds of the errors of the operands
     * @param s the shapes of the operands
     */
    double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s);

    /** Refuses a wrong number of operands: only a caller that applies an operation by hand can give one. */
    static void arity(Op op, int want, Shape[] x) {
        if (x.length != want) {
            throw new ShapeException(
                    op.label(), "must have " + want + " operand" + (want == 1 ? "" : "s"), Integer.toString(x.length));
        }
    }
}
