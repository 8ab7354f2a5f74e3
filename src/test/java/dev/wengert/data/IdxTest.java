package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
    private static final String BAD_START =
            ": byte 0: an IDX file must start with 00 00, a type (08, 09, 0b to 0e) and its rank, got ";

    @TempDir
    Path dir;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("a.idx"), bytes);
    }

    /** The file of bytes in hexadecimal, spaces between them as they help the reader. */
    private Path file(String hex) throws IOException {
        return file(bytes(hex));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private void assertError(Path file, String message) {
        assertThatThrownBy(() -> Idx.read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + message);
    }

    @ParameterizedTest
    @CsvSource({
        "08, 00 7f ff, 0, 127, 255",
        "09, 00 7f ff, 0, 127, -1",
        "0b, 0102 7fff 8000, 258, 32767, -32768",
        "0c, 00000001 7fffffff 80000000, 1, 2147483647, -2147483648",
        "0d, 3f800000 bdcccccd ff800000, 1, -0.10000000149011612, -Infinity",
        "0e, 3ff0000000000000 3fb999999999999a 7ff8000000000000, 1, 0.1, NaN"
    })
    void everyType(String type, String elements, double a, double b, double c) throws IOException {
        Path file = file("0000" + type + "01 00000003" + elements);
        assertThat(Idx.read(file)).isEqualTo(Tensor.of(a, b, c));
    }

    @Test
    void everyRank() throws IOException {
        assertThat(Idx.read(file("00000800 05"))).isEqualTo(Tensor.scalar(5));
        assertThat(Idx.read(file("00000802 00000002 00000003 010203040506"))).isEqualTo(Tensor.of(new double[][] {
            {1, 2, 3}, {4, 5, 6}
        }));
        assertThat(Idx.read(file("00000803 00000000 0000001c 0000001c")).shape())
                .isEqualTo(Shape.of(0, 28, 28));
        assertThat(Idx.read(file("000008ff" + "00000001".repeat(255) + "07"))
                        .shape()
                        .rank())
                .isEqualTo(255);
    }

    @Test
    void gzipIsUnpacked() throws IOException {
        assertThat(Idx.read(file(TestFiles.gzip(bytes("00000801 00000002 0709")))))
                .isEqualTo(Tensor.of(7, 9));
    }

    /** 3 chunks and a bit, once as it is and once packed 1000 to 1. */
    @Test
    void elementsLieAcrossChunks() throws IOException {
        int n = 3 * DataFiles.CHUNK / 8 + 1;
        byte[] bytes = Arrays.copyOf(bytes("00000e01 0000" + HexFormat.of().toHexDigits((short) n)), 8 + 8 * n);
        bytes[8 + 8 * (n - 1)] = 0x40; // 2.0 is 40 00 …
        double[] y = new double[n];
        y[n - 1] = 2;
        assertThat(Idx.read(file(bytes))).isEqualTo(Tensor.of(y));
        assertThat(Idx.read(file(TestFiles.gzip(bytes)))).isEqualTo(Tensor.of(y));
    }

    @Test
    void anEmptyFile() throws IOException {
        assertError(file(""), BAD_START + "an empty file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 00 08", "50 4b 03 04", "00 01 08 01", "00 00 07 01", "00 00 0a 01", "00 00 0f 01"})
    void aWrongStart(String start) throws IOException {
        assertError(file(start), BAD_START + start);
    }

    @Test
    void noFurtherThanTheStart() throws IOException {
        assertError(file("31 2c 32 0a 33 2c 34"), BAD_START + "31 2c 32 0a");
    }

    @Test
    void extentsThatAreCutOff() throws IOException {
        assertError(
                file("00000803 0000ea60 0000"), ": byte 10: the file must hold 3 extents of 4 bytes, but it ends here");
    }

    @Test
    void extentsThatAreTooLarge() throws IOException {
        assertError(
                file("00000802 00010000 00010000"),
                ": byte 4: shape: the product of the extents that are not 0 must be at most 2147483639,"
                        + " got [65536, 65536]");
        assertError(file("00000801 ffffffff"), ": byte 4: shape: extents must not be negative, got [-1]");
    }

    @Test
    void elementsThatAreCutOff() throws IOException {
        assertError(
                file("00000b02 00000002 00000003 0001 0002 00"),
                ": byte 17: the file must hold 24 bytes for extents [2, 3] of 2 bytes, but it ends here");
        assertError(
                file(TestFiles.gzip(bytes("00000b02 00000002 00000003 0001 0002 00"))),
                ": byte 17: the file must hold 24 bytes for extents [2, 3] of 2 bytes, but it ends here");
    }

    /** Two thousand million doubles are more than the tests' heap: they must not be asked for before the bytes are there. */
    @Test
    void extentsThatAreWrongCostNoMemory() throws IOException {
        String message =
                ": byte 9: the file must hold 2147483647 bytes for extents [2147483639] of 1 byte, but it ends here";
        byte[] bytes = bytes("00000801 7ffffff7 00");
        for (byte[] content : List.of(bytes, TestFiles.gzip(bytes))) {
            Path file = file(content);
            assertThatThrownBy(() -> Idx.read(file, Integer.MAX_VALUE))
                    .isExactlyInstanceOf(DataFileException.class)
                    .hasMessage(file + message);
        }
    }

    @Test
    void moreElementsThanTheLimit() throws IOException {
        Path file = file("00000802 00000002 00000003 010203040506");
        assertThat(Idx.read(file, 6).shape()).isEqualTo(Shape.of(2, 3));
        assertThatThrownBy(() -> Idx.read(file, 5))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": byte 4: there must be at most 5 elements, got extents [2, 3], which have 6;"
                        + " Idx.read(file, 6) reads them");
        assertError(
                file(TestFiles.gzip(bytes("00000801 11e1a300" + "00".repeat(1000)))),
                ": byte 4: there must be at most 134217728 elements, got extents [300000000], which have 300000000;"
                        + " Idx.read(file, 300000000) reads them");
        assertThatThrownBy(() -> Idx.read(file, -1))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("read: the limit must not be negative, got -1");
    }

    @Test
    void moreThanTheExtentsSay() throws IOException {
        String message = ": byte 10: the file must end here, 10 bytes for extents [2] of 1 byte, but it goes on";
        assertError(file("00000801 00000002 01 02 03"), message);
        assertError(file(TestFiles.gzip(bytes("00000801 00000002 01 02 03"))), message);
    }

    @Test
    void gzipWithoutItsEnd() throws IOException {
        byte[] packed = TestFiles.gzip(bytes("00000801 00000002 0102"));
        assertError(
                file(Arrays.copyOf(packed, packed.length - 8)),
                ": byte 10: the gzip data must be complete, but they end here");
        assertError(file(Arrays.copyOf(packed, 9)), ": byte 0: the gzip data must be complete, but they end here");
    }

    @Test
    void gzipThatChangedOnTheWay() throws IOException {
        byte[] packed = TestFiles.gzip(bytes("00000801 00000002 0102"));
        packed[packed.length - 8] ^= 1; // of the checksum
        assertError(file(packed), ": byte 10: the gzip data must be intact, got: Corrupt GZIP trailer");
    }

    @Test
    void aMissingFile() {
        assertError(dir.resolve("missing"), ": no such file");
    }
}
