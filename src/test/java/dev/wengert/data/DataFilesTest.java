package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
    @TempDir
    Path dir;

    @Test
    void gzipIsToldByTheBytesNotByTheName() throws IOException {
        byte[] bytes = {1, 2, 3};
        assertThat(read(Files.write(dir.resolve("plain.gz"), bytes))).isEqualTo(bytes);
        assertThat(read(Files.write(dir.resolve("packed.csv"), TestFiles.gzip(bytes))))
                .isEqualTo(bytes);
    }

    @Test
    void filesOfNoneAndOneByteArePlain() throws IOException {
        assertThat(read(Files.write(dir.resolve("0"), new byte[0]))).isEmpty();
        assertThat(read(Files.write(dir.resolve("1"), new byte[] {0x1f}))).containsExactly(0x1f);
    }

    @Test
    void aMissingFile() {
        Path file = dir.resolve("missing.csv");
        assertThatThrownBy(() -> DataFiles.open(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": no such file");
    }

    @Test
    void aMissingFileOfARelativePathIsShownInFull() {
        Path file = Path.of("missing.csv");
        assertThatThrownBy(() -> DataFiles.open(file))
                .hasMessage("missing.csv: no such file (" + file.toAbsolutePath() + ")");
    }

    @Test
    void aDirectory() {
        assertThatThrownBy(() -> DataFiles.open(dir)).hasMessage(dir + ": not a file");
    }

    @Test
    void anyOtherFailureNamesThePlace() {
        IOException cause = new IOException("disk on fire");
        assertThat(DataFiles.failure("a.csv:3:1", cause))
                .hasMessage("a.csv:3:1: reading failed: java.io.IOException: disk on fire")
                .hasCause(cause);
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = DataFiles.open(file)) {
            return in.readAllBytes();
        }
    }
}
