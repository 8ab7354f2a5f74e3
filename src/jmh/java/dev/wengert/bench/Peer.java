package dev.wengert.bench;

import java.util.function.Supplier;

/** A library that can do some of the works. */
public interface Peer {

    /**
     * Makes a work ready to run.
     *
     * @param work its name, of {@link Works#NAMES}
     * @return what does it once and returns what {@link Work#eager} does; null if the library cannot
     */
    Supplier<double[]> prepare(String work);
}
