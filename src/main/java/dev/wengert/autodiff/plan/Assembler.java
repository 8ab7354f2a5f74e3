package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.UnaryOp;
import dev.wengert.autodiff.plan.Draft.Value;
import dev.wengert.kernel.Scratch;
import dev.wengert.tensor.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last stage of the compiler: it makes the instructions of a plan and allocates their buffers.
 *
 * <p>Elementwise steps are moved down to the first step that needs them. Neighbouring elementwise steps with equally many elements become
 * one instruction. A result keeps its buffer until its last use; then other results of the same length may take it.
 *
 * <p>A plan assigns after it has computed, and what assigns cannot throw. It copies a new value into the array of the old one. Or it
 * computes the new value there, if arithmetic alone is left to do and the old value is no longer needed.
 */
final class Assembler {

    /** Neighbouring steps that become one instruction. */
    private static final class Group {
        final List<Value> steps = new ArrayList<>();
        final boolean fused;

        /** Whether it runs when values are assigned. */
        boolean late;

        /** The target to which the last step is assigned, or null. */
        Target target;

        Group(boolean fused) {
            this.fused = fused;
        }

        int size() {
            return steps.get(0).size();
        }
    }

    private final Draft draft;
    private final List<Target> targets;
    private final Set<Pass> passes;
    private final int inputs;
    private List<Group> groups = new ArrayList<>();

    /** By {@link Value#number} of an input or step; so are {@link #group} and {@link #lastUse}. */
    private final double[][] buffers;

    private final int[] group;
    private final int[] lastUse;

    private final Map<Integer, Deque<double[]>> free = new HashMap<>();
    private final List<double[]> scratch = new ArrayList<>();
    private int longestBlock;
    private final double[][] work;
    private final List<Instruction> computing = new ArrayList<>();
    private final List<Instruction> assigning = new ArrayList<>();
    private final List<double[]> results = new ArrayList<>();

