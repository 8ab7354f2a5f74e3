package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.plan.Draft.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The register numbers for the operands and results of the steps of one fused instruction. A register is reused when its value is no longer
 * needed.
 */
final class Registers {

    private final Map<Value, Integer> registers = new IdentityHashMap<>();
    private final List<Value> loaded = new ArrayList<>();
    private final int[][] operands;
    private final int[] results;
    private int count;

    /**
     * Assigns registers.
     *
     * @param steps the steps, in order
     * @param kept results that are needed after the last step
     */
    Registers(List<Value> steps, Set<Value> kept) {
        Map<Value, Integer> lastUse = new HashMap<>();
        for (int k = 0; k < steps.size(); k++) {
            for (Value x : steps.get(k).x) {
                lastUse.put(x.root(), k);
            }
        }
        steps.forEach(step -> registers.put(step, null));
        for (Value step : steps) {
            for (Value x : step.x) {
                if (!registers.containsKey(x.root())) {
                    registers.put(x.root(), count++);
                    loaded.add(x.root());
                }
            }
        }
        Deque<Integer> free = new ArrayDeque<>();
        operands = new int[steps.size()][];
        results = new int[steps.size()];
        for (int k = 0; k < steps.size(); k++) {
            Value step = steps.get(k);
            operands[k] = new int[step.x.length];
            for (int i = 0; i < step.x.length; i++) {
                operands[k][i] = registers.get(step.x[i].root());
            }
            results[k] = free.isEmpty() ? count++ : free.pop();
            registers.put(step, results[k]);
            for (Value x : step.x) {
                // registers of loaded values are not reused: the next block may need them
                if (lastUse.remove(x.root(), k)
                        && !kept.contains(x.root())
                        && registers.get(x.root()) >= loaded.size()) {
                    free.push(registers.get(x.root()));
                }
            }
        }
    }

    /** The values loaded from outside, in the order of their registers, which are the first ones. */
    List<Value> loaded() {
        return loaded;
    }

    int count() {
        return count;
    }

    int[] operands(int k) {
        return operands[k];
    }

    int result(int k) {
        return results[k];
    }

    int of(Value value) {
        return registers.get(value);
    }
}
