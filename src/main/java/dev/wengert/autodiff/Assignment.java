package dev.wengert.autodiff;

import dev.wengert.autodiff.plan.Instruction;

/** Gives a parameter its new value, which an instruction writes into the buffer that the plan keeps for the parameter. */
final class Assignment extends Instruction {

    private final Parameter parameter;
    private final double[] buffer;
    private final Instruction write;

    /** The versions of the plan's inputs, and where that of the parameter stands among them; negative if it is no input. */
    private final long[] loaded;

    private final int input;

    Assignment(Parameter parameter, double[] buffer, Instruction write, long[] loaded, int input) {
        this.parameter = parameter;
        this.buffer = buffer;
        this.write = write;
        this.loaded = loaded;
        this.input = input;
    }

    @Override
    public void run() {
        long version = parameter.assign(buffer, write);
        if (input >= 0) {
            loaded[input] = version;
        }
    }
}
