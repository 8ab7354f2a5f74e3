package dev.wengert.data;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Mutations;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables written and read again. */
class CsvProperties {
    @Provide
    Arbitrary<Tensor> matrices() {
        Arbitrary<Double> numbers = Arbitraries.oneOf(
                        Arbitraries.doubles(),
                        Arbitraries.longs().map(Double::longBitsToDouble),
                        Arbitraries.of(
                                0.0,
                                -0.0,
                                Double.NaN,
                                Double.POSITIVE_INFINITY,
                                Double.NEGATIVE_INFINITY,
                                Double.MIN_VALUE,
                                Double.MAX_VALUE))
                .withoutEdgeCases(); // those of all elements together would be all there is time for
        Arbitrary<Integer> extents = Arbitraries.integers().between(1, 6);
        return Combinators.combine(extents, extents)
                .flatAs((rows, columns) -> numbers.list()
                        .ofSize(rows * columns)
                        .map(list -> Tensor.of(
                                Shape.of(rows, columns),
                                list.stream().mapToDouble(x -> x).toArray())));
    }

    private static String csv(Tensor matrix, String lineEnd) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < matrix.shape().extent(0); i++) {
            text.append(DoubleStream.of(matrix.row(i).toArray())
                            .mapToObj(Double::toString)
                            .collect(Collectors.joining(",")))
                    .append(lineEnd);
        }
        return text.toString();
    }

    /** What Double.toString writes comes back bit for bit. */
    @Property
    void numbersComeBack(
            @ForAll("matrices") Tensor matrix,
            @ForAll boolean packed,
            @ForAll boolean windows,
            @ForAll boolean lastEnd) {
        String lineEnd = windows ? "\r\n" : "\n";
        String text = csv(matrix, lineEnd);
        byte[] bytes = text.substring(0, text.length() - (lastEnd ? 0 : lineEnd.length()))
                .getBytes(UTF_8);
        TestFiles.use(
                packed ? TestFiles.gzip(bytes) : bytes,
                file -> assertThat(Csv.read(file).numbers()).isEqualTo(matrix));
    }

    @Provide
    Arbitrary<String> cells() {
        return Arbitraries.chars()
                .filter(c -> c != 0 && !Character.isSurrogate(c))
                .array(char[].class)
                .ofMaxSize(20)
                .map(String::new);
    }

    /** A cell may be any text without NUL, in quotation marks where it needs them, and in many character sets. */
    @Property
    void textComesBack(
            @ForAll @NotEmpty @Size(max = 10) List<@From("cells") String> column,
            @ForAll boolean quoted,
            @ForAll boolean wide) {
        String[] classes = column.stream().distinct().toArray(String[]::new);
        double[] labels = column.stream().mapToDouble(List.of(classes)::indexOf).toArray();
        String text = "0,name\n"
                + column.stream()
                        .map(cell -> "0," + (quoted || needsQuotes(cell) ? quote(cell) : cell) + "\n")
                        .collect(Collectors.joining());
        TestFiles.use(
                wide ? ("\uFEFF" + text).getBytes(UTF_16LE) : text.getBytes(UTF_8),
                file -> assertThat(Csv.readNamed(file).labels("name", classes)).isEqualTo(Tensor.of(labels)));
    }

    private static boolean needsQuotes(String cell) {
        return cell.startsWith("\"") || cell.chars().anyMatch(c -> ",\n\r".indexOf(c) >= 0);
    }

    private static String quote(String cell) {
        return '"' + cell.replace("\"", "\"\"") + '"';
    }

    private static final String[] TOKENS = {
        "\"",
        "\"\"",
        ",",
        ";",
        "\n",
        "\r",
        "\r\n",
        "#",
        " ",
        "\t",
        "0",
        "-",
        "+",
        "1e999",
        "0x1p3",
        "NaN",
        ",\n",
        "\"\n",
        "\0",
        "\u00e9",
        "\ufeff",
        "\uff11",
        "\ud83d\ude00"
    };

    /** Plain, in quotation marks, in UTF-16, and each of them packed. */
    private static List<byte[]> good() {
        List<String> texts = List.of(
                "a,b,c\n1,2.5,-3e7\n4,NaN,-2\n",
                "\"a\",\"b, c\"\r\n\"1\",\"two \"\"2\"\"\r\nlines\"\r\n",
                "a;b,c\r1,5;x\r-2;,\r",
                "# note\nx\n1\n2");
        return texts.stream()
                .flatMap(text -> Stream.of(text.getBytes(UTF_8), ("\uFEFF" + text).getBytes(UTF_16LE)))
                .flatMap(bytes -> Stream.of(bytes, TestFiles.gzip(bytes)))
                .toList();
    }

    /** Whatever becomes of a valid file, it is a table, or an error that names a line and a column of it. */
    @Test
    void faultyFilesAreRefusedOrRead(@TempDir Path dir) throws Exception {
        List<CsvOptions> options = List.of(
                Csv.options(),
                Csv.options().separator(';').decimal(',').rowNames(),
                Csv.options().comment('#').trim(),
                Csv.options().skip(2),
                Csv.options().limit(60),
                Csv.options().charset(UTF_16LE));
        double refused = new Mutations(good(), CsvProperties::inText, options.size() * 1_000_000L)
                .refused(3000, dir.resolve("a.csv"), file -> read(file, options));
        assertThat(refused).isBetween(0.1, 0.98);
    }

    /** Reads a file in every way: it is refused if the first way refuses it. */
    private static void read(Path file, List<CsvOptions> options) throws DataFileException {
        for (CsvOptions other : options.subList(1, options.size())) {
            try {
                use(other.readNamed(file), file);
            } catch (DataFileException e) {
                assertPlace(e, file);
            }
        }
        try {
            use(options.get(0).read(file), file);
        } catch (DataFileException e) {
            assertPlace(e, file);
            throw e;
        }
    }

    private static void use(Table table, Path file) {
        assertThat(table.rows()).isPositive();
        table.rowNames();
        try {
            table.without("a").missing("-2", "").numbers();
        } catch (DataFileException e) {
            assertPlace(e, file);
        }
    }

    private static void assertPlace(DataFileException e, Path file) {
        assertThat(e.getMessage())
                .matches("(?s)\\Q" + file + "\\E(:\\d+:\\d+)?: .* must .*")
                .doesNotContain("reading failed");
    }

    /** A token in the text, in the character set that the text has. */
    private static byte[] inText(byte[] bytes, SplittableRandom random) {
        byte[] content = TestFiles.isGzip(bytes) ? TestFiles.content(bytes) : bytes;
        boolean wide = content.length > 1 && content[0] == (byte) 0xff && content[1] == (byte) 0xfe;
        String text = new String(content, wide ? UTF_16LE : UTF_8);
        int at = random.nextInt(text.length() + 1);
        String changed = text.substring(0, at)
                + TOKENS[random.nextInt(TOKENS.length)]
                + text.substring(Math.min(text.length(), at + random.nextInt(4)));
        byte[] result = changed.getBytes(wide ? UTF_16LE : UTF_8);
        return content == bytes ? result : TestFiles.gzip(result);
    }

    /** A file that was cut off while it was packed is never taken for a shorter one. */
    @Property
    void cutGzipIsRefused(@ForAll("matrices") Tensor matrix, @ForAll int cut) {
        byte[] packed = TestFiles.gzip(csv(matrix, "\n").getBytes(UTF_8));
        byte[] part =
                Arrays.copyOf(packed, 2 + Math.floorMod(cut, packed.length - 2)); // two bytes tell that it is gzip
        TestFiles.use(
                part,
                file -> assertThatThrownBy(() -> Csv.read(file))
                        .isExactlyInstanceOf(DataFileException.class)
                        .hasMessageStartingWith(file + ":"));
    }

    /** A row with one cell more is the row that is named. */
    @Property
    void aLongRowIsNamed(@ForAll("matrices") Tensor matrix, @ForAll int at) {
        String[] lines = csv(matrix, "\n").split("\n");
        Assume.that(lines.length > 1);
        int row = 1 + Math.floorMod(at, lines.length - 1);
        int columns = matrix.shape().extent(1);
        String message = ":" + (row + 1) + ":" + (lines[row].length() + 2) + ": a row must have " + columns
                + (columns == 1 ? " cell" : " cells") + " as line 1 has, got " + (columns + 1);
        lines[row] += ",7";
        TestFiles.use(
                String.join("\n", lines).getBytes(UTF_8),
                file -> assertThatThrownBy(() -> Csv.read(file)).hasMessage(file + message));
    }
}
