package dev.wengert.check.detection;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** All faults of all kinds that a model can have. */
final class Catalogue {

    private Catalogue() {}

    /**
     * The mutants of a model.
     *
     * @param most how many of each kind; if there are more places for it, some are drawn
     */
    static List<Mutant> mutants(Model model, int most) {
        Map<String, List<Mutant>> kinds = new LinkedHashMap<>();
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
                        put(
                                kinds,
                                new Mutant(
                                        fault.kind(), fault.order(), model, wrong, op.label(), inputs + k, i, false));
                    }
                }
                for (Wiring wiring : Wiring.values()) {
                    if (wiring.fits(tape, k, i)) {
                        Model wrong = model.with(wiring.wrong(model.f(), tape, k, i));
                        put(kinds, new Mutant(wiring.kind(), 1, model, wrong, op.label(), inputs + k, i, true));
                    }
                }
            }
        }
        List<Mutant> all = new ArrayList<>();
        Random random = new Random(model.name().hashCode() + Double.hashCode(model.scale()));
        for (List<Mutant> kind : kinds.values()) {
            Collections.shuffle(kind, random);
            all.addAll(kind.subList(0, Math.min(most, kind.size())));
        }
        return all;
    }

    private static void put(Map<String, List<Mutant>> kinds, Mutant mutant) {
        kinds.computeIfAbsent(mutant.kind(), kind -> new ArrayList<>()).add(mutant);
    }

    /** Whether an operand depends on the inputs, and a derivative passes from it. */
    private static boolean moves(Tape tape, Variable step, int i) {
        Variable v = step.inputs().get(i);
        Variable g = Variable.of(Tensor.ones(step.shape()));
        return (tape.inputs().contains(v) || tape.steps().contains(v))
                && step.op().orElseThrow().vjp(i, g, step, step.inputs()) != null;
    }
}
