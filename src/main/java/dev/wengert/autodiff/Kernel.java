package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;

/** Computes a value into an array that it is given: an operation of the library, or what a plan puts in its place. */
interface Kernel {

    /** The lengths of the scratch of a kernel that needs none. */
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
}
