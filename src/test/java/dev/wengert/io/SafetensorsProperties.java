package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with random faults: each is refused with the documented exception, or holds no more than it should, and can be written again. */
class SafetensorsProperties {
    private static final String[] TOKENS = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "0",
        "-1",
        "1e9",
        "999999999999999999",
        "2147483647",
        "null",
        "\"a\"",
        "\"F64\"",
        "\"I64\"",
        "\"shape\"",
        "\"data_offsets\"",
        "\"__metadata__\"",
        " ",
        "\n",
        "é"
    };

    @TempDir
    Path dir;

    private int read;

    @Test
    void faultyFilesAreRefusedOrRead() throws Exception {
        List<byte[]> good = new ArrayList<>();
        try (Stream<Path> files = Files.list(SafetensorsTest.FOLDER)) {
            for (Path file : files.sorted().toList()) {
                if (SafetensorsTest.isRead(file)) {
                    good.add(Files.readAllBytes(file));
                }
            }
        }
        double refused = new Mutations(good, SafetensorsProperties::inHeader, 2_000_000)
                .refused(3000, dir.resolve("a.safetensors"), this::read);
        assertThat(refused).isBetween(0.5, 0.98);
    }

    private void read(Path file) throws IOException {
        Weights weights = Safetensors.readWidened(file);
        long elements = 0;
        for (Tensor tensor : weights.tensors().values()) {
            elements += tensor.shape().size();
        }
        assertThat(elements).isLessThanOrEqualTo(Files.size(file));
        if (read++ % 40 == 0) { // writing waits for the storage
            Path again = dir.resolve("again.safetensors");
            weights.write(again);
            assertThat(Weights.read(again)).isEqualTo(weights);
        }
    }

    /** A token in place of some bytes of the header, whose length is made to fit. */
    private static byte[] inHeader(byte[] bytes, SplittableRandom random) {
        if (bytes.length < 10) {
            return bytes;
        }
        int end = 8 + (int) Math.min(Math.max(2, length(bytes)), bytes.length - 8);
        byte[] changed = Mutations.token(bytes, 8, end, random, TOKENS);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(end - 8 + changed.length - bytes.length);
        return changed;
    }

    private static long length(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
