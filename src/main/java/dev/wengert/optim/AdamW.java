package dev.wengert.optim;

/**
 * {@link Adam} with decoupled weight decay: the parameter is first multiplied by {@code 1 − rate·decay}. The decay is 0.01 unless {@link
 * #weightDecay} sets another. Source: I. Loshchilov and F. Hutter, Decoupled weight decay regularization, 2019, in PyTorch's form.
 */
public final class AdamW extends Adam {

    private static final double DECAY = 0.01;

    /**
     * AdamW at a constant rate, with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public AdamW(double rate) {
        super(rate);
        weightDecay(DECAY);
    }

    /**
     * AdamW with the usual constants β₁ = 0.9, β₂ = 0.999 and ε = 1e-8.
     *
     * @param rate the learning rate as a function of the number of steps
     */
    public AdamW(Rate rate) {
        super(rate);
        weightDecay(DECAY);
    }

    /**
     * AdamW.
     *
     * @param rate the learning rate as a function of the number of steps
     * @param beta1 how much of the mean of the gradients stays in a step
     * @param beta2 how much of the mean of their squares stays
     * @param epsilon what is added to the root of the squares
     * @throws IllegalArgumentException unless the betas are at least 0 and less than 1, and epsilon is positive and finite
     */
    public AdamW(Rate rate, double beta1, double beta2, double epsilon) {
        super(rate, beta1, beta2, epsilon);
        weightDecay(DECAY);
    }

    @Override
    boolean decoupled() {
        return true;
    }
}
