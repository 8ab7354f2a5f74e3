package dev.wengert.optim;

/** What schedules require of their figures. */
final class Required {

    private Required() {}

    /** The number of steps made before. */
    static long step(long step) {
        return steps("at", "the step", 0, step);
    }

    /** A whole number. */
    static long steps(String caller, String what, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(caller + ": " + what + " must be at least " + least + ", got " + value);
        }
        return value;
    }

    /** A number from 0 to another one, which may have a name that ends with a comma. */
    static double within(String caller, String what, double value, String name, double most) {
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException(
                    caller + ": " + what + " must be from 0 to " + name + most + ", got " + value);
        }
        return value;
    }

    static void factor(String caller, double value) {
        if (!(value >= 1 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException(caller + ": the factor must be at least 1 and finite, got " + value);
        }
    }

    static void momenta(double base, double max) {
        within("momentum", "max", max, "", 1);
        within("momentum", "base", base, "max, ", max);
    }
}
