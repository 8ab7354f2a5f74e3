package dev.wengert.autodiff.op;

import dev.wengert.kernel.Elementwise;
import dev.wengert.kernel.Pairs;

/** Comparisons as masks of 1 and 0, and the slopes of {@link Choice}. A NaN compares false, except that it is not equal to anything. */
public enum Comparison implements InertOp, Pairwise {
    GT,
    GE,
    LT,
    LE,
    EQ,
    NE,
    /** 1 where the first is larger, ½ at a tie, else 0; NaN where either is NaN. */
    MAXIMUM_SLOPE,
    /** 1 where the first is smaller, ½ at a tie, else 0; NaN where either is NaN. */
    MINIMUM_SLOPE,
    /** Twice the whole part of the quotient, plus 1 unless the remainder is 0: the piece of {@link PairOp#MOD}. */
    MOD_PIECE;

    private final String label = Labels.camelCase(this);

    @Override
    public void run(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n, double[][] work) {
        switch (this) {
            case GT -> Elementwise.gt(a, i, di, b, j, dj, y, k, n);
            case GE -> Elementwise.ge(a, i, di, b, j, dj, y, k, n);
            case LT -> Elementwise.lt(a, i, di, b, j, dj, y, k, n);
            case LE -> Elementwise.le(a, i, di, b, j, dj, y, k, n);
            case EQ -> Elementwise.eq(a, i, di, b, j, dj, y, k, n);
            case NE -> Elementwise.ne(a, i, di, b, j, dj, y, k, n);
            case MAXIMUM_SLOPE -> Elementwise.maximumSlope(a, i, di, b, j, dj, y, k, n);
            case MINIMUM_SLOPE -> Elementwise.minimumSlope(a, i, di, b, j, dj, y, k, n);
            case MOD_PIECE -> {
                for (int l = 0; l < n; l++) {
                    y[k + l] = Pairs.modPiece(a[i + l * di], b[j + l * dj]);
                }
            }
            default -> throw new AssertionError(this);
        }
    }

    @Override
    public Comparison branch() {
        return this;
    }

    @Override
    public String label() {
        return label;
    }
}
