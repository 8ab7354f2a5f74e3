package dev.wengert.train;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Figures of how good predictions are. Definitions are those of scikit-learn. Scores are logits or probabilities where only their order
 * counts; labels are numbers of classes. See {@link ConfusionMatrix} for precision, recall and their kin.
 */
public final class Metrics {

    private static final int MOST_BINS = 10_000;

    private Metrics() {}

    /**
     * The part of the examples whose class has the largest score.
     *
     * @param scores a score for each class, [n, q]
     * @param labels the true classes, [n]
     * @return the accuracy, from 0 to 1
     */
    public static double accuracy(Tensor scores, Tensor labels) {
        int[] t = Labels.of("accuracy", scores, labels);
        double[] predicted = scores.argmax(-1).toArray();
        double right = 0;
        for (int i = 0; i < t.length; i++) {
            right += predicted[i] == t[i] ? 1 : 0;
        }
        return right / t.length;
    }

    /**
     * The part of the examples whose class is among the k with the largest scores. Of two classes with the same score the later one counts
     * as larger, as in scikit-learn.
     *
     * @param scores a score for each class, [n, q]
     * @param labels the true classes, [n]
     * @param k the number of classes that count
     * @return the accuracy, from 0 to 1
     * @throws IllegalArgumentException if k is less than 1, or more than q
     */
    public static double topK(Tensor scores, Tensor labels, int k) {
        int[] t = Labels.of("topK", scores, labels);
        int q = scores.shape().extent(1);
        if (k < 1 || k > q) {
            throw new IllegalArgumentException("topK: k must be from 1 to " + q + ", the number of classes, got " + k);
        }
        double[] s = scores.toArray();
        double right = 0;
        for (int i = 0; i < t.length; i++) {
            int larger = 0;
            for (int j = 0; j < q; j++) {
                double v = s[i * q + j];
                double own = s[i * q + t[i]];
                larger += v > own || v == own && j > t[i] ? 1 : 0;
            }
            right += larger < k ? 1 : 0;
        }
        return right / t.length;
    }

    /**
     * The mean cross-entropy.
     *
     * @param logits the logits, [n, q]
     * @param labels the true classes, [n]
     * @return the mean of {@code −log p} of the true classes
     */
    public static double logLoss(Tensor logits, Tensor labels) {
        Labels.of("logLoss", logits, labels);
        return Variable.of(logits).crossEntropyWithLabels(Variable.of(labels)).item();
    }

    /**
     * The exponential of {@link #logLoss}: the number of classes among which a model that is as unsure would choose at random.
     *
     * @param logits the logits, [n, q]
     * @param labels the true classes, [n]
     * @return the perplexity, 1 or more
     */
    public static double perplexity(Tensor logits, Tensor labels) {
        Labels.of("perplexity", logits, labels);
        return Variable.of(logits)
                .crossEntropyWithLabels(Variable.of(labels))
                .exp()
                .item();
    }

