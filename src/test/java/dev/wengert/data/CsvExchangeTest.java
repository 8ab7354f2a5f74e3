package dev.wengert.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that other programs wrote, read as other readers read them, or refused. */
class CsvExchangeTest {
    private static final Path FOLDER = folder();
    private static final ModelCase EXPECTED =
            ModelCase.parse(text(FOLDER.resolve("expected.json"))).child("files");

    private static final String SAME_CELLS = "Every row has the same number of cells";
    private static final String BACKSLASH = "no other character is special, not the backslash";
    private static final String EMPTY_LINES = "Lines without a character are passed over";
    private static final String AT_LEAST_ONE = "and there is at least one";
    private static final String MARKS = "quotation marks that are written twice, and ends with its second mark";

    /** What is refused, and by which words. */
    private record Refusal(String place, String message, String javadoc) {}

    /** What pandas reads, and is refused here by the words of the Javadoc of Csv. */
    private static final Map<String, Refusal> REFUSED = Map.ofEntries(
            entry(
                    "pandas-duplicate-names.csv",
                    new Refusal(
                            ":1:3",
                            "names of columns must differ, got \"a\" again; Csv.read(file, 1) reads the rows without names",
                            "Names of columns differ")),
            entry(
                    "pandas-two-header-rows.csv",
                    new Refusal(
                            ":1:4",
                            "names of columns must differ, got \"a\" again; Csv.read(file, 1) reads the rows without names",
                            "Names of columns differ")),
            entry(
                    "pandas-header-only.csv",
                    new Refusal(":2:1", "the file must have a row after line 1, but it ends here", AT_LEAST_ONE)),
            entry(
                    "pandas-escape-noquote.csv",
                    new Refusal(":4:5", "a row must have 6 cells as line 1 has, got 1", BACKSLASH)),
            entry("r-readr.tsv", new Refusal(":4:4", "a row must have 6 cells as line 1 has, got 1", SAME_CELLS)),
            entry(
                    "r-write-table.txt",
                    new Refusal(
                            ":3:5",
                            "cell 2 must end within 16777216 characters, and with its second quotation mark if it begins"
                                    + " with one; inside, a mark is written twice; FastCSV says: Unexpected character"
                                    + " after closing quote: 'h' (0x68)",
                            BACKSLASH)));

