package dev.wengert.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.data.DataFileException;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of the folder is read with the values of NumPy, refused as by NumPy, or refused by decision. */
class NpyTest {
    private static final Exchange NPY = Exchange.of("npy");
    private static final Map<String, String> REFUSED = NPY.refused();

    /** What NumPy reads and we do not, with the words of the class comments that say so. */
    static final Map<String, String> BY_DECISION = Map.ofEntries(
            Map.entry("broken-trailing-bytes.npy", "bytes after the array"),
            Map.entry("broken-descr-without-order.npy", "a type that does not say the order of its bytes"),
            Map.entry("broken-native-endian-descr.npy", "a type that does not say the order of its bytes"),
            Map.entry("written-i8-beyond-2^53.npy", "integers beyond ±2⁵³"),
            Map.entry("written-u8-max.npy", "integers beyond ±2⁵³"),
            Map.entry("written-complex.npy", "complex and longer floats"),
            Map.entry("written-f16-longdouble.npy", "complex and longer floats"),
            Map.entry("written-bytes.npy", "texts"),
            Map.entry("written-unicode.npy", "texts"),
            Map.entry("written-datetime.npy", "dates"),
            Map.entry("written-structured.npy", "fields"),
            Map.entry("written-void.npy", "Everything else is refused"),
            Map.entry("odd-duplicate-member.npz", "two members of one name"),
            Map.entry("scipy-csc_py2.npz", "even if it is only one of the arrays"),
            Map.entry("scipy-csc_py3.npz", "even if it is only one of the arrays"));

    @TempDir
    Path dir;

