package dev.wengert.data;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** IDX files as they are published, of all types, and broken ones: read with their values, or refused. */
class IdxExchangeTest {
    private static final Path FOLDER = folder();
    private static final String START =
            "byte 0: an IDX file must start with 00 00, a type (08, 09, 0b to 0e) and its rank, got ";

    private static final Map<String, String> REFUSED = Map.ofEntries(
            entry("broken-4-billion-rows.idx3", "byte 4: shape: extents must not be negative, got [-1, 65536, 65536]"),
            entry("broken-header-only.idx3", "byte 6: the file must hold 3 extents of 4 bytes, but it ends here"),
            entry("broken-little-endian.idx1", START + "01 08 00 00"),
            entry("broken-magic-first-byte.idx1", START + "01 00 08 01"),
            entry(
                    "broken-trailing.idx1",
                    "byte 9: the file must end here, 9 bytes for extents [1] of 1 byte, but it goes on"),
            entry("broken-truncated-gzip.gz", ": the gzip data must be complete, but they end here"),
            entry(
                    "broken-truncated.idx1",
                    "byte 9: the file must hold 17 bytes for extents [9] of 1 byte, but it ends here"),
            entry("broken-type-0x0A.idx1", START + "00 00 0a 01"));

    private static Path folder() {
        try {
            return Path.of(IdxExchangeTest.class
                            .getResource("/dev/wengert/exchange/idx/expected.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> !name.matches("expected.json|SOURCES.md"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void allFilesAreThere() throws IOException {
        assertThat(files()).hasSize(20).containsAll(REFUSED.keySet());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsReadOrRefused(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        if (REFUSED.containsKey(name)) {
            assertThatThrownBy(() -> Idx.read(file))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessageStartingWith(file + ": byte ")
                    .hasMessageEndingWith(REFUSED.get(name));
            return;
        }
        ModelCase expected = ModelCase.parse(Files.readString(FOLDER.resolve("expected.json")));
        Tensor tensor = Idx.read(file);
        switch (name) {
            case "broken-255-axes.idx" -> assertThat(tensor.shape().rank()).isEqualTo(255); // which is right, if odd
            case "fashion-first20-images-idx3-ubyte" -> {
                assertThat(tensor.shape()).isEqualTo(Shape.of(20, 28, 28));
                double[] sums = expected.child("fashion-first20-images").numbers("perImageSum");
                assertThat(IntStream.range(0, 20)
                                .mapToDouble(i ->
                                        Arrays.stream(tensor.row(i).toArray()).sum())
                                .toArray())
                        .containsExactly(sums);
            }
            case "fashion-first20-labels-idx1-ubyte" ->
                assertThat(tensor.toArray())
                        .containsExactly(expected.child("fashion-t10k-labels").numbers("first"));
            case "fashion-t10k-labels-idx1-ubyte.gz" -> {
                ModelCase labels = expected.child("fashion-t10k-labels");
                assertThat(tensor.shape()).isEqualTo(Shape.of(labels.integer("count")));
                assertThat(tensor.rows(0, 20).toArray()).containsExactly(labels.numbers("first"));
                double[] histogram = new double[10];
                for (double label : tensor.toArray()) {
                    histogram[(int) label]++;
                }
                assertThat(histogram).containsExactly(labels.numbers("histogram"));
            }
            case "u1-rank0.idx0" -> assertThat(tensor).isEqualTo(Tensor.scalar(expected.number("u1-rank0")));
            case "u1-rank4.idx4" ->
                assertThat(tensor).isEqualTo(Tensor.arange(16).reshape(2, 2, 2, 2));
            case "zero-rows.idx3" -> assertThat(tensor.shape()).isEqualTo(Shape.of(0, 28, 28));
            default -> {
                double[] numbers = expected.list(name.substring(0, 2)).stream()
                        .flatMapToDouble(row -> Arrays.stream(row(row)))
                        .toArray();
                assertThat(tensor).isEqualTo(Tensor.of(Shape.of(2, 3), numbers));
            }
        }
    }

    private static double[] row(Object row) {
        return ((List<?>) row)
                .stream().mapToDouble(x -> Double.parseDouble(x.toString())).toArray();
    }
}
