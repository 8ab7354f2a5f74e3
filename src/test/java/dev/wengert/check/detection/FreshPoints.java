package dev.wengert.check.detection;

import dev.wengert.check.Verdict;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Puts every fourth fault of all kinds into models with numbers of other seeds than those of {@link Detection}, and at points where all elements are
 * equal.
 *
 * <p>{@code mvn -q test-compile exec:java -Dexec.mainClass=dev.wengert.check.detection.FreshPoints -Dexec.args="1 2 3"} does so for three
 * seeds. After each it prints a line for each kind of point, of all seeds so far, and one for each fault that counts and was not found or not named.
 */
final class FreshPoints {

    private static final double[] CONSTANTS = {0, 0.5, 1, 2};

    /** Of the faults of a seed, so manieth are checked, another part for each seed. */
    private static final int EVERY = 4;

    private FreshPoints() {}

    /** What became of the faults that count. */
    private static final class Tally {
        private int faults;
        private int count;
        private int found;
        private int named;
        private int inconclusive;

        synchronized void add(Trial trial) {
            faults++;
            count += trial.counts() ? 1 : 0;
            found += trial.counts() && trial.found() ? 1 : 0;
            named += trial.counts() && trial.found() && trial.outcome().named() ? 1 : 0;
            inconclusive += trial.counts() && trial.inconclusive() ? 1 : 0;
        }

        @Override
        public String toString() {
            return faults + " faults, " + count + " count, " + found + " found, " + named + " named, " + inconclusive
                    + " inconclusive, " + (count - found - inconclusive) + " missed";
        }
    }

    /**
     * Runs the command.
     *
     * @param seeds the seeds
     */
    public static void main(String[] seeds) {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        for (long seed : Arrays.stream(seeds).mapToLong(Long::parseLong).toArray()) {
            Map<Mutant, String> mutants = new LinkedHashMap<>();
            Catalogue catalogue = new Catalogue(seed);
            for (Model model : Models.at(1, 1_000_000 + seed)) {
                points(model).forEach((point, at) -> {
                    tallies.computeIfAbsent(point, p -> new Tally());
                    catalogue.next(at).forEach(mutant -> mutants.put(mutant, point));
                });
            }
            List<Map.Entry<Mutant, String>> all = new ArrayList<>(mutants.entrySet());
            IntStream.range(0, all.size())
                    .filter(k -> k % EVERY == seed % EVERY)
                    .parallel()
                    .forEach(k -> {
                        Mutant mutant = all.get(k).getKey();
                        boolean counts = new Truth(mutant.right()).counts(mutant);
                        Trial trial = new Trial(mutant, counts, Outcome.of(mutant), Set.of());
                        tallies.get(all.get(k).getValue()).add(trial);
                        if (trial.isTrouble()) {
                            System.out.println("seed " + seed + ": " + trial);
                        }
                    });
            System.out.println("to seed " + seed);
            tallies.forEach((point, tally) -> System.out.println(point + ": " + tally));
        }
    }

    /** The model at its own point and at constant ones, where its value is finite. */
    private static Map<String, Model> points(Model model) {
        Map<String, Model> points = new LinkedHashMap<>();
        points.put("general", model);
        for (double c : CONSTANTS) {
            List<Tensor> x = model.x().stream().map(t -> t.map(v -> c)).toList();
            Model at = new Model(model.name() + " at " + c, model.scale(), model.f(), x);
            if (Outcome.of(at, 1).verdict() != Verdict.FAIL && Double.isFinite(value(at))) {
                points.put("all elements " + c, at);
            }
        }
        return points;
    }

    private static double value(Model model) {
        try {
            return Graphs.tape(model).outputs().get(0).value().toArray()[0];
        } catch (IllegalArgumentException refused) {
            return Double.NaN;
        }
    }
}
