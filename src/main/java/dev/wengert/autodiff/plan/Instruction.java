package dev.wengert.autodiff.plan;

/** A part of a plan, with its buffers. */
public abstract class Instruction {

    /** Does it. */
    public abstract void run();
}
