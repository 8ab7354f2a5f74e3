package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Strided;
import dev.wengert.autodiff.plan.Draft.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The register numbers for the operands and results of the steps of one fused instruction. A register is reused when its value is no longer
 * needed.
 */
final class Registers {

    /**
     * What is read of a value: its elements, each {@code run} times in succession, and again from the first on. A run of 1 is the value
     * itself, if it has as many elements as the step that reads it.
     */
    record Load(Value value, int run) {

        /** What a step reads of an operand; the run is 0 if that is no such repetition. */
        static Load of(Value x, Value step) {
            boolean plain = x.size() == step.size() || x.size() == 1;
            return new Load(x.root(), plain ? 1 : Strided.run(x.shape, step.shape));
        }

        /** Written out, as is the hash: those that Java makes for records are linked at the start. */
        @Override
        public boolean equals(Object o) {
            return o instanceof Load other && value == other.value && run == other.run;
        }

        @Override
        public int hashCode() {
            return 31 * value.hashCode() + run;
        }
    }

    private final Map<Load, Integer> registers = new HashMap<>();
    private final List<Load> loaded = new ArrayList<>();
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
        Map<Load, Integer> lastUse = new HashMap<>();
        for (int k = 0; k < steps.size(); k++) {
            for (Value x : steps.get(k).x) {
                lastUse.put(Load.of(x, steps.get(k)), k);
            }
        }
        steps.forEach(step -> registers.put(new Load(step, 1), null));
        for (Value step : steps) {
            for (Value x : step.x) {
                Load load = Load.of(x, step);
                if (!registers.containsKey(load)) {
                    registers.put(load, count++);
                    loaded.add(load);
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
                operands[k][i] = registers.get(Load.of(step.x[i], step));
            }
            results[k] = free.isEmpty() ? count++ : free.pop();
            registers.put(new Load(step, 1), results[k]);
            for (Value x : step.x) {
                Load load = Load.of(x, step);
                // registers of loaded values are not reused: the next block may need them
                if (lastUse.remove(load, k) && !kept.contains(load.value) && registers.get(load) >= loaded.size()) {
                    free.push(registers.get(load));
                }
            }
        }
    }

    /** What is loaded from outside, in the order of the registers, which are the first ones. */
    List<Load> loaded() {
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
        return registers.get(new Load(value, 1));
    }
}
