package dev.wengert.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small files that unpack to large ones, and long files that are wrong early. */
class CsvLimitsTest {
    private static final String RAISED = ", got more; Csv.options().limit(…) raises this";

    @TempDir
    Path dir;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("a.csv"), bytes);
    }

    /** A start, and then mebibytes of a text, packed: a thousandth of the size. */
    private Path bomb(String start, String text, int mebibytes) throws IOException {
        return file(packed(start, text, mebibytes));
    }

    private static byte[] packed(String start, String text, int mebibytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] piece = text.repeat((1 << 20) / text.length()).getBytes(UTF_8);
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(start.getBytes(UTF_8));
            for (int i = 0; i < mebibytes; i++) {
                out.write(piece);
            }
        }
        return packed.toByteArray();
    }

    private void assertError(ThrowingCallable read, String message) {
        assertThatThrownBy(read)
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(dir.resolve("a.csv") + message);
    }

    @Test
    void aFileThatIsLongerThanTheLimit() throws IOException {
        byte[] bytes = "1,2\n3,4\n".getBytes(UTF_8);
        Path plain = file(bytes);
        assertError(() -> Csv.options().limit(7).read(plain), ": the file must have at most 7 bytes" + RAISED);
        assertThat(Csv.options().limit(8).read(plain).rows()).isEqualTo(2);
        Path packed = file(TestFiles.gzip(bytes));
        assertError(
                () -> Csv.options().limit(7).read(packed),
                ":1:1: the file must have at most 7 bytes, unpacked" + RAISED);
        assertThat(Csv.options().limit(8).read(packed).rows()).isEqualTo(2);
    }

    @Test
    void manyRowsOfASmallFile() throws IOException {
        Path file = bomb("", "0\n", 20);
        long limit = 10 << 20;
        assertThatThrownBy(() -> Csv.options().limit(limit).read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .message()
                .matches("\\Q" + file + "\\E:5[12]\\d{5}:1: the file must have at most 10485760 bytes, unpacked" + "\\Q"
                        + RAISED + "\\E");
        assertThat(Csv.options().limit(2 * limit).read(file).rows()).isEqualTo(10 << 20);
    }

    @Test
    void manyEmptyLinesAndComments() throws IOException {
        Path lines = bomb("1,2\n", "\n", 3);
        assertThatThrownBy(() -> Csv.options().limit(2 << 20).read(lines))
                .hasMessageContaining("the file must have at most 2097152 bytes, unpacked");
        assertThat(Csv.read(lines).rows()).isEqualTo(1);
        Path comments = bomb("1,2\n", "#\n", 3);
        assertThat(Csv.options().comment('#').read(comments).rows()).isEqualTo(1);
    }

    @Test
    void aCellThatDoesNotEnd() throws IOException {
        String message =
                "cell 2 must end within 16777216 characters, and with its second quotation mark if it begins with one;"
                        + " inside, a mark is written twice; FastCSV says: The maximum buffer size of 16777216 is insufficient"
                        + " to read the data of a single field. This issue typically arises when a quotation begins but does"
                        + " not conclude within the confines of this buffer's maximum limit.";
        Path plain = bomb("1,2\n3,", "0", 30);
        assertError(() -> Csv.read(plain), ":2:3: " + message);
        Path quoted = bomb("1,2\n3,\"", "0,1\n ", 30);
        assertError(() -> Csv.read(quoted), ":2:3: " + message);
    }

    @Test
    void aRowThatDoesNotEnd() throws IOException {
        Path file = bomb("1\n", "0".repeat(1023) + ",", 70);
        assertError(() -> Csv.read(file), ":2:1: a row must have at most 67108864 characters, got more");
    }

    /** The end of the file is broken; whoever read it would say so. */
    @Test
    void aRowIsCheckedWhenItIsRead() throws IOException {
        byte[] good = packed("", "1,2\n", 3);
        byte[] wrong = packed("1,2\n1,2\n1,2,3\n", "1,2\n", 3);
        Path cut = file(Arrays.copyOf(good, good.length - 9));
        assertThatThrownBy(() -> Csv.read(cut)).hasMessageContaining("the gzip data must be complete");
        Path early = file(Arrays.copyOf(wrong, wrong.length - 9));
        assertError(() -> Csv.read(early), ":3:5: a row must have 2 cells as line 1 has, got 3");
    }
}
