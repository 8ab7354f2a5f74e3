package dev.wengert.autodiff;

import dev.wengert.nn.Linear;
import dev.wengert.optim.Sgd;
import dev.wengert.tensor.Tensor;
import java.util.SplittableRandom;

/** 100,000 eager training steps that keep what outlives a step: parameters, and the history of the loss. */
final class ManySteps {

    static final int STEPS = 100_000;

    private ManySteps() {}

    public static void main(String[] args) {
        SplittableRandom random = new SplittableRandom(1);
        Linear layer = new Linear("layer", 4, 3, random);
        Sgd descent = new Sgd(0.1);
        Tensor data = Tensor.normal(random, 8, 4);
        Tensor labels = Tensor.of(0, 1, 2, 0, 1, 2, 0, 1);
        double[] history = new double[STEPS];
        for (int step = 0; step < STEPS; step++) {
            Variable loss = layer.apply(Variable.of(data)).crossEntropyWithLabels(Variable.of(labels));
            descent.step(Autodiff.gradients(loss, layer.parameters()));
            history[step] = loss.item();
        }
        System.out.println(history[0] > 1 && history[STEPS - 1] < 0.5 ? "learned" : "did not learn");
    }
}
