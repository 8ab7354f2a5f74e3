package dev.wengert.optim;

/** Why an optimiser stopped. */
public enum StopReason {
    /** The gradient is within its tolerance. */
    GRADIENT(true, "the gradient is within its tolerance"),
    /** The step is within its tolerance. */
    STEP(true, "the step is within its tolerance"),
    /** The value changes by no more than its tolerance, or its rounding. */
    VALUE(true, "the value changes by no more than its tolerance or its rounding"),
    /** All iterations were used. */
    ITERATIONS(false, "all iterations were used"),
    /** All evaluations were used. */
    EVALUATIONS(false, "all evaluations were used"),
    /** No lower value was found in the direction of the step. */
    LINE_SEARCH(false, "no lower value was found in the direction of the step"),
    /** No finite value was found in the direction of the step. */
    NOT_FINITE(false, "no finite value was found in the direction of the step");

    private final boolean converged;
    private final String text;

    StopReason(boolean converged, String text) {
        this.converged = converged;
        this.text = text;
    }

    /**
     * Whether a tolerance was met.
     *
     * @return true for {@link #GRADIENT}, {@link #STEP} and {@link #VALUE}
     */
    public boolean isConverged() {
        return converged;
    }

    @Override
    public String toString() {
        return (converged ? "converged: " : "not converged: ") + text;
    }
}
