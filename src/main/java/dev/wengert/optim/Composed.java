package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import java.util.List;

/** A function of schedules, with the state of all. */
record Composed(Rate function, List<Rate> parts) implements Rate {

    @Override
    public double at(long step) {
        return function.at(Required.step(step));
    }

    @Override
    public List<Parameter> state() {
        return parts.stream().flatMap(part -> part.state().stream()).distinct().toList();
    }
}
