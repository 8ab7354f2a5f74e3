package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.Snapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pass that merges steps with equal operations of the library on the same operands. */
final class CommonSubexpressions implements Draft.Rewrite {

    private record Key(Kernel kernel, List<Draft.Value> x) {}

    private final Map<Key, Draft.Value> seen = new HashMap<>();

    /** Leaves custom operations alone: they may have side effects, such as counting calls, so they run as often as they were recorded. */
    @Override
    public Draft.Value apply(Draft.Value step) {
        if (step.kernel instanceof Snapshots) {
            return step;
        }
        Draft.Value first = seen.putIfAbsent(new Key(step.kernel, List.of(step.x)), step);
        return first == null ? step : first;
    }
}
