package dev.wengert.io;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of events, which TensorBoard shows: scalars by tag, step and time, as float32. A new file is written step by step; a whole
 * one is read.
 *
 * <p>TensorBoard takes all files of a directory as one run, in the order of their names, which begin with the time. So a training that goes
 * on writes a new file into the directory of the old one, and the new file says from which step on what was written before is void.
 *
 * <p>A file is checked while it is read: the lengths of records, both checksums of each, and their messages. Memory is never more than a
 * small multiple of the file's size. What is not a scalar, as images and texts are, is passed over, and so are the scalars that TensorFlow 2
 * writes as tensors.
 */
public final class EventFile {
    private static final String VERSION = "brain.Event:2";
    private static final int HEADER = Long.BYTES + Integer.BYTES; // the length of a record, and its checksum
    private static final int CRC_DELTA = 0xa282ead8;

    // fields of Event, SessionLog, Summary and Value
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int STATUS = 1;
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int START = 1;

    private final Path path;

    private EventFile(Path path) {
        this.path = path;
    }

    /**
     * A scalar of a file.
     *
     * @param tag its tag, such as "training loss"
     * @param step its step, such as the number of an epoch
     * @param seconds when it was written, in seconds since 1970
     * @param value its value
     */
    public record Scalar(String tag, long step, double seconds, float value) {}

    /**
     * Begins a new file, whose name no other file has and which comes after the names of older ones.
     *
     * @param directory where the file is to be; it is made if it does not exist
     * @param step the first step of the file: what older files in the directory have for this step and later ones, TensorBoard does not
     *     show any more
     * @return the file
     * @throws DataFileException if it cannot be written
     */
    public static EventFile create(Path directory, long step) throws DataFileException {
        Instant now = Instant.now();
        String name = String.format(
                Locale.ROOT, "events.out.tfevents.%010d.%09d.wengert", now.getEpochSecond(), now.getNano());
        EventFile file =
                new EventFile(Given.value("create", "the directory", directory).resolve(name));
        InputFile.requireDefault(file.path);
        double seconds = seconds(now);
        byte[] version = record(new ProtobufWriter().float64(WALL_TIME, seconds).text(FILE_VERSION, VERSION));
        byte[] start = record(new ProtobufWriter()
                .float64(WALL_TIME, seconds)
                .varint(STEP, step)
                .message(SESSION_LOG, new ProtobufWriter().varint(STATUS, START)));
        try {
            Files.createDirectories(directory);
            Files.createFile(file.path);
        } catch (IOException e) {
            throw new DataFileException(Text.path(file.path), "writing must succeed, got " + e, e);
        }
        file.append(version, start);
        return file;
    }

    /**
     * Where the file is.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    /**
     * Appends scalars. TensorBoard sees them at once.
     *
     * @param step their step
     * @param scalars the values by their tags, which are rounded to float32
     * @throws DataFileException if they cannot be written, or the file is no longer there
     */
    public void append(long step, Map<String, Double> scalars) throws DataFileException {
        if (!Files.exists(path)) {
            throw new DataFileException(
                    Text.path(path), "the file must still be there, got none: it was moved or deleted; create another");
        }
        double seconds = seconds(Instant.now());
        ProtobufWriter summary = new ProtobufWriter();
        Given.map("append: scalar", String.class, Double.class, scalars)
                .forEach((tag, value) -> summary.message(
                        VALUE, new ProtobufWriter().text(TAG, tag).float32(SIMPLE_VALUE, value.floatValue())));
        append(record(new ProtobufWriter()
                .float64(WALL_TIME, seconds)
                .varint(STEP, step)
                .message(SUMMARY, summary)));
    }

