package dev.wengert.bench;

import java.util.function.Supplier;

/** This library, replaying a plan. */
public final class ReplayedWengert implements Peer {
    @Override
    public Supplier<double[]> prepare(String work) {
        return Works.of(work)::replay;
    }
}
