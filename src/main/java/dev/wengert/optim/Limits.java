package dev.wengert.optim;

import dev.wengert.message.Given;

/**
 * When an optimiser stops.
 *
 * @param iterations the most iterations of one call
 * @param gradient the tolerance of the gradient
 * @param change the tolerance of changes
 * @param eager whether functions are run anew at each point
 */
record Limits(int iterations, double gradient, double change, boolean eager) {

    Limits iterations(int n) {
        return new Limits(positive("iterations", "the number of iterations", n), gradient, change, eager);
    }

    Limits gradient(String caller, double tolerance) {
        return new Limits(iterations, tolerance(caller, tolerance), change, eager);
    }

    Limits change(double tolerance) {
        return new Limits(iterations, gradient, tolerance("changeTolerance", tolerance), eager);
    }

    Limits eagerly() {
        return new Limits(iterations, gradient, change, true);
    }

    static int positive(String caller, String what, int n) {
        if (n < 1) {
            throw new IllegalArgumentException(caller + ": " + what + " must be at least 1, got " + n);
        }
        return n;
    }

    private static double tolerance(String caller, double tolerance) {
        return Given.notNegative(caller, "the tolerance", tolerance);
    }
}
