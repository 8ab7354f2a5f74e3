package dev.wengert.optim;

import dev.wengert.kernel.Elementary;

/**
 * Ways from one number, at 0, to another, at some length. Both ends are exact, nothing in between is beyond them, and numbers of one sign lose no
 * digits to cancellation.
 */
final class Anneal {

    private Anneal() {}

    /** A straight line. */
    static double linear(double from, double to, double done, double length) {
        return from < to ? between(from, to, done / length) : between(to, from, (length - done) / length);
    }

    /** Half a cosine, {@code to + (from − to)·(1 + cos(π·done/length))/2}. */
    static double cosine(double from, double to, double done, double length) {
        return from < to ? between(from, to, rise(done / length)) : between(to, from, rise((length - done) / length));
    }

    /** {@code (1 − cos(π·p))/2}, as the square of a sine: it keeps its digits near 0. */
    private static double rise(double p) {
        double sine = Elementary.sin(0.5 * Math.PI * Math.max(0, Math.min(1, p)));
        return sine * sine;
    }

    /**
     * {@code from + (to − from)·p}; for p beyond 0 and 1, the end. Within, it never passes {@code to}: a product with p below 1 is at least an ulp
     * smaller than the difference, which was rounded by half of one.
     */
    static double between(double from, double to, double p) {
        if (p <= 0 || p >= 1) {
            return p <= 0 ? from : to;
        }
        return from + (to - from) * p;
    }
}
