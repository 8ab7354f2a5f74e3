package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Variable;
import dev.wengert.data.DataFileException;
import dev.wengert.nn.Chain;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    static final Path FOLDER = folder();
    private static final ModelCase EXPECTED = ModelCase.parse(text("expected.json"));

    /** What is refused and by which words; the class comment names those that the format's own library accepts. */
    private static final Map<String, String> REFUSED = refused();

    private static final Set<String> STRICTER = Set.of(
            "case-duplicate-name-same-range.safetensors",
            "case-metadata-null.safetensors",
            "case-unknown-field.safetensors",
            "case-whitespace-before.safetensors",
            "case-zero-times-huge.safetensors",
            "all-dtypes.safetensors"); // which has integers beyond 2^53

    @TempDir
    Path dir;

    private static Path folder() {
        try {
            return Path.of(SafetensorsTest.class
                            .getResource("/dev/wengert/exchange/safetensors/expected.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> refused() {
        Map<String, String> refused = new LinkedHashMap<>();
        text("refused.txt").lines().forEach(line -> refused.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
        return refused;
    }

    /** Whether a file is one that is not refused. */
    static boolean isRead(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".safetensors") && !REFUSED.containsKey(name);
    }

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(safetensors|pt)"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsReadAsByItsOwnLibraryOrRefused(String name) throws IOException {
        Path file = FOLDER.resolve(name);
        boolean refused = REFUSED.containsKey(name);
        if (!name.endsWith(".pt")) {
            boolean accepted = EXPECTED.child("files").child(name).flag("accepted");
            assertThat(accepted).isEqualTo(!refused || STRICTER.contains(name));
        }
        if (refused) {
            assertThatThrownBy(() -> Safetensors.readWidened(file))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessage(file + ": " + REFUSED.get(name));
            assertThatThrownBy(() -> Safetensors.read(file)).isExactlyInstanceOf(DataFileException.class);
            return;
        }
        Weights weights = Safetensors.readWidened(file);
        ModelCase expected = EXPECTED.child("files").child(name);
        ModelCase texts = expected.child("metadata");
        assertThat(weights.texts().keySet()).isEqualTo(texts.keys());
        texts.keys().forEach(key -> assertThat(weights.text(key)).isEqualTo(texts.text(key, null)));
        assertThat(weights.tensors().keySet())
                .containsExactlyInAnyOrderElementsOf(expected.list("tensors").stream()
                        .map(t -> ModelCase.object(t).text("name", null))
                        .toList());
        if (expected.has("content")) {
            weights.tensors().forEach((key, tensor) -> assertContent(expected.child("content"), key, tensor));
        }
    }

    private static void assertContent(ModelCase content, String name, Tensor tensor) {
        assertThat(tensor).isEqualTo(tensor(content.child(name)));
    }

    private static Tensor tensor(ModelCase expected) {
        double[] shape = expected.numbers("shape");
        int[] extents = new int[shape.length];
        for (int axis = 0; axis < shape.length; axis++) {
            extents[axis] = (int) shape[axis];
        }
        return Tensor.of(
                Shape.of(extents),
                expected.has("values") ? expected.numbers("values") : new double[0]); // none of an empty one
    }

    @Test
    void allFilesAreThere() throws IOException {
        assertThat(files()).filteredOn(name -> name.startsWith("case-")).hasSize(72);
        assertThat(files()).hasSize(84);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"torch-mlp-f64", "torch-lstm-f64", "odd-names", "scalar-and-empty", "no-tensors", "metadata-only"
            })
    void whatIsWrittenAgainHasTheSameBytes(String name) throws IOException {
        Path from = FOLDER.resolve(name + ".safetensors");
        Path to = dir.resolve("again.safetensors");
        Weights weights = Weights.read(from);
        weights.write(to);
        assertThat(to).hasSameBinaryContentAs(from);
        Weights reversed = Weights.of(new TreeMap<>(weights.tensors()).descendingMap());
        for (String key : new TreeMap<>(weights.texts()).descendingKeySet()) {
            reversed = reversed.with(key, weights.text(key));
        }
        reversed.write(to);
        assertThat(to).hasSameBinaryContentAs(from);
        assertThat(Weights.read(to)).isEqualTo(weights);
    }

    /** The order of code points differs from the one of Java's characters above U+FFFF. */
    @Test
    void namesAreWrittenInTheOrderOfCodePoints() throws IOException {
        Weights weights = Weights.of(Map.of("\uFFFD", Tensor.of(2), "\uD83D\uDE00", Tensor.of(3), "z", Tensor.of(1)));
        weights.write(dir.resolve("a"));
        assertThat(Weights.read(dir.resolve("a")).tensors().keySet()).containsExactly("z", "\uFFFD", "\uD83D\uDE00");
    }

    @Test
    void controlCharactersAreEscapedAsByItsOwnLibrary() throws IOException {
        Weights.of(Map.of()).with("\u001f\b\f\r", "/\u007f").write(dir.resolve("a"));
        assertThat(Files.readString(dir.resolve("a")).substring(8))
                .isEqualTo("{\"__metadata__\":{\"\\u001f\\b\\f\\r\":\"/\u007f\"}}  ");
    }

    @Test
    void largeTensorsKeepAllBits() throws IOException {
        double[] values = new double[3 * 8192 + 5];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(random.nextLong());
        }
        Weights.of(Map.of("w", Tensor.of(values), "x", Tensor.of(7))).write(dir.resolve("a"));
        Weights read = Weights.read(dir.resolve("a"));
        double[] got = read.tensors().get("w").toArray();
        assertThat(got).hasSameSizeAs(values);
        for (int i = 0; i < got.length; i++) {
            assertThat(Double.doubleToRawLongBits(got[i])).isEqualTo(Double.doubleToRawLongBits(values[i]));
        }
        assertThat(read.tensors().get("x")).isEqualTo(Tensor.of(7));
    }

    /** All types of the file of all types, but with integers that doubles hold. */
    @Test
    void otherTypesAreWidenedExactly() throws IOException {
        byte[] bytes = Files.readAllBytes(FOLDER.resolve("all-dtypes.safetensors"));
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(8 + 688);
        data.putLong(1L << 53).putLong(-(1L << 53));
        Path file = Files.write(dir.resolve("a"), bytes);
        Map<String, Tensor> read = Safetensors.readWidened(file).tensors();
        ModelCase content =
                EXPECTED.child("files").child("all-dtypes.safetensors").child("content");
        assertThat(read.get("u64")).isEqualTo(Tensor.of(0x1p53));
        assertThat(read.get("i64")).isEqualTo(Tensor.of(-0x1p53, -1));
        for (String name : Set.of("f64", "f32", "f16", "i32", "i16", "i8", "u32", "u16", "u8", "bool")) {
            assertContent(content, name, read.get(name));
        }
        assertThat(read).hasSize(12);
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 0001, 5.960464477539063e-8",
        "F16, 83ff, -6.097555160522461e-5",
        "F16, 0400, 6.103515625e-5",
        "F16, 7bff, 65504",
        "F16, fc00, -Infinity",
        "F16, 7e01, NaN",
        "F16, 8000, -0.0",
        "BF16, 7f80, Infinity",
        "BF16, ff81, NaN",
        "BF16, 8001, -9.183549615799121e-41",
        "F8_E5M2, 01, 1.52587890625e-5",
        "F8_E5M2, fb, -57344",
        "F8_E5M2, 7c, Infinity",
        "F8_E5M2, fd, NaN",
        "F8_E4M3, 01, 0.001953125",
        "F8_E4M3, fe, -448",
        "F8_E4M3, 78, 256",
        "F8_E4M3, ff, NaN",
        "F32, 7fc00000, NaN",
        "F32, 80000001, -1.401298464324817e-45"
    })
    void smallNumbersOfEveryKind(String dtype, String bits, double value) throws IOException {
        int n = bits.length() / 2;
        byte[] data = new byte[n];
        for (int i = 0; i < n; i++) {
            data[n - 1 - i] = (byte) Integer.parseInt(bits.substring(2 * i, 2 * i + 2), 16);
        }
        Path file = file("{\"w\":{\"dtype\":\"" + dtype + "\",\"shape\":[],\"data_offsets\":[0," + n + "]}}", data);
        assertThat(Safetensors.readWidened(file).tensors().get("w")).isEqualTo(Tensor.scalar(value));
    }

    private Path file(String header, byte... data) throws IOException {
        byte[] json = header.getBytes(UTF_8);
        return Files.write(
                dir.resolve("a.safetensors"),
                ByteBuffer.allocate(8 + json.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .put(data)
                        .array());
    }

    private void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> Safetensors.readWidened(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": " + problem);
    }

    @Test
    void whatDoublesDoNotHoldIsRefused() throws IOException {
        assertRefused(
                file("{\"w\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}", (byte) 1, (byte) 2),
                "byte 64: tensor w: a BOOL must be 0 or 1, got 2");
        assertRefused(
                file(
                        "{\"w\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
                        new byte[] {-1, -1, -1, -1, -1, -1, (byte) 0xdf, -1}),
                "byte 62: tensor w: an I64 must be from -2^53 to 2^53, so that a double holds it, got -9007199254740993");
        assertRefused(
                file("{\"w\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]),
                "byte 22: tensor w must be of a dtype that doubles hold exactly, one of [BOOL, U8, I8, F8_E5M2, F8_E4M3,"
                        + " I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64], got C64");
    }

    @Test
    void plainReadingTakesF64Alone() {
        Path file = FOLDER.resolve("torch-mlp-f32.safetensors");
        assertThatThrownBy(() -> Weights.read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(
                        file + ": byte 58: tensor 0.bias must be of dtype F64, got F32; Safetensors.readWidened also"
                                + " reads what doubles hold exactly");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"w\":{\"dtype\":\"F64\",\"shape\":[2147483648,0],\"data_offsets\":[0,0]}} | byte 36: tensor w must have extents of at most 2147483647, got 2147483648",
                "{\"w\":{\"dtype\":\"F64\",\"shape\":[65536,0,65536],\"data_offsets\":[0,0]}} | byte 36: tensor w: the product of the extents that are not 0 must be at most 2147483639, got [65536, 0, 65536]",
                "{\"w\":{\"shape\":[0],\"data_offsets\":[0,0]}} | byte 9: tensor w must have the fields dtype, shape and data_offsets, got no dtype",
                "{\"\\x\":{}} | byte 11: after \\ there must be one of \"\\/bfnrtu, got \"x\\\":{}}\"",
                "{\"\\ | byte 11: after \\ there must be one of \"\\/bfnrtu, but the header ends here",
                "{\"\\u00g0\":{}} | byte 11: four hexadecimal digits must follow u, got \"g0\\\":{}}\"",
                "{\"w | byte 11: a text must end with \", but the header ends here",
                "{\"w\":{\"dtype\":\"F64\",\"shape\":[,],\"data_offsets\":[0,0]}} | byte 37: an extent or offset must be 0, or 1 to 18 digits that do not start with 0, got \",],\\\"data_offsets\\\":[0,0]}}\"",
                "{\"w\":{\"dtype\":\"F64\",\"shape\":[1 | byte 38: the header must go on with \",\", but the header ends here",
                "{\"__metadata__\":{\"k\":\"a\",\"k\":\"b\"}} | byte 33: a name must stand once in an object, got k twice"
            })
    void badHeadersAreRefused(String header, String problem) throws IOException {
        assertRefused(file(header), problem);
    }

    @Test
    void escapesOfEveryKindAreRead() throws IOException {
        Path file = file("{\"__metadata__\":{\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83D\\ude00 é\":\"\"}}");
        assertThat(Weights.read(file).texts().keySet()).containsExactly("\"\\/\b\f\n\r\t\uD83D\uDE00 é");
    }

    @Test
    void otherFilesOfPythonAreTold() throws IOException {
        assertRefused(
                Files.write(dir.resolve("a.pt"), new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 108, -4, -100, 70, -7}),
                "byte 8: the header of a safetensors file must start with {, got f9; this is a pickle, as torch.save"
                        + " writes: convert it in Python by safetensors.torch.save_file({k: v.double().contiguous() for k, v"
                        + " in torch.load(\"model.pt\", weights_only=True).items()}, \"model.safetensors\")");
    }

    @Test
    void noFileAndNoFolderAreTold() {
        Path missing = dir.resolve("missing");
        assertRefused(missing, "no such file");
        assertRefused(dir, "not a file");
        Path relative = Path.of("no", "such.safetensors");
        assertRefused(relative, "no such file (" + relative.toAbsolutePath() + ")");
    }

    @Test
    void whatCannotBeWrittenIsRefused() {
        Path file = dir.resolve("a");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Weights.of(Map.of("__metadata__", Tensor.of(1))).write(file))
                .withMessage(
                        "write: a tensor must not be called __metadata__, which in a safetensors file are the texts;"
                                + " rename it");
        for (Weights weights : List.of(
                Weights.of(Map.of("a\uD83D", Tensor.of(1))),
                Weights.of(Map.of()).with("a\uD83D", ""),
                Weights.of(Map.of()).with("", "a\uD83D"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> weights.write(file))
                    .withMessage("write: a name or a text must not have half of a surrogate pair, got \"a\\uD83D\"");
        }
        Map<String, String> texts = Map.of("k", "v");
        assertThat(HeaderWriter.header(Map.of(), texts, 32)).hasSize(32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeaderWriter.header(Map.of(), texts, 31))
                .withMessage("write: names and texts must fit into a header of 31 bytes, got 32");
        assertThat(file).doesNotExist();
    }

    /** Sequential(Linear(4, 5), Tanh, LayerNorm(5), Linear(5, 3)) of PyTorch, by its names and with its weights as [out, in]. */
    @Test
    void aModelOfPyTorchIsLoadedByName() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        Chain mlp = Chain.of(
                new Linear("one", 4, 5, random),
                Variable::tanh,
                new LayerNorm("norm", 5),
                new Linear("two", 5, 3, random));
        Map<String, String> names = Map.of(
                "0.weight", "one.weight",
                "0.bias", "one.bias",
                "2.weight", "norm.weight",
                "2.bias", "norm.bias",
                "3.weight", "two.weight",
                "3.bias", "two.bias");
        Tensor x = Tensor.of(Shape.of(6, 4), EXPECTED.numbers("mlpInputValues"));
        Weights f64 = Weights.read(FOLDER.resolve("torch-mlp-f64.safetensors"));
        Weights f32 = Safetensors.readWidened(FOLDER.resolve("torch-mlp-f32.safetensors"));
        for (Weights weights : List.of(f64, f32)) {
            weights.transposed("0.weight", "3.weight").renamed(names).into(mlp.parameters());
            double[] y = mlp.apply(Variable.of(x)).value().toArray();
            double[] expected = EXPECTED.numbers("mlpOutput");
            assertThat(y).hasSameSizeAs(expected);
            for (int i = 0; i < y.length; i++) {
                assertThat(y[i]).isCloseTo(expected[i], within(weights == f64 ? 1e-12 : 1e-6));
            }
        }
    }
}
