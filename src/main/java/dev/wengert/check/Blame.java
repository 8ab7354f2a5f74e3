package dev.wengert.check;

/**
 * An operation of which a rule is wrong, or an edge of the graph through which a perturbation does not pass as it should.
 *
 * @param operation the name of the operation
 * @param step its number on the tape
 * @param where on which tape: {@code function}, or {@code gradient} for an operation that only a rule uses
 * @param site the line of code that made it, or empty if it is not known
 * @param what which rule, operand and element
 * @param evidence the comparison that shows it
 */
public record Blame(String operation, int step, String where, String site, String what, Entry evidence) {

    @Override
    public String toString() {
        return operation + " (step %" + step + " of the " + where + (site.isEmpty() ? "" : ", " + site) + "): " + what;
    }
}
