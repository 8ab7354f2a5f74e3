package dev.wengert.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
    @ValueSource(
            strings = {
                "1,2\n3,4\n",
                "1,2\n3,4",
                "1,2\r\n3,4\r\n",
                "1,2\r\n3,4",
                "1,2\r\n3,4\n",
                "1,2\r3,4\r",
                "1,2\r3,4"
            })
    void linesEndInAnyOfThreeWays(String text) throws IOException {
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
        assertError(() -> Csv.readNamed(empty), ":1:1: the file must have a line of names, but it ends here");
        assertError(() -> Csv.read(empty, 3), ":1:1: the file must have a row after line 3, but it ends here");
        Path blank = file("\n\n");
        assertError(() -> Csv.read(blank), ":3:1: the file must have a row, but it ends here");
    }

    @Test
    void aHeaderAlone() throws IOException {
        Path header = file("\na,b\n");
        assertError(() -> Csv.readNamed(header), ":3:1: the file must have a row after line 2, but it ends here");
        assertError(() -> Csv.read(header, 2), ":3:1: the file must have a row after line 2, but it ends here");
        assertError(
                () -> Csv.options().skip(2).readNamed(header),
                ":3:1: the file must have a line of names after line 2, but it ends here");
    }

    @Test
    void aRowThatIsTooShort() throws IOException {
        Path file = file("1,2,3\n4,5\n");
        assertError(() -> Csv.read(file), ":2:4: a row must have 3 cells as line 1 has, got 2");
        Path one = file("1,2\n\n4\n");
        assertError(() -> Csv.read(one), ":3:2: a row must have 2 cells as line 1 has, got 1");
    }

    @Test
    void aRowThatIsTooLong() throws IOException {
        Path file = file("skipped\na,b\n4,5\n4,5,6,7\n");
        assertError(() -> Csv.read(file, 1), ":4:5: a row must have 2 cells as line 2 has, got 4");
        Path one = file("4\n5,\n");
        assertError(() -> Csv.read(one), ":2:3: a row must have 1 cell as line 1 has, got 2");
    }

    @Test
    void placesCountWhatIsQuoted() throws IOException {
        Path file = file("a,b,c,d\n\"one\ntwo, \"\"x\"\"\",\"\",\"\"\"\",1,9\n");
        assertError(
                () -> Csv.readNamed(file),
                ":3:23: a row must have 4 cells as line 1 has, got 5"
                        + "; if the first of them is the name of the row, Csv.options().rowNames() reads it");
        Path windows = file("a,b,c\r\n\"1\r2\r\n\n3\",4\r\n");
        assertError(() -> Csv.readNamed(windows), ":5:5: a row must have 3 cells as line 1 has, got 2");
        Path number = file("\"a\nb\",b\n\"\"\"1\"\"\",x\n");
        Table table = Csv.readNamed(number);
        assertThat(table.names()).containsExactly("a\nb", "b");
        assertError(
                () -> table.numbers("b"),
                ":3:9: cell 2 (b) must be a number, got \"x\""
                        + "; if it stands for a missing value, call missing(…) first");
        assertThat(table.categories("a\nb")).containsExactly("\"1\"");
    }

    @Test
    void emptyCellsAreEmptyTexts() throws IOException {
        Table table = Csv.read(file("1,,\n,\"\",3\n"));
        assertThat(table.missing("").numbers()).isEqualTo(Tensor.of(new double[][] {
            {1, Double.NaN, Double.NaN}, {Double.NaN, Double.NaN, 3}
        }));
        assertError(
                table::numbers,
                ":1:3: cell 2 must be a number, got \"\"; if it stands for a missing value, call missing(…) first");
    }

    @Test
    void emptyLinesArePassedOverWhereTheyAreNoCells() throws IOException {
        assertThat(Csv.read(file("\n1,2\n\n3,4\r\n\r\n\n")).numbers()).isEqualTo(Tensor.of(new double[][] {
            {1, 2}, {3, 4}
        }));
        Path column = file("1\n\n3\n");
        assertError(
                () -> Csv.read(column),
                ":2:1: a line must not be empty where rows have one cell; write \"\" for an empty cell");
        Path first = file("\n\n1\n");
        assertError(
                () -> Csv.read(first),
                ":2:1: a line must not be empty where rows have one cell; write \"\" for an empty cell");
        assertThat(Csv.readNamed(file("\na\n3\n")).numbers().toArray()).containsExactly(3);
        assertThat(Csv.read(file("a\n\"\"\n3\n"), 1).missing("").numbers().toArray())
                .containsExactly(Double.NaN, 3);
    }

    @Test
    void quotedCells() throws IOException {
        Table table = Csv.readNamed(file("\"a,b\",c\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n5\" x,\"6\"\r\n"));
        assertThat(table.names()).containsExactly("a,b", "c");
        assertThat(table.categories("a,b")).containsExactly("5\" x", "say \"hi\"");
        assertThat(table.categories("c")).containsExactly("6", "two\r\nlines");
        assertThat(table.without("two\r\nlines").numbers("c").toArray()).containsExactly(6);
    }

    @Test
    void quotationMarksOfWhichOneIsMissing() throws IOException {
        String required =
                "must end within 16777216 characters, and with its second quotation mark if it begins with one;"
                        + " inside, a mark is written twice; FastCSV says: ";
        Path after = file("1,2\n3,\"4\"5\n");
        assertError(
                () -> Csv.read(after),
                ":2:3: cell 2 " + required + "Unexpected character after closing quote: '5' (0x35)");
        Path open = file("1,2\n\"3\n4\",\"5,6\n7,8\n");
        assertError(() -> Csv.read(open), ":3:4: cell 2 " + required + "Unclosed quoted field at end of input");
    }

    @Test
    void aByteOrderMarkDecides() throws IOException {
        String text = "ä,b\n1,2\n";
        for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
            byte[] bytes = ("\uFEFF" + text).getBytes(charset);
            for (byte[] content : List.of(bytes, TestFiles.gzip(bytes))) {
                assertThat(Csv.readNamed(file(content)).names()).containsExactly("ä", "b");
                assertThat(Csv.options()
                                .charset(ISO_8859_1)
                                .readNamed(file(content))
                                .names())
                        .containsExactly("ä", "b");
            }
        }
        Path wide = file("\uFEFFa,b\n1,x\n".getBytes(UTF_16LE));
        Table table = Csv.readNamed(wide);
        assertError(
                table::numbers,
                ":2:3: cell 2 (b) must be a number, got \"x\"; if it stands for a missing value, call missing(…) first");
    }

    @Test
    void anotherCharacterSetIsGiven() throws IOException {
        assertThat(Csv.options()
                        .charset(ISO_8859_1)
                        .readNamed(file("é,b\n1,2\n".getBytes(ISO_8859_1)))
                        .names())
                .containsExactly("é", "b");
        assertThat(Csv.options()
                        .charset(UTF_16BE)
                        .readNamed(file("é,b\n1,2\n".getBytes(UTF_16BE)))
                        .names())
                .containsExactly("é", "b");
        Path file = file("a,b\n1,é\n".getBytes(ISO_8859_1));
        assertError(
                () -> Csv.read(file),
                ":2:3: the file must be UTF-8 text, got a byte that is not; Csv.options().charset(…) reads others");
        Path half = file(new byte[] {0, '1', 0, ',', 0});
        assertError(
                () -> Csv.options().charset(UTF_16BE).read(half),
                ":1:3: the file must be UTF-16BE text, got a byte that is not; Csv.options().charset(…) reads others");
    }

    @Test
    void whatIsNoText() throws IOException {
        String required = "the file must be text, got the character NUL; if it is UTF-16 without a byte order mark,"
                + " Csv.options().charset(StandardCharsets.UTF_16LE) reads it";
        Path wide = file("a,b\n".getBytes(UTF_16LE));
        assertError(() -> Csv.read(wide), ":1:2: " + required);
        Path binary = file(new byte[] {'P', '\n', 'K', 3, 4, 0});
        assertError(() -> Csv.read(binary), ":2:4: " + required);
        Path first = file(new byte[] {0});
        assertError(() -> Csv.read(first), ":1:1: " + required);
    }

    @Test
    void twoColumnsOfOneName() throws IOException {
        Path file = file("\"a\",b,a\n1,2,3\n");
        assertError(
                () -> Csv.readNamed(file),
                ":1:7: names of columns must differ, got \"a\" again; Csv.read(file, 1) reads the rows without names");
    }

    @Test
    void otherSeparatorsAndDecimals() throws IOException {
        Tensor numbers = Tensor.of(new double[][] {{1.5, -0.25}, {1e3, 7}});
        CsvOptions options = Csv.options().separator(';').decimal(',');
        assertThat(options.read(file("1,5;-,25\n1,0e3;7,\n")).numbers()).isEqualTo(numbers);
        assertThat(Csv.options()
                        .decimal(',')
                        .read(file("\"1,5\",\"-,25\"\n\"1,0e3\",7\n"))
                        .numbers())
                .isEqualTo(numbers);
        assertThat(Csv.options()
                        .separator('\t')
                        .read(file("1.5\t-.25\n1.0e3\t7\n"))
                        .numbers())
                .isEqualTo(numbers);
        Table table = options.read(file("1,5;2.5\n"));
        assertError(
                table::numbers,
                ":1:5: cell 2 must be a number, got \"2.5\"; if it stands for a missing value, call missing(…) first");
        Table twice = options.read(file("1,2,3\n"));
        assertThatThrownBy(twice::numbers).hasMessageContaining("must be a number");
    }

    @Test
    void commentsArePassedOver() throws IOException {
        Table table = Csv.options().comment('#').readNamed(file("# a, \"b\na,b\n#\n1,#2\n\"#3\",4\n# end"));
        assertThat(table.categories("a")).containsExactly("#3", "1");
        assertThat(table.categories("b")).containsExactly("#2", "4");
        assertThatThrownBy(() -> table.numbers("b")).hasMessageStartingWith(dir.resolve("a.csv") + ":4:3: ");
    }

    @Test
    void namesOfRows() throws IOException {
        CsvOptions options = Csv.options().rowNames();
        for (String names : List.of("x,y", ",x,y", "id,x,y")) {
            Table table = options.readNamed(file(names + "\nfirst,1,2\nsecond,3,4\n"));
            assertThat(table.rowNames()).containsExactly("first", "second");
            assertThat(table.names()).containsExactly("x", "y");
            assertThat(table.columns()).isEqualTo(2);
            assertThat(table.numbers()).isEqualTo(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
            assertThat(table.without("1").rowNames()).containsExactly("second");
            assertThat(table).hasToString("Table[" + dir.resolve("a.csv") + ", 2 rows, 2 columns]");
        }
        Table table = options.read(file("first,1,x\n"));
        assertThat(table.numbers(0, 1).toArray()).containsExactly(1);
        assertError(
                table::numbers,
                ":1:9: cell 3 must be a number, got \"x\"; if it stands for a missing value, call missing(…) first");
        assertThat(Csv.read(file("1,2\n")).rowNames()).isEmpty();
    }

    @Test
    void namesOfRowsThatAreNotExpectedOrNotThere() throws IOException {
        Path shorter = file("x,y\nfirst,1,2\n");
        assertError(
                () -> Csv.readNamed(shorter),
                ":2:9: a row must have 2 cells as line 1 has, got 3"
                        + "; if the first of them is the name of the row, Csv.options().rowNames() reads it");
        CsvOptions options = Csv.options().rowNames();
        Path longer = file("x,y\nfirst,1,2\nsecond,3,4,5\n");
        assertError(() -> options.readNamed(longer), ":3:12: a row must have 3 cells as line 2 has, got 4");
        Path alone = file("x\nfirst\n");
        assertError(() -> options.readNamed(alone), ":2:1: a row must have a cell after its name, got none");
    }

    @Test
    void blanksAroundCells() throws IOException {
        Path file = file(" a\t, b\n 1 ,\t2\n\"3\",  \n\" 5\",\" \"\n");
        Table table = Csv.options().trim().readNamed(file);
        assertThat(table.names()).containsExactly("a", "b");
        assertThat(table.categories("a")).containsExactly(" 5", "1", "3");
        assertThat(table.categories("b")).containsExactly("", " ", "2");
        assertThat(Csv.readNamed(file).categories("\u0020b")).containsExactly("\t2", " ", "  ");
        Path quoted = file("a,b\n1, \"2, 3\"\n");
        assertError(
                () -> Csv.options().trim().read(quoted),
                ":2:3: a cell must begin with its quotation mark, not with a blank");
    }

    @Test
    void optionsThatContradict() {
        assertRefused(
                () -> Csv.options().separator('"'),
                "separator: the character must not be a quotation mark, NUL or the end of a line, got \"\\\"\"");
        assertRefused(
                () -> Csv.options().comment('\n'),
                "comment: the character must not be a quotation mark, NUL or the end of a line, got \"\\u000A\"");
        assertRefused(
                () -> Csv.options().comment(','), "options: the separator must not begin comments, got \",\" for both");
        assertRefused(() -> Csv.options().decimal(';'), "decimal: the decimal point must be \".\" or \",\", got \";\"");
        assertRefused(() -> Csv.options().skip(-1), "skip: lines must not be negative, got -1");
        assertRefused(() -> Csv.options().limit(0), "limit: bytes must be 1 or more, got 0");
        assertThatThrownBy(() -> Csv.options().charset(null))
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessage("charset: the character set must be given, got null");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
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
