package dev.wengert.io;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link Weights#intoMatching} has set, and what did not fit.
 *
 * @param loaded the names of the parameters that were set
 * @param missing the names of the parameters that have no value
 * @param unexpected the names of the values that have no parameter
 * @param misshapen the parameters whose value has another shape
 */
public record LoadReport(
        List<String> loaded, List<String> missing, List<String> unexpected, List<Misshapen> misshapen) {

    /**
     * A parameter and its value of another shape.
     *
     * @param name the name of both
     * @param parameter the shape of the parameter
     * @param value the shape of the value
     */
    public record Misshapen(String name, Shape parameter, Shape value) {

        /** The name and both shapes. */
        @Override
        public String toString() {
            return Text.name(name) + " " + parameter + " from " + value;
        }
    }

    /** The report keeps copies of the lists. */
    public LoadReport {
        loaded = Given.list("report: loaded name", String.class, loaded);
        missing = Given.list("report: missing name", String.class, missing);
        unexpected = Given.list("report: unexpected name", String.class, unexpected);
        misshapen = Given.list("report: misshapen parameter", Misshapen.class, misshapen);
    }

    /**
     * Whether each parameter was set, and each value was used.
     *
     * @return true if so
     */
    public boolean complete() {
        return missing.isEmpty() && unexpected.isEmpty() && misshapen.isEmpty();
    }

    /** One line for each list that is not empty. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        lines.add(loaded.size() + " loaded" + listed(names(loaded)));
        line(lines, "missing", names(missing));
        line(lines, "unexpected", names(unexpected));
        line(
                lines,
                "of another shape",
                misshapen.stream().map(Misshapen::toString).toList());
        return String.join("\n", lines);
    }

    private static void line(List<String> lines, String what, List<String> names) {
        if (!names.isEmpty()) {
            lines.add(names.size() + " " + what + listed(names));
        }
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "" : ": " + String.join(", ", names);
    }

    private static List<String> names(List<String> names) {
        return names.stream().map(Text::name).toList();
    }
}
