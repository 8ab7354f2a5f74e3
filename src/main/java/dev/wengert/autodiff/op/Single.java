package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;

/** An operation of one operand that keeps its shape. Most compute each element by itself. */
public interface Single extends Primitive {

    @Override
    default Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0];
    }

    @Override
    default boolean elementwise() {
        return true;
    }

    /** The value at a number, with the same bits as {@link #eval}; implementations may take a faster way. */
    default double at(double x) {
        return eval(Shape.of(), new double[][] {{x}}, Shape.of())[0];
    }
}
