package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.ValueAndGradient;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;

/** W8: {@code x ← 1.0001·x + 0.001·sin x} on a number, again and again, and the derivative of it all. */
final class Chain implements Work {

    private final Tensor start = Tensor.scalar(1);
    private final int length;
    private final double[] valueAndSlope = new double[2];
    private final double[] number = new double[1];
    private Plan plan;

    Chain(int length) {
        this.length = length;
    }

    private Variable chain(Variable x) {
        Variable y = x;
        for (int i = 0; i < length; i++) {
            y = y.mul(1.0001).add(y.sin().mul(0.001));
        }
        return y;
    }

    @Override
    public double[] eager() {
        ValueAndGradient<Tensor> both = Autodiff.valueAndGrad(this::chain, start);
        valueAndSlope[0] = both.value().item();
        valueAndSlope[1] = both.gradient().item();
        return valueAndSlope;
    }

    @Override
    public double[] replay() {
        if (plan == null) {
            plan = Tape.record(
                            in -> {
                                ValueAndGradient<Variable> both = Autodiff.valueAndGrad(this::chain, in.get(0));
                                return List.of(both.value(), both.gradient());
                            },
                            List.of(start))
                    .compile();
            plan.run(start);
        }
        plan.run();
        for (int i = 0; i < 2; i++) {
            plan.get(i, number);
            valueAndSlope[i] = number[0];
        }
        return valueAndSlope;
    }
}
