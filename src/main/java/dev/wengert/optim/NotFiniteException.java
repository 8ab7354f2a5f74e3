package dev.wengert.optim;

/**
 * The error for a step whose loss, gradients or new values are not finite, if the optimiser {@linkplain Optimiser#requireFinite() requires}
 * that they are. The message names the parameter, and the operation, with its line, from which the infinity or NaN comes.
 */
public final class NotFiniteException extends ArithmeticException {
    private static final long serialVersionUID = 1L;

    /**
     * An error.
     *
     * @param message what is not finite, and why
     */
    public NotFiniteException(String message) {
        super(message);
    }
}
