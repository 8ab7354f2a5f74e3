package dev.wengert.tensor;

/** Says which operation was given shapes it cannot take, what it required, what it got and what may help. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * An error with the message {@code "op: requirement, got got"}.
     *
     * @param op the operation, as the caller wrote it
     * @param requirement what it requires
     * @param got what it was given, operands by name
     */
    public ShapeException(String op, String requirement, String got) {
        super(op + ": " + requirement + ", got " + got);
    }

    /**
     * An error with the message {@code "op: requirement, got got; hint"}.
     *
     * @param op the operation, as the caller wrote it
     * @param requirement what it requires
     * @param got what it was given, operands by name
     * @param hint what to do
     */
    public ShapeException(String op, String requirement, String got, String hint) {
        super(op + ": " + requirement + ", got " + got + "; " + hint);
    }
}
