package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.plan.Draft.Value;
import dev.wengert.kernel.Rows;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * An instruction that runs fused elementwise steps on arrays of one size, block by block: all steps on one block, then all on the next. So
 * intermediate results stay in the first-level cache. Blocks are loaded as copies, so a result may take the array of an operand. An
 * operand that is broadcast is repeated when it is loaded.
 */
final class BlockRun extends Instruction {

    /** Number of elements in a block of 4 KiB. Eight blocks fill most of a cache of 48 KiB. */
    static final int BLOCK = 512;

    /** Arrays of at most this many elements are one block: for them, copies cost more than the cache saves. */
    static final int WHOLE = 4096;

    private final Kernel[] kernels;
    private final double[][] y;
    private final double[][][] x;

    /** The registers by number. */
    private final double[][] registers;

    /** The arrays that are loaded into the first registers; a shorter array repeats, an array of one element fills its register. */
    private final double[][] sources;

    /** How many times in succession each element of a source is loaded. */
    private final int[] runs;

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
     * @param scratch the arrays of the registers, at least as long as a block
     * @param sources the arrays that are loaded, as the assignment says
     * @param kept the results that are stored
     * @param targets the arrays that store them
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
        runs = assignment.loaded().stream().mapToInt(Registers.Load::run).toArray();
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

    /** The number of elements in a block of arrays of this size. */
    static int block(int size) {
        return size <= WHOLE ? size : BLOCK;
    }

    private static Shape[] shapes(int n, int size) {
        Shape[] shapes = new Shape[n];
        Arrays.fill(shapes, Shape.of(size));
        return shapes;
    }

    /** Whether a step reads its operand without a copy: if there is only one block. */
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
            int length = sources[i].length;
            if (length == size && block < size) {
                System.arraycopy(sources[i], at, registers[i], 0, n);
            } else if (length != size && length > 1) {
                Rows.repeat(sources[i], length, runs[i], at, registers[i], n);
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