    private void append(byte[]... records) throws DataFileException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] record : records) {
            all.writeBytes(record);
        }
        // unlike a channel it goes on in a thread that is interrupted
        try (FileOutputStream out = new FileOutputStream(path.toFile(), true)) {
            out.write(all.toByteArray());
        } catch (IOException e) {
            throw new DataFileException(Text.path(path), "writing must succeed, got " + e, e);
        }
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }

    /** A message with its length, and a checksum of each. */
    private static byte[] record(ProtobufWriter message) {
        byte[] bytes = message.toByteArray();
        ByteBuffer record =
                ByteBuffer.allocate(HEADER + bytes.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(bytes.length);
        return record.putInt(checksum(record.array(), Long.BYTES))
                .put(bytes)
                .putInt(checksum(bytes, bytes.length))
                .array();
    }

    /** The CRC-32C, masked: turned, and moved by a constant. */
    private static int checksum(byte[] bytes, int n) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, n);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_DELTA;
    }

    /**
     * Reads the scalars of a file.
     *
     * @param file the file
     * @return its scalars, in order
     * @throws DataFileException if the file cannot be read, is not a file of events, or ends within an event
     */
    public static List<Scalar> read(Path file) throws DataFileException {
        return InputFile.read(file, EventFile::read);
    }

    private static List<Scalar> read(String file, RandomAccessFile in) throws IOException {
        List<Scalar> scalars = new ArrayList<>();
        long size = in.length();
        if (size == 0) {
            throw new DataFileException(
                    file + ": byte 0", "a file of events must start with its version, got an empty file");
        }
        for (long at = 0; at < size; at = in.getFilePointer()) {
            byte[] message = message(file, in, at, size);
            ProtobufReader event = new ProtobufReader(file, at + HEADER, message);
            if (at == 0) {
                requireVersion(event);
            } else {
                event(event, scalars);
            }
        }
        return scalars;
    }

    private static byte[] message(String file, RandomAccessFile in, long at, long size) throws IOException {
        byte[] header = new byte[HEADER];
        if (size - at < HEADER) {
            throw new DataFileException(
                    file + ": byte " + at,
                    "an event must have its length and its checksums, 16 bytes, got " + (size - at)
                            + " more in the file");
        }
        in.readFully(header);
        ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        requireChecksum(file, at + Long.BYTES, bytes.getInt(Long.BYTES), checksum(header, Long.BYTES));
        long length = bytes.getLong(0);
        long most = Math.min(size - at - HEADER - Integer.BYTES, Shape.MAX_SIZE);
        if (length < 0 || length > most) {
            throw new DataFileException(
                    file + ": byte " + at,
                    "an event must have at most " + Math.max(0, most) + " bytes, which the file has, got "
                            + Long.toUnsignedString(length));
        }
        byte[] message = new byte[(int) length];
        in.readFully(message);
        requireChecksum(
                file, at + HEADER + length, Integer.reverseBytes(in.readInt()), checksum(message, message.length));
        return message;
    }

    private static void requireChecksum(String file, long at, int expected, int got) throws DataFileException {
        if (expected != got) {
            HexFormat hex = HexFormat.of();
            throw new DataFileException(
                    file + ": byte " + at,
                    "the checksum must be " + hex.toHexDigits(got) + ", got " + hex.toHexDigits(expected)
                            + "; the file was damaged, or is not one of events");
        }
    }

    private static void requireVersion(ProtobufReader event) throws DataFileException {
        String version = "";
        while (event.next()) {
            if (event.field() == FILE_VERSION) {
                version = event.text();
            }
        }
        if (!version.equals(VERSION)) {
            throw event.error("the first event must be the version " + VERSION + ", got " + Text.name(version));
        }
    }

    private static void event(ProtobufReader event, List<Scalar> scalars) throws DataFileException {
        double seconds = 0;
        long step = 0;
        List<ProtobufReader> summaries = new ArrayList<>();
        while (event.next()) {
            switch (event.field()) {
                case WALL_TIME -> seconds = event.float64();
                case STEP -> step = event.varint();
                case SUMMARY -> summaries.add(event.message());
                default -> {} // such as a graph
            }
        }
        for (ProtobufReader summary : summaries) {
            while (summary.next()) {
                if (summary.field() == VALUE) {
                    value(summary.message(), step, seconds, scalars);
                }
            }
        }
    }

    private static void value(ProtobufReader value, long step, double seconds, List<Scalar> scalars)
            throws DataFileException {
        String tag = "";
        Float scalar = null;
        while (value.next()) {
            switch (value.field()) {
                case TAG -> tag = value.text();
                case SIMPLE_VALUE -> scalar = value.float32();
                default -> {} // such as an image
            }
        }
        if (scalar != null) {
            scalars.add(new Scalar(tag, step, seconds, scalar));
        }
    }
}
