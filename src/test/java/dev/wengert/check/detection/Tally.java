package dev.wengert.check.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The score over some mutants. */
final class Tally {

    private final String name;
    private final List<Trial> trials = new ArrayList<>();

    Tally(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void add(Trial trial) {
        trials.add(trial);
    }

    /** How many faults were seeded. */
    int seeded() {
        return trials.size();
    }

    private List<Trial> counting() {
        return trials.stream().filter(Trial::counts).toList();
    }

    /** How many of them count. */
    int counts() {
        return counting().size();
    }

    int found() {
        return (int) counting().stream().filter(Trial::found).count();
    }

    int named() {
        return (int) counting().stream()
                .filter(t -> t.found() && t.outcome().named())
                .count();
    }

    int inconclusive() {
        return (int) counting().stream().filter(Trial::inconclusive).count();
    }

    int missed() {
        return counts() - found() - inconclusive();
    }

    /** How many were found although they change nothing that counts: the rule is wrong all the same. */
    int foundBesides() {
        return (int) trials.stream().filter(t -> !t.counts() && t.found()).count();
    }

    int found(PeerRules rule) {
        return (int) counting().stream().filter(t -> !t.fooled().contains(rule)).count();
    }

    /** The mean time of a check in milliseconds. */
    double milliseconds() {
        return 1e3
                * trials.stream()
                        .mapToDouble(t -> t.outcome().seconds())
                        .average()
                        .orElse(0);
    }

    /** The heading of {@link #row}. */
    static String heading(String of) {
        StringBuilder s = new StringBuilder(String.format(
                Locale.ROOT,
                "%-32s %6s %6s | %6s %6s %6s %6s %7s |",
                of,
                "seeded",
                "count",
                "found",
                "named",
                "incon.",
                "missed",
                "ms"));
        for (PeerRules rule : PeerRules.values()) {
            s.append(String.format(Locale.ROOT, " %13s", rule.title()));
        }
        return s.toString();
    }

    /** What was found by the checker, in numbers, and by the others, in percent. */
    String row() {
        StringBuilder s = new StringBuilder(String.format(
                Locale.ROOT,
                "%-32s %6d %6d | %6d %6d %6d %6d %7.1f |",
                name,
                seeded(),
                counts(),
                found(),
                named(),
                inconclusive(),
                missed(),
                milliseconds()));
        for (PeerRules rule : PeerRules.values()) {
            s.append(
                    counts() == 0
                            ? String.format(Locale.ROOT, " %13s", "–")
                            : String.format(Locale.ROOT, " %11.1f %%", 100.0 * found(rule) / counts()));
        }
        return s.toString();
    }

    /** The heading of {@link #csv}. */
    static String csvHeading(String of) {
        StringBuilder s = new StringBuilder(of + ",seeded,count,found,named,inconclusive,missed,milliseconds");
        for (PeerRules rule : PeerRules.values()) {
            s.append(',').append(rule.title());
        }
        return s.toString();
    }

    /** The numbers of {@link #row}, all of them counts. */
    String csv() {
        StringBuilder s = new StringBuilder(String.format(
                Locale.ROOT,
                "\"%s\",%d,%d,%d,%d,%d,%d,%.1f",
                name,
                seeded(),
                counts(),
                found(),
                named(),
                inconclusive(),
                missed(),
                milliseconds()));
        for (PeerRules rule : PeerRules.values()) {
            s.append(',').append(found(rule));
        }
        return s.toString();
    }
}
