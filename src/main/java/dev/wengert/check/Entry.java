package dev.wengert.check;

import dev.wengert.message.Given;

/**
 * One comparison of the value that the rules give with the derivative.
 *
 * @param order the order of the derivative
 * @param path the sweeps that computed the value, such as {@code gradient} or {@code jvp of vjp}; at a point close by, {@code nearby
 *     gradient}
 * @param input the element that was moved, such as {@code x[1, 2]}, or {@code direction 0}
 * @param output the element of the previous derivative that was observed, such as {@code x[0, 0]}; empty for the function itself
 * @param value the derivative by the rules
 * @param reference the derivative by the function's values; also NaN if they do not give it, at a kink or without a stencil
 * @param bound the distance that the two may have: truncation, rounding of the function and rounding of the rule's value
 * @param step the step of the differences
 * @param digits the number of digits with which the reference was computed; 0 for doubles
 * @param verdict the verdict on this comparison
 * @param note an explanation, or empty
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

    /** What the paths of comparisons at a point close by begin with. */
    static final String NEARBY = "nearby ";

    /** What the paths of comparisons end with in which loops are written out on one side. */
    static final String LOOPS = " of loops";

    /**
     * An entry, whole.
     *
     * @param order the order of the derivative
     * @param path the sweeps that computed the value
     * @param input the element that was moved, or the direction
     * @param output the element of the previous derivative that was observed; empty for the function itself
     * @param value the derivative by the rules
     * @param reference the derivative by the function's values; also NaN if they do not give it, at a kink or without a stencil
     * @param bound the distance that the two may have: truncation, rounding of the function and rounding of the rule's value
     * @param step the step of the differences
     * @param digits the number of digits with which the reference was computed; 0 for doubles
     * @param verdict the verdict on this comparison
     * @param note an explanation, or empty
     */
    public Entry {
        Given.value("Entry", "the path", path);
        Given.value("Entry", "the input", input);
        Given.value("Entry", "the output", output);
        Given.value("Entry", "the verdict", verdict);
        Given.value("Entry", "the note", note);
    }

    /**
     * Whether the two values both come from the rules. Such a comparison tells nothing about the function.
     *
     * @return true for duality, the symmetries of second order, and loops beside their steps
     */
    public boolean isIdentity() {
        return path.endsWith("duality")
                || path.equals("Hessian symmetry")
                || path.equals("vjp of vjp")
                || path.endsWith(LOOPS);
    }

    /** An identity between two values with a known bound of their rounding. It needs no differences and no step. */
    static Entry identity(
            int order,
            String path,
            String input,
            String output,
            double value,
            double reference,
            double bound,
            String note) {
        boolean equal = Double.compare(value, reference) == 0 || Judge.explains(bound, value, reference);
        Verdict verdict = equal
                ? Verdict.PASS
                : Double.isNaN(bound) || bound == Double.POSITIVE_INFINITY ? Verdict.INCONCLUSIVE : Verdict.FAIL;
        return new Entry(order, path, input, output, value, reference, bound, 0, 0, verdict, note);
    }

    /** Whether there is a reference to compare with; it may be NaN. */
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
     * The difference in units of the bound. The bound does not explain a ratio above 1.
     *
     * @return the ratio; 0 for no difference
     */
    public double ratio() {
        return value == reference ? 0 : Math.abs(value - reference) / bound;
    }

    /** The same entry at a point close by. */
    Entry nearby() {
        return new Entry(order, NEARBY + path, input, output, value, reference, bound, step, digits, verdict, note);
    }

    /** Whether the comparison was made at a point close by. */
    boolean isNearby() {
        return path.startsWith(NEARBY);
    }

    /** The same entry with another verdict and note. */
    Entry with(Verdict other, String why) {
        return new Entry(order, path, input, output, value, reference, bound, step, digits, other, why);
    }

    /** The same entry if an operation of the rule overflows or underflows. It stays a failure only if the value is finite. */
    Entry beyondDoubles(String why) {
        return with(Double.isFinite(value) ? verdict : Verdict.INCONCLUSIVE, why);
    }
}
