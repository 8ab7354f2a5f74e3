package dev.wengert.optim;

import dev.wengert.kernel.Powers;
import dev.wengert.message.Given;

/**
 * Cycles between two rates in straight lines (Smith 2017; PyTorch's CyclicLR): {@code base + (max − base)·h·s}, where h goes from 0 to 1 in
 * some steps and back to 0 in others, and s is 1 (PyTorch's mode "triangular"), {@code 2⁻ⁿ} in the cycle n from 0 ({@link #triangular2}), or
 * {@code gamma^step} ({@link #expRange}). The momentum, if it is scheduled, goes the other way.
 */
public final class Cyclic implements Rate {

    private final double base;
    private final double max;
    private final long up;
    private final long down;
    private final double perCycle;
    private final double perStep;

    /**
     * Cycles of one height.
     *
     * @param base the lowest rate, from 0 to max
     * @param max the highest rate, positive
     * @param up the number of steps from base to max, at least 1 (PyTorch's step_size_up)
     * @param down the number of steps from max to base, at least 1 (PyTorch's step_size_down)
     * @throws IllegalArgumentException if a number is out of range
     */
    public Cyclic(double base, double max, long up, long down) {
        this(
                Required.within("Cyclic", "base", base, "max, ", Given.positive("Cyclic", "max", max)),
                max,
                Required.steps("Cyclic", "the number of steps up", 1, up),
                Required.steps("Cyclic", "the number of steps down", 1, down),
                1,
                1);
        if (up > Long.MAX_VALUE - down) {
            throw new IllegalArgumentException("Cyclic: the numbers of steps up and down must be at most "
                    + Long.MAX_VALUE + " together, got " + up + " and " + down);
        }
    }

    private Cyclic(double base, double max, long up, long down, double perCycle, double perStep) {
        this.base = base;
        this.max = max;
        this.up = up;
        this.down = down;
        this.perCycle = perCycle;
        this.perStep = perStep;
    }

    /**
     * The same cycles, each half as high as the one before.
     *
     * @return the cycles
     */
    public Cyclic triangular2() {
        return new Cyclic(base, max, up, down, 0.5, 1);
    }

    /**
     * The same cycles, whose height is multiplied at each step.
     *
     * @param gamma what it is multiplied by, from 0 to 1
     * @return the cycles
     * @throws IllegalArgumentException if gamma is out of range
     */
    public Cyclic expRange(double gamma) {
        Required.within("expRange", "gamma", gamma, "", 1);
        return new Cyclic(base, max, up, down, 1, gamma);
    }

    @Override
    public double at(long step) {
        return Anneal.between(base, max, height(step));
    }

    /**
     * The momentum that goes with these cycles: {@code max − (max − base)·h·s}.
     *
     * @param base the lowest momentum, from 0 to max
     * @param max the highest momentum, from 0 to 1
     * @return the schedule of the momentum
     * @throws IllegalArgumentException if a momentum is out of range
     */
    public Rate momentum(double base, double max) {
        Required.momenta(base, max);
        return step -> Anneal.between(max, base, height(step));
    }

    private double height(long step) {
        long into = Required.step(step) % (up + down);
        double line = into <= up ? (double) into / up : (double) (up + down - into) / down;
        return line * Powers.pow(perCycle, step / (up + down)) * Powers.pow(perStep, step);
    }
}
