package dev.wengert.check.detection;

import dev.wengert.autodiff.Variable;
import dev.wengert.check.Verdict;
import java.util.EnumSet;
import java.util.List;
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

    static Trial of(Mutant mutant, Truth truth) {
        return new Trial(mutant, truth.counts(mutant), Outcome.of(mutant), accepting(mutant.wrong()));
    }

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
}
