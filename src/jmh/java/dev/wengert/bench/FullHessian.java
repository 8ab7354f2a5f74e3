package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;

/** W7: the whole Hessian of the cross-entropy with respect to the logits of one sample. */
final class FullHessian implements Work {

    private final Tensor logits;
    private final Derivative hessian;
    private final double[] matrix;
    private Plan plan;

    FullHessian(int classes) {
        logits = Tensor.of(Works.logits(classes));
        double[] first = new double[classes];
        first[0] = 1;
        Variable y = Variable.of(Tensor.of(first));
        hessian = Autodiff.hessian(o -> o.crossEntropy(y));
        matrix = new double[classes * classes];
    }

    @Override
    public double[] eager() {
        return hessian.apply(logits).toArray();
    }

    @Override
    public double[] replay() {
        if (plan == null) {
            plan = Tape.record(hessian, logits).compile();
            plan.run(logits);
        }
        plan.run();
        plan.get(0, matrix);
        return matrix;
    }
}
