package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** A message in the wire format of Protocol Buffers, field after field. */
final class ProtobufWriter {
    /** How the value of a field is written: as the number of 1 to 10 bytes, in 8 bytes, with its length before it, or in 4 bytes. */
    static final int VARINT = 0;

    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ProtobufWriter varint(int field, long value) {
        return tag(field, VARINT).raw(value);
    }

    ProtobufWriter float64(int field, double value) {
        return tag(field, FIXED64).fixed(Double.doubleToRawLongBits(value), Double.BYTES);
    }

    ProtobufWriter float32(int field, float value) {
        return tag(field, FIXED32).fixed(Float.floatToRawIntBits(value), Float.BYTES);
    }

    ProtobufWriter text(int field, String value) {
        return bytes(field, value.getBytes(UTF_8));
    }

    ProtobufWriter message(int field, ProtobufWriter value) {
        return bytes(field, value.toByteArray());
    }

    ProtobufWriter bytes(int field, byte[] value) {
        tag(field, LENGTH).raw(value.length).out.writeBytes(value);
        return this;
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    private ProtobufWriter tag(int field, int type) {
        return raw((long) field << 3 | type);
    }

    /** Seven bits in a byte, the lowest ones first; all bytes but the last have the highest bit. */
    private ProtobufWriter raw(long value) {
        long rest = value;
        for (; rest >>> 7 != 0; rest >>>= 7) {
            out.write((int) (rest & 0x7f | 0x80));
        }
        out.write((int) rest);
        return this;
    }

    private ProtobufWriter fixed(long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (bits >>> 8 * i));
        }
        return this;
    }
}
