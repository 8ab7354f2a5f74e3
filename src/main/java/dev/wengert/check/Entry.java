package dev.wengert.check;

/**
 * One comparison of a rule's value with the derivative.
 *
 * @param order the order of the derivative
 * @param path how the value was made, such as {@code gradient} or {@code jvp of vjp}
 * @param input which element was moved, such as {@code x[1, 2]}, or {@code direction 0}
 * @param output which element of the derivative before was observed, such as {@code x[0, 0]}; empty for the function itself
 * @param value what the rules say
 * @param reference what the function does; NaN, too, where that could not be found out, at a kink or without a stencil
 * @param bound how far apart the two may be: truncation, rounding of the function and rounding of the rule's value
 * @param step the step of the differences
 * @param digits the digits in which the reference was found; 0 for doubles
 * @param verdict what follows
 * @param note what else is to say, or empty
 */
public record Entry(
        int order,
        String path,
        String input,
        String output,
        double value,
        double reference,
        double bound,
        double step,
        int digits,
        Verdict verdict,
        String note) {

    /**
     * Whether two values that the rules made were compared with each other, which says nothing of the function.
     *
     * @return true for duality and the symmetries of second order
     */
    public boolean isIdentity() {
        return path.equals("duality") || path.equals("Hessian symmetry") || path.equals("vjp of vjp");
    }

    /** Whether there is something to compare with, be it a NaN. */
    boolean hasReference() {
        return !Double.isNaN(reference) || verdict == Verdict.PASS || verdict == Verdict.FAIL;
    }

    /**
     * The difference in ulps of the reference.
     *
     * @return the number of ulps; NaN if either is NaN
     */
    public double ulps() {
        return value == reference ? 0 : Math.abs(value - reference) / Math.ulp(reference);
    }

    /**
     * The difference in units of the bound: above 1 it cannot be explained.
     *
     * @return the ratio; 0 for no difference
     */
    public double ratio() {
        return value == reference ? 0 : Math.abs(value - reference) / bound;
    }

    /** The same where an operation of the rule overflows or underflows: a failure only if the rule gives a number. */
    Entry beyondDoubles(String why) {
        Verdict less = Double.isFinite(value) ? verdict : Verdict.INCONCLUSIVE;
        return new Entry(order, path, input, output, value, reference, bound, step, digits, less, why);
    }
}
