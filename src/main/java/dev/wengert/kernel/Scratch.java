package dev.wengert.kernel;

import java.util.Arrays;

/** Scratch arrays that are kept, so that they are not allocated and cleared for every computation. They belong to one thread. */
public final class Scratch {

    /** Longer arrays are not kept for a thread. A product needs at most this many elements in one array. */
    private static final int LONGEST = 1 << 17;

    private static final ThreadLocal<Scratch> OWN = ThreadLocal.withInitial(Scratch::new);

    private double[][] kept = {};

    /** Arrays of at least these lengths, for one computation of this thread that starts no other. Their content is undefined. */
    public static double[][] ofThread(int[] lengths) {
        if (lengths.length == 0) {
            return new double[0][];
        }
        for (int length : lengths) {
            if (length > LONGEST) {
                return arrays(lengths);
            }
        }
        return OWN.get().of(lengths);
    }

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
