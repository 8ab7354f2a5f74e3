package dev.wengert.optim;

import java.util.ArrayList;
import java.util.List;

/** The last steps and the changes of the gradient along them: an approximate inverse of the Hessian. */
final class LbfgsHistory {

    /** A step is forgotten if the cosine between it and the change of the gradient is not larger. */
    private static final double LEAST_COSINE = 1e-10;

    private final int most;
    private final List<double[]> steps;
    private final List<double[]> changes;

    LbfgsHistory(int most, List<double[]> steps, List<double[]> changes) {
        this.most = most;
        int first = Math.max(0, steps.size() - most);
        this.steps = new ArrayList<>(steps.subList(first, steps.size()));
        this.changes = new ArrayList<>(changes.subList(first, changes.size()));
    }

    void add(double[] step, double[] change) {
        if (Vectors.dot(change, step) > LEAST_COSINE * Vectors.norm(change) * Vectors.norm(step)) {
            if (steps.size() == most) {
                steps.remove(0);
                changes.remove(0);
            }
            steps.add(step);
            changes.add(change);
        }
    }

    /** Minus the product of the approximate inverse with a gradient (Nocedal and Wright, algorithm 7.4). */
    double[] direction(double[] gradient) {
        int k = steps.size();
        double[] d = Vectors.scale(-1, gradient);
        if (k == 0) {
            return d;
        }
        double[] inverse = new double[k];
        double[] alpha = new double[k];
        for (int i = k - 1; i >= 0; i--) {
            inverse[i] = 1 / Vectors.dot(changes.get(i), steps.get(i));
            alpha[i] = Vectors.dot(steps.get(i), d) * inverse[i];
            d = Vectors.add(d, -alpha[i], changes.get(i));
        }
        double[] last = changes.get(k - 1);
        d = Vectors.scale(Vectors.dot(last, steps.get(k - 1)) / Vectors.dot(last, last), d);
        for (int i = 0; i < k; i++) {
            double beta = Vectors.dot(changes.get(i), d) * inverse[i];
            d = Vectors.add(d, alpha[i] - beta, steps.get(i));
        }
        return d;
    }

    List<double[]> steps() {
        return steps;
    }

    List<double[]> changes() {
        return changes;
    }
}
