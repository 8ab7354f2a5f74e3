package dev.wengert.kernel.vector;

import jdk.incubator.vector.DoubleVector;

/** The width of this machine's vectors. */
public final class Lanes {

    private Lanes() {}

    /** Returns whether a vector has at least 256 bits; with narrower vectors the plain loops are as fast. */
    public static boolean areWide() {
        return DoubleVector.SPECIES_PREFERRED.length() >= 4;
    }
}
