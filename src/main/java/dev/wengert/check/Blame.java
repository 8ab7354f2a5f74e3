package dev.wengert.check;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An operation with a wrong rule, or an edge of the graph through which a perturbation does not pass as it should.
 *
 * @param operation the name of the operation
 * @param step its number on the tape, with loops {@linkplain dev.wengert.autodiff.Tape#unrolled written out}
 * @param where the name of the tape: {@code function}, or {@code gradient} for an operation that only a rule uses
 * @param site the line of code that made the step, or empty if it is not known
 * @param what the rule, the operand, the element and the fault
 * @param evidence the comparison that shows it
 */
public record Blame(String operation, int step, String where, String site, String what, Entry evidence) {

    /**
     * A finding, whole.
     *
     * @param operation the name of the operation
     * @param step its number on the tape, with loops written out
     * @param where the tape, such as {@code function}
     * @param site the line of code that made the step, or empty if it is not known
     * @param what the rule, the operand, the element and the fault
     * @param evidence the comparison that shows it
     */
    public Blame {
        Given.value("Blame", "the operation", operation);
        Given.value("Blame", "where", where);
        Given.value("Blame", "the site", site);
        Given.value("Blame", "what", what);
        Given.value("Blame", "the evidence", evidence);
    }

    @Override
    public String toString() {
        return operation + " (step %" + step + " of the " + where + (site.isEmpty() ? "" : ", " + site) + "): " + what;
    }

    /** The blame for the operation that made a variable. */
    static Blame of(Variable step, int number, String where, String what, Entry evidence) {
        String site = step.site().map(StackTraceElement::toString).orElse("");
        return new Blame(name(step), number, where, site, what, evidence);
    }

    /** The name of a parameter, or of the operation that made a variable. */
    static String name(Variable v) {
        return v.parameter()
                .map(parameter -> Text.name(parameter.name()))
                .orElseGet(() -> v.op().map(Blame::name).orElse("constant"));
    }

    static String name(Op op) {
        return Text.name(op.label());
    }

    /** The names of inputs: of parameters, and {@code x}, {@code x1}, … of arguments. */
    static List<String> names(List<Variable> inputs) {
        List<String> names = new ArrayList<>();
        int arguments = 0;
        for (Variable input : inputs) {
            boolean argument = input.parameter().isEmpty() && input.op().isEmpty();
            names.add(argument ? arguments == 0 ? "x" : "x" + arguments : name(input));
            arguments += argument ? 1 : 0;
        }
        return names;
    }

    /** The two sides of the comparison that shows the fault, as a clause; empty if there are none. */
    String comparison() {
        Entry e = evidence;
        if (Double.isNaN(e.value()) && Double.isNaN(e.reference())) {
            return "";
        }
        String bound = String.format(Locale.ROOT, "%.2g", e.bound());
        if (e.isIdentity()) {
            return "the two sides are " + e.value() + " and " + e.reference() + ", and may be " + bound + " apart";
        }
        String known = e.digits() == 0 ? "differences give " : "differences in " + e.digits() + " digits give ";
        return switch (e.path()) {
            case "frozen value" ->
                "differences of the tape give " + e.value() + " where those of the function give " + e.reference()
                        + " ± " + bound;
            case "exact" -> "eval gives " + e.value() + " where exact gives " + e.reference() + " ± " + bound;
            case "replay" -> "the replay gives " + e.value() + " where the function gives " + e.reference();
            default -> "the rules give " + e.value() + " where " + known + e.reference() + " ± " + bound;
        };
    }
}
