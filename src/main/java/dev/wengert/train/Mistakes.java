package dev.wengert.train;

import dev.wengert.autodiff.Variable;
import dev.wengert.data.Dataset;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a trained classifier got wrong: the examples whose class does not have the largest logit, the surest first. A page shows them beside
 * the confusion matrix.
 *
 * <pre>{@code
 * Mistakes mistakes = Mistakes.of(trainer.predict(test), test).images(8, 8);
 * mistakes.writeHtml(Path.of("mistakes.html"));
 * }</pre>
 */
public final class Mistakes {

    private static final int MOST_SHOWN = 100;
    private static final int MOST_FEATURES = 12;

    /**
     * An example whose class was not predicted.
     *
     * @param row its row in the data set, from 0
     * @param label its class
     * @param predicted the class that was predicted
     * @param confidence the probability that the classifier gave to the predicted class
     * @param probability the probability that it gave to the class of the example
     */
    public record Mistake(int row, int label, int predicted, double confidence, double probability) {}

    private final Tensor features;
    private final ConfusionMatrix confusion;
    private final List<Mistake> mistakes;
    private final List<String> classNames;
    private final List<String> featureNames;

    /** The shape of a picture, channels by height by width; null if the features are shown as numbers. */
    private final Shape picture;

    private Mistakes(
            Tensor features,
            ConfusionMatrix confusion,
            List<Mistake> mistakes,
            List<String> classNames,
            List<String> featureNames,
            Shape picture) {
        this.features = features;
        this.confusion = confusion;
        this.mistakes = mistakes;
        this.classNames = classNames;
        this.featureNames = featureNames;
        this.picture = picture;
    }

