package dev.wengert.io;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens a file, and makes the documented error of what fails. */
final class InputFile {

    private InputFile() {}

    /** Reads the content of a file that has a name in messages. */
    interface Content<T> {
        T readFrom(String file, RandomAccessFile in) throws IOException;
    }

    /** Refuses a file that java.io cannot open, such as one in a zip file. */
    static void requireDefault(Path file) throws DataFileException {
        if (file.getFileSystem() != FileSystems.getDefault()) {
            throw new DataFileException(
                    Text.path(file),
                    "the file must be in the default file system, got one of "
                            + file.getFileSystem().provider().getScheme() + "; Files.copy copies files to and from it");
        }
    }

    /** What a reader makes of a file. */
    static <T> T read(Path file, Content<T> content) throws DataFileException {
        requireDefault(Given.value("read", "the file", file));
        if (!Files.isRegularFile(file)) {
            String problem = Files.exists(file) ? "not a file" : "no such file";
            throw new DataFileException(
                    Text.path(file),
                    problem + (file.isAbsolute() ? "" : " (" + Text.path(file.toAbsolutePath()) + ")"));
        }
        // unlike a channel it goes on in a thread that is interrupted
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            return content.readFrom(Text.path(file), in);
        } catch (DataFileException e) {
            throw e;
        } catch (IOException e) {
            throw new DataFileException(Text.path(file), "reading must succeed, got " + e, e);
        }
    }
}
