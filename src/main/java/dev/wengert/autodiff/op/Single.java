package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;

/** An operation of one operand, whose shape the result has. Most treat every element alike. */
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

    /** The value at a number: the bits of {@link #eval}, by a shorter way where there is one. */
    default double at(double x) {
        return eval(Shape.of(), new double[][] {{x}}, Shape.of())[0];
    }
}
