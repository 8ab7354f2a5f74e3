package dev.wengert.functional;

import dev.wengert.accuracy.Evaluation;
import dev.wengert.autodiff.Tape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** f at a point, with a bound of the rounding of each element, that of the point included. */
final class BoundedValue {
    private final double[] f;
    private final double[] bound;

    BoundedValue(Tape body, Tensor z, List<Tensor> operands) {
        List<Tensor> x = new ArrayList<>(operands);
        x.set(0, z);
        Evaluation evaluation = new Evaluation(body, x);
        List<Tensor> errors = new ArrayList<>();
        x.forEach(v -> errors.add(Tensor.zeros(v.shape())));
        errors.set(0, z.map(v -> Math.ulp(v) / 2));
        f = evaluation.outputs().get(0).toArray();
        bound = evaluation.errorBounds(errors).get(0).toArray();
    }

    /** The largest element beside its bound; those up to 1 may be 0. */
    double beyondRounding() {
        double largest = 0;
        for (int i = 0; i < f.length; i++) {
            double ratio = f[i] == 0 ? 0 : Math.abs(f[i]) / bound[i];
            largest = Double.isFinite(bound[i]) ? Math.max(largest, ratio) : Double.POSITIVE_INFINITY;
        }
        return largest; // NaN stays
    }

    /** The largest element beside its weight, of those that are not 0 within their rounding. */
    double beside(double[] weights) {
        double largest = 0;
        for (int i = 0; i < f.length; i++) {
            if (!(Math.abs(f[i]) <= bound[i])) {
                largest = Math.max(largest, Math.abs(f[i]) / weights[i]);
            }
        }
        return largest;
    }

    double[] f() {
        return f;
    }

    double[] bound() {
        return bound;
    }
}
