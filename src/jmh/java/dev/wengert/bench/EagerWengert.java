package dev.wengert.bench;

import java.util.function.Supplier;

/** This library, building a graph for each run. */
public final class EagerWengert implements Peer {
    @Override
    public Supplier<double[]> prepare(String work) {
        return Works.of(work)::eager;
    }
}
