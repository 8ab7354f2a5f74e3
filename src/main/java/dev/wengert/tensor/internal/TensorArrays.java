package dev.wengert.tensor.internal;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;

/**
 * Makes tensors of arrays and gives the arrays of tensors, without copying. Its callers must keep tensors immutable: an
 * array that was wrapped is never written again, and an array that was taken from a tensor is only read.
 */
public final class TensorArrays {
    private static Access published;

    private TensorArrays() {}

    /**
     * A tensor that owns an array.
     *
     * @param shape the shape
     * @param values row-major elements, as many as the shape has; not to be written from now on
     * @return the tensor
     */
    public static Tensor wrap(Shape shape, double[] values) {
        return Holder.ACCESS.wrap(shape, values);
    }

    /**
     * The array of a tensor.
     *
     * @param tensor the tensor
     * @return its row-major elements; not to be written
     */
    public static double[] of(Tensor tensor) {
        return Holder.ACCESS.values(tensor);
    }

    /**
     * Takes the key to {@link Tensor}, handed over by Tensor's static initialiser.
     *
     * @param access the key
     */
    public static void publish(Access access) {
        published = access;
    }

    /** The access that {@link Tensor} gives to this class. */
    public abstract static class Access {
        /** For Tensor. */
        protected Access() {}

        /**
         * Makes a tensor without copying.
         *
         * @param shape the shape
         * @param values its elements
         * @return the tensor
         */
        protected abstract Tensor wrap(Shape shape, double[] values);

        /**
         * Opens a tensor without copying.
         *
         * @param tensor the tensor
         * @return its elements
         */
        protected abstract double[] values(Tensor tensor);
    }

    /** Initialised at the first use, so that the key is a constant to the JIT and the calls above are inlined. */
    private static final class Holder {
        static final Access ACCESS = access();

        private static Access access() {
            Tensor.scalar(0); // runs Tensor's static initialiser, unless it has run
            return published;
        }
    }
}
