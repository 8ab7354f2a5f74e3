package dev.wengert.autodiff.plan;

/** An output that is assigned, at the end of a run, to the array of an input, or to one of its own. */
public final class Target {

    /** Wraps the instruction that writes into an array, so that others learn of the new value. */
    public interface Assign {
        Instruction of(double[] array, Instruction write);
    }

    /** Which output is assigned. */
    final int output;

    /** Which input it is assigned to, or negative. */
    final int input;

    private final Assign assign;

    /** The array that takes it: that of the input, if there is one. */
    double[] buffer;

    /** An output, the input that takes it (negative for none), and what is to be done with the instruction. */
    public Target(int output, int input, Assign assign) {
        this.output = output;
        this.input = input;
        this.assign = assign;
    }

    Instruction assign(Instruction write) {
        return assign.of(buffer, write);
    }
}
