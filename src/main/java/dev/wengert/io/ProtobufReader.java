package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.data.DataFileException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;

/**
 * Reads a message in the wire format of Protocol Buffers, field after field. A field that nobody asks for is passed over.
 *
 * <pre>{@code
 * while (message.next()) {
 *     switch (message.field()) {
 *         case 1 -> name = message.text();
 *         case 2 -> size = message.varint();
 *     }
 * }
 * }</pre>
 */
final class ProtobufReader {
    private static final int MAX_VARINT = 10; // bytes, for 64 bits

    private final String file;
    private final long start;
    private final ByteBuffer in;
    private int from;
    private int field;
    private int type;
    private long number;
    private ByteBuffer bytes;

    /** A message whose first byte stands at a place in a file. */
    ProtobufReader(String file, long start, byte[] message) {
        this(file, start, ByteBuffer.wrap(message));
    }

    private ProtobufReader(String file, long start, ByteBuffer in) {
        this.file = file;
        this.start = start;
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes on to the next field; whether there is one. */
    boolean next() throws DataFileException {
        from = in.position();
        if (!in.hasRemaining()) {
            return false;
        }
        long tag = raw();
        field = (int) (tag >>> 3);
        type = (int) (tag & 7);
        if (tag >>> 32 != 0 || field == 0) {
            throw error(from, "a field must have a number of 1 to 2^29 - 1, got " + Long.toUnsignedString(tag >>> 3));
        }
        switch (type) {
            case ProtobufWriter.VARINT -> number = raw();
            case ProtobufWriter.FIXED64 -> number = take(Long.BYTES).getLong();
            case ProtobufWriter.FIXED32 -> number = take(Integer.BYTES).getInt();
            case ProtobufWriter.LENGTH -> bytes = take(raw());
            default -> throw error(from, "field " + field + " must be of wire type 0, 1, 2 or 5, got " + type);
        }
        return true;
    }

    int field() {
        return field;
    }

    long varint() throws DataFileException {
        require(ProtobufWriter.VARINT);
        return number;
    }

    double float64() throws DataFileException {
        require(ProtobufWriter.FIXED64);
        return Double.longBitsToDouble(number);
    }

    float float32() throws DataFileException {
        require(ProtobufWriter.FIXED32);
        return Float.intBitsToFloat((int) number);
    }

    String text() throws DataFileException {
        require(ProtobufWriter.LENGTH);
        try {
            return UTF_8.newDecoder().decode(bytes.duplicate()).toString();
        } catch (CharacterCodingException e) {
            throw error(from, "field " + field + " must be UTF-8, got other bytes");
        }
    }

    ProtobufReader message() throws DataFileException {
        require(ProtobufWriter.LENGTH);
        return new ProtobufReader(file, start + in.position() - bytes.remaining(), bytes.slice());
    }

    /** The error at the field. */
    DataFileException error(String problem) {
        return error(from, problem);
    }

    private void require(int required) throws DataFileException {
        if (type != required) {
            throw error(from, "field " + field + " must be of wire type " + required + ", got " + type);
        }
    }

    private long raw() throws DataFileException {
        int at = in.position();
        long value = 0;
        for (int i = 0; i < MAX_VARINT; i++) {
            byte b = take(1).get();
            value |= (long) (b & 0x7f) << 7 * i;
            if (b >= 0) {
                return value;
            }
        }
        throw error(at, "a number must end within " + MAX_VARINT + " bytes, got more");
    }

    private ByteBuffer take(long n) throws DataFileException {
        int at = in.position();
        if (n < 0 || n > in.remaining()) {
            throw error(at, "the message must have " + Long.toUnsignedString(n) + " more bytes, got " + in.remaining());
        }
        in.position(at + (int) n);
        return in.slice(at, (int) n).order(ByteOrder.LITTLE_ENDIAN);
    }

    private DataFileException error(int at, String problem) {
        return new DataFileException(file + ": byte " + (start + at), problem);
    }
}
