package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;

/** An operation on pairs of elements of two operands that broadcast against each other. */
public interface Pairwise extends Primitive {

    /** {@code y[k+l] = f(a[i + l·di], b[j + l·dj])} for {@code l < n}, with strides 0 or 1. */
    void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work);

    @Override
    default Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        return Shape.broadcast(label(), x[0], x[1]);
    }

    @Override
    default void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Strided.binary(this, y, out, x, s, work);
    }

    @Override
    default boolean elementwise() {
        return true;
    }

    /** The value at two numbers, with the same bits as {@link #eval}; implementations may take a faster way. */
    default double at(double a, double b) {
        return eval(Shape.of(), new double[][] {{a}, {b}}, Shape.of(), Shape.of())[0];
    }
}
