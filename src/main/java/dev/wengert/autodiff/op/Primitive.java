package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Op;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** An operation of the library: it evaluates into an array that it is given, so that a plan can own the array. */
public non-sealed interface Primitive extends Op, Kernel {

    /**
     * The operation that tells, of the same operands, on which side of its kinks each element is. Two points at which it has the same
     * values lie on one smooth piece; at a kink itself it differs from both sides. Null for a smooth operation.
     */
    default Primitive branch() {
        return null;
    }

    /** Refuses a wrong number of operands: only a caller that applies an operation by hand can give one. */
    static void arity(Op op, int want, Shape... x) {
        if (x.length != want) {
            throw new ShapeException(
                    op.label(), "must have " + want + " operand" + (want == 1 ? "" : "s"), Integer.toString(x.length));
        }
    }
}
