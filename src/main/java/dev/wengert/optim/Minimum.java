package dev.wengert.optim;

import dev.wengert.tensor.Tensor;
import java.util.Locale;

/** Where an optimiser stopped, and why. */
public final class Minimum {

    private final Tensor point;
    private final double value;
    private final Tensor gradient;
    private final int iterations;
    private final int evaluations;
    private final StopReason reason;

    Minimum(Tensor point, double value, Tensor gradient, int iterations, int evaluations, StopReason reason) {
        this.point = point;
        this.value = value;
        this.gradient = gradient;
        this.iterations = iterations;
        this.evaluations = evaluations;
        this.reason = reason;
    }

    /**
     * The point with the lowest value that was found.
     *
     * @return the point, of the shape of the start
     */
    public Tensor point() {
        return point;
    }

    /**
     * The value of the function there.
     *
     * @return the value
     */
    public double value() {
        return value;
    }

    /**
     * The gradient of the function there.
     *
     * @return the gradient, of the shape of the point
     */
    public Tensor gradient() {
        return gradient;
    }

    /**
     * The size of the gradient.
     *
     * @return its Euclidean norm
     */
    public double gradientNorm() {
        return Vectors.norm(gradient.toArray());
    }

    /**
     * How many steps were taken or tried.
     *
     * @return the number of iterations
     */
    public int iterations() {
        return iterations;
    }

    /**
     * How often the function was computed.
     *
     * @return the number of evaluations
     */
    public int evaluations() {
        return evaluations;
    }

    /**
     * Why the optimiser stopped.
     *
     * @return the reason
     */
    public StopReason reason() {
        return reason;
    }

    /** The value, the point, the size of the gradient, the counts and the reason, on two lines or more. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "value %s at %s\n%s; gradient norm %.3g, %d iterations, %d evaluations",
                value,
                point,
                reason,
                gradientNorm(),
                iterations,
                evaluations);
    }
}
