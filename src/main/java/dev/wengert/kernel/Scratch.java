package dev.wengert.kernel;

import java.util.Arrays;

/** Scratch arrays that are kept, so that they are not allocated and cleared for every computation. They belong to one thread. */
public final class Scratch {

    private double[][] kept = {};

    /** New arrays of these lengths. */
    public static double[][] arrays(int[] lengths) {
        return new Scratch().of(lengths);
    }

    /** Arrays of at least these lengths. Their content is undefined. */
    double[][] of(int[] lengths) {
        double[][] work = kept.length < lengths.length ? Arrays.copyOf(kept, lengths.length) : kept;
        for (int i = 0; i < lengths.length; i++) {
            if (work[i] == null || work[i].length < lengths[i]) {
                work[i] = new double[lengths[i]];
            }
        }
        kept = work; // not reached if memory runs out: then the old arrays stay
        return work;
    }
}
