package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/**
 * Class indices as rows with 1 at the class and 0 elsewhere.
 *
 * @param classes the number of classes
 * @param caller the method named in the error for an index that is not a class
 */
public record OneHot(int classes, String caller) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].concat(caller, Shape.of(caller, classes));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Indices.check(caller, "class", x[0], s[0].size(), classes);
        Rows.oneHot(x[0], y, s[0].size(), classes);
    }

    /** Class indices as rows with 1 at the class. */
    public static Variable of(Variable labels, int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("oneHot: classes must be 1 or more, got " + classes);
        }
        return new OneHot(classes, "oneHot").apply(labels);
    }

    /** Labels as one-hot rows with the shape of x. */
    public static Variable like(String op, String what, Variable x, Variable labels) {
        Operands.require(op, 1, labels);
        Shape shape = x.shape();
        if (shape.rank() == 0 || !labels.shape().equals(shape.reduce(op, false, -1))) {
            String required = what + " must be [.., q] and labels [..]";
            String got = what + " " + shape + " and labels " + labels.shape();
            throw shape.rank() > 0 && labels.shape().equals(shape)
                    ? new ShapeException(op, required, got, "labels are one number a row: argmax(-1) of one-hot rows")
                    : new ShapeException(op, required, got);
        }
        return new OneHot(shape.extent(-1), op).apply(labels);
    }

    @Override
    public String label() {
        return "oneHot(" + classes + ")";
    }
}
