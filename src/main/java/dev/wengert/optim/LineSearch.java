package dev.wengert.optim;

/**
 * A search along a direction for a point that fulfils the strong Wolfe conditions: the value falls by at least {@code c₁} of what the slope
 * promises, and the slope flattens to at most {@code c₂} of its size. A bracket is found by extrapolation and narrowed by cubic
 * interpolation (J. Nocedal and S. J. Wright, Numerical Optimization, 2nd edition, 2006, algorithms 3.5 and 3.6, equation 3.59), with the
 * safeguards of M. Schmidt's minFunc, as PyTorch has them. A point whose value or gradient is not finite is never taken: the search goes
 * halfway back.
 */
final class LineSearch {

    private static final double C1 = 1e-4;
    private static final double C2 = 0.9;
    private static final int MOST_TRIALS = 25;
    private static final int MOST_HALVINGS = 60;

    private final Objective f;
    private final Trial start;
    private final double[] direction;
    private final double tolerance;
    private final double largest;

    /** The nearest point that is known not to be finite. */
    private double limit = Double.POSITIVE_INFINITY;

    /**
     * A search.
     *
     * @param start where it starts, with t = 0 and a slope below 0
     * @param tolerance a bracket in which no element of the point changes by more is not narrowed further
     */
    LineSearch(Objective f, Trial start, double[] direction, double tolerance) {
        this.f = f;
        this.start = start;
        this.direction = direction;
        this.tolerance = tolerance;
        this.largest = Vectors.largest(direction);
    }

    /** The point at t, or the first finite one halfway back to another; null if there is none. */
    Trial finite(double t, double back) {
        double at = t;
        for (int halvings = 0; halvings < MOST_HALVINGS; halvings++) {
            double[] x = Vectors.add(start.x, at, direction);
            double[] gradient = new double[x.length];
            double value = f.value(x, gradient);
            double slope = Vectors.dot(gradient, direction);
            if (Double.isFinite(value) && Double.isFinite(slope) && Vectors.isFinite(gradient)) {
                return new Trial(at, value, slope, x, gradient);
            }
            limit = Math.min(limit, at);
            at = back + (at - back) / 2;
        }
        return null;
    }

    /** The point that the search ends at, which may be the start; null if no finite one was found. */
    Trial run(double first) {
        Trial previous = start;
        Trial trial = finite(first, 0);
        int trials = 0;
        while (trial != null && trials < MOST_TRIALS) {
            if (rises(trial) || (trials > 1 && trial.value >= previous.value)) {
                return narrowed(previous, trial, trials);
            }
            if (isFlat(trial)) {
                return trial;
            }
            if (trial.slope >= 0) {
                return narrowed(previous, trial, trials);
            }
            double farthest = Math.min(trial.t * 10, (trial.t + limit) / 2);
            double t = interpolate(previous, trial, trial.t + 0.01 * (trial.t - previous.t), farthest);
            previous = trial;
            trial = finite(t, trial.t);
            trials++;
        }
        return trial == null ? null : start.value <= trial.value ? start : trial;
    }

    private boolean rises(Trial trial) {
        return trial.value > start.value + C1 * trial.t * start.slope;
    }

    private boolean isFlat(Trial trial) {
        return Math.abs(trial.slope) <= -C2 * start.slope;
    }

    /** The end of the search between two points; null if no finite one is found. */
    private Trial narrowed(Trial one, Trial other, int before) {
        Trial[] bracket = {one, other};
        int low = lower(bracket);
        boolean nearAnEnd = false;
        for (int trials = before; trials < MOST_TRIALS; trials++) {
            double least = Math.min(bracket[0].t, bracket[1].t);
            double most = Math.max(bracket[0].t, bracket[1].t);
            if ((most - least) * largest < tolerance) {
                break;
            }
            double t = interpolate(bracket[0], bracket[1], least, most);
            double margin = 0.1 * (most - least);
            if (Math.min(most - t, t - least) < margin) {
                if (nearAnEnd || t >= most || t <= least) {
                    t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
                    nearAnEnd = false;
                } else {
                    nearAnEnd = true;
                }
            } else {
                nearAnEnd = false;
            }
            Trial trial = finite(t, bracket[low].t);
            if (trial == null) {
                return null;
            }
            int high = 1 - low;
            if (rises(trial) || trial.value >= bracket[low].value) {
                bracket[high] = trial;
                low = lower(bracket);
            } else if (isFlat(trial)) {
                return trial;
            } else {
                if (trial.slope * (bracket[high].t - bracket[low].t) >= 0) {
                    bracket[high] = bracket[low];
                }
                bracket[low] = trial;
            }
        }
        return bracket[low];
    }

    private static int lower(Trial[] bracket) {
        return bracket[0].value <= bracket[1].value ? 0 : 1;
    }

    /** Where the cubic through two points and their slopes is least, within bounds; the middle of the bounds if it has no minimum. */
    private static double interpolate(Trial one, Trial other, double least, double most) {
        Trial a = one.t <= other.t ? one : other;
        Trial b = a == one ? other : one;
        double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.t - b.t);
        double square = d1 * d1 - a.slope * b.slope;
        if (!(square >= 0)) {
            return (least + most) / 2;
        }
        double d2 = Math.sqrt(square);
        double t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
        return Double.isNaN(t) ? (least + most) / 2 : Math.min(Math.max(t, least), most);
    }
}
