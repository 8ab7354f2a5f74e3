package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/** Checks that operands are present, and that perturbations fit. */
public final class Operands {

    private Operands() {}

    /** The error for an operand that is null. */
    public static NullPointerException missing(String op, int i) {
        return new NullPointerException(op + ": operand " + i + " must be a variable, got null");
    }

    /** Refuses null operands, for methods that use operands before an operation checks them; the error numbers them from {@code first}. */
    static void require(String op, int first, Variable... x) {
        for (int i = 0; i < x.length; i++) {
            if (x[i] == null) {
                throw missing(op, first + i);
            }
        }
    }

    /** Refuses perturbations, or values, whose number or shapes differ from those of their variables. */
    public static void requireShapes(String verb, String what, String whose, List<Shape> of, List<Shape> got) {
        if (got.size() != of.size()) {
            throw new IllegalArgumentException(verb + ": there must be one " + what + " for each " + whose + ", got "
                    + got.size() + " for " + of.size());
        }
        for (int i = 0; i < of.size(); i++) {
            if (!got.get(i).equals(of.get(i))) {
                throw new ShapeException(
                        verb,
                        "the " + what + " must have the shape of its " + whose,
                        what + " " + i + " " + got.get(i) + " and " + whose + " " + of.get(i));
            }
        }
    }
}
