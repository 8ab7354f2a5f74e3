package dev.wengert.check.detection;

import dev.wengert.autodiff.Variable;
import dev.wengert.check.Verdict;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * One mutant before the checker and before the other rules.
 *
 * @param mutant the mutant
 * @param counts whether its fault counts
 * @param outcome what the checker said
 * @param fooled the rules that accepted it
 */
record Trial(Mutant mutant, boolean counts, Outcome outcome, Set<PeerRules> fooled) {

    /** The rules that accept a model. One that throws does not. */
    static Set<PeerRules> accepting(Model model) {
        Set<PeerRules> accepting = EnumSet.noneOf(PeerRules.class);
        for (PeerRules rule : PeerRules.values()) {
            List<Variable> x = model.x().stream().map(Variable::of).toList();
            try {
                if (rule.accepts(model.f(), x, new Random(5))) {
                    accepting.add(rule);
                }
            } catch (IllegalArgumentException | IllegalStateException refused) {
                continue;
            }
        }
        return accepting;
    }

    boolean found() {
        return outcome.verdict() == Verdict.FAIL;
    }

    boolean inconclusive() {
        return outcome.verdict() == Verdict.INCONCLUSIVE;
    }

    /** Whether the fault counts, and was not found or not named. */
    boolean isTrouble() {
        return counts && !(found() && outcome.named());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %s at operand %d of %s (%%%d) of %s, scale %s: %s",
                found() ? outcome.named() ? "named" : "not named" : outcome.verdict(),
                mutant.kind(),
                mutant.operand(),
                mutant.label(),
                mutant.step(),
                mutant.right().name(),
                mutant.right().scale(),
                outcome.said());
    }
}
