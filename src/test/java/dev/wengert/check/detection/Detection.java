package dev.wengert.check.detection;

import dev.wengert.check.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Scores the gradient checker, and the acceptance rules of others, on seeded faults and on right functions.
 *
 * <p>{@code mvn -q test-compile exec:java -Dexec.mainClass=dev.wengert.check.detection.Detection} prints the tables and writes them, as CSV, Markdown and a picture, to
 * {@code target/detection}; with {@code -Dexec.args=--quick} a sample of both, in which every kind of fault is. The exit status is 1
 * where a goal was missed.
 */
final class Detection {

    private static final long SEED = 2026;

    /** The other rules are asked of every so manieth right function. */
    private static final int SAMPLE = 5;

    private static final int RIGHT_FUNCTIONS = 2500;
    private static final int QUICK_RIGHT_FUNCTIONS = 20;

    /** In how many parts right functions are drawn. */
    private static final int PARTS = 10;

    /** How many mutants of a kind a sample tries until one counts. */
    private static final int TRIES = 4;

    private static final int ENTRIES = 60;

    private final boolean quick;
    private final Consumer<String> log;

    private Detection(boolean quick, Consumer<String> log) {
        this.quick = quick;
        this.log = log;
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
        Scores scores = run(quick, System.err::println, Detection::write);
        scores.tables().values().forEach(table -> System.out.println(table.text() + "\n"));
        List<String> missed = scores.missedGoals();
        missed.forEach(System.out::println);
        System.exit(missed.isEmpty() ? 0 : 1);
    }

    /** Writes the tables and the picture. */
    private static void write(Scores scores) {
        Path folder = Path.of("target", "detection");
        try {
            Files.createDirectories(folder);
            StringBuilder page = new StringBuilder();
            for (Map.Entry<String, Table> table : scores.tables().entrySet()) {
                table.getValue().write(folder.resolve(table.getKey() + ".csv"));
                page.append(table.getValue().markdown()).append("\n\n");
            }
            Files.writeString(folder.resolve("tables.md"), page);
            scores.faults().write(folder.resolve("faults.csv"));
            Picture.write(scores.tables().get("kinds"), folder.resolve("detection.png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Seeds, checks and counts.
     *
     * @param quick whether a sample is enough
     * @param log takes a line for every step on the way, and for every fault that was not found and named
     * @param write takes what there is, a few times on the way
     * @return all of it
     */
    static Scores run(boolean quick, Consumer<String> log, Consumer<Scores> write) {
        Detection detection = new Detection(quick, log);
        List<Trial> trials = quick ? detection.sample() : detection.seeded();
        write.accept(new Scores(trials, Map.of(), List.of()));
        Map<String, List<OneEntry>> entries = detection.entries();
        List<Right> right = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            right.addAll(detection.right(part));
            write.accept(new Scores(trials, entries, right));
        }
        return new Scores(trials, entries, right);
    }

    // ---- faults ----

    /** One mutant of each kind for each model and scale. */
    private List<Trial> seeded() {
        Catalogue catalogue = new Catalogue(SEED);
        List<List<Mutant>> mutants = new ArrayList<>();
        for (double scale : Models.SCALES) {
            Models.at(scale, 0).forEach(model -> mutants.add(catalogue.next(model)));
        }
        Progress progress = progress("models with faults", mutants.size());
        return mutants.parallelStream()
                .map(of -> {
                    Truth truth = new Truth(of.get(0).right());
                    List<Trial> trials =
                            of.stream().map(m -> trial(m, truth.counts(m))).toList();
                    progress.step();
                    return trials;
                })
                .toList()
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    /** One mutant of each kind, one that counts if there is one among the first few; each model is at another scale. */
    private List<Trial> sample() {
        Catalogue catalogue = new Catalogue(SEED);
        List<Mutant> mutants = new ArrayList<>();
        int names = Models.at(1, 0).size();
        for (int k = 0; k < names; k++) {
            double scale = Models.SCALES[k % Models.SCALES.length];
            mutants.addAll(catalogue.next(Models.at(scale, 0).get(k)));
        }
        Map<String, List<Mutant>> kinds =
                mutants.stream().collect(Collectors.groupingBy(Mutant::kind, LinkedHashMap::new, Collectors.toList()));
        Progress progress = progress("kinds of faults", kinds.size());
        List<List<Mutant>> all = new ArrayList<>(kinds.values());
        return IntStream.range(0, all.size())
                .parallel()
                .mapToObj(k -> {
                    Trial trial = one(all.get(k), k);
                    progress.step();
                    return trial;
                })
                .toList();
    }

    private Trial one(List<Mutant> kind, int from) {
        Mutant last = null;
        for (int k = 0; k < Math.min(TRIES, kind.size()); k++) {
            last = kind.get((from + k) % kind.size());
            if (new Truth(last.right()).counts(last)) {
                return trial(last, true);
            }
        }
        return trial(last, false);
    }

    private Trial trial(Mutant mutant, boolean counts) {
        Trial trial = new Trial(mutant, counts, Outcome.of(mutant), Trial.accepting(mutant.wrong()));
        if (trial.isTrouble()) {
            log.accept(trial.toString());
        }
        return trial;
    }

    private Map<String, List<OneEntry>> entries() {
        Map<String, List<OneEntry>> entries = new LinkedHashMap<>();
        entries.put("0.1 %", entries(1.001, 1));
        entries.put("1 %", entries(1.01, 1));
        entries.put("doubled", entries(2, 1));
        entries.put("doubled, scale 10", entries(2, 10));
        return entries;
    }

    private List<OneEntry> entries(double factor, double scale) {
        int seeds = quick ? 1 : ENTRIES;
        Progress progress = progress("one entry, factor " + factor + ", scale " + scale, seeds);
        return LongStream.range(0, seeds)
                .parallel()
                .mapToObj(seed -> {
                    OneEntry entry = OneEntry.of(seed, factor, scale);
                    progress.step();
                    return entry;
                })
                .toList();
    }

    // ---- right functions ----

    /** A part of the right functions, as many at each scale: a fifth of them the models with other numbers, the others random graphs. */
    private List<Right> right(int part) {
        int drawn = (quick ? QUICK_RIGHT_FUNCTIONS : RIGHT_FUNCTIONS) / PARTS;
        List<Model> models = new ArrayList<>();
        for (double scale : Models.SCALES) {
            SplittableRandom random = new SplittableRandom(SEED + Double.hashCode(scale) + part);
            List<Model> some = new ArrayList<>();
            for (int seed = 0; some.size() < drawn / 5; seed++) { // none in a sample
                some.addAll(Models.at(scale, 1000 + 100 * part + seed));
            }
            while (some.size() < drawn) {
                some.add(CorrectFunctions.draw(random, scale));
            }
            models.addAll(some);
        }
        Progress progress = progress("right functions, part " + (part + 1) + " of " + PARTS, models.size());
        return IntStream.range(0, models.size())
                .parallel()
                .mapToObj(k -> {
                    Model model = models.get(k);
                    Outcome outcome = Outcome.of(model, 2);
                    if (outcome.verdict() == Verdict.FAIL) {
                        log.accept("false alarm: " + model.name() + " " + k + " of part " + part + " at scale "
                                + model.scale() + ": " + outcome.said());
                    }
                    progress.step();
                    return new Right(model, outcome, k % SAMPLE == 0 ? Trial.accepting(model) : null);
                })
                .toList();
    }

    private Progress progress(String task, int steps) {
        return new Progress(task, steps, log);
    }
}
