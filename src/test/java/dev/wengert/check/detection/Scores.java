package dev.wengert.check.detection;

import dev.wengert.check.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What came of the checks, as tables, and what was to be reached.
 *
 * @param trials the mutants
 * @param entries gradients with one wrong entry, by column of their table
 * @param right the right functions
 */
record Scores(List<Trial> trials, Map<String, List<OneEntry>> entries, List<Right> right) {

    private static final double INCONCLUSIVE_FAULTS = 0.02;
    private static final double INCONCLUSIVE_RIGHT = 0.05;
    private static final double NAMED = 0.97;

    private <K> Map<K, Tally> tallies(Function<Trial, K> key) {
        return trials.stream()
                .collect(Collectors.groupingBy(
                        key, LinkedHashMap::new, Collectors.collectingAndThen(Collectors.toList(), Tally::new)));
    }

    private Map<Double, Tally> scales() {
        return new TreeMap<>(tallies(t -> t.mutant().right().scale()));
    }

    private Map<Double, List<Right>> rightByScale() {
        return right.stream().collect(Collectors.groupingBy(r -> r.model().scale(), TreeMap::new, Collectors.toList()));
    }

    private static long count(List<Right> right, Verdict verdict) {
        return right.stream().filter(r -> r.outcome().verdict() == verdict).count();
    }

    /** What was to be reached and was not, a sentence each. */
    List<String> missedGoals() {
        List<String> missed = new ArrayList<>();
        Tally all = new Tally(trials);
        require(missed, all.missed() == 0, "faults that count passed: " + all.missed());
        require(
                missed,
                all.inconclusive() <= INCONCLUSIVE_FAULTS * all.counts(),
                "inconclusive faults: " + all.inconclusive() + " of " + all.counts());
        for (boolean wiring : new boolean[] {false, true}) {
            Tally sort = all.only(t -> t.mutant().wiring() == wiring);
            require(
                    missed,
                    sort.named() >= NAMED * sort.found(),
                    (wiring ? "edges" : "operations") + " named exactly: " + sort.named() + " of " + sort.found());
        }
        Tally second = all.only(t -> t.mutant().order() == 2);
        require(
                missed,
                second.found() == second.counts(),
                "second orders found: " + second.found() + " of " + second.counts());
        rightByScale().forEach((scale, list) -> {
            long failed = count(list, Verdict.FAIL);
            long open = count(list, Verdict.INCONCLUSIVE);
            require(missed, failed == 0, "right functions that failed at scale " + scale + ": " + failed);
            require(
                    missed,
                    scale > 10 || open <= INCONCLUSIVE_RIGHT * list.size(),
                    "right functions that were inconclusive at scale " + scale + ": " + open + " of " + list.size());
        });
        return missed;
    }

    private static void require(List<String> missed, boolean reached, String sentence) {
        if (!reached) {
            missed.add("goal missed: " + sentence);
        }
    }

    // ---- tables ----

    /** The tables, by the names of their files. */
    Map<String, Table> tables() {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("scales", faults("scale of the logits", scales()));
        tables.put(
                "orders",
                faults(
                        "lowest wrong order",
                        new TreeMap<>(tallies(t -> t.mutant().order()))));
        tables.put("sorts", faults("wrong", tallies(t -> t.mutant().wiring() ? "edge" : "operation")));
        tables.put("models", faults("model", tallies(t -> t.mutant().right().name())));
        tables.put(
                "operations",
                faults("operation", new TreeMap<>(tallies(t -> t.mutant().operation()))));
        tables.put("kinds", kinds());
        tables.put("equivalents", equivalents());
        tables.put("rules", rules());
        tables.put("entries", entriesTable());
        tables.put("right", rightTable());
        return tables;
    }

    /** Each mutant. */
    Table faults() {
        Table table = new Table(List.of(
                "kind",
                "order",
                "model",
                "scale",
                "operation",
                "operand",
                "counts",
                "verdict",
                "named",
                "fooled",
                "said"));
        for (Trial t : trials) {
            Mutant m = t.mutant();
            table.add(List.of(
                    m.kind(),
                    m.order(),
                    m.right().name(),
                    m.right().scale(),
                    m.label(),
                    m.operand(),
                    t.counts(),
                    t.outcome().verdict(),
                    t.outcome().named(),
                    t.fooled(),
                    t.outcome().said()));
        }
        return table;
    }

    private Table faults(String of, Map<?, Tally> tallies) {
        Table table = new Table(List.of(of, "faults", "count", "found", "named", "inconclusive", "missed", "ms"));
        tallies.forEach((name, tally) -> table.add(row(name, tally)));
        table.add(row("all", new Tally(trials)));
        return table;
    }

    private static List<Object> row(Object name, Tally t) {
        return List.of(
                name.toString(),
                t.seeded(),
                t.counts(),
                t.found(),
                t.named(),
                t.inconclusive(),
                t.missed(),
                t.milliseconds());
    }

