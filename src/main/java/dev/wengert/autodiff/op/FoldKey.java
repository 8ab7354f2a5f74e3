package dev.wengert.autodiff.op;

import dev.wengert.kernel.Threefry;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;

/** The key of a number: another key. The operands are the key and the number. */
public enum FoldKey implements InertOp {
    FOLD_KEY;

    private static final String NAME = "foldKey";

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Draw.requireKey(NAME, x[0]);
        if (x[1].rank() > 0) {
            throw new ShapeException(NAME, "the number must have shape []", x[1].toString());
        }
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        double number = x[1][0];
        if (!(number >= 0 && number <= 0x1p53 && number == Math.rint(number))) {
            throw new IllegalArgumentException(
                    NAME + ": the number must be a whole number from 0 to 2^53, got " + number);
        }
        long words = Threefry.fold(Draw.word(NAME, x[0], 0), Draw.word(NAME, x[0], 1), (long) number);
        y[0] = words & 0xffffffffL;
        y[1] = words >>> 32;
    }

    @Override
    public String label() {
        return NAME;
    }
}
