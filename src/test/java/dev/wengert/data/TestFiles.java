package dev.wengert.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Files for the tests of readers. */
final class TestFiles {
    /** What is done with a file. */
    interface Use {
        void with(Path file) throws IOException;
    }

    private TestFiles() {}

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static boolean isGzip(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    }

    /** What was packed; as much of it as can be unpacked. */
    static byte[] content(byte[] packed) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            in.transferTo(content);
        } catch (IOException e) {
            return content.toByteArray(); // of a packed file with a fault
        }
        return content.toByteArray();
    }

    /** For properties, where there is no @TempDir: a file that is there while it is used. */
    static void use(byte[] bytes, Use use) {
        try {
            Path file = Files.createTempFile("wengert", ".data");
            try {
                use.with(Files.write(file, bytes));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
