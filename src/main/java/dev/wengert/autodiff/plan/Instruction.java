package dev.wengert.autodiff.plan;

/** A part of a compiled program, with its buffers. */
public abstract class Instruction {

    /** Runs the instruction. */
    public abstract void run();
}
