package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.data.DataFileException;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

    @Test
    void faultyFilesAreRefusedOrRead() throws IOException {
        List<byte[]> good = new ArrayList<>();
        try (Stream<Path> files = Files.list(SafetensorsTest.FOLDER)) {
            for (Path file : files.sorted().toList()) {
                if (SafetensorsTest.isRead(file)) {
                    good.add(Files.readAllBytes(file));
                }
            }
        }
        SplittableRandom random = new SplittableRandom(17);
        Path file = dir.resolve("a.safetensors");
        int refused = 0;
        int n = 3000;
        for (int i = 0; i < n; i++) {
            byte[] bytes = good.get(random.nextInt(good.size()));
            for (int faults = 1 + random.nextInt(2); faults > 0; faults--) {
                bytes = faulty(bytes, random);
            }
            Files.write(file, bytes);
            Weights weights;
            try {
                weights = Safetensors.readWidened(file);
            } catch (DataFileException e) {
                assertThat(e).hasMessageMatching("[^\\n]{1,600}: byte \\d+: [^\\n]*\\bmust\\b[^\\n]*");
                refused++;
                continue;
            }
            long elements = 0;
            for (Tensor tensor : weights.tensors().values()) {
                elements += tensor.shape().size();
            }
            assertThat(elements).isLessThanOrEqualTo(bytes.length);
            if (i % 10 == 0) { // writing waits for the storage
                weights.write(file);
                assertThat(Weights.read(file)).isEqualTo(weights);
            }
        }
        assertThat(refused).isBetween(n / 2, n - n / 50);
    }

    private static byte[] faulty(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> {
                byte[] changed = bytes.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                return changed;
            }
            case 1 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 2 -> {
                return replaced(bytes, at, at, Arrays.copyOf(bytes, random.nextInt(20)));
            }
            default -> {
                return inHeader(bytes, random);
            }
        }
    }

    /** A token in place of some bytes of the header, whose length is made to fit. */
    private static byte[] inHeader(byte[] bytes, SplittableRandom random) {
        if (bytes.length < 10) {
            return bytes;
        }
        int end = 8 + (int) Math.min(Math.max(2, length(bytes)), bytes.length - 8);
        int from = 8 + random.nextInt(end - 8);
        int to = Math.min(end, from + random.nextInt(4));
        byte[] token = TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
        byte[] changed = replaced(bytes, from, to, token);
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(end - 8 + token.length - (to - from));
        return changed;
    }

    private static long length(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
        byte[] changed = Arrays.copyOf(bytes, from + by.length + bytes.length - to);
        System.arraycopy(by, 0, changed, from, by.length);
        System.arraycopy(bytes, to, changed, from + by.length, bytes.length - to);
        return changed;
    }
}
