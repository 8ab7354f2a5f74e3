package dev.wengert.autodiff;

import dev.wengert.kernel.Rows;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * Class indices as rows with 1 at the class and 0 elsewhere.
 *
 * @param classes how many classes there are
 * @param caller the method that is named where an index is no class
 */
record OneHot(int classes, String caller) implements InertOp {

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 1, x);
        return x[0].concat(Shape.of(classes));
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Indices.check(caller, "class", x[0], s[0].size(), classes);
        Rows.oneHot(x[0], y, s[0].size(), classes);
    }

    @Override
    public BigReal[] exact(Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        double[] y = new double[out.size()];
        eval(y, out, new double[][] {Origins.toDoubles(x[0])}, s, null);
        return Arrays.stream(y).mapToObj(BigReal::of).toArray(BigReal[]::new);
    }

    @Override
    public double[] bound(double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        return new double[out.size()];
    }

    @Override
    public String label() {
        return "oneHot(" + classes + ")";
    }
}
