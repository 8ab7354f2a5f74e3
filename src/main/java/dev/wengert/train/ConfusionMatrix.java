package dev.wengert.train;

import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/**
 * How many examples of each class were predicted to be of each class, and the figures that follow from it. A figure of a class that is 0/0
 * counts as 0, as in scikit-learn.
 */
public final class ConfusionMatrix {

    private static final int MOST_CLASSES = 10_000;

    private final int classes;

    /** Row by row: class i predicted as j. */
    private final double[] counts;

    private final double[] actual;
    private final double[] predicted;
    private double total;
    private double right;

    private ConfusionMatrix(int classes) {
        this.classes = classes;
        this.counts = new double[classes * classes];
        this.actual = new double[classes];
        this.predicted = new double[classes];
    }

    /**
     * The matrix of predicted classes.
     *
     * @param predicted the predicted class of each example, [n]: {@code logits.argmax(-1)}
     * @param labels the true class of each example, [n]
     * @param classes q, the number of classes, at most 10,000
     * @return the matrix
     * @throws IllegalArgumentException if a class is none of 0..q − 1, there are no examples, or more of one than of the other
     */
    public static ConfusionMatrix of(Tensor predicted, Tensor labels, int classes) {
        if (classes < 1 || classes > MOST_CLASSES) {
            throw new IllegalArgumentException(
                    "confusionMatrix: there must be from 1 to " + MOST_CLASSES + " classes, got " + classes);
        }
        int[] p = Labels.of("confusionMatrix", "predicted class", predicted, classes);
        int[] t = Labels.of("confusionMatrix", "label", labels, classes);
        Labels.requireSame("confusionMatrix", predicted.shape(), labels.shape());
        ConfusionMatrix matrix = new ConfusionMatrix(classes);
        for (int i = 0; i < p.length; i++) {
            matrix.counts[t[i] * classes + p[i]]++;
            matrix.actual[t[i]]++;
            matrix.predicted[p[i]]++;
            matrix.total++;
            matrix.right += t[i] == p[i] ? 1 : 0;
        }
        return matrix;
    }

    /**
     * The numbers of examples.
     *
     * @return [q, q]: in row i and column j the number of examples of class i that were predicted as class j
     */
    public Tensor counts() {
        return Tensor.of(Shape.of(classes, classes), counts);
    }

    /**
     * The part of the examples whose class was predicted.
     *
     * @return the accuracy, from 0 to 1
     */
    public double accuracy() {
        return right / total;
    }

    /**
     * The mean of the recalls of the classes that have examples.
     *
     * @return the balanced accuracy, from 0 to 1
     */
    public double balancedAccuracy() {
        double sum = 0;
        int present = 0;
        for (int k = 0; k < classes; k++) {
            if (actual[k] > 0) {
                sum += recall(k);
                present++;
            }
        }
        return sum / present;
    }

    /**
     * Of what was predicted as a class, the part that is of it.
     *
     * @param k the class
     * @return the precision, from 0 to 1
     */
    public double precision(int k) {
        Given.index("precision", "class", k, classes);
        return ratio(counts[k * classes + k], predicted[k]);
    }

    /**
     * Of the examples of a class, the part that was predicted as it.
     *
     * @param k the class
     * @return the recall, from 0 to 1
     */
    public double recall(int k) {
        Given.index("recall", "class", k, classes);
        return ratio(counts[k * classes + k], actual[k]);
    }

    /**
     * The harmonic mean of precision and recall of a class.
     *
     * @param k the class
     * @return F1, from 0 to 1
     */
    public double f1(int k) {
        Given.index("f1", "class", k, classes);
        return ratio(2 * counts[k * classes + k], predicted[k] + actual[k]);
    }

    /**
     * The precision of all classes.
     *
     * @param average how it is made from those of the classes
     * @return the precision, from 0 to 1
     */
    public double precision(Average average) {
        return average("precision", average, this::precision);
    }

    /**
     * The recall of all classes.
     *
     * @param average how it is made from those of the classes
     * @return the recall, from 0 to 1
     */
    public double recall(Average average) {
        return average("recall", average, this::recall);
    }

    /**
     * F1 of all classes.
     *
     * @param average how it is made from those of the classes
     * @return F1, from 0 to 1
     */
    public double f1(Average average) {
        return average("f1", average, this::f1);
    }

    private double average(String caller, Average average, IntToDoubleFunction figure) {
        if (Given.value(caller, "the average", average) == Average.MICRO) {
            return accuracy(); // each example is one decision for a class, right or wrong
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += figure.applyAsDouble(k) * (average == Average.MACRO ? 1.0 / classes : actual[k] / total);
        }
        return sum;
    }

    /**
     * The correlation of predicted and true classes (B. W. Matthews 1975; for several classes J. Gorodkin 2004).
     *
     * @return the coefficient, from −1 to 1; 0 if all examples, or all predictions, are of one class
     */
    public double matthews() {
        double both = 0;
        double squaresOfPredicted = 0;
        double squaresOfActual = 0;
        for (int k = 0; k < classes; k++) {
            both += predicted[k] * actual[k];
            squaresOfPredicted += predicted[k] * predicted[k];
            squaresOfActual += actual[k] * actual[k];
        }
        double square = total * total;
        return ratio(right * total - both, Math.sqrt((square - squaresOfPredicted) * (square - squaresOfActual)));
    }

    /**
     * The agreement beyond chance (J. Cohen 1960).
     *
     * @return kappa, at most 1; 0 if all examples and predictions are of one class
     */
    public double kappa() {
        double chance = 0;
        for (int k = 0; k < classes; k++) {
            chance += predicted[k] * actual[k] / (total * total);
        }
        return ratio(accuracy() - chance, 1 - chance);
    }

    private static double ratio(double part, double whole) {
        return whole == 0 ? 0 : part / whole;
    }

    /** A table with a row for each class and a column for each prediction. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("true \\ predicted");
        for (int j = 0; j < classes; j++) {
            text.append(String.format(Locale.ROOT, "%7d", j));
        }
        for (int i = 0; i < classes; i++) {
            text.append(String.format(Locale.ROOT, "%n%16d", i));
            for (int j = 0; j < classes; j++) {
                text.append(String.format(Locale.ROOT, "%7.0f", counts[i * classes + j]));
            }
        }
        return text.toString();
    }
}
