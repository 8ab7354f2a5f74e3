package dev.wengert.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    @TempDir
    Path dir;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("a.csv"), bytes);
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(UTF_8));
    }

    private void assertError(ThrowingCallable read, String message) {
        assertThatThrownBy(read)
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(dir.resolve("a.csv") + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2\n3,4\n", "1,2\n3,4", "1,2\r\n3,4\r\n", "1,2\r\n3,4", "1,2\r\n3,4\n"})
    void linesEndInAnyOfTwoWays(String text) throws IOException {
        assertThat(Csv.read(file(text)).numbers()).isEqualTo(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
    }

    @Test
    void linesBeforeTheRowsAreSkippedWhateverTheyHold() throws IOException {
        Table table = Csv.read(file("\"comment\",,,\n\n1,2\n"), 2);
        assertThat(table.numbers()).isEqualTo(Tensor.of(new double[][] {{1, 2}}));
        assertThat(table.names()).isEmpty();
    }

    @Test
    void namesAreTheFirstLine() throws IOException {
        Table table = Csv.readNamed(file("Länge,width\n1,2\n"));
        assertThat(table.names()).containsExactly("Länge", "width");
        assertThat(table.numbers("width", "Länge")).isEqualTo(Tensor.of(new double[][] {{2, 1}}));
    }

    @Test
    void gzipIsUnpacked() throws IOException {
        assertThat(Csv.read(file(TestFiles.gzip("1,2\n".getBytes(UTF_8)))).numbers())
                .isEqualTo(Tensor.of(new double[][] {{1, 2}}));
    }

    /** Lines, their ends and letters of several bytes all come to lie across the chunks in which a file is read. */
    @Test
    void linesLieAcrossChunks() throws IOException {
        for (int shift = 0; shift < 4; shift++) {
            String longText = "é€".repeat(DataFiles.CHUNK / 5);
            String head = "x".repeat(shift + 1);
            Table table = Csv.read(file(head + ",1\r\n" + longText + ",2\r\n" + longText + ",3\r\n"));
            assertThat(table.numbers(1, 2).toArray()).containsExactly(1, 2, 3);
            assertThat(table.without(head).rows()).isEqualTo(2);
            assertThat(table.without(longText).rows()).isEqualTo(1);
        }
    }

    @Test
    void theDigits() throws IOException {
        Table digits = Csv.read(Path.of("samples/data/digits.csv.gz"));
        assertThat(digits.numbers().shape()).isEqualTo(Shape.of(1797, 65));
        Dataset data = new Dataset(digits.numbers(0, 64), digits.labels(64, 10), 10);
        assertThat(data.labels().rows(0, 10)).isEqualTo(Tensor.arange(10));
        assertThat(Arrays.stream(data.features().toArray())).allMatch(x -> x >= 0 && x <= 16 && x == Math.rint(x));
    }

    @Test
    void theIrises() throws IOException {
        Table iris = Csv.read(Path.of("samples/data/iris.csv"), 1);
        assertThat(iris.numbers().row(0)).isEqualTo(Tensor.of(5.1, 3.5, 1.4, 0.2, 0));
        for (int k = 0; k < 3; k++) {
            assertThat(iris.labels(4, 3).rows(50 * k, 50 * k + 50)).isEqualTo(Tensor.full(Shape.of(50), k));
        }
    }

    @Test
    void thePenguins() throws IOException {
        Table penguins = Csv.readNamed(Path.of("samples/data/penguins.csv"));
        assertThat(penguins).hasToString("Table[" + Path.of("samples/data/penguins.csv") + ", 344 rows, 8 columns]");
        assertThat(penguins.without("NA").rows()).isEqualTo(333);
        Table measured = penguins.without("NA", "bill_length_mm", "body_mass_g");
        assertThat(measured.numbers("bill_length_mm", "body_mass_g").row(3)).isEqualTo(Tensor.of(36.7, 3450));
        assertThat(Arrays.stream(measured.labels("species", "Adelie", "Chinstrap", "Gentoo")
                                .toArray())
                        .sum())
                .isEqualTo(68 + 2 * 123);
        assertThatThrownBy(() -> penguins.numbers("bill_length_mm"))
                .hasMessage(Path.of("samples/data/penguins.csv")
                        + ":5:18: cell 3 (bill_length_mm) must be a number, got \"NA\""
                        + "; if it stands for a missing value, call missing(…) first");
    }

    @Test
    void anEmptyFile() throws IOException {
        Path empty = file("");
        assertError(() -> Csv.read(empty), ":1:1: the file must have a row, but it ends here");
        assertError(() -> Csv.readNamed(empty), ":1:1: the file must have a row after line 1, but it ends here");
    }

    @Test
    void aHeaderAlone() throws IOException {
        Path header = file("a,b\n");
        assertError(() -> Csv.readNamed(header), ":2:1: the file must have a row after line 1, but it ends here");
        assertError(() -> Csv.read(header, 2), ":2:1: the file must have a row after line 2, but it ends here");
    }

    @Test
    void aRowThatIsTooShort() throws IOException {
        Path file = file("1,2,3\n4,5\n");
        assertError(() -> Csv.read(file), ":2:4: a row must have 3 cells as line 1 has, got 2");
    }

    @Test
    void aRowThatIsTooLong() throws IOException {
        Path file = file("skipped\na,b\n4,5\n4,5,6,7\n");
        assertError(() -> Csv.read(file, 1), ":4:5: a row must have 2 cells as line 2 has, got 4");
    }

    @Test
    void anEmptyCell() throws IOException {
        Path first = file("1,2\n,4\n");
        assertError(() -> Csv.read(first), ":2:1: cell 1 must not be empty");
        Path middle = file("1,2,3\n1,,3\n");
        assertError(() -> Csv.read(middle), ":2:3: cell 2 must not be empty");
    }

    @Test
    void aCommaAtTheEnd() throws IOException {
        Path file = file("1,2,\n");
        assertError(() -> Csv.read(file), ":1:5: cell 3 must not be empty; a comma ends the line");
    }

    @Test
    void anEmptyLine() throws IOException {
        Path middle = file("1,2\n\n3,4\n");
        assertError(() -> Csv.read(middle), ":2:1: a line must not be empty");
        Path end = file("1,2\r\n\r\n");
        assertError(() -> Csv.read(end), ":2:1: a line must not be empty");
    }

    @Test
    void aQuotedCell() throws IOException {
        Path file = file("1,\"2\"\n");
        assertError(
                () -> Csv.read(file), ":1:3: quoted cells are not supported; write the cell without quotation marks");
    }

    @Test
    void aByteOrderMark() throws IOException {
        Path file = file("\uFEFFa,b\n1,2\n");
        assertError(
                () -> Csv.readNamed(file),
                ":1:1: the file must not start with a byte order mark; save it as UTF-8 without one");
    }

    @Test
    void textThatIsNotUtf8() throws IOException {
        Path file = file("a,b\n1,é\n".getBytes(ISO_8859_1));
        assertError(() -> Csv.read(file), ":2:3: the file must be UTF-8 text, got a byte that is not");
    }

    @Test
    void aControlCharacter() throws IOException {
        String required = "a line must be text and end with \\n or \\r\\n, got ";
        Path oldMac = file("1,2\r3,4\r");
        assertError(() -> Csv.read(oldMac), ":1:4: " + required + "\"\\u000D\"");
        Path lastLine = file("1,2\n3,4\r");
        assertError(() -> Csv.read(lastLine), ":2:4: " + required + "\"\\u000D\"");
        Path tabs = file("1\t2\n");
        assertError(() -> Csv.read(tabs), ":1:2: " + required + "\"\\u0009\"");
        Path binary = file(new byte[] {'P', 'K', 3, 4, 0});
        assertError(() -> Csv.read(binary), ":1:3: " + required + "\"\\u0003\"");
    }

    @Test
    void twoColumnsOfOneName() throws IOException {
        Path file = file("a,b,a\n1,2,3\n");
        assertError(() -> Csv.readNamed(file), ":1:5: names of columns must differ, got \"a\" again");
    }

    @Test
    void aMissingFile() {
        assertError(() -> Csv.read(dir.resolve("a.csv")), ": no such file");
    }

    @Test
    void gzipWithoutItsEnd() throws IOException {
        byte[] packed = TestFiles.gzip("1,2\n3,4\n".getBytes(UTF_8));
        Path trailer = file(Arrays.copyOf(packed, packed.length - 8));
        assertError(() -> Csv.read(trailer), ":3:1: the gzip data must be complete, but they end here");
        Path header = file(Arrays.copyOf(packed, 5));
        assertError(() -> Csv.read(header), ":1:1: the gzip data must be complete, but they end here");
    }

    @Test
    void gzipThatChangedOnTheWay() throws IOException {
        byte[] packed = TestFiles.gzip("1,2\n3,4\n".getBytes(UTF_8));
        packed[packed.length - 8] ^= 1; // of the checksum
        Path file = file(packed);
        assertError(() -> Csv.read(file), ":3:1: the gzip data must be intact, got: Corrupt GZIP trailer");
    }

    @Test
    void linesSkippedAreNotNegative() {
        assertThatThrownBy(() -> Csv.read(dir.resolve("a.csv"), -1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("read: skipped must not be negative, got -1");
    }
}