    static List<String> files() {
        return NPY.names("np[yz]");
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsReadAsByNumPyOrRefused(String name) throws IOException {
        Path file = NPY.file(name);
        ModelCase expected = NPY.expected().child("files").child(name);
        if (!REFUSED.containsKey(name)) {
            assertThat(isAccepted(expected)).isTrue();
            assertContent(expected, read(file));
            return;
        }
        assertThat(isAccepted(expected)).isEqualTo(BY_DECISION.containsKey(name));
        String words = REFUSED.get(name);
        if (words.contains("got: ")) { // which the JDK's own words follow
            assertThatThrownBy(() -> read(file))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessageStartingWith(file + ": " + words.substring(0, words.indexOf("got: ") + 5));
        } else {
            assertThatThrownBy(() -> read(file))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessage(file + ": " + words);
        }
    }

    /** The arrays of an .npz file by name, and the one of an .npy file under no name. */
    private static Map<String, Tensor> read(Path file) throws IOException {
        return file.toString().endsWith(".npz") ? Npz.read(file) : Map.of("", Npy.read(file));
    }

    /** Whether NumPy reads all arrays of a file. A folder among the members is none. */
    private static boolean isAccepted(ModelCase expected) {
        return expected.has("arrays")
                ? expected.child("arrays").keys().stream()
                        .filter(name -> !name.endsWith("/"))
                        .allMatch(name -> expected.child("arrays").child(name).flag("accepted"))
                : expected.flag("accepted");
    }

    private static void assertContent(ModelCase expected, Map<String, Tensor> arrays) {
        if (!expected.has("arrays")) {
            assertArray(expected, arrays.get(""));
            return;
        }
        ModelCase all = expected.child("arrays");
        assertThat(arrays.keySet())
                .containsExactlyElementsOf(
                        all.keys().stream().filter(name -> !name.endsWith("/")).toList());
        arrays.forEach((name, array) -> assertArray(all.child(name), array));
    }

    private static void assertArray(ModelCase expected, Tensor array) {
        assertThat(array.shape().toArray())
                .isEqualTo(Arrays.stream(expected.numbers("shape"))
                        .mapToInt(n -> (int) n)
                        .toArray());
        assertThat(sha256(array)).isEqualTo(expected.text("sha256OfFloat64RowMajorLE", null));
        if (expected.has("values") && !expected.text("dtype", null).equals("|b1")) {
            assertThat(array.toArray()).isEqualTo(expected.numbers("values"));
        }
    }

    private static String sha256(Tensor array) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * array.shape().size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(array.asBuffer());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theFolderIsWhole() {
        assertThat(files()).hasSize(95);
        assertThat(REFUSED).hasSize(46);
        assertThat(REFUSED.keySet()).containsAll(BY_DECISION.keySet());
    }

    @Test
    void theClassCommentsNameWhatIsRefusedByDecision() throws IOException {
        Path folder = Path.of("src", "main", "java", "dev", "wengert", "io");
        String comments = (Files.readString(folder.resolve("Npy.java")) + Files.readString(folder.resolve("Npz.java")))
                .replaceAll("\\s+(\\* )?", " ");
        assertThat(comments).contains(BY_DECISION.values());
    }

    @ParameterizedTest
    @CsvSource({
        "<f8, 0000000000000080, -0.0",
        ">f8, 4009000000000000, 3.125",
        "<f4, 010000 00, 1.401298464324817e-45",
        ">f4, 7f800000, Infinity",
        "<f2, ff7b, 65504",
        ">f2, 8001, -5.960464477539063e-08",
        "<i8, 000000000000e0ff, -9007199254740992",
        ">u8, 0020000000000000, 9007199254740992",
        "<i4, 00000080, -2147483648",
        ">u4, ffffffff, 4294967295",
        "<i2, 0080, -32768",
        ">u2, ffff, 65535",
        "|i1, 80, -128",
        "|u1, ff, 255",
        ">u1, 01, 1",
        "<b1, 01, 1",
        "|b1, 00, 0"
    })
    void eachTypeBecomesADoubleExactly(String type, String bits, double value) throws IOException {
        byte[] data = HexFormat.of().parseHex(bits.replace(" ", ""));
        Path file = file(1, "{'descr': '" + type + "', 'fortran_order': False, 'shape': ()}", data);
        assertThat(Npy.read(file)).isEqualTo(Tensor.scalar(value));
    }

    private Path file(int version, String header, byte... data) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(12 + header.length() + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("\u0093NUMPY".getBytes(ISO_8859_1)).put((byte) version).put((byte) 0);
        if (version == 1) {
            bytes.putShort((short) header.length());
        } else {
            bytes.putInt(header.length());
        }
        bytes.put(header.getBytes(ISO_8859_1)).put(data);
        return Files.write(dir.resolve("a.npy"), Arrays.copyOf(bytes.array(), bytes.position()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{,} ~ byte 11: the header must go on with \"'\", got \",}\"",
                "{'descr ~ byte 17: a text must have plain characters and end with ', but the header ends here",
                "{'de\\scr': 1} ~ byte 14: a text must have plain characters and end with ', got \"\\\\scr': 1}\"",
                "{\"descr': 1} ~ byte 22: a text must have plain characters and end with \", but the header ends here",
                "{'descr': ''} ~ byte 20: the type must be one of numbers that doubles hold, with the order of its bytes, such as <f8, >i4 or |u1, got \"\"",
                "{'descr': '|f8'} ~ byte 20: the type must be one of numbers that doubles hold, with the order of its bytes, such as <f8, >i4 or |u1, got |f8",
                "{'descr': '=f8'} ~ byte 20: the type must be one of numbers that doubles hold, with the order of its bytes, such as <f8, >i4 or |u1, got =f8; save a.astype(\"<f8\")",
                "{'descr': '<f8' 'shape': ()} ~ byte 26: the header must go on with \",\", got \"'shape': ()}\"",
                "{'shape': (1,), 'shape': (1,)} ~ byte 26: a key must stand once in the header, got shape twice",
                "{'shape': (1)} ~ byte 20: the shape must be a tuple, which for one axis has a comma, got \"(1)}\"",
                "{'shape': (1 2)} ~ byte 23: the header must go on with \",\", got \"2)}\"",
                "{'shape': (01,)} ~ byte 21: an extent must be 0, or 1 to 18 digits that do not start with 0, got \"01,)}\"",
                "{'shape': (65536, 0, 65536)} ~ byte 20: the array: the product of the extents that are not 0 must be at most 2147483639, got [65536, 0, 65536]",
                "{'fortran_order': Fals ~ byte 28: fortran_order must be True or False, got \"Fals\"",
                "{'shape': (2,), 'fortran_order': False, 'descr': '>f4'} ~ byte 65: the array must have 8 bytes for >f4 [2], and nothing after it, got 0",
                "{'shape': (), 'descr': '|u1'} ~ byte 10: the header must have the keys descr, fortran_order and shape, got no fortran_order",
                "{'shape': (), 'fortran_order': True} ~ byte 10: the header must have the keys descr, fortran_order and shape, got no descr",
                "{'descr': '<f8', 'fortran_order': True} ~ byte 10: the header must have the keys descr, fortran_order and shape, got no shape"
            })
    void badHeadersAreRefused(String header, String problem) throws IOException {
        Path file = file(1, header);
        assertThatThrownBy(() -> Npy.read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": " + problem);
    }

    @Test
    void aHeaderMayBeLongButNotEndless() throws IOException {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 0" + ", 1L".repeat(10) + ")}";
        String longest = header + " ".repeat(NpyHeaderReader.MAX_LENGTH - header.length());
        for (int version = 1; version <= 3; version++) {
            assertThat(Npy.read(file(version, longest)).shape().rank()).isEqualTo(12);
        }
        Path file = file(2, longest + " ");
        assertThatThrownBy(() -> Npy.read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(
                        file + ": byte 8: the header must have at most 65535 bytes and end in the file, which has 65536"
                                + " more, got a length of 65536");
    }

    @Test
    void badElementsAreRefused() throws IOException {
        Path file = file(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", (byte) 1, (byte) 2);
        assertThatThrownBy(() -> Npy.read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": byte 66: the array: a BOOL must be 0 or 1, got 2");
    }

    @Test
    void otherFilesOfPythonAreTold() throws IOException {
        Path zip = NPY.file("written-savez.npz");
        assertThatThrownBy(() -> Npy.read(zip))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(
                        zip + ": byte 0: an .npy file must start with 93 4e 55 4d 50 59, got 50 4b 03 04 14 00 00 00;"
                                + " this is a zip file, as numpy.savez writes, which Npz reads");
        Path pickle = Files.write(dir.resolve("a"), new byte[] {(byte) 0x80, 4});
        assertThatThrownBy(() -> Npy.read(pickle))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(pickle + ": byte 0: an .npy file must start with 93 4e 55 4d 50 59, got 80 04; this is a"
                        + " pickle, which is a program and is not run: write the file by numpy.save");
    }

    /** NumPy's own file of the same array has the same bytes. */
    @Test
    void whatIsWrittenHasTheBytesOfNumPy() throws IOException {
        for (String name : List.of(
                "written-f8",
                "written-f8-special",
                "written-scalar",
                "written-empty-0",
                "written-empty-2x0x3",
                "written-one",
                "written-rank-9")) {
            Path file = NPY.file(name + ".npy");
            Path again = dir.resolve("again.npy");
            Npy.write(again, Npy.read(file));
            assertThat(again).as(name).hasSameBinaryContentAs(file);
        }
    }

    /** Against an index of its own for each element. */
    @Test
    void theOrderOfAxesOfFortranIsUndone() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            int least = i % 10 == 0 ? 0 : 1;
            int[] extents = IntStream.range(0, random.nextInt(6))
                    .map(axis -> random.nextInt(least, 5))
                    .toArray();
            Shape shape = Shape.of(extents);
            byte[] data = new byte[shape.size()];
            random.nextBytes(data);
            String tuple = Arrays.stream(extents).mapToObj(n -> n + ", ").collect(Collectors.joining());
            Tensor read =
                    Npy.read(file(2, "{'descr': '|i1', 'fortran_order': True, 'shape': (" + tuple.trim() + ")}", data));
            assertThat(read.shape()).isEqualTo(shape);
            for (int n = 0; n < shape.size(); n++) {
                int[] index = new int[extents.length];
                int rest = n;
                for (int axis = 0; axis < extents.length; axis++) {
                    index[axis] = rest % extents[axis];
                    rest /= extents[axis];
                }
                assertThat(read.get(index)).isEqualTo(data[n]);
            }
        }
    }

    @Test
    void largeArraysKeepAllBits() throws IOException {
        double[] values = new double[3 * 8192 + 5];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(random.nextLong());
        }
        Path file = dir.resolve("a.npy");
        Npy.write(file, Tensor.of(values));
        assertThat(file).hasSize(128 + 8L * values.length);
        double[] got = Npy.read(file).toArray();
        for (int i = 0; i < got.length; i++) {
            assertThat(Double.doubleToRawLongBits(got[i])).isEqualTo(Double.doubleToRawLongBits(values[i]));
        }
    }

    @Test
    void moreAxesThanNumPyHasAreNotWritten() throws IOException {
        Path file = dir.resolve("a.npy");
        Npy.write(file, Tensor.ones(IntStream.generate(() -> 1).limit(32).toArray()));
        assertThat(Npy.read(file).shape().rank()).isEqualTo(32);
        Tensor more = Tensor.ones(IntStream.generate(() -> 1).limit(33).toArray());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npy.write(file, more))
                .withMessage("write: the tensor must have at most 32 axes, as in NumPy, got 33");
    }
}
