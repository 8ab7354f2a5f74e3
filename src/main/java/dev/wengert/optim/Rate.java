package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.kernel.Powers;
import dev.wengert.message.Given;
import java.util.Arrays;
import java.util.List;

/**
 * A learning rate, or another number such as a momentum, as a function of the number of steps made before.
 *
 * <p>A function of your own is a lambda, {@code step -> 0.1 / (1 + step)} (PyTorch's LambdaLR). Schedules are composed by {@link #then},
 * {@link #times} and {@link #warmUp}. {@link OneCycle}, {@link Cyclic} and {@link Plateau} are schedules with more figures.
 *
 * <p>The schedules here give the values of PyTorch's, computed from the number of steps alone and not from the rate before, so rounding errors
 * do not add up. They have the same bits on every machine, allocate nothing in {@link #at}, and refuse negative steps.
 */
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
     * This schedule for some steps, and then another one, which counts its steps from 0 again (PyTorch's SequentialLR). All steps are counted from
     * the start of this schedule, so in {@code a.then(5, b).then(20, c)} the second has 15 steps.
     *
     * @param steps the number of steps before the next schedule, at least 0
     * @param next what follows
     * @return the sequence, with the state of both
     * @throws IllegalArgumentException if steps is negative
     */
    default Rate then(long steps, Rate next) {
        Required.steps("then", "the number of steps", 0, steps);
        Given.value("then", "the next schedule", next);
        return new Composed(step -> step < steps ? at(step) : next.at(step - steps), List.of(this, next));
    }

    /**
     * The product of this schedule and another (PyTorch's ChainedScheduler): one of them gives rates, the other one factors.
     *
     * @param other the other schedule
     * @return the product, with the state of both
     */
    default Rate times(Rate other) {
        Given.value("times", "the other schedule", other);
        return new Composed(step -> at(step) * other.at(step), List.of(this, other));
    }

    /**
     * A linear warm-up before this schedule: {@code at(0)·(step + 1)/(steps + 1)} for some steps, and then this schedule from its step 0. So no
     * step is made at rate 0, and n steps of warm-up come in addition to those of this schedule.
     *
     * @param steps the number of steps before this schedule, at least 0
     * @return the sequence, with the state of this schedule
     * @throws IllegalArgumentException if steps is negative
     */
    default Rate warmUp(long steps) {
        Required.steps("warmUp", "the number of steps", 0, steps);
        return new Composed(
                step -> step < steps ? at(0) * ((step + 1.0) / (steps + 1.0)) : at(step - steps), List.of(this));
    }

    /**
     * One rate for all steps.
     *
     * @param rate the rate, at least 0
     * @return the schedule
     * @throws IllegalArgumentException unless the rate is at least 0 and finite
     */
    static Rate constant(double rate) {
        Given.notNegative("constant", "the rate", rate);
        return step -> {
            Required.step(step);
            return rate;
        };
    }

    /**
     * {@code rate·factor} for some steps, and then the rate (PyTorch's ConstantLR).
     *
     * @param rate the rate after these steps, at least 0
     * @param factor the factor before, at least 0
     * @param steps the number of steps with the factor, at least 0
     * @return the schedule
     * @throws IllegalArgumentException if a number is negative, or rate, factor or their product is not finite
     */
    static Rate constant(double rate, double factor, long steps) {
        Rate after = constant(rate);
        Given.notNegative("constant", "the factor", factor);
        Given.notNegative("constant", "the rate times the factor", rate * factor);
        return constant(rate * factor).then(steps, after);
    }

    /**
     * {@code rate·factor^⌊step/every⌋} (PyTorch's StepLR, with every as its step_size and factor as its gamma).
     *
     * @param rate the first rate, positive
     * @param every after how many steps the rate is multiplied, at least 1
     * @param factor what it is multiplied by, positive; the rate grows without bound if it is more than 1
     * @return the schedule
     * @throws IllegalArgumentException if a number is not positive, or not finite
     */
    static Rate step(double rate, long every, double factor) {
        Given.positive("step", "the rate", rate);
        Required.steps("step", "the number of steps between changes", 1, every);
        Given.positive("step", "the factor", factor);
        return step -> rate * Powers.pow(factor, Required.step(step) / every);
    }

    /**
     * {@code rate·factorⁿ}, where n is the number of milestones that are at most step (PyTorch's MultiStepLR, with factor as its gamma). A
     * milestone that is named twice counts twice.
     *
     * @param rate the first rate, positive
     * @param factor what the rate is multiplied by at each milestone, positive
     * @param milestones numbers of steps made before, at least 1, in any order
     * @return the schedule
     * @throws IllegalArgumentException if a number is not positive, or not finite
     */
    static Rate multiStep(double rate, double factor, long... milestones) {
        Given.positive("multiStep", "the rate", rate);
        Given.positive("multiStep", "the factor", factor);
        long[] sorted = Given.value("multiStep", "the milestones", milestones).clone();
        for (long milestone : sorted) {
            Required.steps("multiStep", "a milestone", 1, milestone);
        }
        Arrays.sort(sorted);
        return step -> rate * Powers.pow(factor, countUpTo(Required.step(step), sorted));
    }

    /**
     * {@code rate·factor^step} (PyTorch's ExponentialLR, with factor as its gamma).
     *
     * @param rate the first rate, positive
     * @param factor what the rate is multiplied by at each step, positive; it grows without bound if the factor is more than 1
     * @return the schedule
     * @throws IllegalArgumentException if a number is not positive, or not finite
     */
    static Rate exponential(double rate, double factor) {
        Given.positive("exponential", "the rate", rate);
        Given.positive("exponential", "the factor", factor);
        return step -> rate * Powers.pow(factor, Required.step(step));
    }

    /**
     * {@code from + (to − from)·step/steps}, and to from then on: a warm-up or a decay (PyTorch's LinearLR, with
     * {@code rate·start_factor} and {@code rate·end_factor} as the ends).
     *
     * @param from the first rate, at least 0
     * @param to the last rate, at least 0
     * @param steps the number of steps from one to the other, at least 1
     * @return the schedule
     * @throws IllegalArgumentException if a rate is negative or not finite, or steps is less than 1
     */
    static Rate linear(double from, double to, long steps) {
        Given.notNegative("linear", "the first rate", from);
        Given.notNegative("linear", "the last rate", to);
        Required.steps("linear", "the number of steps", 1, steps);
        return step -> Anneal.linear(from, to, Required.step(step), steps);
    }

    /**
     * {@code rate·(1 − step/steps)^power}, and 0 from then on (PyTorch's PolynomialLR).
     *
     * @param rate the first rate, positive
     * @param steps the number of steps to 0, at least 1
     * @param power the power, positive; 1 for a linear decay
     * @return the schedule
     * @throws IllegalArgumentException if a number is not positive, or not finite
     */
    static Rate polynomial(double rate, long steps, double power) {
        Given.positive("polynomial", "the rate", rate);
        Required.steps("polynomial", "the number of steps", 1, steps);
        Given.positive("polynomial", "the power", power);
        return step -> rate * Powers.pow(Anneal.linear(1, 0, Required.step(step), steps), power);
    }

    /**
     * {@code rate·(1 + cos(π·step/steps))/2}: {@link #cosine(double, long, double)} down to 0.
     *
     * @param rate the first rate, positive
     * @param steps the number of steps to 0, at least 1
     * @return the schedule
     * @throws IllegalArgumentException if a number is not positive, or not finite
     */
    static Rate cosine(double rate, long steps) {
        return cosine(rate, steps, 0);
    }

    /**
     * {@code min + (rate − min)·(1 + cos(π·step/steps))/2} (PyTorch's CosineAnnealingLR, with steps as its T_max and min as its eta_min). As in
     * PyTorch, it is periodic: past its end the rate rises again as it fell. {@code cosine(r, n, m).then(n, constant(m))} stays down.
     *
     * @param rate the first rate, positive
     * @param steps the number of steps to the minimum, at least 1
     * @param min the minimum, from 0 to the rate
     * @return the schedule
     * @throws IllegalArgumentException if the rate is not positive or not finite, steps is less than 1, or min is not from 0 to the rate
     */
    static Rate cosine(double rate, long steps, double min) {
        Given.positive("cosine", "the rate", rate);
        Required.steps("cosine", "the number of steps", 1, steps);
        Required.within("cosine", "min", min, "the rate, ", rate);
        return step -> {
            long into = Required.step(step) % steps;
            return Anneal.cosine(rate, min, step / steps % 2 == 0 ? into : steps - into, steps);
        };
    }

    /**
     * A cosine from the rate to a minimum in one period, and then again from the rate, each period being some times as long as the one before
     * (PyTorch's CosineAnnealingWarmRestarts, with period as its T_0, factor as its T_mult and min as its eta_min):
     * {@code min + (rate − min)·(1 + cos(π·t/T))/2} at step t of a period of T steps. The minimum itself would be the step after the last one.
     *
     * @param rate the first rate of each period, positive
     * @param period the number of steps of the first period, at least 1
     * @param factor how many times as long the next period is, at least 1
     * @param min the minimum, from 0 to the rate
     * @return the schedule
     * @throws IllegalArgumentException if the rate is not positive or not finite, period or factor is less than 1, or min is not from 0 to the
     *     rate
     */
    static Rate cosineRestarts(double rate, long period, int factor, double min) {
        Given.positive("cosineRestarts", "the rate", rate);
        Required.steps("cosineRestarts", "the period", 1, period);
        Required.steps("cosineRestarts", "the factor", 1, factor);
        Required.within("cosineRestarts", "min", min, "the rate, ", rate);
        return step -> {
            double into = factor == 1 ? Required.step(step) % period : Required.step(step);
            double length = period;
            while (into >= length) {
                into -= length;
                length *= factor;
            }
            return Anneal.cosine(rate, min, into, length);
        };
    }

    /** How many of sorted numbers are at most a limit. */
    private static int countUpTo(long limit, long[] sorted) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
