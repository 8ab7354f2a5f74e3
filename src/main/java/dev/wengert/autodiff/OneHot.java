package dev.wengert.autodiff;

import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;

/** Class indices as rows with 1 at the class and 0 elsewhere. */
record OneHot(int classes) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].concat(Shape.of(classes));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Indices.check("oneHot", "class", x[0], s[0].size(), classes);
        Rows.oneHot(x[0], y, s[0].size(), classes);
    }

    @Override
    public String label() {
        return "oneHot(" + classes + ")";
    }
}
