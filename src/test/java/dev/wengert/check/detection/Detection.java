package dev.wengert.check.detection;

import dev.wengert.check.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Scores the gradient checker, and the acceptance rules of others, on seeded faults and on right functions.
 *
 * <p>{@code mvn -q test-compile exec:java@detection} prints the tables and writes them, as CSV and as a picture, to
 * {@code target/detection}; with {@code -Dexec.args=--quick} a small sample of both. The exit status is 1 where a goal was missed.
 */
final class Detection {

    private static final long SEED = 2026;

    /** The other rules are asked of every so manieth right function. */
    private static final int SAMPLE = 5;

    private final boolean quick;
    private final List<Trial> trials = new ArrayList<>();
    private final Map<Double, List<Right>> right = new LinkedHashMap<>();

    /**
     * A right model, and what was said of it.
     *
     * @param model the model
     * @param outcome what the checker said
     * @param accepting the other rules that accept it; null where they were not asked
     */
    record Right(Model model, Outcome outcome, Set<PeerRules> accepting) {}

    private Detection(boolean quick) {
        this.quick = quick;
    }

    /**
     * Runs the command.
     *
     * @param args {@code --quick} or nothing
     * @throws IOException if the files cannot be written
     */
    public static void main(String[] args) throws IOException {
        boolean quick = Arrays.asList(args).contains("--quick");
        if (args.length > (quick ? 1 : 0)) {
            throw new IllegalArgumentException("detection: the only option is --quick, got " + Arrays.toString(args));
        }
        Detection detection = run(quick);
        detection.print(System.out);
        detection.write(Path.of("target", "detection"));
        List<String> missed = detection.missedGoals();
        missed.forEach(System.out::println);
        System.exit(missed.isEmpty() ? 0 : 1);
    }

    /** Seeds, checks and counts. */
    static Detection run(boolean quick) {
        Detection detection = new Detection(quick);
        detection.seeded();
        for (double scale : Models.SCALES) {
            detection.right.put(scale, detection.right(scale));
        }
        return detection;
    }

    private void seeded() {
        List<Model> models = Arrays.stream(Models.SCALES)
                .boxed()
                .flatMap(scale -> Models.at(scale, 0).stream())
                .toList();
        SplittableRandom random = new SplittableRandom(SEED);
        List<List<Mutant>> mutants = new ArrayList<>();
        for (Model model : models) {
            List<Mutant> of = Catalogue.mutants(model, 1);
            mutants.add(quick ? of.stream().filter(m -> random.nextInt(25) == 0).toList() : of);
        }
        mutants.parallelStream()
                .filter(of -> !of.isEmpty())
                .map(of -> {
                    Truth truth = new Truth(of.get(0).right());
                    return of.stream().map(m -> Trial.of(m, truth)).toList();
                })
                .toList()
                .forEach(trials::addAll);
    }

