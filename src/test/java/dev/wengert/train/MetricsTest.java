package dev.wengert.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MetricsTest {

    static Stream<ModelCase> classes() {
        return ModelCase.all("metrics").stream().filter(c -> c.has("logits"));
    }

    static Stream<ModelCase> scores() {
        return ModelCase.all("metrics").stream().filter(c -> c.has("scores"));
    }

    static Stream<ModelCase> regressions() {
        return ModelCase.all("metrics").stream().filter(c -> c.has("true"));
    }

    @ParameterizedTest
    @MethodSource("classes")
    void classesAreThoseOfScikitLearn(ModelCase c) {
        Tensor logits = c.tensor("logits");
        Tensor p = c.tensor("probabilities");
        Tensor labels = Tensor.of(c.numbers("labels"));
        int q = logits.shape().extent(1);
        ConfusionMatrix matrix = ConfusionMatrix.of(logits.argmax(-1), labels, q);
        Map<String, DoubleSupplier> figures = new LinkedHashMap<>();
        figures.put("accuracy", () -> Metrics.accuracy(logits, labels));
        figures.put("balancedAccuracy", matrix::balancedAccuracy);
        figures.put("logLoss", () -> Metrics.logLoss(logits, labels));
        figures.put("perplexity", () -> Metrics.perplexity(logits, labels));
        figures.put("matthews", matrix::matthews);
        figures.put("kappa", matrix::kappa);
        figures.put("ece10", () -> Metrics.calibrationError(p, labels, 10));
        figures.put("mce10", () -> Metrics.maximumCalibrationError(p, labels, 10));
        figures.put("brierMulticlass", () -> Metrics.brier(p, labels));
        figures.put("binaryF1", () -> matrix.f1(1));
        figures.put("aucOvrMacro", () -> Metrics.aucOneVersusRest(p, labels));
        figures.put("aucOvoMacro", () -> Metrics.aucOneVersusOne(p, labels));
        figures.forEach((name, figure) -> assertFigure(c, name, figure));
        for (Average average : Average.values()) {
            ModelCase expected = c.child(average.name().toLowerCase(Locale.ROOT));
            assertFigure(expected, "precision", () -> matrix.precision(average));
            assertFigure(expected, "recall", () -> matrix.recall(average));
            assertFigure(expected, "f1", () -> matrix.f1(average));
        }
        List<Object> confusion = c.list("confusion");
        for (int k = 0; k < q; k++) {
            assertThat(matrix.counts().row(k).toArray()).isEqualTo(ModelCase.numbers(confusion.get(k)));
            ModelCase perClass = c.child("perClass");
            assertThat(matrix.precision(k)).isCloseTo(perClass.numbers("precision")[k], Offset.offset(1e-15));
            assertThat(matrix.recall(k)).isCloseTo(perClass.numbers("recall")[k], Offset.offset(1e-15));
            assertThat(matrix.f1(k)).isCloseTo(perClass.numbers("f1")[k], Offset.offset(1e-15));
        }
        for (int k = 1; k <= q; k++) {
            int top = k;
            if (c.child("topK").has("" + k)) {
                assertFigure(c.child("topK"), "" + k, () -> Metrics.topK(logits, labels, top));
            }
        }
        List<Object> rows = c.list("reliability10");
        List<Metrics.Reliability> got = Metrics.reliability(p, labels, 10);
        assertThat(got).hasSameSizeAs(rows);
        for (int i = 0; i < rows.size(); i++) {
            double[] row = ModelCase.numbers(rows.get(i));
            assertThat(got.get(i).bin()).isEqualTo((int) row[0]);
            assertThat(got.get(i).count()).isEqualTo((int) row[1]);
            assertThat(got.get(i).accuracy()).isCloseTo(row[2], Offset.offset(1e-15));
            assertThat(got.get(i).confidence()).isCloseTo(row[3], Offset.offset(1e-15));
        }
    }

    @ParameterizedTest
    @MethodSource("scores")
    void scoresAreThoseOfScikitLearn(ModelCase c) {
        Tensor scores = c.tensor("scores");
        Tensor labels = Tensor.of(c.numbers("labels"));
        assertFigure(c, "auc", () -> Metrics.auc(scores, labels));
        assertFigure(c, "averagePrecision", () -> Metrics.averagePrecision(scores, labels));
        assertFigure(c, "brier", () -> Metrics.brier(scores, labels));
        // scikit-learn leaves out points on a line between others
        List<List<Double>> points = new ArrayList<>();
        Metrics.roc(scores, labels).forEach(p -> points.add(List.of(p.falsePositiveRate(), p.truePositiveRate())));
        double[] x = c.child("roc").numbers("fpr");
        double[] y = c.child("roc").numbers("tpr");
        for (int i = 0; i < x.length; i++) {
            assertThat(points).contains(List.of(x[i], y[i]));
        }
    }

    @ParameterizedTest
    @MethodSource("regressions")
    void regressionsAreThoseOfScikitLearn(ModelCase c) {
        Tensor t = c.tensor("true");
        Tensor p = c.tensor("predicted");
        assertFigure(c, "mse", () -> Metrics.meanSquaredError(p, t));
        assertFigure(c, "rmse", () -> Metrics.rootMeanSquaredError(p, t));
        assertFigure(c, "mae", () -> Metrics.meanAbsoluteError(p, t));
        assertFigure(c, "r2", () -> Metrics.r2(p, t));
        assertFigure(c, "explainedVariance", () -> Metrics.explainedVariance(p, t));
        assertFigure(c, "maxError", () -> Metrics.maxError(p, t));
        assertFigure(c, "medianAbsoluteError", () -> Metrics.medianAbsoluteError(p, t));
    }

    private static void assertFigure(ModelCase c, String name, DoubleSupplier figure) {
        if (c.has(name)) {
            double expected = c.number(name);
            assertThat(figure.getAsDouble())
                    .as(name)
                    .isCloseTo(expected, Offset.offset(1e-14 * Math.max(1, Math.abs(expected))));
        }
    }

    @Test
    void aMatrixPrintsItself() {
        assertThat(ConfusionMatrix.of(Tensor.of(0, 1, 1), Tensor.of(0, 0, 1), 2).toString())
                .isEqualToNormalizingNewlines("""
                        true \\ predicted      0      1
                                       0      1      1
                                       1      0      1""");
    }

    @Test
    void wrongInputIsRefused() {
        Tensor scores = Tensor.of(new double[][] {{0.2, 0.8}, {0.6, 0.4}});
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put(
                "accuracy: each label must be a whole number from 0 to 1, got 2.0 for example 1",
                () -> Metrics.accuracy(scores, Tensor.of(0, 2)));
        calls.put(
                "accuracy: there must be one prediction for each label, got predictions [2] and labels [3]",
                () -> Metrics.accuracy(scores, Tensor.of(0, 1, 1)));
        calls.put(
                "accuracy: there must be a score for each example and class, [n, q], got [2]",
                () -> Metrics.accuracy(Tensor.of(0, 1), Tensor.of(0, 1)));
        calls.put(
                "topK: k must be from 1 to 2, the number of classes, got 3",
                () -> Metrics.topK(scores, Tensor.of(0, 1), 3));
        calls.put(
                "roc: there must be examples of both classes, got 2 of class 0 and 0 of class 1",
                () -> Metrics.auc(Tensor.of(0.1, 0.2), Tensor.of(0, 0)));
        calls.put(
                "averagePrecision: there must be examples of class 1, got none",
                () -> Metrics.averagePrecision(Tensor.of(0.1, 0.2), Tensor.of(0, 0)));
        calls.put(
                "roc: scores must be numbers, got NaN for example 1",
                () -> Metrics.auc(Tensor.of(0.1, Double.NaN), Tensor.of(0, 1)));
        calls.put(
                "reliability: probabilities must be from 0 to 1, got 3.0 for example 0; logits.softmax() makes them",
                () -> Metrics.calibrationError(Tensor.of(new double[][] {{3, 1}}), Tensor.of(0), 10));
        calls.put(
                "reliability: there must be from 1 to 10000 bins, got 0",
                () -> Metrics.calibrationError(scores, Tensor.of(0, 1), 0));
        calls.put(
                "r2: the predictions must have elements, got [0]", () -> Metrics.r2(Tensor.zeros(0), Tensor.zeros(0)));
        calls.put(
                "confusionMatrix: there must be one predicted class for each example, [n], got []",
                () -> ConfusionMatrix.of(Tensor.scalar(0), Tensor.scalar(0), 2));
        calls.put(
                "confusionMatrix: there must be from 1 to 10000 classes, got 0",
                () -> ConfusionMatrix.of(Tensor.of(0), Tensor.of(0), 0));
        calls.forEach((message, call) ->
                assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
    }
}
