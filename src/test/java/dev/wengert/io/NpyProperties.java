package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with random faults: each is refused with the documented exception, or holds no more than it should, and can be written again. */
class NpyProperties {
    private static final Exchange NPY = Exchange.of("npy");
    private static final String[] TOKENS = {
        "{",
        "}",
        "(",
        ")",
        "()",
        "(1)",
        "(0, 2147483647)",
        ",",
        ":",
        "'",
        "\"",
        "\\",
        "[",
        "0",
        "-1",
        "1L",
        "999999999999999999",
        "2147483647",
        "None",
        "True",
        "False",
        "'descr': ",
        "'shape': ",
        "'fortran_order': ",
        "'<f8'",
        "'>i4'",
        "'|b1'",
        "'|O'",
        " ",
        "\n",
        "é"
    };

    @TempDir
    Path dir;

    private int read;

    /** Good files of numbers. */
    static List<byte[]> good() {
        return NPY.names("npy").stream()
                .filter(name -> !NPY.refused().containsKey(name) && !name.startsWith("skimage-chess"))
                .map(NPY::bytes)
                .toList();
    }

    @Test
    void faultyFilesAreRefusedOrRead() throws Exception {
        double refused = new Mutations(good(), NpyProperties::inHeader, 2_000_000)
                .refused(3000, dir.resolve("a.npy"), this::read);
        assertThat(refused).isBetween(0.5, 0.98);
    }

    private void read(Path file) throws IOException {
        Tensor tensor = Npy.read(file);
        assertThat((long) tensor.shape().size()).isLessThanOrEqualTo(Files.size(file));
        if (read++ % 40 == 0 && tensor.shape().rank() <= 32) { // writing waits for the storage
            Path again = dir.resolve("again.npy");
            Npy.write(again, tensor);
            assertThat(Npy.read(again)).isEqualTo(tensor);
        }
    }

    /** A token in place of some bytes of the header, whose length is made to fit. */
    static byte[] inHeader(byte[] bytes, SplittableRandom random) {
        if (bytes.length < 12) {
            return bytes;
        }
        ByteBuffer length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        boolean one = bytes[6] == 1;
        int start = one ? 10 : 12;
        long header = one ? length.getShort(8) & 0xffff : length.getInt(8);
        int end = (int) Math.min(Math.max(header, 0) + start, bytes.length);
        byte[] changed = Mutations.token(bytes, start, end, random, TOKENS);
        int longer = end - start + changed.length - bytes.length;
        ByteBuffer result = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        if (one) {
            result.putShort(8, (short) longer);
        } else {
            result.putInt(8, longer);
        }
        return changed;
    }
}