    private List<Right> right(double scale) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Model> models = new ArrayList<>();
        int drawn = quick ? 25 : 2500;
        for (int seed = 0; models.size() < drawn / 5 && !quick; seed++) {
            models.addAll(Models.at(scale, 1000 + seed));
        }
        while (models.size() < drawn) {
            models.add(CorrectFunctions.draw(random, scale));
        }
        return IntStream.range(0, models.size())
                .parallel()
                .mapToObj(k -> {
                    Model model = models.get(k);
                    Set<PeerRules> accepting = k % SAMPLE == 0 ? Trial.accepting(model) : null;
                    return new Right(model, Outcome.of(model, 2), accepting);
                })
                .toList();
    }

    List<Trial> trials() {
        return trials;
    }

    // ---- scores ----

    private Map<String, Tally> tallies(Function<Trial, String> key) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        trials.forEach(t -> tallies.computeIfAbsent(key.apply(t), Tally::new).add(t));
        return tallies;
    }

    private Tally all() {
        Tally all = new Tally("all");
        trials.forEach(all::add);
        return all;
    }

    private long right(double scale, Verdict verdict) {
        return right.get(scale).stream()
                .filter(r -> r.outcome().verdict() == verdict)
                .count();
    }

    /** What was to be reached and was not, a sentence each. */
    List<String> missedGoals() {
        List<String> missed = new ArrayList<>();
        Tally all = all();
        require(missed, all.missed() == 0, "faults that count passed: " + all.missed());
        require(
                missed,
                all.inconclusive() <= 0.02 * all.counts(),
                "inconclusive faults: " + all.inconclusive() + " of " + all.counts());
        require(missed, all.named() >= 0.97 * all.found(), "named exactly: " + all.named() + " of " + all.found());
        for (double scale : Models.SCALES) {
            long failed = right(scale, Verdict.FAIL);
            long open = right(scale, Verdict.INCONCLUSIVE);
            int checks = right.get(scale).size();
            require(missed, failed == 0, "right functions that failed at scale " + scale + ": " + failed);
            require(
                    missed,
                    scale > 10 || open <= 0.05 * checks,
                    "right functions that were inconclusive at scale " + scale + ": " + open + " of " + checks);
        }
        return missed;
    }

    private static void require(List<String> missed, boolean reached, String sentence) {
        if (!reached) {
            missed.add("goal missed: " + sentence);
        }
    }

    // ---- output ----

    private void print(PrintStream out) {
        for (Map.Entry<String, Map<String, Tally>> table : tables().entrySet()) {
            out.println(Tally.heading(table.getKey()));
            table.getValue().values().forEach(t -> out.println(t.row()));
            out.println();
        }
        out.println(all().row());
        out.println();
        out.println("found although nothing that counts changes: " + all().foundBesides());
        trials.stream()
                .filter(t -> t.counts() && !(t.found() && t.outcome().named()))
                .forEach(t -> out.println(describe(t)));
        out.println();
        out.printf(
                Locale.ROOT,
                "%-16s %8s %8s %8s %8s %8s %8s%s%n",
                "right functions",
                "checks",
                "PASS",
                "KINK",
                "INCONCL.",
                "FAIL",
                "ms",
                " | false alarms of others");
        right.forEach((scale, list) -> out.printf(
                Locale.ROOT,
                "scale %-10s %8d %8d %8d %8d %8d %8.1f%s%n",
                scale,
                list.size(),
                right(scale, Verdict.PASS),
                right(scale, Verdict.KINK),
                right(scale, Verdict.INCONCLUSIVE),
                right(scale, Verdict.FAIL),
                1e3
                        * list.stream()
                                .mapToDouble(r -> r.outcome().seconds())
                                .average()
                                .orElse(0),
                falseAlarms(list)));
        right.values().stream()
                .flatMap(List::stream)
                .filter(r -> r.outcome().verdict() == Verdict.FAIL)
                .forEach(r -> out.println("false alarm: " + r.model().name() + " at scale "
                        + r.model().scale() + ": " + r.outcome().said()));
    }

    /** How often the others reject a right function that has no kink. */
    private static String falseAlarms(List<Right> right) {
        List<Right> asked = right.stream()
                .filter(r -> r.accepting() != null && !r.outcome().kinks())
                .toList();
        StringBuilder s = new StringBuilder(" |");
        for (PeerRules rule : PeerRules.values()) {
            long rejected =
                    asked.stream().filter(r -> !r.accepting().contains(rule)).count();
            s.append(String.format(Locale.ROOT, " %s %.1f %%", rule.title(), 100.0 * rejected / asked.size()));
        }
        return s.toString();
    }

    private Map<String, Map<String, Tally>> tables() {
        Map<String, Map<String, Tally>> tables = new LinkedHashMap<>();
        tables.put("kind", tallies(t -> t.mutant().kind()));
        tables.put("scale", tallies(t -> "scale " + t.mutant().right().scale()));
        tables.put("model", tallies(t -> t.mutant().right().name()));
        return tables;
    }

    private static String describe(Trial t) {
        Mutant m = t.mutant();
        return String.format(
                Locale.ROOT,
                "%s: %s at operand %d of %s (%%%d) of %s, scale %s: %s",
                t.found() ? "not named" : t.outcome().verdict(),
                m.kind(),
                m.operand(),
                m.label(),
                m.step(),
                m.right().name(),
                m.right().scale(),
                t.outcome().said());
    }

    private void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, Map<String, Tally>> table : tables().entrySet()) {
            List<String> lines = new ArrayList<>(List.of(Tally.csvHeading(table.getKey())));
            table.getValue().values().forEach(t -> lines.add(t.csv()));
            lines.add(all().csv());
            Files.write(folder.resolve(table.getKey() + "s.csv"), lines);
        }
        List<String> lines = new ArrayList<>(List.of("kind,model,scale,operation,operand,counts,verdict,named,fooled"));
        for (Trial t : trials) {
            Mutant m = t.mutant();
            lines.add(String.format(
                    Locale.ROOT,
                    "\"%s\",\"%s\",%s,\"%s\",%d,%b,%s,%b,\"%s\"",
                    m.kind(),
                    m.right().name(),
                    m.right().scale(),
                    m.label(),
                    m.operand(),
                    t.counts(),
                    t.outcome().verdict(),
                    t.outcome().named(),
                    t.fooled()));
        }
        Files.write(folder.resolve("faults.csv"), lines);
        Picture.write(List.copyOf(tables().get("kind").values()), folder.resolve("detection.png"));
    }
}
