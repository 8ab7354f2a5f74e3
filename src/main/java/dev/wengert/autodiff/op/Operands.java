package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Checks that operands are present, and that perturbations fit. */
public final class Operands {

    private Operands() {}

    /** The error for an operand that is null. */
    public static NullPointerException missing(String op, int i) {
        return new NullPointerException(op + ": operand " + i + " must be a variable, got null");
    }

    /** A copy of axes, which does not change while it is read. */
    static int[] axes(String op, int... axes) {
        return Given.value(op, "the array of axes", axes).clone();
    }

    /** A copy of the numbers of an option, one for each axis; what is given is one number for all axes, or one for each. */
    static int[] perAxis(String op, int axes, String what, int least, int... given) {
        int[] numbers = Given.value(op, what, given).clone();
        if (numbers.length != 1 && numbers.length != axes) {
            throw new IllegalArgumentException(op + ": " + what + " must be one number"
                    + (axes == 1 ? "" : ", or one for each of " + axes + " axes") + ", got " + numbers.length);
        }
        for (int number : numbers) {
            if (number < least) {
                throw new IllegalArgumentException(op + ": " + what + " must be " + least + " or more, got " + number);
            }
        }
        int[] all = Arrays.copyOf(numbers, axes);
        Arrays.fill(all, numbers.length, axes, numbers[0]);
        return all;
    }

    /** Refuses null operands, for methods that use operands before an operation checks them; the error numbers them from {@code first}. */
    static void require(String op, int first, Variable... x) {
        for (int i = 0; i < x.length; i++) {
            if (x[i] == null) {
                throw missing(op, first + i);
            }
        }
    }

    /** Refuses two examples of inputs that differ in number or shape. */
    public static void requireSame(List<Tensor> examples, List<Tensor> others) {
        if (examples.size() != others.size()) {
            throw new IllegalArgumentException("record: there must be two examples of each input, got "
                    + examples.size() + " and " + others.size());
        }
        for (int i = 0; i < examples.size(); i++) {
            Shape shape = examples.get(i).shape();
            Shape other = others.get(i).shape();
            if (!shape.equals(other)) {
                throw new ShapeException(
                        "record",
                        "both examples of an input must have the same shape",
                        shape + " and " + other + " for input " + i);
            }
        }
    }

    /** Refuses what cannot be the value of a parameter. */
    public static void requireValue(String name, Shape shape, Tensor value) {
        String what = "the value of parameter ";
        if (value == null) {
            throw new NullPointerException("set: " + what + Text.name(name) + " must be a tensor, got null");
        }
        if (!value.shape().equals(shape)) {
            throw new ShapeException(
                    "set",
                    what + Text.name(name) + " must keep its shape",
                    "parameter " + shape + " and value " + value.shape());
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
