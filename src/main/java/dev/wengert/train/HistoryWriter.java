package dev.wengert.train;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes the history to a file after each epoch, and at the end. */
final class HistoryWriter implements Listener {

    private final File file;

    /** A file that a history is written to. */
    @FunctionalInterface
    interface File {
        void write(History history) throws IOException;
    }

    HistoryWriter(File file) {
        this.file = file;
    }

    @Override
    public void onEpoch(History history) {
        write(history);
    }

    @Override
    public void onEnd(History history) {
        write(history);
    }

    private void write(History history) {
        try {
            file.write(history);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
