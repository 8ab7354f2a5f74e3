package dev.wengert.optim;

import dev.wengert.message.Given;

/**
 * The one-cycle policy (Smith and Topin 2017; PyTorch's OneCycleLR): the rate rises from {@code max/divFactor} to max, and falls to
 * {@code max/divFactor/finalDivFactor}; with three phases it first falls as it rose. The momentum, if it is scheduled, goes the other way.
 *
 * <pre>{@code
 * OneCycle cycle = new OneCycle(0.1, 1000).pctStart(0.25);
 * Rate rate = cycle, momentum = cycle.momentum(0.85, 0.95);
 * }</pre>
 *
 * <p>With T steps and the fraction p, the first phase ends at {@code pT − 1} steps made before, the second of three at {@code 2pT − 2}, and
 * the last at {@code T − 1}. From then on the rate stays, where PyTorch throws. A phase goes from a to b as half a cosine,
 * {@code b + (a − b)·(1 + cos(π·done))/2}, or as a line, {@code a + (b − a)·done}. Defaults are PyTorch's: two phases, cosines, p = 0.3,
 * divFactor = 25 and finalDivFactor = 10,000.
 */
public final class OneCycle implements Rate {

    private final double max;
    private final long steps;
    private final double pctStart;
    private final double divFactor;
    private final double finalDivFactor;
    private final boolean linear;
    private final boolean threePhase;

    /**
     * A cycle.
     *
     * @param max the highest rate, positive
     * @param steps the number of all steps, at least 1
     * @throws IllegalArgumentException if max is not positive or not finite, or steps is less than 1
     */
    public OneCycle(double max, long steps) {
        this(
                Given.positive("OneCycle", "the highest rate", max),
                Required.steps("OneCycle", "the number of steps", 1, steps),
                0.3,
                25,
                1e4,
                false,
                false);
    }

    private OneCycle(
            double max,
            long steps,
            double pctStart,
            double divFactor,
            double finalDivFactor,
            boolean linear,
            boolean threePhase) {
        this.max = max;
        this.steps = steps;
        this.pctStart = pctStart;
        this.divFactor = divFactor;
        this.finalDivFactor = finalDivFactor;
        this.linear = linear;
        this.threePhase = threePhase;
    }

    /**
     * The same cycle with another fraction of the steps in which the rate rises.
     *
     * @param fraction from 0 to 1; with three phases, to 0.5
     * @return the cycle
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public OneCycle pctStart(double fraction) {
        String phases = threePhase ? "half of the steps in three phases, " : "";
        Required.within("pctStart", "the fraction", fraction, phases, threePhase ? 0.5 : 1);
        return new OneCycle(max, steps, fraction, divFactor, finalDivFactor, linear, threePhase);
    }

    /**
     * The same cycle from another first rate, {@code max/factor}.
     *
     * @param factor at least 1
     * @return the cycle
     * @throws IllegalArgumentException if the factor is less than 1, or not finite
     */
    public OneCycle divFactor(double factor) {
        Required.factor("divFactor", factor);
        return new OneCycle(max, steps, pctStart, factor, finalDivFactor, linear, threePhase);
    }

    /**
     * The same cycle to another last rate, the first one divided by the factor.
     *
     * @param factor at least 1
     * @return the cycle
     * @throws IllegalArgumentException if the factor is less than 1, or not finite
     */
    public OneCycle finalDivFactor(double factor) {
        Required.factor("finalDivFactor", factor);
        return new OneCycle(max, steps, pctStart, divFactor, factor, linear, threePhase);
    }

    /**
     * The same cycle in straight lines.
     *
     * @return the cycle
     */
    public OneCycle linear() {
        return new OneCycle(max, steps, pctStart, divFactor, finalDivFactor, true, threePhase);
    }

    /**
     * The same cycle in three phases: up, down as it rose, and further down to the last rate.
     *
     * @return the cycle
     * @throws IllegalArgumentException if the rate rises in more than half of the steps
     */
    public OneCycle threePhase() {
        Required.within("threePhase", "pctStart", pctStart, "half of the steps, ", 0.5);
        return new OneCycle(max, steps, pctStart, divFactor, finalDivFactor, linear, true);
    }

    @Override
    public double at(long step) {
        double first = max / divFactor;
        return at(step, first, max, first / finalDivFactor);
    }

    /**
     * The momentum that goes with this cycle: it falls from max to base while the rate rises, and rises to max while the rate falls.
     *
     * @param base the lowest momentum, from 0 to max
     * @param max the highest momentum, from 0 to 1
     * @return the schedule of the momentum
     * @throws IllegalArgumentException if a momentum is out of range
     */
    public Rate momentum(double base, double max) {
        Required.momenta(base, max);
        return step -> at(step, max, base, max);
    }

    private double at(long step, double first, double turn, double last) {
        double end = steps - 1.0;
        double up = pctStart * steps - 1;
        if (Required.step(step) <= up) {
            return phase(first, turn, step, up);
        }
        if (!threePhase) {
            return phase(turn, last, step - up, end - up);
        }
        double down = 2 * pctStart * steps - 2;
        return step <= down ? phase(turn, first, step - up, down - up) : phase(first, last, step - down, end - down);
    }

    private double phase(double from, double to, double done, double length) {
        if (done >= length) {
            return to;
        }
        return linear ? Anneal.linear(from, to, done, length) : Anneal.cosine(from, to, done, length);
    }
}
