package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens data files, plain or gzip, and makes the errors for files that cannot be read. */
final class DataFiles {
    /** The number of bytes that are read at a time. */
    static final int CHUNK = 1 << 16;

    private DataFiles() {}

    /** The file's bytes, unpacked if its first two bytes are those of gzip. Its name does not matter. */
    static InputStream open(Path file) throws IOException {
        if (!Files.isRegularFile(Given.value("read", "the file", file))) {
            String problem = Files.exists(file) ? "not a file" : "no such file";
            throw new DataFileException(
                    Text.path(file),
                    problem + (file.isAbsolute() ? "" : " (" + Text.path(file.toAbsolutePath()) + ")"));
        }
        InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK);
        try {
            in.mark(2);
            byte[] magic = in.readNBytes(2);
            in.reset();
            boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
            return gzip ? new GZIPInputStream(in, CHUNK) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** Whether a stream unpacks what it reads. */
    static boolean isPacked(InputStream in) {
        return in instanceof GZIPInputStream;
    }

    /** The error if reading fails at a place. */
    static DataFileException failure(String place, IOException e) {
        if (e instanceof DataFileException failure) {
            return failure;
        }
        if (e instanceof EOFException) {
            return new DataFileException(place, "the gzip data must be complete, but they end here", e);
        }
        if (e instanceof ZipException) {
            return new DataFileException(place, "the gzip data must be intact, got: " + e.getMessage(), e);
        }
        return new DataFileException(place, "reading failed: " + e, e);
    }
}
