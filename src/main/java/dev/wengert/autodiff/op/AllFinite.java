package dev.wengert.autodiff.op;

import dev.wengert.kernel.Reductions;
import dev.wengert.tensor.Shape;

/** The number 0, from operands of any shapes; at every evaluation, on replay, too, it refuses operands with an infinity or a NaN. */
public record AllFinite(int operands) implements InertOp {

    /** What is thrown if an operand is not finite. Whoever catches it says where the number comes from. */
    public static final class Refused extends ArithmeticException {
        private static final long serialVersionUID = 1L;

        Refused(int operand) {
            super("allFinite: all numbers must be finite, got others in operand " + operand);
        }
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, operands, x);
        return Shape.of();
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        for (int i = 0; i < s.length; i++) {
            if (!Reductions.allFinite(x[i], s[i].size())) {
                throw new Refused(i);
            }
        }
        y[0] = 0;
    }

    @Override
    public String label() {
        return "allFinite";
    }
}