    /**
     * The Brier score: the mean squared distance of probabilities from what happened. For probabilities of one event, [n], it is the mean of
     * (p − y)²; for those of each class, [n, q], the sum over classes of that, from 0 to 2.
     *
     * @param probabilities the probabilities of class 1, [n], or of each class, [n, q]
     * @param labels the true classes, [n]
     * @return the score
     */
    public static double brier(Tensor probabilities, Tensor labels) {
        boolean binary = probabilities != null && probabilities.shape().rank() == 1;
        int[] t = binary ? binary("brier", probabilities, labels) : Labels.of("brier", probabilities, labels);
        int q = binary ? 1 : probabilities.shape().extent(1);
        double[] p = probabilities.toArray();
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double happened = binary ? t[i] : t[i / q] == i % q ? 1 : 0;
            sum += (p[i] - happened) * (p[i] - happened);
        }
        return sum / t.length;
    }

    /**
     * The area under the receiver operating characteristic: the probability that an example of class 1 has a larger score than one of class
     * 0; equal scores count one half.
     *
     * @param scores the scores of class 1, [n]
     * @param labels the true classes, 0 or 1, [n]
     * @return the area, from 0 to 1
     * @throws IllegalArgumentException if there are no examples of one class
     */
    public static double auc(Tensor scores, Tensor labels) {
        List<RocPoint> points = roc(scores, labels);
        double area = 0;
        for (int i = 1; i < points.size(); i++) {
            RocPoint a = points.get(i - 1);
            RocPoint b = points.get(i);
            area += (b.falsePositiveRate() - a.falsePositiveRate()) * (a.truePositiveRate() + b.truePositiveRate()) / 2;
        }
        return area;
    }

    /**
     * A point of a receiver operating characteristic.
     *
     * @param threshold the examples with at least this score are taken for class 1
     * @param falsePositiveRate the part of class 0 that is
     * @param truePositiveRate the part of class 1 that is
     */
    public record RocPoint(double threshold, double falsePositiveRate, double truePositiveRate) {}

    /**
     * The receiver operating characteristic.
     *
     * @param scores the scores of class 1, [n]
     * @param labels the true classes, 0 or 1, [n]
     * @return a point for each score that there is, the largest first, after one at (0, 0)
     * @throws IllegalArgumentException if there are no examples of one class
     */
    public static List<RocPoint> roc(Tensor scores, Tensor labels) {
        int[] t = binary("roc", scores, labels);
        double positives = Arrays.stream(t).sum();
        double negatives = t.length - positives;
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException("roc: there must be examples of both classes, got " + (int) negatives
                    + " of class 0 and " + (int) positives + " of class 1");
        }
        List<RocPoint> points = new ArrayList<>();
        points.add(new RocPoint(Double.POSITIVE_INFINITY, 0, 0));
        double truly = 0;
        double falsely = 0;
        Integer[] order = order(scores);
        for (int i = 0; i < order.length; i++) {
            truly += t[order[i]];
            falsely += 1 - t[order[i]];
            double score = scores.get(order[i]);
            if (i + 1 == order.length || scores.get(order[i + 1]) != score) {
                points.add(new RocPoint(score, falsely / negatives, truly / positives));
            }
        }
        return points;
    }

    /**
     * The mean of precisions at each score, weighted by how much the recall grows there.
     *
     * @param scores the scores of class 1, [n]
     * @param labels the true classes, 0 or 1, [n]
     * @return the average precision, from 0 to 1
     * @throws IllegalArgumentException if there are no examples of class 1
     */
    public static double averagePrecision(Tensor scores, Tensor labels) {
        int[] t = binary("averagePrecision", scores, labels);
        double positives = Arrays.stream(t).sum();
        if (positives == 0) {
            throw new IllegalArgumentException("averagePrecision: there must be examples of class 1, got none");
        }
        Integer[] order = order(scores);
        double found = 0;
        double before = 0;
        double sum = 0;
        for (int i = 0; i < order.length; i++) {
            found += t[order[i]];
            if (i + 1 == order.length || scores.get(order[i + 1]) != scores.get(order[i])) {
                sum += (found - before) / positives * (found / (i + 1));
                before = found;
            }
        }
        return sum;
    }

    /**
     * The mean over classes of the area of that class beside all others.
     *
     * @param scores a score for each class, [n, q]
     * @param labels the true classes, [n]
     * @return the area, from 0 to 1
     * @throws IllegalArgumentException if there are no examples of one class
     */
    public static double aucOneVersusRest(Tensor scores, Tensor labels) {
        int[] t = Labels.of("aucOneVersusRest", scores, labels);
        int q = scores.shape().extent(1);
        double sum = 0;
        for (int k = 0; k < q; k++) {
            int own = k;
            sum += auc(
                    column(scores, k, t, null),
                    Tensor.of(
                            Arrays.stream(t).mapToDouble(v -> v == own ? 1 : 0).toArray()));
        }
        return sum / q;
    }

    /**
     * The mean over ordered pairs of classes of the area between the examples of both.
     *
     * @param scores a score for each class, [n, q]
     * @param labels the true classes, [n]
     * @return the area, from 0 to 1
     * @throws IllegalArgumentException if there are no examples of one class
     */
    public static double aucOneVersusOne(Tensor scores, Tensor labels) {
        int[] t = Labels.of("aucOneVersusOne", scores, labels);
        int q = scores.shape().extent(1);
        double sum = 0;
        for (int k = 0; k < q; k++) {
            for (int j = 0; j < q; j++) {
                if (j != k) {
                    int own = k;
                    int[] both = {k, j};
                    double[] of = Arrays.stream(t)
                            .filter(v -> v == both[0] || v == both[1])
                            .mapToDouble(v -> v == own ? 1 : 0)
                            .toArray();
                    sum += auc(column(scores, k, t, both), Tensor.of(of));
                }
            }
        }
        return sum / (q * (q - 1));
    }

    /** The scores of a class, of all examples, or of those of two classes. */
    private static Tensor column(Tensor scores, int k, int[] t, int[] classes) {
        double[] column = new double[t.length];
        int n = 0;
        for (int i = 0; i < t.length; i++) {
            if (classes == null || t[i] == classes[0] || t[i] == classes[1]) {
                column[n++] = scores.get(i, k);
            }
        }
        return Tensor.of(Arrays.copyOf(column, n));
    }

    /**
     * Examples whose largest probability lies in one bin.
     *
     * @param bin the number of the bin, from 0; bin b of m has the probabilities above b/m, to (b + 1)/m
     * @param count the number of examples
     * @param accuracy the part of them whose class has that probability
     * @param confidence the mean of the probabilities
     */
    public record Reliability(int bin, int count, double accuracy, double confidence) {}

    /**
     * The reliability diagram: how often predictions are right, beside how sure they are.
     *
     * @param probabilities the probabilities of each class, [n, q]
     * @param labels the true classes, [n]
     * @param bins m, the number of bins of equal width
     * @return what is in each bin that has examples
     * @throws IllegalArgumentException if there is no bin, or more than 10,000, or a largest probability is none
     */
    public static List<Reliability> reliability(Tensor probabilities, Tensor labels, int bins) {
        int[] t = Labels.of("reliability", probabilities, labels);
        if (bins < 1 || bins > MOST_BINS) {
            throw new IllegalArgumentException(
                    "reliability: there must be from 1 to " + MOST_BINS + " bins, got " + bins);
        }
        double[] largest = Variable.of(probabilities).max(-1).value().toArray();
        double[] predicted = probabilities.argmax(-1).toArray();
        int[] count = new int[bins];
        double[] right = new double[bins];
        double[] sure = new double[bins];
        for (int i = 0; i < t.length; i++) {
            if (!(largest[i] >= 0 && largest[i] <= 1)) {
                throw new IllegalArgumentException("reliability: probabilities must be from 0 to 1, got " + largest[i]
                        + " for example " + i + "; logits.softmax() makes them");
            }
            int bin = 0;
            while (bin + 1 < bins && largest[i] > (bin + 1.0) / bins) {
                bin++;
            }
            count[bin]++;
            right[bin] += predicted[i] == t[i] ? 1 : 0;
            sure[bin] += largest[i];
        }
        List<Reliability> rows = new ArrayList<>();
        for (int b = 0; b < bins; b++) {
            if (count[b] > 0) {
                rows.add(new Reliability(b, count[b], right[b] / count[b], sure[b] / count[b]));
            }
        }
        return rows;
    }

    /**
     * The expected calibration error: the mean over examples of the distance between accuracy and confidence of their bin.
     *
     * @param probabilities the probabilities of each class, [n, q]
     * @param labels the true classes, [n]
     * @param bins the number of bins of equal width
     * @return the error, from 0 to 1
     */
    public static double calibrationError(Tensor probabilities, Tensor labels, int bins) {
        double sum = 0;
        for (Reliability row : reliability(probabilities, labels, bins)) {
            sum += row.count() * Math.abs(row.accuracy() - row.confidence());
        }
        return sum / labels.shape().size();
    }

    /**
     * The largest distance between accuracy and confidence of a bin.
     *
     * @param probabilities the probabilities of each class, [n, q]
     * @param labels the true classes, [n]
     * @param bins the number of bins of equal width
     * @return the error, from 0 to 1
     */
    public static double maximumCalibrationError(Tensor probabilities, Tensor labels, int bins) {
        return reliability(probabilities, labels, bins).stream()
                .mapToDouble(row -> Math.abs(row.accuracy() - row.confidence()))
                .max()
                .orElseThrow();
    }

    /**
     * The mean squared error.
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return the mean of the squares
     */
    public static double meanSquaredError(Tensor predicted, Tensor targets) {
        return Arrays.stream(errors("meanSquaredError", predicted, targets))
                        .map(e -> e * e)
                        .sum()
                / predicted.shape().size();
    }

    /**
     * The root of the mean squared error.
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return the root
     */
    public static double rootMeanSquaredError(Tensor predicted, Tensor targets) {
        return Math.sqrt(meanSquaredError(predicted, targets));
    }

    /**
     * The mean absolute error.
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return the mean
     */
    public static double meanAbsoluteError(Tensor predicted, Tensor targets) {
        return Arrays.stream(errors("meanAbsoluteError", predicted, targets))
                        .map(Math::abs)
                        .sum()
                / predicted.shape().size();
    }

    /**
     * The median of absolute errors.
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return the median
     */
    public static double medianAbsoluteError(Tensor predicted, Tensor targets) {
        double[] sorted = Arrays.stream(errors("medianAbsoluteError", predicted, targets))
                .map(Math::abs)
                .sorted()
                .toArray();
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /**
     * The largest absolute error.
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return the largest
     */
    public static double maxError(Tensor predicted, Tensor targets) {
        return Arrays.stream(errors("maxError", predicted, targets))
                .map(Math::abs)
                .max()
                .orElseThrow();
    }

    /**
     * The coefficient of determination: 1 less the squared errors divided by the squared distances of targets from their mean.
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return R², at most 1; NaN if all targets are equal
     */
    public static double r2(Tensor predicted, Tensor targets) {
        double[] e = errors("r2", predicted, targets);
        return 1 - squares(e, 0) / squares(targets.toArray(), mean(targets.toArray()));
    }

    /**
     * The explained variance: 1 less the variance of errors divided by that of targets. A constant error does not count, unlike in R².
     *
     * @param predicted the predictions, of any shape
     * @param targets what was to be predicted, of the same shape
     * @return the explained variance, at most 1; NaN if all targets are equal
     */
    public static double explainedVariance(Tensor predicted, Tensor targets) {
        double[] e = errors("explainedVariance", predicted, targets);
        return 1 - squares(e, mean(e)) / squares(targets.toArray(), mean(targets.toArray()));
    }

    private static double mean(double[] x) {
        return Arrays.stream(x).sum() / x.length;
    }

    private static double squares(double[] x, double from) {
        return Arrays.stream(x).map(v -> (v - from) * (v - from)).sum();
    }

    private static double[] errors(String caller, Tensor predicted, Tensor targets) {
        double[] p = Labels.values(caller, "the predictions", predicted);
        double[] t = Labels.values(caller, "the targets", targets);
        Labels.requireSame(caller, predicted.shape(), targets.shape());
        for (int i = 0; i < p.length; i++) {
            p[i] -= t[i];
        }
        return p;
    }

    /** The labels of scores of class 1, [n]. */
    private static int[] binary(String caller, Tensor scores, Tensor labels) {
        double[] s = Labels.values(caller, "the scores", scores);
        int[] t = Labels.of(caller, "label", labels, 2);
        Labels.requireSame(caller, scores.shape(), labels.shape());
        for (int i = 0; i < s.length; i++) {
            if (Double.isNaN(s[i])) {
                throw new IllegalArgumentException(caller + ": scores must be numbers, got NaN for example " + i);
            }
        }
        return t;
    }

    /** The examples, that with the largest score first. */
    private static Integer[] order(Tensor scores) {
        Integer[] order = new Integer[scores.shape().size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores.get(b) + 0.0, scores.get(a) + 0.0));
        return order;
    }
}
