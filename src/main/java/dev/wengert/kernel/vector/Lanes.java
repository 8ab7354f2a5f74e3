package dev.wengert.kernel.vector;

import jdk.incubator.vector.DoubleVector;

/** What this machine's vectors are like. */
public final class Lanes {

    private Lanes() {}

    /** Returns whether a vector has at least 256 bits; with fewer, the plain loops are as good. */
    public static boolean areWide() {
        return DoubleVector.SPECIES_PREFERRED.length() >= 4;
    }
}
