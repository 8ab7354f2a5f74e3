package dev.wengert.check;

import dev.wengert.message.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The result of a {@link GradientCheck}: a verdict, the comparisons behind it, the operations to blame, and facts.
 */
public final class GradientReport {

    private static final System.Logger LOGGER = System.getLogger(GradientReport.class.getName());
    private static final int WORST = 10;

    private final List<Entry> entries;
    private final List<Blame> blames;
    private final List<Taylor.Row> taylor;
    private final List<StepError> steps;
    private final List<String> facts;
    private final String reproducer;
    private final boolean strict;
    private final About about;

    GradientReport(
            List<Entry> entries,
            List<Blame> blames,
            List<Taylor.Row> taylor,
            List<StepError> steps,
            List<String> facts,
            String reproducer,
            boolean strict,
            About about) {
        this.entries = List.copyOf(entries);
        this.blames = List.copyOf(blames);
        this.taylor = List.copyOf(taylor);
        this.steps = List.copyOf(steps);
        this.facts = List.copyOf(facts);
        this.reproducer = reproducer;
        this.strict = strict;
        this.about = about;
    }

    About about() {
        return about;
    }

    /**
     * The verdict on the whole: FAIL before INCONCLUSIVE before PASS. Entries at kinks do not count, unless an order has no others.
     *
     * @return the verdict
     */
    public Verdict verdict() {
        if (!blames.isEmpty() || count(Verdict.FAIL) > 0) {
            return Verdict.FAIL;
        }
        if (count(Verdict.INCONCLUSIVE) > 0) {
            return Verdict.INCONCLUSIVE;
        }
        boolean kinks = entries.stream().anyMatch(e -> e.verdict() == Verdict.KINK && !isDifferentiable(e.order()));
        return kinks ? Verdict.KINK : Verdict.PASS;
    }

    /** Whether an order has a comparison at the point that passed. */
    private boolean isDifferentiable(int order) {
        return entries.stream()
                .anyMatch(e -> e.order() == order && e.verdict() == Verdict.PASS && !e.isIdentity() && !e.isNearby());
    }

    /**
     * The number of comparisons with a verdict.
     *
     * @param verdict the verdict
     * @return the number of entries
     */
    public long count(Verdict verdict) {
        Given.value("count", "the verdict", verdict);
        return entries.stream().filter(e -> e.verdict() == verdict).count();
    }

