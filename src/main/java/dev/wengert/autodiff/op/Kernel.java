package dev.wengert.autodiff.op;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.tensor.Shape;

/** Computes a value into an array that it is given: an operation of the library, or the one that a plan puts in its place. */
public interface Kernel {

    /** The lengths of the scratch of a kernel that needs none. */
    int[] NO_WORK = {};

    /** The kernel of an operation: itself, or one that runs a custom operation on tensors. */
    static Kernel of(Op op) {
        return op instanceof CustomOp custom ? new Snapshots(custom) : (Primitive) op;
    }

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

    /** The lengths of the scratch arrays that {@link #eval} wants for operands of these shapes. */
    default int[] workLengths(Shape... s) {
        return NO_WORK;
    }

    /** Whether each element of the result depends on one element of each operand alone, so that a plan may run it on blocks. */
    default boolean elementwise() {
        return false;
    }

    /** The value in a new array. */
    default double[] eval(Shape out, double[][] x, Shape... s) {
        double[] y = new double[out.size()];
        eval(y, out, x, s, work(workLengths(s)));
        return y;
    }

    /** Scratch arrays of these lengths. */
    static double[][] work(int[] lengths) {
        double[][] work = new double[lengths.length][];
        for (int i = 0; i < work.length; i++) {
            work[i] = new double[lengths[i]];
        }
        return work;
    }
}
