package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.wengert.data.DataFileException;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members, their names and limits; {@link NpyTest} reads the files of NumPy. */
class NpzTest {
    private static final Exchange NPY = Exchange.of("npy");

    @TempDir
    Path dir;

    private static void assertRefused(Path file, String problem, String... names) {
        assertThatThrownBy(() -> Npz.read(file, names))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": " + problem);
    }

    /** Packs members, or stores them without packing. */
    static Path zip(Path file, boolean packed, Map<String, byte[]> members) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(packed ? 9 : 0);
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                zip.putNextEntry(new ZipEntry(member.getKey()));
                zip.write(member.getValue());
            }
        }
        return file;
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("w", Tensor.of(Shape.of(2, 3), 1, -0.0, Double.NaN, Double.MIN_VALUE, 5, Double.NEGATIVE_INFINITY));
        tensors.put("\uD83D\uDE00", Tensor.scalar(3));
        tensors.put("\uFFFD/ü", Tensor.zeros(2, 0, 3));
        tensors.put("", Tensor.of(1));
        tensors.put(
                "a.npy", Tensor.of(IntStream.range(0, 20_000).asDoubleStream().toArray()));
        Path file = dir.resolve("a.npz");
        Npz.write(file, tensors);
        assertThat(Npz.read(file)).isEqualTo(tensors);
        assertThat(Npz.read(file).keySet()).containsExactly("", "a.npy", "w", "\uFFFD/ü", "\uD83D\uDE00");
        assertThat(Npz.read(file, "w")).containsExactly(entry("w", tensors.get("w")));
        Npz.write(file, Map.of());
        assertThat(Npz.read(file)).isEmpty();
    }

    @Test
    void theSameTensorsMakeTheSameBytes() throws IOException {
        Map<String, Tensor> tensors = Map.of("a", Tensor.of(1), "b", Tensor.of(2), "c", Tensor.of(3));
        Path file = dir.resolve("a.npz");
        Npz.write(file, tensors);
        TimeZone zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            Npz.write(dir.resolve("b.npz"), new TreeMap<>(tensors).descendingMap());
        } finally {
            TimeZone.setDefault(zone);
        }
        assertThat(dir.resolve("b.npz")).hasSameBinaryContentAs(file);
        assertThat(file).hasSize(3 * (128 + 8 + 30 + 46 + 2 * 5) + 22); // and nothing besides
    }

    /** An array of texts beside numbers. */
    @Test
    void someArraysCanBeReadAlone() throws IOException {
        Path file = NPY.file("scipy-csc_py3.npz");
        assertThat(Npz.read(file, "shape", "indptr"))
                .containsExactly(entry("shape", Tensor.of(1, 1)), entry("indptr", Tensor.of(0, 0)));
        assertRefused(
                file,
                "there must be an array called \"sha pe \", got indices, data, shape, format, indptr",
                "data",
                "sha pe ");
        assertThat(Npz.read(NPY.file("odd-not-npy-member.npz"), "a")).containsOnlyKeys("a");
        assertThat(Npz.read(NPY.file("broken-flipped-bit-crc.npz"), "bias", "step"))
                .containsOnlyKeys("bias", "step");
    }

    @Test
    void namesAreNeverPaths() throws IOException {
        Path file = Files.copy(NPY.file("odd-path-traversal.npz"), dir.resolve("a.npz"));
        assertThat(Npz.read(file)).containsOnlyKeys("../../etc/a", "/abs");
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).containsExactly(file);
        }
        assertThat(Path.of("/abs.npy")).doesNotExist();
    }

    @Test
    void namesThatWouldBeOneAreRefused() throws IOException {
        byte[] npy = NPY.bytes("written-scalar.npy");
        assertRefused(
                zip(dir.resolve("a.npz"), true, Map.of("a", npy, "a.npy", npy)),
                "a name must stand once, got two members called a");
    }

    @Test
    void whatIsUnpackedIsLimited() throws IOException {
        Path bomb = NPY.file("odd-zip-bomb-64MB-of-zeros.npz");
        long most = 2 * 64_000_000 + 72;
        assertThat(Npz.read(bomb, most).get("z").shape()).isEqualTo(Shape.of(8_000_000));
        for (long less : new long[] {most - 1, 64_000_071, 0}) {
            assertThatThrownBy(() -> Npz.read(bomb, less))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessage(bomb + ": member z.npy: what is unpacked and the tensors must take at most " + less
                            + " bytes, got more; Npz.read has a parameter for another limit");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.read(bomb, -1L))
                .withMessage("read: the most bytes must not be negative, got -1");
    }

    /** Forty times a million bytes, each of which becomes a double: 360 MB of 40 kB. The limit counts all members. */
    @Test
    void manyMembersAreLimitedTogether() throws IOException {
        byte[] npy = bytes(1_000_000);
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            members.put(i + ".npy", npy);
        }
        Path file = zip(dir.resolve("a.npz"), true, members);
        assertThat(Files.size(file)).isLessThan(100_000);
        assertRefused(
                file,
                "member 29.npy: what is unpacked and the tensors must take at most 268435456 bytes, got more; Npz.read has"
                        + " a parameter for another limit");
        assertThat(Npz.read(file, 9_000_128L, "7").get("7").shape().size()).isEqualTo(1_000_000);
    }

    /** A file that is not packed is never too large for its limit, even of bytes. */
    @Test
    void theLimitGrowsWithTheFile() throws IOException {
        Path file = zip(dir.resolve("a.npz"), false, Map.of("a.npy", bytes(30_000_000)));
        assertThat(Npz.read(file).get("a").shape().size()).isEqualTo(30_000_000);
    }

    private static byte[] bytes(int n) {
        byte[] header = Npy.header(Shape.of(n), "a");
        byte[] npy = new byte[header.length + n];
        System.arraycopy(header, 0, npy, 0, header.length);
        System.arraycopy("|u1".getBytes(UTF_8), 0, npy, 21, 3);
        return npy;
    }

    @Test
    void sizesThatAreNotTrueAreRefused() throws IOException {
        byte[] npy = NPY.bytes("written-f8.npy");
        for (boolean packed : new boolean[] {true, false}) {
            byte[] bytes = Files.readAllBytes(zip(dir.resolve("a.npz"), packed, Map.of("a.npy", npy)));
            int size = bytes.length - 22 - 51 + 24; // in the directory
            bytes[size] += 8;
            Path more = Files.write(dir.resolve("more.npz"), bytes);
            assertRefused(
                    more,
                    "member a.npy: byte 128: the array must have 192 bytes for <f8 [2, 3, 4], and nothing after it, got 200");
            bytes[size] -= 16;
            bytes[bytes.length - 22 - 51 + 20] -= 8; // the number of packed bytes
            Path fewer = Files.write(dir.resolve("fewer.npz"), bytes);
            assertThatThrownBy(() -> Npz.read(fewer)).isExactlyInstanceOf(DataFileException.class);
        }
    }

    @Test
    void otherFilesAreTold() throws IOException {
        assertRefused(
                NPY.file("written-f8.npy"),
                "byte 0: an .npz file must start with 50 4b, got 93 4e; this is an .npy file, which Npy reads");
        assertRefused(
                Files.write(dir.resolve("a"), new byte[0]),
                "byte 0: an .npz file must start with 50 4b, got an empty file");
        assertRefused(dir, "not a file");
        assertRefused(dir.resolve("none"), "no such file");
    }

    @Test
    void namesThatNumPyWouldNotReadAreNotWritten() {
        Path file = dir.resolve("a.npz");
        Tensor one = Tensor.of(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.write(file, Map.of("a\0b", one)))
                .withMessage(
                        "write: a name must have no zero character and at most 60000 bytes, got \"a\\u0000b\" of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.write(file, Map.of("é".repeat(30_001), one)))
                .withMessage("write: a name must have no zero character and at most 60000 bytes, got \""
                        + "é".repeat(100) + "…\" of 60002");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.write(file, Map.of("a\uD83D", one)))
                .withMessage("write: a name or a text must not have half of a surrogate pair, got \"a\\uD83D\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.write(
                        file,
                        Map.of(
                                "w",
                                Tensor.ones(
                                        IntStream.generate(() -> 1).limit(33).toArray()))))
                .withMessage("write: tensor w must have at most 32 axes, as in NumPy, got 33");
        assertThat(file).doesNotExist();
    }

    @Test
    void theLongestNameIsWritten() throws IOException {
        String name = "é".repeat(30_000);
        Npz.write(dir.resolve("a.npz"), Map.of(name, Tensor.of(1)));
        assertThat(Npz.read(dir.resolve("a.npz"))).containsOnlyKeys(name);
    }
}
