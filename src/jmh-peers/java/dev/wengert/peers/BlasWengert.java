package dev.wengert.peers;

import dev.ludovic.netlib.blas.NativeBLAS;
import dev.wengert.bench.Peer;
import dev.wengert.bench.Works;
import java.util.function.Supplier;

/** This library, replaying a plan whose products are those of a native BLAS; it fails where there is none. */
public final class BlasWengert implements Peer {

    /** Without a native BLAS the library would go on in Java, and be measured twice. */
    public BlasWengert() {
        NativeBLAS.getInstance();
    }

    @Override
    public Supplier<double[]> prepare(String work) {
        return Works.of(work)::replay;
    }
}
