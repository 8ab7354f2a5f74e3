package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.ShapeException;

/** What a layer with a name is called: the start of its messages, of its print, and of the names of its parameters. */
record Label(String kind, String name) {

    Label {
        Given.value(kind, "the name", name);
    }

    /** The name of a parameter. */
    String parameter(String part) {
        return name + "." + part;
    }

    /** The print of the layer. */
    String with(Object what) {
        return kind + "(" + Text.quote(name) + ", " + what + ")";
    }

    /** An error of the shape of x, or of another argument. */
    ShapeException shape(String required, Object got) {
        return new ShapeException(toString(), required, got.toString());
    }

    /** A parameter that the layer may have. */
    Parameter present(String part, Parameter parameter) {
        if (parameter == null) {
            throw new IllegalStateException(this + ": the layer has no " + part + "; it was made without");
        }
        return parameter;
    }

    /** A number that must be positive and finite. */
    double positiveNumber(String what, double number) {
        return Given.positive(toString(), what, number);
    }

    /** Refuses numbers less than 1. */
    void positive(String what, int... numbers) {
        atLeast(1, what, numbers);
    }

    /** Refuses numbers that are too small. */
    void atLeast(int least, String what, int... numbers) {
        for (int n : numbers) {
            if (n < least) {
                throw new IllegalArgumentException(this + ": " + what + " must be " + least + " or more, got "
                        + (numbers.length == 1 ? n : Text.numbers(numbers)));
            }
        }
    }

    /** Refuses windows of pooling that cannot be. */
    static void requirePool(String layer, int kernel, int stride, int padding) {
        if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
            throw new IllegalArgumentException(layer
                    + ": kernel and stride must be 1 or more, and padding from 0 to half"
                    + " of the kernel, got kernel " + kernel + ", stride " + stride + " and padding " + padding);
        }
    }

    @Override
    public String toString() {
        return kind + " " + Text.quote(name);
    }
}
