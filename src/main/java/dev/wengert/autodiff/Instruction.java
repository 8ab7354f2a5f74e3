package dev.wengert.autodiff;

/** A part of a plan, with its buffers. */
abstract class Instruction {
    abstract void run();
}
