package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Factored;

/**
 * The pass that makes the factors of a matrix a separate step. {@link CommonSubexpressions} then merges these steps, so that a solution, its
 * derivatives and a determinant share them.
 */
final class SharedFactors implements Draft.Rewrite {

    private final Draft draft;

    SharedFactors(Draft draft) {
        this.draft = draft;
    }

    @Override
    public Draft.Value apply(Draft.Value step) {
        if (!(step.kernel instanceof Factored.Whole whole)) {
            return step;
        }
        Draft.Value[] x = step.x.clone();
        x[0] = draft.add(Factored.Lu.LU, Factored.packed(step.x[0].shape), step.x[0]);
        return draft.add(new Factored.OfFactors(whole.op(), step.x[0].shape), step.shape, x);
    }
}
