package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Factored;
import java.util.Arrays;

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
        int n = step.x.length;
        Draft.Value[] x = Arrays.copyOf(step.x, whole.op().readsMatrices() ? n + 1 : n);
        x[x.length - 1] = step.x[x.length == n ? n - 1 : 0];
        Factored.Kind kind = whole.op().factors();
        x[0] = draft.add(kind, kind.packed(step.x[0].shape), step.x[0]);
        return draft.add(new Factored.OfFactors(whole.op(), step.x[0].shape), step.shape, x);
    }
}
