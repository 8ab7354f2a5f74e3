package dev.wengert.tensor;

/** The error of an operation that got shapes it does not accept. It names the operation, its requirement, the shapes and possibly a remedy. */
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * An error with the message {@code "op: requirement, got got"}.
     *
     * @param op the operation, as the caller wrote it
     * @param requirement its requirement
     * @param got the shapes that it got, with the names of the operands
     */
    public ShapeException(String op, String requirement, String got) {
        super(op + ": " + requirement + ", got " + got);
    }

    /**
     * An error with the message {@code "op: requirement, got got; hint"}.
     *
     * @param op the operation, as the caller wrote it
     * @param requirement its requirement
     * @param got the shapes that it got, with the names of the operands
     * @param hint a remedy
     */
    public ShapeException(String op, String requirement, String got, String hint) {
        super(op + ": " + requirement + ", got " + got + "; " + hint);
    }
}
