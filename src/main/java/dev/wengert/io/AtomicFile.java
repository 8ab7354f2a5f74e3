package dev.wengert.io;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Text;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces files in one step: whoever reads one, at whatever time, finds all of the old content or all of the new. */
final class AtomicFile {

    private AtomicFile() {}

    /** Writes the content of a file. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes a new file beside the old one, waits until the storage has it, and gives it the name of the old one. Of a symbolic link it
     * replaces the file that the link stands for.
     *
     * @throws DataFileException if something fails; the old file is then as it was
     */
    static void write(Path file, Content content) throws DataFileException {
        try {
            InputFile.requireDefault(file);
            Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
            Path directory = target.getParent();
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                throw new DataFileException(
                        Text.path(file), "what is replaced must be a file, got a directory or a device");
            }
            if (!Files.isDirectory(directory)) {
                throw new DataFileException(
                        Text.path(file),
                        "its directory must exist, got none called " + Text.path(directory)
                                + "; Files.createDirectories makes it");
            }
            replace(target, directory, content);
        } catch (DataFileException e) {
            throw e;
        } catch (IOException e) {
            throw new DataFileException(Text.path(file), "writing must succeed, got " + e, e);
        }
    }

    private static void replace(Path target, Path directory, Content content) throws IOException {
        Path written = directory.resolve(".wengert-" + UUID.randomUUID() + ".tmp");
        try {
            // unlike a channel it goes on in a thread that is interrupted, which may be why the file is written
            try (FileOutputStream out = new FileOutputStream(written.toFile())) {
                content.writeTo(out);
                out.getFD().sync();
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (Throwable e) {
            try {
                Files.deleteIfExists(written);
            } catch (IOException inDeleting) {
                e.addSuppressed(inDeleting);
            }
            throw e;
        }
        force(directory);
    }

    /** Waits until the storage has the new name, where the platform lets directories be opened. */
    private static void force(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // the file is whole under either content
        }
    }
}
