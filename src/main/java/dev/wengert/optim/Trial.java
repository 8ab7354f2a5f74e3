package dev.wengert.optim;

/** A point along a direction: how far it is, its value, the slope along the direction, the point itself and the gradient. */
final class Trial {
    final double t;
    final double value;
    final double slope;
    final double[] x;
    final double[] gradient;

    Trial(double t, double value, double slope, double[] x, double[] gradient) {
        this.t = t;
        this.value = value;
        this.slope = slope;
        this.x = x;
        this.gradient = gradient;
    }
}
