package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** An operation of the library: it evaluates into an array that it is given, so that a plan can own the array. */
sealed interface Primitive extends Op permits ElementwiseOp, SelectOp, LinearOp, BilinearOp, SoftmaxOp, InertOp {

    /** The lengths of the scratch of an operation that needs none. */
    int[] NO_WORK = {};

    /**
     * Computes the value.
     *
     * @param y takes the result; its content is undefined before
     * @param out the shape of the result
     * @param x the operands, never written
     * @param s the shapes of the operands
     * @param work scratch arrays of at least the lengths that {@link #workLengths} gives
     */
    void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work);

    /** How long the scratch arrays must be that {@link #eval} wants for operands of these shapes. */
    default int[] workLengths(Shape... s) {
        return NO_WORK;
    }

    /** Scratch arrays of these lengths. */
    static double[][] work(int[] lengths) {
        double[][] work = new double[lengths.length][];
        for (int i = 0; i < work.length; i++) {
            work[i] = new double[lengths[i]];
        }
        return work;
    }

    /** Refuses a wrong number of operands: only a caller that applies an operation by hand can give one. */
    static void arity(Op op, int want, Shape[] x) {
        if (x.length != want) {
            throw new ShapeException(
                    op.label(), "must have " + want + " operand" + (want == 1 ? "" : "s"), Integer.toString(x.length));
        }
    }
}