    /**
     * Makes the instructions.
     *
     * @param draft the program
     * @param inputBuffers the arrays of the inputs
     * @param targets the outputs that are assigned
     * @param passes the passes that are enabled
     */
    Assembler(Draft draft, List<double[]> inputBuffers, List<Target> targets, Set<Pass> passes) {
        this.passes = passes;
        this.draft = draft;
        this.targets = targets;
        this.inputs = inputBuffers.size();
        int count = inputs + draft.steps().size();
        buffers = new double[count][];
        group = new int[count];
        lastUse = new int[count];
        int number = 0;
        for (Value input : draft.inputs()) {
            buffers[number] = inputBuffers.get(number);
            input.number = number++;
        }
        for (Value step : draft.steps()) {
            step.number = number++;
        }
        work = Scratch.arrays(workLengths());
        copyInputs();
        form(order());
        if (passes.contains(Pass.UPDATES_IN_PLACE)) {
            moveLateGroups();
        }
        findLastUses();
        List<Target> copied = findTargets();
        groups.forEach(this::emit);
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) == null) {
                results.set(i, buffer(draft.outputs().get(i)));
            }
        }
        for (Target target : copied) {
            Shape shape = draft.outputs().get(target.output).shape;
            assigning.add(target.assign(copy(results.get(target.output), target.buffer, shape)));
        }
    }

    /** The instructions that compute the outputs, and most of what is assigned. */
    List<Instruction> computing() {
        return computing;
    }

    /** The instructions that assign; they come after the others, and cannot throw. */
    List<Instruction> assigning() {
        return assigning;
    }

    /** The arrays of the outputs. */
    List<double[]> results() {
        return results;
    }

    /** The lengths of scratch arrays that suffice for every step. */
    private int[] workLengths() {
        int[] most = Kernel.NO_WORK;
        for (Value step : draft.steps()) {
            int[] lengths = step.kernel.workLengths(shapes(step));
            most = Arrays.copyOf(most, Math.max(most.length, lengths.length));
            for (int i = 0; i < lengths.length; i++) {
                most[i] = Math.max(most[i], lengths[i]);
            }
        }
        return most;
    }

    private static Shape[] shapes(Value step) {
        Shape[] s = new Shape[step.x.length];
        for (int i = 0; i < s.length; i++) {
            s[i] = step.x[i].shape;
        }
        return s;
    }

    /** Copies inputs that are outputs, because they may be set again before the output is read. */
    private void copyInputs() {
        for (Value output : draft.outputs()) {
            Value root = output.root();
            if (isInput(root)) {
                double[] copy = new double[root.size()];
                computing.add(copy(buffers[root.number], copy, root.shape));
                results.add(copy);
            } else {
                results.add(root.constant); // null for a step, until it has its buffer
            }
        }
    }

    private static Instruction copy(double[] from, double[] to, Shape shape) {
        return new SingleStep(
                Identity.IDENTITY, to, shape, new double[][] {from}, new Shape[] {shape}, new double[0][]);
    }

    private static boolean isInput(Value root) {
        return !root.isStep() && root.constant == null;
    }

    private double[] buffer(Value x) {
        Value root = x.root();
        return root.constant != null ? root.constant : buffers[root.number];
    }

    /** Whether a step can be fused: it is elementwise, and its operands are as large as the result, or repeat in a way that can be loaded. */
    private boolean isFusible(Value step) {
        if (!passes.contains(Pass.FUSED_STEPS) || !step.kernel.elementwise() || step.size() == 0) {
            return false;
        }
        for (Value x : step.x) {
            if (Registers.Load.of(x, step).run() == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The steps in execution order. Steps that can be fused stand directly before the first step that needs them; steps that only assigned
     * values need stand at the end.
     */
    private List<Value> order() {
        List<Value> steps = draft.steps();
        int[] place = new int[buffers.length];
        Arrays.fill(place, Integer.MAX_VALUE);
        int assignedFrom = results.size() - targets.size();
        for (int i = 0; i < assignedFrom; i++) {
            Value root = draft.outputs().get(i).root();
            if (root.isStep()) {
                place[root.number] = root.number;
            }
        }
        long[] keys = new long[steps.size()];
        for (int k = steps.size() - 1; k >= 0; k--) {
            Value step = steps.get(k);
            if (!isFusible(step)) {
                place[step.number] = Math.min(place[step.number], step.number);
            }
            for (Value x : step.x) {
                Value root = x.root();
                if (root.isStep()) {
                    place[root.number] = Math.min(place[root.number], place[step.number]);
                }
            }
            keys[k] = (long) place[step.number] << 32 | k;
        }
        Arrays.sort(keys);
        List<Value> order = new ArrayList<>(keys.length);
        for (long key : keys) {
            order.add(steps.get((int) key));
        }
        return order;
    }

    private void form(List<Value> order) {
        Set<Value> assigned = new HashSet<>();
        for (Target target : targets) {
            assigned.add(draft.outputs().get(target.output).root());
        }
        Group open = null;
        for (Value step : order) {
            if (step.kernel instanceof Reshape) {
                continue;
            }
            boolean fusible = isFusible(step);
            if (open == null || !fusible || open.size() != step.size()) {
                open = new Group(fusible);
                groups.add(open);
            }
            open.steps.add(step);
            longestBlock = fusible ? Math.max(longestBlock, BlockRun.block(step.size())) : longestBlock;
            group[step.number] = groups.size() - 1;
            if (!fusible || step.size() > 1 && assigned.contains(step)) {
                open = null;
            }
        }
    }

    /** Moves groups to the end that cannot throw, and whose results are needed by nothing but such groups and what is assigned. */
    private void moveLateGroups() {
        boolean[] early = new boolean[buffers.length];
        draft.outputs().subList(0, draft.outputs().size() - targets.size()).forEach(output -> mark(output, early));
        for (int g = groups.size() - 1; g >= 0; g--) {
            Group part = groups.get(g);
            part.late = part.fused && part.size() > 1;
            for (Value step : part.steps) {
                part.late &= isArithmetic(step.kernel) && !early[step.number];
            }
            for (Value step : part.late ? List.<Value>of() : part.steps) {
                for (Value x : step.x) {
                    mark(x, early);
                }
            }
        }
        groups.sort(Comparator.comparing(part -> part.late));
        for (int g = 0; g < groups.size(); g++) {
            for (Value step : groups.get(g).steps) {
                group[step.number] = g;
            }
        }
    }

    private static void mark(Value x, boolean[] steps) {
        if (x.root().isStep()) {
            steps[x.root().number] = true;
        }
    }

    /** Whether a kernel is a loop over elements that calls nothing: others may allocate, or start a thread. */
    private static boolean isArithmetic(Kernel kernel) {
        return kernel instanceof BinaryOp
                || kernel instanceof NumberOp
                || kernel == UnaryOp.NEG
                || kernel == UnaryOp.SQUARE
                || kernel == UnaryOp.SQRT;
    }

    /** Finds the last group that reads each input or step; for a step that is an output, {@code Integer.MAX_VALUE}. */
    private void findLastUses() {
        Arrays.fill(lastUse, -1);
        for (int g = 0; g < groups.size(); g++) {
            for (Value step : groups.get(g).steps) {
                for (Value x : step.x) {
                    if (x.root().constant == null) {
                        lastUse[x.root().number] = g;
                    }
                }
            }
        }
        for (Value output : draft.outputs()) {
            if (output.root().isStep()) {
                lastUse[output.root().number] = Integer.MAX_VALUE;
            }
        }
    }

    /** Finds the assigned values that can be computed in the arrays of their targets; returns the targets of the others. */
    private List<Target> findTargets() {
        Map<Value, Integer> times = new IdentityHashMap<>();
        draft.outputs().forEach(output -> times.merge(output.root(), 1, Integer::sum));
        List<Target> others = new ArrayList<>();
        for (Target target : targets) {
            Value value = draft.outputs().get(target.output).root();
            int g = value.isStep() ? group[value.number] : 0;
            boolean oldIsDone = target.input < 0 || lastUse[target.input] <= g;
            if (value.isStep() && groups.get(g).late && times.get(value) == 1 && oldIsDone) {
                groups.get(g).target = target;
                buffers[value.number] = target.buffer;
            } else {
                others.add(target);
            }
        }
        return others;
    }

    private void emit(Group part) {
        int g = group[part.steps.get(0).number];
        List<Instruction> instructions = part.late ? assigning : computing;
        boolean single =
                part.steps.size() == 1 && part.size() > 1 && part.target == null && !repeats(part.steps.get(0));
        if (!part.fused || single) {
            Value step = part.steps.get(0);
            double[][] x = new double[step.x.length][];
            Arrays.setAll(x, i -> buffer(step.x[i]));
            allocate(step);
            instructions.add(new SingleStep(step.kernel, buffers[step.number], step.shape, x, shapes(step), work));
            release(part, g);
            return;
        }
        List<Value> kept = new ArrayList<>();
        for (Value step : part.steps) {
            if (lastUse[step.number] > g) {
                kept.add(step);
            }
        }
        Registers registers = new Registers(part.steps, new HashSet<>(kept));
        double[][] sources = new double[registers.loaded().size()][];
        Arrays.setAll(sources, i -> buffer(registers.loaded().get(i).value()));
        release(part, g); // results may take the arrays of operands, which are loaded first
        kept.forEach(this::allocate);
        double[][] stores = new double[kept.size()][];
        Arrays.setAll(stores, i -> buffers[kept.get(i).number]);
        Instruction run;
        if (part.size() == 1) {
            run = new ScalarRun(part.steps, registers, sources, kept, stores);
        } else {
            while (scratch.size() < registers.count()) {
                scratch.add(new double[longestBlock]);
            }
            run = new BlockRun(
                    part.steps,
                    registers,
                    scratch.subList(0, registers.count()).toArray(double[][]::new),
                    sources,
                    kept,
                    stores,
                    work);
        }
        Target target = part.target;
        instructions.add(target == null ? run : target.assign(run));
    }

    /** Whether a step reads an array that is repeated. */
    private static boolean repeats(Value step) {
        return Arrays.stream(step.x).anyMatch(x -> x.size() != step.size() && x.size() > 1);
    }

    /** Gives a result a buffer, if it has none. */
    private void allocate(Value step) {
        if (buffers[step.number] == null) {
            Deque<double[]> reusable = free.getOrDefault(step.size(), new ArrayDeque<>());
            buffers[step.number] = reusable.isEmpty() ? new double[step.size()] : reusable.pop();
        }
    }

    /** Frees the buffers of results that are read for the last time. */
    private void release(Group part, int g) {
        for (Value step : part.steps) {
            for (Value x : step.x) {
                Value root = x.root();
                if (root.isStep() && lastUse[root.number] == g && group[root.number] < g) {
                    lastUse[root.number] = Integer.MAX_VALUE;
                    double[] buffer = buffers[root.number];
                    free.computeIfAbsent(buffer.length, length -> new ArrayDeque<>())
                            .push(buffer);
                }
            }
        }
    }
}