    private static Path folder() {
        try {
            return Path.of(CsvExchangeTest.class
                            .getResource("/dev/wengert/exchange/csv/expected.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files(String folder, String pattern) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.matches(pattern))
                    .sorted()
                    .toList();
        }
    }

    static List<String> tables() throws IOException {
        return files("", ".*\\.(csv|csv\\.gz|tsv|txt)");
    }

    static List<String> spectrum() throws IOException {
        return files("spectrum", ".*\\.csv");
    }

    static List<String> commons() throws IOException {
        return files("commons", ".*");
    }

    private static List<List<String>> cells(Table table) throws DataFileException {
        List<List<String>> columns = new ArrayList<>();
        for (int column = 0; column < table.columns(); column++) {
            columns.add(table.texts(column));
        }
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            int i = row;
            rows.add(columns.stream().map(column -> column.get(i)).toList());
        }
        return rows;
    }

    private static CsvOptions options(ModelCase given) {
        CsvOptions options = Csv.options()
                .separator(given.text("sep", ",").charAt(0))
                .decimal(given.text("decimal", ".").charAt(0));
        return switch (given.text("encoding", "utf-8")) {
            case "latin1" -> options.charset(ISO_8859_1);
            case "utf-16-le" -> options.charset(UTF_16LE);
            default -> options; // the byte order mark says it
        };
    }

    private static void assertRefused(Path file, CsvOptions options, Refusal refusal) {
        assertThatThrownBy(() -> options.readNamed(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + refusal.place + ": " + refusal.message);
        assertJavadoc(refusal.javadoc);
    }

    private static void assertJavadoc(String words) {
        String source = text(Path.of("src/main/java/dev/wengert/data/Csv.java")).replaceAll("\\s+\\* ?", " ");
        assertThat(source).contains(words);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void tablesAreReadAsByPandasOrRefused(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        if (name.equals("numpy-savetxt.txt")) { // is not in expected.json
            assertThat(cells(Csv.options().separator(' ').comment('#').read(file))
                            .get(2))
                    .containsExactly("-5.509007894127804228e-01", "2.458909446899963658e-01");
            return;
        }
        ModelCase expected = EXPECTED.child(name);
        CsvOptions options = options(expected.options());
        if (REFUSED.containsKey(name)) {
            assertRefused(file, name.equals("r-write-table.txt") ? options.rowNames() : options, REFUSED.get(name));
            return;
        }
        if (name.equals("sklearn-wine_data.csv")) { // pandas takes the last five for the columns of its five names
            List<List<String>> wine = cells(Csv.read(file, 1));
            assertThat(wine).hasSize(expected.integer("rows"));
            assertThat(wine.subList(0, 8).stream().map(row -> row.subList(9, 14)))
                    .containsExactlyElementsOf(lists(expected.list("cells")));
            return;
        }
        Table table = options.readNamed(file);
        assertThat(table.names().stream()
                        .map(n -> n.isEmpty() ? "Unnamed: 0" : n)
                        .toList())
                .isEqualTo(expected.list("columns"));
        assertThat(table.rows()).isEqualTo(expected.integer("rows"));
        List<List<String>> shown = lists(expected.list("cells"));
        assertThat(cells(table).subList(0, shown.size())).isEqualTo(shown);
    }

    @SuppressWarnings("unchecked")
    private static List<List<String>> lists(List<Object> rows) {
        return rows.stream().map(row -> (List<String>) row).toList();
    }

    @Test
    void thereIsAnExpectationForEachTable() throws IOException {
        List<String> names = new ArrayList<>(EXPECTED.keys());
        names.add("numpy-savetxt.txt");
        assertThat(tables()).containsExactlyInAnyOrderElementsOf(names).hasSize(31);
        assertThat(tables()).containsAll(REFUSED.keySet());
        assertThat(spectrum()).hasSize(12);
        assertThat(commons()).hasSize(22);
    }

    /** The numbers of the tables that all of the writers wrote, where a missing value is one of their marks. */
    @Test
    void numbersOfAllWriters() throws IOException {
        for (String name : tables()) {
            if (!name.matches("(pandas|r)-.*") || REFUSED.containsKey(name) || name.equals("r-iris6.csv")) {
                continue;
            }
            ModelCase options = EXPECTED.child(name).options();
            Table table = options(options).readNamed(FOLDER.resolve(name)).missing("", "NA", "NULL");
            assertThat(table.numbers("x").toArray())
                    .containsExactly(
                            1.5,
                            name.matches("pandas.*|r-readr.csv|r-readr-excel-bom.csv") ? -0.0 : 0,
                            name.endsWith("format.csv") ? 0 : 1e-300,
                            Double.NaN,
                            Double.POSITIVE_INFINITY);
            double[] y = table.numbers("y").toArray();
            assertThat(y[2]).isNaN();
            assertThat(y[3]).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(y[4]).isEqualTo(123456789.123);
            assertThat(table.numbers("n").toArray()[4]).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @MethodSource("spectrum")
    void spectrumIsReadAsItsJson(String name) throws IOException {
        Path file = FOLDER.resolve("spectrum").resolve(name);
        Table table = Csv.readNamed(file);
        String json = text(FOLDER.resolve("spectrum").resolve(name.replace(".csv", ".json")));
        if (name.equals("location_coordinates.csv")) { // whose JSON is one object, with another telephone number
            json = "[" + json.replace("1234567890", "2095257564") + "]";
        }
        List<Object> rows = ModelCase.parse("{\"rows\": " + json + "}").list("rows");
        assertThat(table.rows()).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            ModelCase row = ModelCase.object(rows.get(i));
            assertThat(table.names()).containsExactlyElementsOf(row.keys());
            for (String column : table.names()) {
                assertThat(table.texts(column).get(i)).isEqualTo(row.text(column, null));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commons")
    void filesOfCommonsCsvAreReadOrRefused(String name) throws IOException {
        Path file = FOLDER.resolve("commons").resolve(name);
        CsvOptions plain = Csv.options();
        String unclosed =
                " must end within 16777216 characters, and with its second quotation mark if it begins with one;"
                        + " inside, a mark is written twice; FastCSV says: ";
        switch (name) {
            case "CSV-141_csv-141.csv" ->
                assertRefused(
                        file,
                        plain,
                        new Refusal(
                                ":3:43",
                                "cell 3" + unclosed + "Unexpected character after closing quote: '1' (0x31)",
                                MARKS));
            case "CSV-196_emoji.csv" -> {
                Table table = plain.readNamed(file);
                assertThat(table.names()).hasSize(16).contains("id", "val15");
                assertThat(table.texts("val1")).contains("😄".repeat(10));
            }
            case "CSV-196_japanese.csv" -> {
                Table table = plain.readNamed(file);
                assertThat(table.texts("id")).containsExactly("00000000000001", "00000000000002", "00000000000003");
                assertThat(table.texts("val1").get(0)).startsWith("きちんと節分");
                assertThat(table.texts("val15")).containsOnly("v15");
            }
            case "CSV-213_999751170.patch.csv" ->
                assertThat(cells(plain.separator(';').readNamed(file))).containsExactly(List.of("27", ""));
            case "CSV-254_csv-254.csv" ->
                assertThat(cells(plain.read(file)))
                        .containsExactly(List.of("AA", "33", ""), List.of("AA", "", ""), List.of("", "33", "CC"));
            case "CSV-259_sample.txt" -> assertThat(cells(plain.read(file))).containsExactly(List.of("x", "y", "z"));
            case "CSV-290_psql.csv" ->
                assertThat(cells(plain.read(file)))
                        .containsExactly(
                                List.of("1", "abc", "test line 1\ntest line 2", "", ""),
                                List.of("2", "xyz", "\\b:\b \\t:\t \\n:\n \\r:\r", "a", "b"),
                                List.of("3", "a", "b,c,d", "\"quoted\"", "e"));
            case "CSV-290_psql.tsv" -> { // where \N stands for missing, and nothing is quoted
                assertJavadoc(BACKSLASH);
                assertThat(cells(plain.separator('\t').read(file)))
                        .containsExactly(
                                List.of("1", "abc", "test line 1\\ntest line 2", "\\N", ""),
                                List.of("2", "xyz", "\\\\b:\\b \\\\t:\\t \\\\n:\\n \\\\r:\\r", "a", "b"),
                                List.of("3", "a", "b,c,d", "quoted", "e"));
            }
            case "CSVFileParser_README.txt" ->
                assertRefused(
                        file,
                        plain,
                        new Refusal(
                                ":2:1",
                                "a line must not be empty where rows have one cell; write \"\" for an empty cell",
                                "if rows have more than one cell"));
            case "CSVFileParser_bom.csv" -> {
                Table table = plain.trim().readNamed(file);
                assertThat(table.names()).containsExactly("Date", "Open", "High", "Low", "Close", "Volume");
                assertThat(table.numbers("Open", "Volume").shape()).isEqualTo(Shape.of(table.rows(), 2));
                assertThat(table.numbers("Open").get(0, 0)).isEqualTo(223.8);
            }
            case "CSVFileParser_test.csv", "CSVFileParser_test_default_comment.txt" -> {
                String blank = "Unexpected character after closing quote: ' ' (0x20)";
                assertThatThrownBy(() -> plain.comment('#').read(file.resolveSibling("CSVFileParser_test.csv")))
                        .isExactlyInstanceOf(DataFileException.class)
                        .hasMessageEndingWith("_test.csv:7:22: cell 4" + unclosed + blank);
                assertJavadoc(MARKS);
            }
            case "CSVFileParser_testCSV246.csv", "CSVFileParser_testCSV85.csv" ->
                assertThat(cells(plain.comment('#').read(file)))
                        .containsExactly(
                                List.of("a", "b", "c", "e", "f"),
                                List.of("g", "h", "i", "j", "k"),
                                List.of("l", "m", "n", "o", "p"));
            case "csv-167_sample1.csv" ->
                assertThat(cells(plain.comment('#').readNamed(file)))
                        .startsWith(
                                List.of("Dan Simmons", "Hyperion", "1989"),
                                List.of("Douglas Adams", "The Hitchhiker's \\\"Guide\\\" to the Galaxy", "1979"))
                        .hasSize(3);
            case "empty.txt" ->
                assertRefused(
                        file,
                        plain,
                        new Refusal(":1:1", "the file must have a line of names, but it ends here", AT_LEAST_ONE));
            case "CSVFileParser_testCSV85_ignoreEmpty.txt" ->
                assertThat(cells(table(name, plain.comment('#')))).isEqualTo(rows(file));
            case "CSVFileParser_testCSV85_default.txt", "CSVFileParser_testCSV246_checkWithNoComment.txt" -> {
                assertJavadoc(EMPTY_LINES);
                List<List<String>> rows = new ArrayList<>(rows(file));
                assertThat(rows.remove(List.of(""))).isTrue();
                assertThat(cells(table(name, plain.comment('#')))).isEqualTo(rows);
            }
            case "CSVFileParser_test_default.txt",
                    "CSVFileParser_test_rfc4180.txt",
                    "CSVFileParser_test_rfc4180_trim.txt" -> {
                assertThat(rows(file).stream().map(Collection::size)).contains(1, 4);
                assertThatThrownBy(() -> table(name, name.contains("trim") ? plain.trim() : plain))
                        .hasMessageEndingWith("_test.csv:2:15: a row must have 4 cells as line 1 has, got 1");
                assertJavadoc(SAME_CELLS);
            }
            default -> throw new AssertionError("no expectation of " + name);
        }
    }

    /** The table that a file of results is about. */
    private static Table table(String results, CsvOptions options) throws IOException {
        Path folder = FOLDER.resolve("commons");
        return options.read(
                folder.resolve("CSVFileParser_" + text(folder.resolve(results)).split("\\s", 2)[0]));
    }

    /** The rows of a file of results, after its two lines of settings: "4:[A, B, C, D]". */
    private static List<List<String>> rows(Path results) {
        return text(results)
                .lines()
                .skip(2)
                .filter(line -> line.matches("\\d+:\\[.*\\].*"))
                .map(line -> line.substring(line.indexOf('[') + 1, line.lastIndexOf(']')))
                .map(row -> List.of(row.split(", ", -1)))
                .toList();
    }
}
