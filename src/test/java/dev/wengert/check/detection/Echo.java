package dev.wengert.check.detection;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * The identity with a wrong derivative: around a right rule it spoils the derivative of the rule.
 *
 * @param label how it is called
 * @param slope what its derivative is said to be
 */
record Echo(String label, double slope) implements CustomOp, ExactForm {

    @Override
    public Shape shape(Shape... x) {
        return x[0];
    }

    @Override
    public Tensor eval(List<Tensor> x) {
        return x.get(0);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return g.mul(slope);
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return t.mul(slope);
    }

    @Override
    public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
        return x.get(0);
    }

    @Override
    public double ulps() {
        return 0;
    }
}
