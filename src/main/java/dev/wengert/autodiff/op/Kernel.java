package dev.wengert.autodiff.op;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.kernel.Scratch;
import dev.wengert.tensor.Shape;

/** A computation that writes its result into a given array: an operation of the library, or its substitute in a plan. */
public interface Kernel {

    /** The scratch lengths of a kernel that needs no scratch. */
    int[] NO_WORK = {};

    /** The kernel of an operation: its own, or one that runs a custom operation on tensors. */
    static Kernel of(Op op) {
        return op instanceof CustomOp custom ? new Snapshots(custom) : ((Primitive) op).kernel();
    }

    /**
     * Computes the value.
     *
     * @param y receives the result; its previous content is undefined
     * @param out the shape of the result
     * @param x the operands, which are never written
     * @param s the shapes of the operands
     * @param work scratch arrays, at least as long as {@link #workLengths} says
     */
    void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work);

    /** The lengths of the scratch arrays that {@link #eval} needs for operands of these shapes. */
    default int[] workLengths(Shape... s) {
        return NO_WORK;
    }

    /** Whether each element of the result depends on only one element of each operand, so that a plan may run it on blocks. */
    default boolean elementwise() {
        return false;
    }

    /** The value in a new array. */
    default double[] eval(Shape out, double[][] x, Shape... s) {
        double[] y = new double[out.size()];
        eval(y, out, x, s, Scratch.arrays(workLengths(s)));
        return y;
    }
}
