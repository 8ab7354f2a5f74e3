package dev.wengert.check.detection;

/** The time. */
final class Clock {

    private Clock() {}

    /** Seconds since some moment. */
    static double seconds() {
        return System.nanoTime() * 1e-9;
    }
}
