package dev.wengert.io;

import java.nio.ByteBuffer;

/** The types of numbers in files, as safetensors names them, that doubles hold exactly, at least those integers up to 2⁵³. */
enum Dtype {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    I16(2),
    U16(2),
    F16(2),
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    F64(8),
    I64(8),
    U64(8);

    private static final long MAX_EXACT = 1L << 53;

    /** The number of bytes. */
    final int size;

    Dtype(int size) {
        this.size = size;
    }

    /**
     * The next number of a buffer.
     *
     * @throws ArithmeticException if no double stands for it: the requirement and what was got
     */
    double next(ByteBuffer in) {
        return switch (this) {
            case BOOL -> bool(Byte.toUnsignedInt(in.get()));
            case U8 -> Byte.toUnsignedInt(in.get());
            case I8 -> in.get();
            case F8_E5M2 -> binary(Byte.toUnsignedInt(in.get()), 5, 2);
            case F8_E4M3 -> e4m3(Byte.toUnsignedInt(in.get()));
            case I16 -> in.getShort();
            case U16 -> Short.toUnsignedInt(in.getShort());
            case F16 -> binary(Short.toUnsignedInt(in.getShort()), 5, 10);
            case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
            case I32 -> in.getInt();
            case U32 -> Integer.toUnsignedLong(in.getInt());
            case F32 -> in.getFloat();
            case F64 -> in.getDouble();
            case I64 -> i64(in.getLong());
            case U64 -> u64(in.getLong());
        };
    }

    private static double bool(int b) {
        if (b > 1) {
            throw new ArithmeticException("a BOOL must be 0 or 1, got " + b);
        }
        return b;
    }

    private static double i64(long v) {
        if (v < -MAX_EXACT || v > MAX_EXACT) {
            throw new ArithmeticException("an I64 must be from -2^53 to 2^53, so that a double holds it, got " + v);
        }
        return v;
    }

    private static double u64(long v) {
        if (v < 0 || v > MAX_EXACT) {
            throw new ArithmeticException(
                    "a U64 must be at most 2^53, so that a double holds it, got " + Long.toUnsignedString(v));
        }
        return v;
    }

    /** A number of 8 bits without infinities; only the largest exponent and fraction together are NaN. */
    private static double e4m3(int bits) {
        return (bits & 0x7f) == 0x7f ? Double.NaN : finite(bits, 4, 3);
    }

    /** A binary number as in IEEE 754. */
    private static double binary(int bits, int exponentBits, int fractionBits) {
        int largest = (1 << exponentBits) - 1;
        if ((bits >> fractionBits & largest) < largest) {
            return finite(bits, exponentBits, fractionBits);
        }
        double infinity =
                bits >> exponentBits + fractionBits == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
        return (bits & (1 << fractionBits) - 1) == 0 ? infinity : Double.NaN;
    }

    private static double finite(int bits, int exponentBits, int fractionBits) {
        int exponent = bits >> fractionBits & (1 << exponentBits) - 1;
        int fraction = bits & (1 << fractionBits) - 1;
        int significand = exponent == 0 ? fraction : fraction + (1 << fractionBits);
        int bias = (1 << exponentBits - 1) - 1;
        double size = Math.scalb((double) significand, Math.max(exponent, 1) - bias - fractionBits);
        return bits >> exponentBits + fractionBits == 0 ? size : -size;
    }
}
