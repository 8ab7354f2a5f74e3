package dev.wengert.autodiff;

import dev.wengert.autodiff.plan.Instruction;

/** An instruction that assigns to a parameter: it lets another instruction write the new value into the plan's buffer for the parameter. */
final class Assignment extends Instruction {

    private final Parameter parameter;
    private final double[] buffer;
    private final Instruction write;

    /** The versions of the plan's inputs. {@link #input} is the index of the parameter among them, or negative if it is not an input. */
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
