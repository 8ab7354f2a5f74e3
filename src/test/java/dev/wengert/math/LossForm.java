package dev.wengert.math;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Classification;

/** The ways to write the cross-entropy with one-hot targets, all of which promise the accuracy of MATH.md §9. */
enum LossForm {
    TARGETS,
    LABELS,
    LOG_SOFTMAX_NLL;

    Variable loss(Variable o, Classification c, Reduction reduction) {
        Variable labels = Variable.of(c.labels());
        return switch (this) {
            case TARGETS -> o.crossEntropy(Variable.of(c.targets()), reduction);
            case LABELS -> o.crossEntropyWithLabels(labels, reduction);
            case LOG_SOFTMAX_NLL -> o.logSoftmax().nll(labels, reduction);
        };
    }

    /** The loss summed over the batch. */
    Variable loss(Variable o, Classification c) {
        return loss(o, c, Reduction.SUM);
    }
}
