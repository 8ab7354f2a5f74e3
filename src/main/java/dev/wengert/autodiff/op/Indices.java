package dev.wengert.autodiff.op;

/** The check of operands that must hold indices. It runs at every evaluation, also on replay. */
public final class Indices {

    private Indices() {}

    /** Refuses the first of {@code n} entries that is not a whole number in {@code 0..bound-1}. */
    static void check(String op, String what, double[] index, int n, int bound) {
        for (int i = 0; i < n; i++) {
            double v = index[i];
            if (!(v >= 0 && v < bound && v == Math.rint(v))) {
                String required = bound == 0
                        ? "there is nothing to choose from, so there must be no " + what
                        : "every " + what + " must be a whole number in 0.." + (bound - 1);
                throw new IllegalArgumentException(op + ": " + required + ", got " + v + " at position " + i);
            }
        }
    }
}
