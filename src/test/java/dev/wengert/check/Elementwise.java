package dev.wengert.check;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An elementwise operation, and what its author believes to be its derivative.
 *
 * @param label its name
 * @param f the function of a number
 * @param rule the vjp
 */
public record Elementwise(String label, DoubleUnaryOperator f, Vjp rule) implements CustomOp {

    /** The rule of an operation of one operand. */
    public interface Vjp {
        Variable of(Variable g, Variable y, Variable x);
    }

    Elementwise(DoubleUnaryOperator f, Vjp rule) {
        this("mine", f, rule);
    }

    @Override
    public Shape shape(Shape... x) {
        return x[0];
    }

    @Override
    public Tensor eval(List<Tensor> x) {
        return x.get(0).map(f);
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return rule.of(g, y, x.get(0));
    }
}
