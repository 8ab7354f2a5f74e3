package dev.wengert.nn;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.TotalWeight;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;

/** What losses have in common, and the formulas that are longer than a line. */
final class Losses {
    static final Variable ZERO = Variable.of(0);

    private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

    /** What PyTorch divides by at least, a float there. */
    private static final double SMALLEST_SLOPE = 1e-12f;

    private Losses() {}

    // ---- reduction ----

    /**
     * Combines losses.
     *
     * @param shares what each loss counts in the mean by itself; null if all count the same
     * @param weights the weights of the examples or of the losses; null if there are none
     */
    static Variable reduce(String name, Variable losses, Variable shares, Variable weights, Reduction reduction) {
        Variable w = weights == null ? null : spread(name, weights, losses.shape());
        Variable weighted = w == null ? losses : losses.mul(w);
        return switch (reduction) {
            case NONE -> weighted;
            case SUM -> weighted.sum();
            case MEAN -> mean(name, weighted, shares == null || w == null ? (w == null ? shares : w) : shares.mul(w));
            case BATCH_MEAN ->
                reduce(name, losses, shares, weights, Reduction.MEAN).mul(perExample(losses.shape()));
        };
    }

    private static Variable mean(String name, Variable losses, Variable counts) {
        return counts == null ? losses.mean() : losses.sum().div(new TotalWeight(name).apply(counts.sum()));
    }

    /** The weights in the shape of the losses: one for each loss, or one for each example, of the first extents. */
    private static Variable spread(String name, Variable weights, Shape losses) {
        Shape given = weights.shape();
        int[] extents = new int[losses.rank()];
        Arrays.setAll(extents, d -> d < given.rank() ? given.extent(d) : 1);
        boolean fits = given.rank() > 0 && given.rank() <= losses.rank();
        for (int d = 0; fits && d < given.rank(); d++) {
            fits = given.extent(d) == losses.extent(d);
        }
        if (!fits && !given.equals(losses)) {
            throw new ShapeException(
                    name,
                    "there must be one weight for each example, or one for each loss",
                    "weights " + given + " and losses " + losses);
        }
        return given.equals(losses) ? weights : weights.reshape(extents).broadcastTo(losses);
    }

    private static double perExample(Shape losses) {
        return losses.rank() == 0 ? 1 : losses.size() / (double) losses.extent(0);
    }

    // ---- formulas ----

    /** The cross-entropy of the logits z and 0 with the targets wy and 1 − y. */
    static Variable binaryCrossEntropy(Variable z, Variable y, Tensor positive) {
        Variable w = Variable.of(positive);
        if (!positive.shape().broadcastsTo(z.shape())) {
            throw new ShapeException(
                    "binaryCrossEntropy",
                    "the positive weight must broadcast to the prediction",
                    "positive weight " + positive.shape() + " and prediction " + z.shape());
        }
        return z.expandDims(-1).pad(-1, 0, 1).crossEntropy(Variable.stack(-1, y.mul(w), y.rsub(1)), Reduction.NONE);
    }

    static Variable binaryCrossEntropyOfProbabilities(Variable p, Variable y) {
        Variable q = p.rsub(1);
        Variable ends = p.mul(q).lt(SMALLEST_SLOPE);
        Variable inner = Variable.where(ends, Variable.of(0.5), p);
        Variable logP = Variable.where(ends, line(p, p.log(), q.div(SMALLEST_SLOPE)), inner.log());
        Variable logQ = Variable.where(
                ends,
                line(p, p.neg().log1p(), p.div(-SMALLEST_SLOPE)),
                inner.neg().log1p());
        return y.mul(logP).add(y.rsub(1).mul(logQ)).neg();
    }

    /** A logarithm, −100 at least, which has a given slope in p, and no other derivative. */
    private static Variable line(Variable p, Variable log, Variable slope) {
        return p.sub(p.detach()).mul(slope.detach()).add(log.maximum(-100).detach());
    }

    /** {@code c/k·(d − c/2)} with c = d limited to ±δ. */
    static Variable huber(Variable d, double delta, double k) {
        Variable c = d.clamp(-delta, delta);
        return c.div(k).mul(d.sub(c.div(2)));
    }

    /** The losses, with Stirling's approximation of log(y!) where y is more than 1 if they are to be full. */
    static Variable stirling(boolean full, Variable losses, Variable y) {
        if (!full) {
            return losses;
        }
        Variable large = y.gt(1);
        Variable n = Variable.where(large, y, Variable.of(1)); // log(0) has no finite derivative
        Variable logFactorial = n.xlogy(n).sub(n).add(n.log().div(2)).add(HALF_LOG_TWO_PI);
        return losses.add(Variable.where(large, logFactorial, ZERO));
    }

    static Variable gaussianNll(Variable mean, Variable variance, Variable y, boolean full, double epsilon) {
        Variable least = variance.sub(variance.detach()).add(epsilon);
        Variable v = Variable.where(variance.lt(epsilon), least, variance);
        Variable nll = v.log().add(mean.sub(y).square().div(v)).div(2);
        return full ? nll.add(HALF_LOG_TWO_PI) : nll;
    }

    // ---- checks ----

    static void finite(String name, String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + ": " + what + " must be finite, got " + value);
        }
    }

    /** Checks constant weights. */
    static void weights(String name, String what, Tensor weights, boolean zero) {
        for (double w : weights.toArray()) {
            if (zero) {
                Given.notNegative(name, what, w);
            } else {
                Given.positive(name, what, w);
            }
        }
    }

    /** Refuses operands of different shapes, which would broadcast or not. */
    static void sameShape(String name, String what, Variable... x) {
        Shape first = x[0].shape();
        StringBuilder got = new StringBuilder();
        String[] names = (what + ", target").split(", ");
        boolean same = true;
        boolean sameSize = true;
        for (int i = 0; i < x.length; i++) {
            Shape s = x[i].shape();
            got.append(i == 0 ? "" : i < x.length - 1 ? ", " : " and ").append(names[i] + " " + s);
            same &= s.equals(first);
            sameSize &= s.size() == first.size();
        }
        if (!same) {
            String required = what + " and target must have the same shape";
            throw sameSize
                    ? new ShapeException(name, required, got.toString(), "reshape them to one shape")
                    : new ShapeException(name, required, got.toString());
        }
    }

    static Reduction reduction(String name, Reduction reduction) {
        return Given.value(name, "the reduction", reduction);
    }
}
