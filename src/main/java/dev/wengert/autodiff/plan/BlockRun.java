package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.plan.Draft.Value;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Elementwise steps over arrays of one size, all of them on one block of elements before the next: what stays between the steps does not
 * leave the first-level cache. A block that is loaded is a copy, so a result may take the array of an operand.
 */
final class BlockRun extends Instruction {

    /** Elements of a block. Eight of 4 KiB fill most of a cache of 48 KiB. */
    static final int BLOCK = 512;

    /** Up to so many elements arrays are one block: there copies cost more than what they keep in the cache. */
    static final int WHOLE = 4096;

    private final Kernel[] kernels;
    private final double[][] y;
    private final double[][][] x;

    /** The registers by number. */
    private final double[][] registers;

    /** The arrays of what is loaded into the first registers; those of one element fill theirs. */
    private final double[][] sources;

    private final int[] stored;
    private final double[][] targets;
    private final int size;
    private final int block;
    private final double[][] work;

    /** By the number of operands, the shapes of a whole block and of the last one. */
    private final Shape[][] whole = new Shape[4][];

    private final Shape[][] last = new Shape[4][];

    /**
     * The instruction for some steps.
     *
     * @param steps the steps, in order
     * @param assignment their registers
     * @param scratch arrays of as many elements as a block has, or more, that serve as registers
     * @param sources the arrays of what is loaded
     * @param kept the results that are stored
     * @param targets the arrays where they are stored
     * @param work scratch
     */
    BlockRun(
            List<Value> steps,
            Registers assignment,
            double[][] scratch,
            double[][] sources,
            List<Value> kept,
            double[][] targets,
            double[][] work) {
        this.sources = sources;
        this.targets = targets;
        this.work = work;
        registers = scratch;
        size = steps.get(0).size();
        block = block(size);
        stored = kept.stream().mapToInt(assignment::of).toArray();
        kernels = new Kernel[steps.size()];
        y = new double[kernels.length][];
        x = new double[kernels.length][][];
        for (int k = 0; k < kernels.length; k++) {
            kernels[k] = steps.get(k).kernel;
            y[k] = registers[assignment.result(k)];
            int[] operands = assignment.operands(k);
            x[k] = new double[operands.length][];
            for (int i = 0; i < operands.length; i++) {
                int register = operands[i];
                x[k][i] = isReadInPlace(register) ? sources[register] : registers[register];
            }
        }
        for (int n = 0; n < whole.length; n++) {
            whole[n] = shapes(n, block);
            last[n] = shapes(n, size - (size - 1) / block * block);
        }
    }

    /** How many elements a block of arrays of this size has. */
    static int block(int size) {
        return size <= WHOLE ? size : BLOCK;
    }

    private static Shape[] shapes(int n, int size) {
        Shape[] shapes = new Shape[n];
        Arrays.fill(shapes, Shape.of(size));
        return shapes;
    }

    /** Where there is one block only, nothing is copied. */
    private boolean isReadInPlace(int register) {
        return register < sources.length && sources[register].length == size && block == size;
    }

    @Override
    public void run() {
        for (int i = 0; i < sources.length; i++) {
            if (sources[i].length == 1) {
                Arrays.fill(registers[i], 0, block, sources[i][0]);
            }
        }
        int at = 0;
        for (; at + block < size; at += block) {
            run(at, block, whole);
        }
        run(at, size - at, last);
    }

    private void run(int at, int n, Shape[][] shapes) {
        for (int i = 0; i < sources.length; i++) {
            if (sources[i].length == size && block < size) {
                System.arraycopy(sources[i], at, registers[i], 0, n);
            }
        }
        for (int k = 0; k < kernels.length; k++) {
            Shape[] s = shapes[x[k].length];
            kernels[k].eval(y[k], s[0], x[k], s, work);
        }
        for (int i = 0; i < stored.length; i++) {
            System.arraycopy(registers[stored[i]], 0, targets[i], at, n);
        }
    }
}
