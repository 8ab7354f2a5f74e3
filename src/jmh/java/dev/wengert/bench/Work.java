package dev.wengert.bench;

/** One piece of work, done in two ways with the same result. */
public interface Work {

    /**
     * Does the work with a graph that is built, used and forgotten.
     *
     * @return what must agree: a loss, a product, a Hessian, or a value with its derivative
     */
    double[] eager();

    /**
     * Does the work by a plan, compiled before, in buffers of its own.
     *
     * @return as {@link #eager}; the array is used again by the next run
     */
    double[] replay();
}