    /**
     * All comparisons, the worst first.
     *
     * @return the entries by verdict, those at the point before those close by, then by {@link Entry#ratio}
     */
    public List<Entry> entries() {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::verdict)
                        .thenComparing(e -> !e.isNearby())
                        .thenComparingDouble(Entry::ratio)
                        .reversed())
                .toList();
    }

    /**
     * The operations to blame.
     *
     * @return the operations with wrong rules, in the order of the tape; empty if no fault was found
     */
    public List<Blame> blames() {
        return blames;
    }

    /**
     * Further observations.
     *
     * @return sentences
     */
    public List<String> facts() {
        return facts;
    }

    /**
     * The number of comparisons that passed although rounding took all digits of the rule's value: the formula is right, and what it
     * gives in doubles, such as 0 for −8e-18, is not. A strict check does not pass with them.
     *
     * @return the number of entries
     */
    public long lost() {
        return entries.stream().filter(e -> e.note().equals(Judge.LOST)).count();
    }

    List<Taylor.Row> taylor() {
        return taylor;
    }

    List<StepError> steps() {
        return steps;
    }

    /**
     * Writes the report as one self-contained page with sortable tables and plots of the errors. Of more than 2000 comparisons only the worst
     * are on it.
     *
     * @param file the file, which is replaced
     * @throws IOException if it cannot be written
     */
    public void writeHtml(Path file) throws IOException {
        Files.writeString(Given.value("writeHtml", "the file", file), ReportFiles.html(this));
    }

    /**
     * Writes the report as JSON; NaN and infinities are strings there. Of more than 2000 comparisons only the worst are in it; the CSV has
     * all. Also in it are the seed, the options and the point: what one needs to do the same check again.
     *
     * @param file the file, which is replaced
     * @throws IOException if it cannot be written
     */
    public void writeJson(Path file) throws IOException {
        Files.writeString(Given.value("writeJson", "the file", file), ReportFiles.json(this));
    }

    /**
     * Writes the comparisons as CSV with a header, one comparison on each line.
     *
     * @param file the file, which is replaced
     * @throws IOException if it cannot be written
     */
    public void writeCsv(Path file) throws IOException {
        Files.writeString(Given.value("writeCsv", "the file", file), ReportFiles.csv(this));
    }

    /**
     * A comparison that two reports do not have in common.
     *
     * @param before the comparison in the report before; empty if it has none
     * @param now the comparison in this report; empty if it has none
     */
    public record Change(Optional<Entry> before, Optional<Entry> now) {

        /**
         * A comparison of one report or of both.
         *
         * @param before the comparison in the report before; empty if it has none
         * @param now the comparison in this report; empty if it has none
         * @throws IllegalArgumentException if neither has it
         */
        public Change {
            Given.value("Change", "the comparison before", before);
            Given.value("Change", "the comparison now", now);
            if (before.isEmpty() && now.isEmpty()) {
                throw new IllegalArgumentException("Change: one of the reports must have the comparison, got neither");
            }
        }

        /** What changed, such as {@code gradient x[1]: FAIL -> PASS, rule 2.1 -> 2.0}. */
        @Override
        public String toString() {
            Entry e = now.or(() -> before).orElseThrow();
            String output = e.output().isEmpty() ? "" : ", element " + e.output();
            return (e.path() + " " + e.input() + output).strip() + ": "
                    + text(x -> x.verdict().toString()) + ", rule " + text(x -> Double.toString(x.value()))
                    + ", reference " + text(x -> Double.toString(x.reference()));
        }

        private String text(Function<Entry, String> part) {
            String one = before.map(part).orElse("none");
            String two = now.map(part).orElse("none");
            return one.equals(two) ? one : one + " -> " + two;
        }
    }

    /**
     * Compares this report with one before, such as that of another version of a function, or of the same function on another machine.
     *
     * @param before the report before
     * @return the comparisons of which the verdict, the rule's value or the reference changed, those with another verdict first; empty if
     *     both reports say the same
     */
    public List<Change> changesSince(GradientReport before) {
        Map<String, Entry> old =
                Given.value("changesSince", "the report before", before).byName();
        Map<String, Entry> now = byName();
        List<Change> changes = new ArrayList<>();
        now.forEach((name, entry) -> {
            Entry was = old.get(name);
            if (was == null
                    || was.verdict() != entry.verdict()
                    || Double.compare(was.value(), entry.value()) != 0
                    || Double.compare(was.reference(), entry.reference()) != 0) {
                changes.add(new Change(Optional.ofNullable(was), Optional.of(entry)));
            }
        });
        old.forEach((name, entry) -> {
            if (!now.containsKey(name)) {
                changes.add(new Change(Optional.of(entry), Optional.empty()));
            }
        });
        changes.sort(Comparator.comparing(
                c -> c.before().map(Entry::verdict).equals(c.now().map(Entry::verdict))));
        return List.copyOf(changes);
    }

    /** The comparisons by what they compare; of several of the same name each has a number. */
    private Map<String, Entry> byName() {
        Map<String, Entry> named = new LinkedHashMap<>();
        Map<String, Integer> times = new HashMap<>();
        for (Entry e : entries) {
            String name = String.join("|", Integer.toString(e.order()), e.path(), e.input(), e.output());
            named.put(name + "|" + times.merge(name, 1, Integer::sum), e);
        }
        return named;
    }

    /**
     * A minimal program that fails in the same way.
     *
     * @return Java source; empty if no comparison failed, or if no such program was found. In the latter case one of the {@link #facts}
     *     says why
     */
    public String reproducer() {
        return reproducer;
    }

    /**
     * Throws if the verdict is FAIL or KINK. An inconclusive check passes with a warning in the log. A check that passes with some
     * entries at kinks gives no warning. A strict check throws for anything but a PASS without kinks and without {@linkplain #lost() lost} digits.
     *
     * @return this report
     * @throws AssertionError with the whole report as its message
     */
    public GradientReport verify() {
        Verdict verdict = verdict();
        boolean exceptions = count(Verdict.KINK) > 0 || lost() > 0;
        if (verdict == Verdict.FAIL || verdict == Verdict.KINK || strict && (verdict != Verdict.PASS || exceptions)) {
            String why = verdict == Verdict.PASS
                    ? "strict: a check must pass without kinks and without lost digits, got " + count(Verdict.KINK)
                            + " comparisons at kinks and " + lost() + " of lost digits" + System.lineSeparator()
                    : "";
            throw new AssertionError(why + this);
        }
        if (verdict == Verdict.INCONCLUSIVE) {
            LOGGER.log(System.Logger.Level.WARNING, "gradient check inconclusive\n{0}", this);
        }
        return this;
    }

    /** The verdict, the operations to blame, facts, the worst entries, the Taylor table and the reproducer. */
    @Override
    public String toString() {
        StringBuilder s = new StringBuilder("gradient check: ").append(verdict());
        s.append(String.format(
                Locale.ROOT,
                "  (comparisons of the whole: %d passed, %d at kinks, %d inconclusive, %d failed)%n",
                count(Verdict.PASS),
                count(Verdict.KINK),
                count(Verdict.INCONCLUSIVE),
                count(Verdict.FAIL)));
        for (Blame b : blames) {
            s.append("wrong: ").append(b).append(System.lineSeparator());
            if (!b.comparison().isEmpty()) {
                s.append("       ").append(b.comparison()).append(System.lineSeparator());
            }
        }
        facts.forEach(f -> s.append("fact: ").append(f).append(System.lineSeparator()));
        s.append(String.format(
                Locale.ROOT,
                "%-13s %-18s %-16s %-16s %24s %24s %10s %9s %9s%n",
                "verdict",
                "path",
                "input",
                "element",
                "rule",
                "reference",
                "bound",
                "ulps",
                "step"));
        entries().stream().limit(WORST).forEach(e -> {
            s.append(String.format(
                    Locale.ROOT,
                    "%-13s %-18s %-16s %-16s %24s %24s %10.3g %9s %9.3g%s%n",
                    e.verdict(),
                    e.path(),
                    e.input(),
                    e.output(),
                    e.value(),
                    e.hasReference() ? e.reference() : "",
                    e.bound(),
                    e.hasReference() ? String.format(Locale.ROOT, "%.3g", e.ulps()) : "",
                    e.step(),
                    e.digits() == 0 ? "" : "  (" + e.digits() + " digits)"));
            if (!e.note().isEmpty()) {
                s.append("              ").append(e.note()).append(System.lineSeparator());
            }
        });
        if (entries.size() > WORST) {
            s.append(String.format(Locale.ROOT, "… and %d more%n", entries.size() - WORST));
        }
        if (!taylor.isEmpty()) {
            s.append(String.format(
                    Locale.ROOT, "%-10s %12s %7s %12s %7s %12s%n", "h", "|R1|", "rate", "|R2|", "rate", "rounding"));
            for (Taylor.Row r : taylor) {
                s.append(String.format(
                        Locale.ROOT,
                        "%-10.3g %12.3e %7.2f %12.3e %7.2f %12.3e%n",
                        r.h(),
                        r.first(),
                        r.firstRate(),
                        r.second(),
                        r.secondRate(),
                        r.floor()));
            }
        }
        return reproducer.isEmpty() ? s.toString() : s + reproducer;
    }
}
