package dev.wengert.train;

import dev.wengert.io.EventFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Appends the figures of each epoch to a file of events: to a new one at the start, and if epochs are done again. */
final class EventWriter implements Listener {

    private final Path directory;
    private EventFile file;
    private int last;

    EventWriter(Path directory) {
        this.directory = directory;
    }

    @Override
    public void onEpoch(History history) {
        Epoch epoch = history.last();
        try {
            if (file == null || epoch.number() <= last) {
                file = EventFile.create(directory, epoch.number());
            }
            file.append(epoch.number(), epoch.figures());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        last = epoch.number();
    }
}