    /**
     * Finds the mistakes. Features of shape [n, h, w], [n, 1, h, w] or [n, 3, h, w] are shown as pictures.
     *
     * @param logits what the model gives for the data, [n, q], before softmax
     * @param data the examples, with one input and with classes
     * @return the mistakes
     * @throws IllegalArgumentException if the data have several inputs or no classes, or there are more or fewer logits than examples
     */
    public static Mistakes of(Tensor logits, Dataset data) {
        Tensor features = Given.value("mistakes", "the data", data).features();
        int[] labels = Labels.of("mistakes", logits, data.labels());
        double[] predicted = logits.argmax(-1).toArray();
        int q = logits.shape().extent(1);
        double[] probabilities = Variable.of(logits).softmax().value().toArray();
        List<Mistake> mistakes = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            int p = (int) predicted[i];
            if (p != labels[i]) {
                mistakes.add(new Mistake(i, labels[i], p, probabilities[i * q + p], probabilities[i * q + labels[i]]));
            }
        }
        mistakes.sort(Comparator.comparingDouble(Mistake::probability).thenComparingInt(Mistake::row));
        Shape shape = features.shape();
        int channels = shape.rank() == 4 ? shape.extent(1) : 1;
        boolean pictures = shape.rank() == 3 || shape.rank() == 4 && (channels == 1 || channels == 3);
        return new Mistakes(
                features,
                ConfusionMatrix.of(logits.argmax(-1), data.labels(), q),
                List.copyOf(mistakes),
                List.of(),
                List.of(),
                pictures ? Shape.of(channels, shape.extent(-2), shape.extent(-1)) : null);
    }

    /**
     * Shows the features as grey pictures.
     *
     * @param height the number of rows
     * @param width the number of columns; an example has height times width features, row by row
     * @return mistakes with pictures
     * @throws ShapeException if an example has another number of features
     */
    public Mistakes images(int height, int width) {
        if (height < 1 || width < 1 || (long) height * width != size()) {
            throw new ShapeException(
                    "images",
                    "height times width must be the number of features of an example",
                    "height " + height + ", width " + width + " and features " + features.shape());
        }
        return new Mistakes(features, confusion, mistakes, classNames, featureNames, Shape.of(1, height, width));
    }

    /**
     * Shows the classes by name.
     *
     * @param names one for each class
     * @return mistakes with names
     * @throws IllegalArgumentException if there are more or fewer names than classes
     */
    public Mistakes classNames(List<String> names) {
        int classes = confusion.counts().shape().extent(0);
        return new Mistakes(
                features, confusion, mistakes, names("classNames", "class", classes, names), featureNames, picture);
    }

    /**
     * Shows the features by name.
     *
     * @param names one for each feature of an example
     * @return mistakes with names
     * @throws IllegalArgumentException if there are more or fewer names than features
     */
    public Mistakes featureNames(List<String> names) {
        return new Mistakes(
                features, confusion, mistakes, classNames, names("featureNames", "feature", size(), names), picture);
    }

    /** The number of examples. */
    private int count() {
        return features.shape().extent(0);
    }

    /** The number of features of an example. */
    private int size() {
        return features.shape().size() / count();
    }

    private static List<String> names(String caller, String what, int count, List<String> names) {
        List<String> given = Given.list(caller + ": name", String.class, names);
        if (given.size() != count) {
            throw new IllegalArgumentException(
                    caller + ": there must be one name for each " + what + ", got " + given.size() + " for " + count);
        }
        return given;
    }

    /**
     * The mistakes: first those that the classifier thought least possible.
     *
     * @return the mistakes
     */
    public List<Mistake> list() {
        return mistakes;
    }

    /**
     * How many examples of each class were predicted as each class.
     *
     * @return the confusion matrix
     */
    public ConfusionMatrix confusion() {
        return confusion;
    }

    /**
     * Writes a page with the confusion matrix and the first 100 mistakes: the example as a picture or by its first 12 features, its class,
     * the predicted class, and the probabilities of both. It loads nothing from elsewhere.
     *
     * @param file the file
     * @throws IOException if it cannot be written
     */
    public void writeHtml(Path file) throws IOException {
        Files.writeString(Given.value("writeHtml", "the file", file), html());
    }

    private String html() {
        int size = size();
        StringBuilder html = new StringBuilder("<p>").append(this).append("</p>\n<h2>Confusion matrix</h2>\n");
        html.append(Page.confusion(confusion, classNames)).append("\n<h2>Mistakes</h2>\n<p>");
        html.append(
                mistakes.size() > MOST_SHOWN
                        ? "The " + MOST_SHOWN + " of " + mistakes.size() + " whose class seemed least possible."
                        : "Those first whose class seemed least possible.");
        html.append("</p>\n<div class=\"cards\">");
        double[] x = features.toArray();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double v : x) {
            low = Double.isFinite(v) ? Math.min(low, v) : low;
            high = Double.isFinite(v) ? Math.max(high, v) : high;
        }
        for (Mistake mistake : mistakes.subList(0, Math.min(MOST_SHOWN, mistakes.size()))) {
            html.append("<figure>");
            if (picture == null) {
                html.append(numbers(x, mistake.row * size, size));
            } else {
                html.append("<img alt=\"example ").append(mistake.row).append("\" src=\"");
                html.append(Png.address(
                        x,
                        mistake.row * size,
                        picture.extent(0),
                        picture.extent(1),
                        picture.extent(2),
                        low,
                        high > low ? high : low + 1));
                html.append("\">");
            }
            html.append(String.format(
                    Locale.ROOT,
                    "<figcaption>example %d<br>is %s (%.4f)<br>seemed %s (%.4f)<div class=\"bar\" style=\"width: %.0f%%\"></div></figcaption></figure>\n",
                    mistake.row,
                    Page.name(classNames, mistake.label),
                    mistake.probability,
                    Page.name(classNames, mistake.predicted),
                    mistake.confidence,
                    100 * mistake.confidence));
        }
        return Page.of("Mistakes", html.append("</div>").toString());
    }

    private String numbers(double[] x, int from, int size) {
        StringBuilder html = new StringBuilder("<table>");
        for (int k = 0; k < Math.min(MOST_FEATURES, size); k++) {
            html.append("<tr><td>")
                    .append(featureNames.isEmpty() ? "feature " + k : Text.html(Text.name(featureNames.get(k))))
                    .append("</td><td>")
                    .append(Epoch.rounded(x[from + k]))
                    .append("</td></tr>");
        }
        return html.append("</table>")
                .append(size > MOST_FEATURES ? "and " + (size - MOST_FEATURES) + " more" : "")
                .toString();
    }

    /** How many mistakes there are, such as {@code 7 mistakes in 300 examples}. */
    @Override
    public String toString() {
        return mistakes.size() + (mistakes.size() == 1 ? " mistake" : " mistakes") + " in " + count()
                + (count() == 1 ? " example" : " examples");
    }
}