    /** Of each kind what every rule finds, in percent. */
    private Table kinds() {
        List<String> heading = new ArrayList<>(List.of("kind of fault", "faults", "count", "named", "wengert"));
        for (PeerRules rule : PeerRules.values()) {
            heading.add(rule.title());
        }
        Table table = new Table(heading);
        tallies(t -> t.mutant().kind()).forEach((kind, t) -> {
            List<Object> row = new ArrayList<>(List.of(kind, t.seeded(), t.counts(), t.named(), t.percent()));
            for (PeerRules rule : PeerRules.values()) {
                row.add(t.percent(rule));
            }
            table.add(row);
        });
        return table;
    }

    /** The verdicts on faults that do not count. */
    private Table equivalents() {
        Table table = new Table(List.of("kind of fault", "do not count", "PASS", "KINK", "INCONCLUSIVE", "FAIL"));
        tallies(t -> t.mutant().kind()).forEach((kind, t) -> {
            if (t.counts() < t.seeded()) {
                table.add(List.of(
                        kind,
                        t.seeded() - t.counts(),
                        t.equivalent(Verdict.PASS),
                        t.equivalent(Verdict.KINK),
                        t.equivalent(Verdict.INCONCLUSIVE),
                        t.equivalent(Verdict.FAIL)));
            }
        });
        return table;
    }

    /** What every rule finds at each scale, and which right functions it rejects, in percent. */
    private Table rules() {
        List<String> heading = new ArrayList<>(List.of("faults found, %"));
        scales().keySet().forEach(scale -> heading.add("scale " + scale));
        heading.addAll(List.of("all", "right functions rejected, %"));
        Table table = new Table(heading);
        double falseAlarms = right.isEmpty() ? 0 : 100.0 * count(right, Verdict.FAIL) / right.size();
        table.add(ruleRow("wengert", Tally::percent, String.format(Locale.ROOT, "%.2f", falseAlarms)));
        List<Right> asked = right.stream().filter(Right::isComparable).toList();
        for (PeerRules rule : PeerRules.values()) {
            Object rejected = share(asked, r -> r.accepting().contains(rule) ? 0 : 1);
            table.add(ruleRow(rule.title(), t -> t.percent(rule), rejected));
        }
        return table;
    }

    private List<Object> ruleRow(String name, Function<Tally, Object> percent, Object rejected) {
        List<Object> row = new ArrayList<>(List.of(name));
        scales().values().forEach(t -> row.add(percent.apply(t)));
        row.add(percent.apply(new Tally(trials)));
        row.add(rejected);
        return row;
    }

    private static <T> Object share(List<T> of, ToDoubleFunction<T> one) {
        return of.isEmpty()
                ? "–"
                : (Object) (100 * of.stream().mapToDouble(one).average().orElseThrow());
    }

    /** How often a gradient with one wrong entry passes, as a share. */
    private Table entriesTable() {
        List<String> heading = new ArrayList<>(List.of("one entry wrong passes"));
        heading.addAll(entries.keySet());
        Table table = new Table(heading);
        entryRow(table, "wengert", e -> e.verdict() == Verdict.PASS || e.verdict() == Verdict.KINK ? 1 : 0);
        for (PeerRules rule : PeerRules.values()) {
            entryRow(table, rule.title(), e -> e.fooled().contains(rule) ? 1 : 0);
        }
        entryRow(table, "wengert INCONCLUSIVE", e -> e.verdict() == Verdict.INCONCLUSIVE ? 1 : 0);
        return table;
    }

    private void entryRow(Table table, String name, ToDoubleFunction<OneEntry> passes) {
        List<Object> row = new ArrayList<>(List.of(name));
        entries.values()
                .forEach(list -> row.add(String.format(
                        Locale.ROOT,
                        "%.2f",
                        list.stream().mapToDouble(passes).average().orElse(0))));
        table.add(row);
    }

    /** The verdicts on right functions. */
    private Table rightTable() {
        Table table =
                new Table(List.of("right functions, scale", "checks", "PASS", "KINK", "INCONCLUSIVE", "FAIL", "ms"));
        rightByScale().forEach((scale, list) -> table.add(rightRow(scale.toString(), list)));
        if (!right.isEmpty()) {
            table.add(rightRow("all", right));
        }
        return table;
    }

    private static List<Object> rightRow(String name, List<Right> list) {
        double[] seconds =
                list.stream().mapToDouble(r -> r.outcome().seconds()).sorted().toArray();
        return List.of(
                name,
                list.size(),
                count(list, Verdict.PASS),
                count(list, Verdict.KINK),
                count(list, Verdict.INCONCLUSIVE),
                count(list, Verdict.FAIL),
                1e3 * seconds[seconds.length / 2]);
    }
}
