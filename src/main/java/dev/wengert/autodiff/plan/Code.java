package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.plan.Draft.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A compiled program: instructions, and the arrays that they work on. Inputs and outputs are copied from and to the caller's arrays at an
 * offset, so that the program can be the body of another one, which walks along larger arrays.
 */
public final class Code {

    private final List<double[]> inputs = new ArrayList<>();
    private final List<double[]> outputs;
    private final Instruction[] computing;
    private final Instruction[] assigning;

    /**
     * Compiles a program.
     *
     * @param draft the program; compiling changes it
     * @param targets the outputs that are assigned
     * @param passes the passes that make it faster
     */
    public Code(Draft draft, List<Target> targets, Set<Pass> passes) {
        passes.forEach(pass -> pass.apply(draft));
        for (Value input : draft.inputs()) {
            inputs.add(new double[input.size()]);
        }
        for (Target target : targets) {
            target.buffer = target.input < 0
                    ? new double[draft.outputs().get(target.output).size()]
                    : inputs.get(target.input);
        }
        Assembler assembler = new Assembler(draft, inputs, targets, passes);
        computing = assembler.computing().toArray(Instruction[]::new);
        assigning = assembler.assigning().toArray(Instruction[]::new);
        outputs = List.copyOf(assembler.results());
    }

    /** The array of an input. */
    public double[] input(int i) {
        return inputs.get(i);
    }

    /** Copies an input from an array, starting at an offset. */
    public void load(int i, double[] from, int offset) {
        System.arraycopy(from, offset, inputs.get(i), 0, inputs.get(i).length);
    }

    /** Computes the outputs that are not assigned. */
    public void run() {
        for (Instruction instruction : computing) {
            instruction.run();
        }
    }

    /** Assigns the others, after a run that did not throw. This cannot throw. */
    public void assign() {
        for (Instruction instruction : assigning) {
            instruction.run();
        }
    }

    /** Copies an output to an array, starting at an offset. */
    public void store(int i, double[] to, int offset) {
        System.arraycopy(outputs.get(i), 0, to, offset, outputs.get(i).length);
    }

    /** Adds an output to a part of an array, starting at an offset. */
    public void add(int i, double[] to, int offset) {
        double[] output = outputs.get(i);
        for (int k = 0; k < output.length; k++) {
            to[offset + k] += output[k];
        }
    }
}
