package dev.wengert.train;

import dev.wengert.message.Given;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures of all epochs of a training, and how it ended. Immutable. */
public final class History {

    private final List<Epoch> epochs;
    private final String end;
    private final ConfusionMatrix confusion;

    History(List<Epoch> epochs, String end, ConfusionMatrix confusion) {
        this.epochs = List.copyOf(epochs);
        this.end = end;
        this.confusion = confusion;
    }

    /**
     * The epochs.
     *
     * @return the epochs, the first one first
     */
    public List<Epoch> epochs() {
        return epochs;
    }

    /**
     * The last epoch.
     *
     * @return the epoch
     * @throws IllegalStateException if no epoch has ended
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("last: there must be an epoch that has ended, got none");
        }
        return epochs.get(epochs.size() - 1);
    }

    /**
     * A figure of each epoch.
     *
     * @param name the name of the figure, such as {@value Epoch#TRAINING_LOSS}
     * @return the figures, the first epoch first; NaN for an epoch without this figure
     * @throws IllegalArgumentException if the last epoch has no figure of this name
     */
    public double[] figures(String name) {
        if (!epochs.isEmpty()) {
            last().figure(name);
        }
        return epochs.stream().mapToDouble(epoch -> figure(epoch, name)).toArray();
    }

    /** The names of the figures that the last epoch has. */
    List<String> names() {
        return List.copyOf(last().figures().keySet());
    }

    /** A figure of an epoch; NaN if it has none of the name, as before an option was set. */
    static double figure(Epoch epoch, String name) {
        return epoch.figures().getOrDefault(name, Double.NaN);
    }

    /**
     * How the training ended.
     *
     * @return a sentence; "not ended" before
     */
    public String end() {
        return end;
    }

    /**
     * The confusion matrix of the validation set, with the parameters at the end.
     *
     * @return the matrix; empty before the end, and without a validation set of classes
     */
    public Optional<ConfusionMatrix> confusion() {
        return Optional.ofNullable(confusion);
    }

    /**
     * The figures as CSV: a header, then one line for each epoch, with all digits.
     *
     * @return the lines
     */
    public String toCsv() {
        if (epochs.isEmpty()) {
            return "";
        }
        Stream<String> header = Stream.of("epoch," + String.join(",", names()));
        Stream<String> rows = epochs.stream()
                .map(epoch -> epoch.number() + ","
                        + names().stream()
                                .map(name -> String.valueOf(figure(epoch, name)))
                                .collect(Collectors.joining(",")));
        return Stream.concat(header, rows).collect(Collectors.joining("\n", "", "\n"));
    }

    /**
     * Writes the figures as CSV.
     *
     * @param file the file
     * @throws IOException if it cannot be written
     */
    public void writeCsv(Path file) throws IOException {
        Files.writeString(Given.value("writeCsv", "the file", file), toCsv());
    }

    /**
     * Writes a page with the curves of all figures, a table, and the confusion matrix. It loads nothing from elsewhere.
     *
     * @param file the file
     * @throws IOException if it cannot be written
     */
    public void writeHtml(Path file) throws IOException {
        Files.writeString(Given.value("writeHtml", "the file", file), HistoryPage.of(this));
    }

    /** The epochs as a table, and how the training ended. */
    @Override
    public String toString() {
        if (epochs.isEmpty()) {
            return end;
        }
        List<String> names = names();
        StringBuilder text = new StringBuilder("epoch");
        names.forEach(name -> text.append("  ").append(String.format(Locale.ROOT, "%" + width(name) + "s", name)));
        for (Epoch epoch : epochs) {
            text.append(String.format(Locale.ROOT, "%n%5d", epoch.number()));
            names.forEach(name -> text.append("  ")
                    .append(String.format(Locale.ROOT, "%" + width(name) + "s", Epoch.rounded(figure(epoch, name)))));
        }
        return text.append(String.format("%n")).append(end).toString();
    }

    private static int width(String name) {
        return Math.max(9, name.length());
    }
}
