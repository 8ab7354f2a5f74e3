package dev.wengert.train;

import dev.wengert.message.Given;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Follows a training. A trainer without listeners is silent. If a training fails, its listeners are told the end, too. */
public interface Listener {

    /**
     * Called when {@code fit} begins.
     *
     * @param epochs the number of the last epoch; {@link Integer#MAX_VALUE} if early stopping alone ends the training
     */
    default void onStart(int epochs) {}

    /**
     * Called after each batch.
     *
     * @param epoch which epoch, from 1
     * @param batch which batch of the epoch, from 1
     * @param batches the number of batches of the epoch
     * @param loss the loss of the batch before its step
     */
    default void onBatch(int epoch, int batch, int batches, double loss) {}

    /**
     * Called after each epoch.
     *
     * @param history the epochs so far
     */
    default void onEpoch(History history) {}

    /**
     * Called when {@code fit} ends, whether or not it fails.
     *
     * @param history all epochs, and how it ended
     */
    default void onEnd(History history) {}

    /**
     * Shows how far the training is: on a terminal a bar that moves, and one line for each epoch; in a log the lines alone.
     *
     * @param out where to print, such as {@code System.out}
     * @return the listener
     */
    static Listener progress(PrintStream out) {
        return new Progress(Given.value("progress", "the stream", out), Progress.isTerminal());
    }

    /**
     * Prints one line for each epoch, and how the training ended.
     *
     * @param out where to print
     * @return the listener
     */
    static Listener lines(PrintStream out) {
        return new Progress(Given.value("lines", "the stream", out), false);
    }

    /**
     * Writes the history as CSV after each epoch, over what the file held before.
     *
     * @param file the file
     * @return the listener; it throws an {@link UncheckedIOException} if the file cannot be written
     */
    static Listener csv(Path file) {
        Given.value("csv", "the file", file);
        return new HistoryWriter(history -> history.writeCsv(file));
    }

    /**
     * Writes the history as a page after each epoch, over what the file held before.
     *
     * @param file the file
     * @return the listener; it throws an {@link UncheckedIOException} if the file cannot be written
     */
    static Listener html(Path file) {
        Given.value("html", "the file", file);
        return new HistoryWriter(history -> history.writeHtml(file));
    }

    /**
     * Appends the figures of each epoch to a file of events, which TensorBoard shows while the training runs. The file is new, and begins
     * with the first epoch that the listener sees: of a training that goes on, the directory then has two files, which TensorBoard
     * shows as one run. What older files have for this epoch and later ones it does not show any more.
     *
     * @param directory the directory of the run, which is made if it does not exist
     * @return the listener; it throws an {@link UncheckedIOException} if the file cannot be written
     */
    static Listener tensorBoard(Path directory) {
        return new EventWriter(Given.value("tensorBoard", "the directory", directory));
    }
}
