package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Op;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** An operation of the library. It evaluates into a given array, so that a plan can own the array. */
public non-sealed interface Primitive extends Op, Kernel {

    /**
     * An operation on the same operands whose value tells on which side of a kink each element is. Two points with equal values lie on the
     * same smooth piece; at a kink the value differs from both sides. Null if this operation has no kinks of its own.
     */
    default Primitive branch() {
        return null;
    }

    /** The kernel for a plan: the operation itself, or one that has arrays of its own. */
    default Kernel kernel() {
        return this;
    }

    /** Refuses a wrong number of operands, which only a direct call of {@link Op#apply} can give. */
    static void arity(Op op, int want, Shape... x) {
        if (x.length != want) {
            throw new ShapeException(
                    op.label(), "must have " + want + " operand" + (want == 1 ? "" : "s"), Integer.toString(x.length));
        }
    }
}
