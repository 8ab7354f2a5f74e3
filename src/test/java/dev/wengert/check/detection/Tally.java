package dev.wengert.check.detection;

import dev.wengert.check.Verdict;
import java.util.List;
import java.util.function.Predicate;

/** The score over some mutants. */
final class Tally {

    private final List<Trial> trials;

    Tally(List<Trial> trials) {
        this.trials = List.copyOf(trials);
    }

    /** The score over those for which something holds. */
    Tally only(Predicate<Trial> condition) {
        return new Tally(trials.stream().filter(condition).toList());
    }

    private int count(Predicate<Trial> condition) {
        return (int) trials.stream().filter(Trial::counts).filter(condition).count();
    }

    /** How many faults were seeded. */
    int seeded() {
        return trials.size();
    }

    /** How many of them count. */
    int counts() {
        return count(t -> true);
    }

    int found() {
        return count(Trial::found);
    }

    int named() {
        return count(t -> t.found() && t.outcome().named());
    }

    int inconclusive() {
        return count(Trial::inconclusive);
    }

    int missed() {
        return counts() - found() - inconclusive();
    }

    /** What one of the other rules finds of those that count, in percent; a dash where none does. */
    Object percent(PeerRules rule) {
        return percent(count(t -> !t.fooled().contains(rule)));
    }

    /** What the checker finds of those that count. */
    Object percent() {
        return percent(found());
    }

    private Object percent(int of) {
        return counts() == 0 ? "–" : (Object) (100.0 * of / counts());
    }

    /** How many of the faults that do not count had a verdict. */
    int equivalent(Verdict verdict) {
        return (int) trials.stream()
                .filter(t -> !t.counts() && t.outcome().verdict() == verdict)
                .count();
    }

    /** The median time of a check in milliseconds. */
    double milliseconds() {
        double[] sorted =
                trials.stream().mapToDouble(t -> t.outcome().seconds()).sorted().toArray();
        return sorted.length == 0 ? 0 : 1e3 * sorted[sorted.length / 2];
    }
}
