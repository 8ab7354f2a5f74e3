package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/** The choice {@code mask ≠ 0 ? a : b} for operands of one shape; a NaN in the mask gives NaN. */
public enum Where implements SelectOp {
    WHERE;

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 3, x);
        if (!x[0].equals(x[1]) || !x[1].equals(x[2])) {
            throw new ShapeException(
                    "where",
                    "mask and operands must have the same shape",
                    "mask " + x[0] + ", " + x[1] + " and " + x[2]);
        }
        return x[0];
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Elementwise.where(x[0], x[1], x[2], y, out.size());
    }

    @Override
    public Variable slope(int i, List<Variable> x) {
        Variable mask = x.get(0);
        return switch (i) {
            case 0 -> null;
            case 1 -> chosen(mask);
            default -> chosen(mask).rsub(1);
        };
    }

    /** 1 where the mask chooses a, else 0; NaN stays NaN. */
    private static Variable chosen(Variable mask) {
        return mask.sign().abs();
    }

    /** None: the operation that computed the mask has its own branch. */
    @Override
    public Primitive branch() {
        return null;
    }

    @Override
    public boolean elementwise() {
        return true;
    }

    /** The choice between operands, after broadcasting. */
    public static Variable of(Variable mask, Variable a, Variable b) {
        Operands.require("where", 0, mask, a, b);
        Shape shape;
        try {
            shape = Shape.broadcast("where", mask.shape(), Shape.broadcast("where", a.shape(), b.shape()));
        } catch (ShapeException e) {
            throw new ShapeException(
                    "where",
                    "shapes must broadcast (trailing extents equal, or 1)",
                    "mask " + mask.shape() + ", a " + a.shape() + " and b " + b.shape());
        }
        return WHERE.apply(mask.broadcastTo(shape), a.broadcastTo(shape), b.broadcastTo(shape));
    }

    @Override
    public boolean passes(int i) {
        return i > 0;
    }

    @Override
    public String label() {
        return "where";
    }
}
