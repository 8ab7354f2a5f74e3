package dev.wengert.optim;

import dev.wengert.autodiff.Parameter;
import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A rate that is reduced when a metric, such as the loss of an epoch, no longer improves (PyTorch's ReduceLROnPlateau).
 *
 * <pre>{@code
 * Plateau rate = new Plateau(1e-3).factor(0.5).patience(5);
 * ...
 * rate.offer(validationLoss); // after each epoch
 * }</pre>
 *
 * <p>A metric improves if it is less than {@code best·(1 − threshold)}, where best is the last one that improved; with {@link #maximize}, if it is
 * more than {@code best·(1 + threshold)}; with {@link #absoluteThreshold}, if it is less than {@code best − threshold}, or more than
 * {@code best + threshold}. After more than {@code patience} metrics in a row without improvement the rate is multiplied by the factor, down to
 * {@link #minRate}; the next {@code cooldown} metrics then do not count as without improvement. Defaults are PyTorch's: factor 0.1, patience 10,
 * a relative threshold of 1e-4, no cooldown, and the minimum 0.
 *
 * <p>Two things differ from PyTorch. If best is negative, the signs of a relative threshold are exchanged: otherwise a worse metric would count as an
 * improvement. And every reduction counts, also one of less than 1e-8.
 *
 * <p>What changes is in the parameters of {@link #state}, and nowhere else: to set them is to restore the schedule. One thread at a time may offer.
 */
public final class Plateau implements Rate {

    private final String name;
    private final double firstRate;
    private final boolean maximizes;
    private final double factor;
    private final int patience;
    private final double threshold;
    private final boolean absolute;
    private final int cooldown;
    private final double minRate;

    private final Parameter rate;
    private final Parameter best;
    /** How many metrics in a row did not improve. */
    private final Parameter bad;
    /** How many metrics are still to be offered before one may count as without improvement. */
    private final Parameter cooling;

    /**
     * A rate that is reduced when a metric no longer falls.
     *
     * @param rate the first rate, positive
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Plateau(double rate) {
        this("plateau", Given.positive("Plateau", "the rate", rate), false, 0.1, 10, 1e-4, false, 0, 0);
    }

    private Plateau(
            String name,
            double firstRate,
            boolean maximizes,
            double factor,
            int patience,
            double threshold,
            boolean absolute,
            int cooldown,
            double minRate) {
        this.name = name;
        this.firstRate = firstRate;
        this.maximizes = maximizes;
        this.factor = factor;
        this.patience = patience;
        this.threshold = threshold;
        this.absolute = absolute;
        this.cooldown = cooldown;
        this.minRate = minRate;
        rate = new Parameter(name + ".rate", Tensor.scalar(firstRate));
        best = new Parameter(
                name + ".best", Tensor.scalar(maximizes ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY));
        bad = new Parameter(name + ".bad", Tensor.scalar(0));
        cooling = new Parameter(name + ".cooldown", Tensor.scalar(0));
    }

    /**
     * A new schedule for a metric that should rise, such as an accuracy.
     *
     * @return a schedule that was offered nothing yet
     */
    public Plateau maximize() {
        return new Plateau(name, firstRate, true, factor, patience, threshold, absolute, cooldown, minRate);
    }

    /**
     * A new schedule with another factor.
     *
     * @param factor what the rate is multiplied by, more than 0 and less than 1
     * @return a schedule that was offered nothing yet
     * @throws IllegalArgumentException if the factor is out of range
     */
    public Plateau factor(double factor) {
        if (!(factor > 0 && factor < 1)) {
            throw new IllegalArgumentException("factor: the factor must be more than 0 and less than 1, got " + factor);
        }
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, absolute, cooldown, minRate);
    }

    /**
     * A new schedule with another patience.
     *
     * @param patience how many metrics in a row may be without improvement, at least 0
     * @return a schedule that was offered nothing yet
     * @throws IllegalArgumentException if the patience is negative
     */
    public Plateau patience(int patience) {
        Required.steps("patience", "the patience", 0, patience);
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, absolute, cooldown, minRate);
    }

    /**
     * A new schedule with another relative threshold.
     *
     * @param threshold the part of the best metric by which another one must be better, at least 0 and less than 1
     * @return a schedule that was offered nothing yet
     * @throws IllegalArgumentException if the threshold is out of range
     */
    public Plateau threshold(double threshold) {
        Given.fraction("threshold", "a relative threshold", threshold);
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, false, cooldown, minRate);
    }

    /**
     * A new schedule with an absolute threshold.
     *
     * @param threshold by how much a metric must be better than the best one, at least 0
     * @return a schedule that was offered nothing yet
     * @throws IllegalArgumentException if the threshold is negative or not finite
     */
    public Plateau absoluteThreshold(double threshold) {
        Given.notNegative("absoluteThreshold", "the threshold", threshold);
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, true, cooldown, minRate);
    }

    /**
     * A new schedule that waits after each reduction.
     *
     * @param cooldown how many metrics after a reduction do not count as without improvement, at least 0
     * @return a schedule that was offered nothing yet
     * @throws IllegalArgumentException if the cooldown is negative
     */
    public Plateau cooldown(int cooldown) {
        Required.steps("cooldown", "the cooldown", 0, cooldown);
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, absolute, cooldown, minRate);
    }

    /**
     * A new schedule with a lowest rate (PyTorch's min_lr).
     *
     * @param minRate the lowest rate, from 0 to the first one
     * @return a schedule that was offered nothing yet
     * @throws IllegalArgumentException if the rate is out of range
     */
    public Plateau minRate(double minRate) {
        Required.within("minRate", "the lowest rate", minRate, "the first rate, ", firstRate);
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, absolute, cooldown, minRate);
    }

    /**
     * A new schedule whose {@link #state} has another name than plateau: the weights of an optimiser with several schedules tell them apart by
     * their names.
     *
     * @param name the name; the state is {@code name.rate}, {@code name.best}, {@code name.bad} and {@code name.cooldown}
     * @return a schedule that was offered nothing yet
     */
    public Plateau name(String name) {
        Given.value("name", "the name", name);
        return new Plateau(name, firstRate, maximizes, factor, patience, threshold, absolute, cooldown, minRate);
    }

    /** The rate now, whatever the step. */
    @Override
    public double at(long step) {
        Required.step(step);
        return rate.value().item();
    }

    /** The rate, the best metric, and how many metrics count: without improvement, and until the end of a cooldown. */
    @Override
    public List<Parameter> state() {
        return List.of(rate, best, bad, cooling);
    }

    /**
     * Takes a metric, such as the loss of an epoch. The next rate depends on it.
     *
     * @param metric the metric; it may be infinite
     * @throws IllegalArgumentException if it is NaN, which PyTorch counts as without improvement. Nothing has changed then
     */
    public void offer(double metric) {
        if (Double.isNaN(metric)) {
            throw new IllegalArgumentException(
                    "offer: the metric must be a number, got NaN; find out what makes it, or skip it");
        }
        double before = best.value().item();
        boolean improves = improves(metric, before);
        double worse = improves ? 0 : bad.value().item() + 1;
        double wait = cooling.value().item();
        if (wait > 0) {
            wait--;
            worse = 0;
        }
        double present = rate.value().item();
        boolean reduce = worse > patience;
        Parameter.setAll(Map.of(
                rate, Tensor.scalar(reduce ? Math.max(present * factor, minRate) : present),
                best, Tensor.scalar(improves ? metric : before),
                bad, Tensor.scalar(reduce ? 0 : worse),
                cooling, Tensor.scalar(reduce ? cooldown : wait)));
    }

    private boolean improves(double metric, double before) {
        if (absolute) {
            return maximizes ? metric > before + threshold : metric < before - threshold;
        }
        double by = before < 0 ? -threshold : threshold;
        return maximizes ? metric > before * (1 + by) : metric < before * (1 - by);
    }
}
