package dev.wengert.autodiff.op;

import dev.wengert.kernel.Elementwise;
import dev.wengert.tensor.Shape;

/** Functions of one operand through which no derivative passes: it is 0 (SIGN and the roundings) or unwanted (DETACH). */
public enum Flat implements InertOp, Single {
    SIGN,
    FLOOR,
    CEIL,
    /** The nearest whole number, the even one at a tie. */
    ROUND,
    TRUNC,
    /** ⌊x⌋ + ⌈x⌉, which is even at whole numbers and odd between them. */
    FLOOR_PIECE,
    /** Twice the nearest whole number, and at a tie the odd number between. */
    ROUND_PIECE,
    DETACH;

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        switch (this) {
            case SIGN -> Elementwise.sign(x[0], y, out.size());
            case FLOOR -> Elementwise.floor(x[0], y, out.size());
            case CEIL -> Elementwise.ceil(x[0], y, out.size());
            case ROUND -> Elementwise.round(x[0], y, out.size());
            case TRUNC -> Elementwise.trunc(x[0], y, out.size());
            case FLOOR_PIECE -> Elementwise.floorPiece(x[0], y, out.size());
            case ROUND_PIECE -> Elementwise.roundPiece(x[0], y, out.size());
            case DETACH -> System.arraycopy(x[0], 0, y, 0, out.size());
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public Flat branch() {
        return switch (this) {
            case FLOOR, CEIL, TRUNC -> FLOOR_PIECE;
            case ROUND -> ROUND_PIECE;
            case DETACH -> null;
            default -> this;
        };
    }

    @Override
    public String label() {
        return Labels.camelCase(this);
    }
}
