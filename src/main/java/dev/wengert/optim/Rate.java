package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import java.util.List;

/** A learning rate, or another number such as a momentum, as a function of the number of steps made before. */
@FunctionalInterface
public interface Rate {

    /**
     * The rate of a step.
     *
     * @param step the number of steps made before, from 0
     * @return the rate
     */
    double at(long step);

    /**
     * What this rate depends on beside the number of steps, such as the scores that it was offered. It is saved with the optimiser's state.
     *
     * @return the parameters that hold it; empty for a function of the number of steps
     */
    default List<Parameter> state() {
        return List.of();
    }

    /**
     * One rate for all steps.
     *
     * @param rate the rate
     * @return the schedule
     */
    static Rate constant(double rate) {
        return step -> rate;
    }
}
