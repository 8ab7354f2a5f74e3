package dev.wengert.optim;

import dev.wengert.autodiff.Variable;
import java.util.List;

/** What is done to gradients before a step: nothing, if the limit is infinite; else clipping by the norm of power p, or by value. */
record Clipping(double limit, double p) {

    static final double BY_VALUE = 0;

    static final Clipping NONE = new Clipping(Double.POSITIVE_INFINITY, BY_VALUE);

    /** What PyTorch adds to the norm. */
    private static final double EPSILON = 1e-6;

    List<Variable> apply(Moves moves, List<Variable> gradients, Variable limit) {
        if (p == BY_VALUE) {
            return gradients.stream()
                    .map(g -> g.minimum(limit).maximum(limit.neg()))
                    .toList();
        }
        Variable norm = Variable.stack(
                        0, gradients.stream().map(g -> g.flatten().norm(p)).toArray(Variable[]::new))
                .norm(p);
        moves.norm(norm);
        Variable factor = limit.div(norm.add(EPSILON)).minimum(1);
        return gradients.stream().map(g -> g.mul(factor)).toList();
    }
}
