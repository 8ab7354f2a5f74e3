package dev.wengert.autodiff.plan;

/** An output that is assigned, at the end of a run, to the array of an input, or to an array of its own. */
public final class Target {

    /** A wrapper of the instruction that writes into an array, so that the owner of the value learns of it. */
    public interface Assign {
        Instruction of(double[] array, Instruction write);
    }

    /** The index of the output. */
    final int output;

    /** The index of the input that it is assigned to; negative for none. */
    final int input;

    private final Assign assign;

    /** The array that it is assigned to: the input's, if there is one. */
    double[] buffer;

    /** A target: the index of the output, the index of the input (negative for none), and the wrapper of the instruction. */
    public Target(int output, int input, Assign assign) {
        this.output = output;
        this.input = input;
        this.assign = assign;
    }

    Instruction assign(Instruction write) {
        return assign.of(buffer, write);
    }
}
