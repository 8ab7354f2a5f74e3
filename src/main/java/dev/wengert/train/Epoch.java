package dev.wengert.train;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an epoch of training came to.
 *
 * @param number which epoch, from 1
 * @param figures the figures by name, in order: {@value #TRAINING_LOSS} and {@value #RATE} always, {@value #GRADIENT_NORM} if the optimiser
 *     clips by it, {@value #VALIDATION_LOSS} and metrics if there is a validation set
 */
public record Epoch(int number, Map<String, Double> figures) {

    /** The mean of the losses of the batches, as they were when each was trained on, counted by the number of their examples. */
    public static final String TRAINING_LOSS = "training loss";

    /** The loss of the validation set after the epoch, in inference. */
    public static final String VALIDATION_LOSS = "validation loss";

    /** The learning rate of the step after the epoch. */
    public static final String RATE = "rate";

    /** The mean norm of the gradients over the steps of the epoch, before they were clipped; NaN for an epoch without a step. */
    public static final String GRADIENT_NORM = "gradient norm";

    /**
     * What an epoch of training came to.
     *
     * @param number which epoch, from 1
     * @param figures the figures by name
     */
    public Epoch {
        figures = Collections.unmodifiableMap(
                new LinkedHashMap<>(Given.map("Epoch: figure", String.class, Double.class, figures)));
    }

    /**
     * A figure.
     *
     * @param name its name
     * @return the figure
     * @throws IllegalArgumentException if there is none of this name
     */
    public double figure(String name) {
        Double figure = figures.get(Given.value("figure", "the name", name));
        if (figure == null) {
            throw new IllegalArgumentException("figure: the name must be one of " + String.join(", ", figures.keySet())
                    + ", got " + Text.quote(name));
        }
        return figure;
    }

    /** One line: "epoch 3  training loss 0.3589  rate 0.001". */
    @Override
    public String toString() {
        return "epoch " + number + "  "
                + figures.entrySet().stream()
                        .map(figure -> figure.getKey() + " " + rounded(figure.getValue()))
                        .collect(Collectors.joining("  "));
    }

    /** A figure with four digits. */
    static String rounded(double figure) {
        return String.format(
                Locale.ROOT,
                Math.abs(figure) >= 1e-3 && Math.abs(figure) < 1e4 || figure == 0 ? "%.4f" : "%.3e",
                figure);
    }
}
