package dev.wengert.check.detection;

import dev.wengert.check.Blame;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Tensor;
import java.util.List;

/**
 * What the checker said of one model.
 *
 * @param verdict the verdict; FAIL also where the checker refused the function with an error
 * @param named whether everything blamed is the fault itself
 * @param kinks whether an entry is at a kink
 * @param seconds the time of the thread that it took
 * @param said what was blamed, or the worst entry
 */
record Outcome(Verdict verdict, boolean named, boolean kinks, double seconds, String said) {

    /** Checks a mutant. */
    static Outcome of(Mutant mutant) {
        return of(mutant.wrong(), mutant.order(), mutant);
    }

    /** Checks a right model. */
    static Outcome of(Model model, int order) {
        return of(model, order, null);
    }

    private static Outcome of(Model model, int order, Mutant mutant) {
        double start = Clock.seconds();
        GradientReport report;
        try {
            report = GradientCheck.ofAll(model.f())
                    .at(model.x().toArray(Tensor[]::new))
                    .order(Math.max(2, order))
                    .run();
        } catch (IllegalArgumentException refused) {
            return new Outcome(Verdict.FAIL, false, false, Clock.seconds() - start, "refused: " + refused.getMessage());
        }
        double seconds = Clock.seconds() - start;
        List<Blame> blames = report.blames();
        boolean named = mutant != null
                && !blames.isEmpty()
                && blames.stream().allMatch(b -> mutant.wiring() ? namesEdge(b, mutant) : namesOperation(b, mutant));
        return new Outcome(report.verdict(), named, report.count(Verdict.KINK) > 0, seconds, said(report));
    }

    private static boolean namesOperation(Blame blame, Mutant mutant) {
        return blame.operation().equals("spoiled " + mutant.label())
                && (blame.step() == mutant.step() || !blame.where().equals("function"));
    }

    /** The detach that was put in is blamed, or the operation whose operand was frozen, with the edge. */
    private static boolean namesEdge(Blame blame, Mutant mutant) {
        String operand = "operand " + mutant.operand();
        return blame.what().contains("edge") && blame.operation().equals("detach")
                || blame.what().contains("made from " + operand + " of " + mutant.label() + ",")
                || blame.operation().equals(mutant.label())
                        && blame.what().contains(" edge to " + operand + ": its value");
    }

    private static String said(GradientReport report) {
        if (!report.blames().isEmpty()) {
            return report.blames().toString();
        }
        return report.entries().stream()
                .findFirst()
                .filter(e -> e.verdict() != Verdict.PASS)
                .map(Object::toString)
                .orElse(report.facts().toString());
    }
}
