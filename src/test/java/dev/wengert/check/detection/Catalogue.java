package dev.wengert.check.detection;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The faults of all kinds, in models at all scales: one of each kind that a model can have, each time at the operation where that kind
 * was seen least before.
 */
final class Catalogue {

    private final SplittableRandom random;
    private final Map<String, Integer> seen = new HashMap<>();

    Catalogue(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The next mutants of a model, by kind. */
    List<Mutant> next(Model model) {
        Map<String, List<Mutant>> kinds = new LinkedHashMap<>();
        for (Mutant mutant : all(model)) {
            kinds.computeIfAbsent(mutant.kind(), kind -> new ArrayList<>()).add(mutant);
        }
        List<Mutant> chosen = new ArrayList<>();
        for (List<Mutant> kind : kinds.values()) {
            Collections.shuffle(kind, new java.util.Random(random.nextLong()));
            Mutant rare = Collections.min(kind, Comparator.comparing(m -> seen.getOrDefault(m.place(), 0)));
            seen.merge(rare.place(), 1, Integer::sum);
            chosen.add(rare);
        }
        return chosen;
    }

    /** Every mutant of a model. */
    static List<Mutant> all(Model model) {
        List<Mutant> all = new ArrayList<>();
        Tape tape = Graphs.tape(model);
        int inputs = tape.inputs().size();
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable step = tape.steps().get(k);
            Op op = step.op().orElseThrow();
            for (int i = 0; i < step.inputs().size(); i++) {
                if (!moves(tape, step, i)) {
                    continue;
                }
                for (Fault fault : Faults.all()) {
                    if (fault.place().fits(step, i)) {
                        Spoiled spoiled = new Spoiled(step, i, fault);
                        Model wrong = model.with(Graphs.replaced(model.f(), k, spoiled));
                        all.add(new Mutant(
                                fault.kind(), fault.order(), model, wrong, op.label(), inputs + k, i, false));
                    }
                }
                for (Wiring wiring : Wiring.values()) {
                    if (wiring.fits(tape, k, i)) {
                        Model wrong = model.with(wiring.wrong(model.f(), tape, k, i));
                        all.add(new Mutant(wiring.kind(), 1, model, wrong, op.label(), inputs + k, i, true));
                    }
                }
            }
        }
        return all;
    }

    /** Whether an operand depends on the inputs, and a derivative passes from it. */
    private static boolean moves(Tape tape, Variable step, int i) {
        Variable v = step.inputs().get(i);
        Variable g = Variable.of(Tensor.ones(step.shape()));
        return (tape.inputs().contains(v) || tape.steps().contains(v))
                && step.op().orElseThrow().vjp(i, g, step, step.inputs()) != null;
    }
}
