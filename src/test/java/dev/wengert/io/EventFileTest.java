package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.wengert.data.DataFileException;
import dev.wengert.reference.ModelCase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFileTest {
    private static final Exchange TENSORBOARD = Exchange.of("tensorboard");
    static final String NAME = "events.out.tfevents.1796007963.vm.29563.0.wengert";

    @TempDir
    Path dir;

    /** The file of TensorFlow 2.18. */
    @Test
    void theFileOfTensorFlowIsRead() throws IOException {
        List<EventFile.Scalar> expected = new ArrayList<>();
        for (Object json : TENSORBOARD.expected().list("events")) {
            ModelCase event = ModelCase.object(json);
            if (event.has("values")) {
                for (Object value : event.list("values")) {
                    ModelCase scalar = ModelCase.object(value);
                    expected.add(new EventFile.Scalar(
                            scalar.text("tag", null), (long) event.number("step", 0), event.number("wallTime"), (float)
                                    scalar.number("simpleValue")));
                }
            }
        }
        assertThat(expected).hasSize(15);
        assertThat(EventFile.read(TENSORBOARD.file(NAME))).isEqualTo(expected);
    }

    @Test
    void whatIsWrittenIsReadBitForBit() throws IOException {
        EventFile file = EventFile.create(dir.resolve("run/1"), 3);
        Map<String, Double> scalars = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(1);
        scalars.put("validation loss", Double.NaN);
        scalars.put("précision \uD83D\uDE00", Double.NEGATIVE_INFINITY);
        scalars.put("", -0.0);
        scalars.put("denormal", (double) Float.MIN_VALUE);
        scalars.put("too small", 1e-300);
        scalars.put("too large", -1e300);
        scalars.put("0.1", 0.1);
        for (int i = 0; i < 1000; i++) {
            scalars.put("r" + i, (double) Float.intBitsToFloat(random.nextInt()));
        }
        long before = System.currentTimeMillis();
        file.append(3, scalars);
        file.append(5_000_000_000L, Map.of("far", 7.0));
        file.append(-1, Map.of());
        List<EventFile.Scalar> read = EventFile.read(file.path());
        assertThat(read).hasSize(1008);
        int i = 0;
        for (Map.Entry<String, Double> scalar : scalars.entrySet()) {
            EventFile.Scalar got = read.get(i++);
            assertThat(got.tag()).isEqualTo(scalar.getKey());
            assertThat(got.step()).isEqualTo(3);
            assertThat(got.seconds()).isBetween(before / 1000.0, before / 1000.0 + 600);
            assertThat(Float.floatToIntBits(got.value()))
                    .isEqualTo(Float.floatToIntBits(scalar.getValue().floatValue()));
        }
        assertThat(read.get(1007)).extracting("tag", "step", "value").containsExactly("far", 5_000_000_000L, 7f);
    }

    /** Records but for the wall times, as TensorFlow's own writer makes them. */
    @Test
    void recordsHaveTheBytesOfTensorFlow() throws IOException {
        byte[] expected = TENSORBOARD.bytes(NAME);
        EventFile file = EventFile.create(dir, 10);
        file.append(10, Map.of("train/loss", 1.25));
        byte[] got = Files.readAllBytes(file.path());
        ByteBuffer version = ByteBuffer.wrap(got).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(version.getLong(0)).isEqualTo(24);
        assertThat(new String(got, 12 + 9, 15, UTF_8)).isEqualTo("\u001a\rbrain.Event:2");
        assertThat(Arrays.copyOfRange(got, 40, got.length))
                .containsSequence(0x10, 10, 0x3a, 2, 8, 1); // step 10, session log of status START
        byte[] record = record(expected, 2 + 1);
        byte[] own = record(got, 2);
        assertThat(Arrays.copyOfRange(own, 9, own.length)).isEqualTo(Arrays.copyOfRange(record, 9, record.length));
    }

    /** The message of the record of an index. */
    private static byte[] record(byte[] bytes, int index) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        for (int i = 0; i < index; i++) {
            at += 16 + (int) in.getLong(at);
        }
        return Arrays.copyOfRange(bytes, at + 12, at + 12 + (int) in.getLong(at));
    }

    /** A message as a record; the checksums are computed apart from the class that is tested. */
    static byte[] record(byte[] message) {
        ByteBuffer record = ByteBuffer.allocate(16 + message.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(message.length);
        record.putInt(masked(record.array(), 8)).put(message).putInt(masked(message, message.length));
        return record.array();
    }

    private static int masked(byte[] bytes, int n) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, n);
        long c = crc.getValue();
        return (int) ((c >>> 15 | c << 17) + 0xa282ead8L);
    }

    @Test
    void eachFileComesAfterTheOlderOnes() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            names.add(EventFile.create(dir, i).path().getFileName().toString());
        }
        assertThat(names)
                .isSorted()
                .allMatch(name -> name.matches("events\\.out\\.tfevents\\.\\d{10}\\.\\d{9}\\.wengert"));
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).hasSize(5);
        }
    }

    @Test
    void otherValuesArePassedOver() throws IOException {
        byte[] value = new ProtobufWriter()
                .text(1, "image")
                .message(4, new ProtobufWriter().varint(1, 3))
                .toByteArray();
        byte[] twice = new ProtobufWriter()
                .message(5, new ProtobufWriter().bytes(1, value))
                .message(
                        5,
                        new ProtobufWriter()
                                .message(
                                        1,
                                        new ProtobufWriter()
                                                .float32(2, 1)
                                                .text(1, "last")
                                                .float32(2, 2)))
                .varint(2, 4)
                .bytes(4, new byte[3])
                .toByteArray();
        Path file = file(version(), record(twice), record(new byte[0]));
        assertThat(EventFile.read(file))
                .extracting("tag", "step", "seconds", "value")
                .containsExactly(tuple("last", 4L, 0.0, 2f));
    }

    private static byte[] version() {
        return record(new ProtobufWriter().text(3, "brain.Event:2").toByteArray());
    }

    private Path file(byte[]... records) throws IOException {
        ByteBuffer all =
                ByteBuffer.allocate(Stream.of(records).mapToInt(r -> r.length).sum());
        Stream.of(records).forEach(all::put);
        return Files.write(dir.resolve("events.out.tfevents.1"), all.array());
    }

    private static void assertRefused(Path file, String problem) {
        assertThatThrownBy(() -> EventFile.read(file))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(file + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 00 | byte 8: the checksum must be 07980329, got e740d2d9; the file was damaged, or is not one of events",
                "797 | 00 | byte 794: the checksum must be bdcbc420, got 00cbc420; the file was damaged, or is not one of events",
                "9 | 00 | byte 8: the checksum must be e740d2d9, got e74000d9; the file was damaged, or is not one of events",
                "30 | 00 | byte 74: the checksum must be aff2372e, got 6650435b; the file was damaged, or is not one of events"
            })
    void damageIsTold(int at, String by, String problem) throws IOException {
        byte[] bytes = TENSORBOARD.bytes(NAME);
        bytes[at] = (byte) Integer.parseInt(by, 16);
        assertRefused(file(bytes), problem);
    }

    @Test
    void whatIsNoFileOfEventsIsRefused() throws IOException {
        byte[] good = TENSORBOARD.bytes(NAME);
        assertRefused(file(new byte[0]), "byte 0: a file of events must start with its version, got an empty file");
        assertRefused(
                file(Arrays.copyOf(good, 83)),
                "byte 78: an event must have its length and its checksums, 16 bytes, got 5 more in the file");
        assertRefused(
                file(Arrays.copyOf(good, 797)),
                "byte 753: an event must have at most 28 bytes, which the file has, got 29");
        assertRefused(
                file(record(new ProtobufWriter().text(3, "brain.Event:1").toByteArray())),
                "byte 27: the first event must be the version brain.Event:2, got brain.Event:1");
        assertRefused(
                file(record(new byte[0])), "byte 12: the first event must be the version brain.Event:2, got \"\"");
        byte[] huge = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(-1)
                .array();
        ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(8, masked(huge, 8));
        assertRefused(
                file(version(), huge),
                "byte 31: an event must have at most 8 bytes, which the file has, got 18446744073709551615");
        assertRefused(
                file(version(), record(new ProtobufWriter().text(5, "\n").toByteArray())),
                "byte 46: the message must have 1 more bytes, got 0");
        assertRefused(
                file(version(), record(new ProtobufWriter().varint(1, 1).toByteArray())),
                "byte 43: field 1 must be of wire type 1, got 0");
    }

    @Test
    void whereNoFileCanBeIsSaid() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        assertThatThrownBy(() -> EventFile.create(file, 1))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessageMatching(file
                        + "/events[^ ]+: writing must succeed, got java.nio.file.FileAlreadyExistsException: " + file);
        EventFile gone = EventFile.create(dir.resolve("gone"), 1);
        Files.delete(gone.path());
        assertThatThrownBy(() -> gone.append(1, Map.of("a", 1.0)))
                .isExactlyInstanceOf(DataFileException.class)
                .hasMessage(gone.path()
                        + ": the file must still be there, got none: it was moved or deleted; create another");
        assertThat(gone.path()).doesNotExist();
    }
}
