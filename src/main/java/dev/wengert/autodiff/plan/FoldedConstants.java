package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Snapshots;
import dev.wengert.autodiff.plan.Draft.Value;
import dev.wengert.tensor.Shape;

/**
 * The pass that computes steps with constant operands at compile time. A tape has no such steps, but {@link SharedSoftmax} makes some if
 * logits are constant.
 */
final class FoldedConstants implements Draft.Rewrite {

    @Override
    public Value apply(Value step) {
        double[][] x = new double[step.x.length][];
        Shape[] s = new Shape[x.length];
        for (int i = 0; i < x.length; i++) {
            if (step.x[i].constant == null) {
                return step;
            }
            x[i] = step.x[i].constant;
            s[i] = step.x[i].shape;
        }
        if (step.kernel instanceof Snapshots) {
            return step;
        }
        return Draft.constant(step.shape, step.kernel.eval(step.shape, x, s));
    }
}
