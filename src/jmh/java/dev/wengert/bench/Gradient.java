package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.function.UnaryOperator;

/** The gradient of any function at one point. */
final class Gradient implements Work {

    private final Tensor point;
    private final Derivative gradient;
    private final double[] result;
    private Plan plan;

    Gradient(Shape shape, UnaryOperator<Variable> f) {
        point = Tensor.of(shape, new Data(shape.size()).normal(shape.size(), 1));
        gradient = Autodiff.grad(f);
        result = new double[shape.size()];
    }

    @Override
    public double[] eager() {
        return gradient.apply(point).toArray();
    }

    @Override
    public double[] replay() {
        if (plan == null) {
            plan = Tape.record(gradient, point).compile();
            plan.run(point);
        }
        plan.run();
        plan.get(0, result);
        return result;
    }
}
