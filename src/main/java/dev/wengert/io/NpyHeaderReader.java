package dev.wengert.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import java.io.DataInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Reads the header of an .npy file: its magic bytes, version and length, and a dictionary as Python prints it.
 *
 * <pre>{@code
 * {'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }
 * }</pre>
 */
final class NpyHeaderReader extends HeaderScanner {
    /** The bytes that an .npy file starts with. */
    static final String MAGIC = "\u0093NUMPY";

    /** The most bytes of the dictionary: those that version 1 can have. */
    static final int MAX_LENGTH = 0xffff;

    private static final int VERSION_END = 8;
    private static final Map<String, Dtype> TYPES = Map.ofEntries(
            Map.entry("b1", Dtype.BOOL),
            Map.entry("i1", Dtype.I8),
            Map.entry("i2", Dtype.I16),
            Map.entry("i4", Dtype.I32),
            Map.entry("i8", Dtype.I64),
            Map.entry("u1", Dtype.U8),
            Map.entry("u2", Dtype.U16),
            Map.entry("u4", Dtype.U32),
            Map.entry("u8", Dtype.U64),
            Map.entry("f2", Dtype.F16),
            Map.entry("f4", Dtype.F32),
            Map.entry("f8", Dtype.F64));

    private String type;
    private Boolean fortran;
    private Shape shape;

    private NpyHeaderReader(String file, long start, byte[] header) {
        super(file, start, header);
    }

    /** The header of a file that has so many bytes, and exactly those of its numbers after the header. */
    static NpyHeader read(String file, DataInput in, long size) throws IOException {
        byte[] first = new byte[(int) Math.min(size, VERSION_END)];
        in.readFully(first);
        byte[] magic = MAGIC.getBytes(ISO_8859_1);
        int same = Arrays.mismatch(first, magic);
        if (same >= 0 && same < magic.length) {
            throw new DataFileException(
                    file + ": byte 0",
                    "an .npy file must start with 93 4e 55 4d 50 59, got "
                            + (size == 0
                                    ? "an empty file"
                                    : HexFormat.ofDelimiter(" ").formatHex(first))
                            + kind(first));
        }
        requireMore(file, "an .npy file must have a version of two bytes", VERSION_END, size);
        if (first[6] < 1 || first[6] > 3 || first[7] != 0) {
            throw new DataFileException(
                    file + ": byte 6",
                    "the version must be 1.0, 2.0 or 3.0, got " + Byte.toUnsignedInt(first[6]) + "."
                            + Byte.toUnsignedInt(first[7]));
        }
        byte[] length = new byte[first[6] == 1 ? Short.BYTES : Integer.BYTES];
        long start = VERSION_END + length.length;
        requireMore(file, "the header must have a length of " + length.length + " bytes", start, size);
        in.readFully(length);
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(length, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(0) > Math.min(MAX_LENGTH, size - start)) {
            throw new DataFileException(
                    file + ": byte " + VERSION_END,
                    "the header must have at most " + MAX_LENGTH + " bytes and end in the file, which has "
                            + (size - start) + " more, got a length of " + bytes.getLong(0));
        }
        byte[] header = new byte[bytes.getInt(0)];
        in.readFully(header);
        return new NpyHeaderReader(file, start, header).read(size);
    }

    private static void requireMore(String file, String requirement, long required, long size)
            throws DataFileException {
        if (size < required) {
            throw new DataFileException(file + ": byte " + size, requirement + ", but it ends here");
        }
    }

    /** What a file that is not .npy may be, and what to do. */
    private static String kind(byte[] first) {
        boolean zip = first.length > 1 && first[0] == 'P' && first[1] == 'K';
        boolean pickle = first.length > 1 && first[0] == (byte) 0x80;
        return zip
                ? "; this is a zip file, as numpy.savez writes, which Npz reads"
                : pickle ? "; this is a pickle, which is a program and is not run: write the file by numpy.save" : "";
    }

    private NpyHeader read(long size) throws DataFileException {
        Set<String> keys = new HashSet<>();
        for (boolean more = open('{', '}'); more; more = next('}')) {
            int from = at;
            String key = text();
            expect(':');
            skipSpace();
            switch (key) {
                case "descr" -> type = type();
                case "fortran_order" -> fortran = flag();
                case "shape" -> shape = shape();
                default ->
                    throw error(from, "the header must have no keys but descr, fortran_order and shape" + got(from));
            }
            if (!keys.add(key)) {
                throw error(from, "a key must stand once in the header, got " + key + " twice");
            }
        }
        requireEnd();
        if (keys.size() < 3) {
            String missing = type == null ? "descr" : fortran == null ? "fortran_order" : "shape";
            throw error(0, "the header must have the keys descr, fortran_order and shape, got no " + missing);
        }
        Dtype dtype = TYPES.get(type.substring(1));
        long bytes = (long) shape.size() * dtype.size;
        long end = start + header.length;
        if (size - end != bytes) {
            throw new DataFileException(
                    file + ": byte " + end,
                    "the array must have " + bytes + " bytes for " + type + " " + shape + ", and nothing after it, got "
                            + (size - end));
        }
        ByteOrder order = type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyHeader(dtype, order, fortran, shape, end);
    }

    private String type() throws DataFileException {
        int from = at;
        if (at < header.length && header[at] == '[') {
            throw error(
                    from,
                    "the type must be one of numbers" + got()
                            + "; these are fields: save each of them, such as a[\"x\"], as an array of its own");
        }
        String type = text();
        Dtype dtype = type.isEmpty() ? null : TYPES.get(type.substring(1));
        if (dtype == null || "<>|".indexOf(type.charAt(0)) < 0 || type.charAt(0) == '|' && dtype.size > 1) {
            throw error(
                    from,
                    "the type must be one of numbers that doubles hold, with the order of its bytes, such as <f8, >i4 or"
                            + " |u1, got " + Text.name(type) + remedy(type));
        }
        return type;
    }

    private static String remedy(String type) {
        if (type.matches(".?O.*")) {
            return "; these are Python objects in a pickle, which is a program and is not run: save a.astype(\"<f8\")";
        }
        return type.matches(".?c\\d+")
                ? "; save a.real and a.imag"
                : type.matches("[<>=]?[iuf]\\d+") ? "; save a.astype(\"<f8\")" : "";
    }

    private boolean flag() throws DataFileException {
        for (String flag : new String[] {"True", "False"}) {
            if (new String(header, at, Math.min(flag.length(), header.length - at), ISO_8859_1).equals(flag)) {
                at += flag.length();
                return flag.equals("True");
            }
        }
        throw error(at, "fortran_order must be True or False" + got());
    }

    private Shape shape() throws DataFileException {
        int from = at;
        long[] extents = new long[8];
        int n = 0;
        boolean comma = true;
        for (boolean more = open('(', ')'); more; more = next(')')) {
            if (n == extents.length) {
                extents = Arrays.copyOf(extents, 2 * n);
            }
            extents[n++] = number("an extent", ",)L \t\r\n");
            skip('L'); // of Python 2
            skipSpace();
            comma = at < header.length && header[at] == ',';
        }
        if (n == 1 && !comma) {
            throw error(from, "the shape must be a tuple, which for one axis has a comma" + got(from));
        }
        return shape("the array", from, Arrays.copyOf(extents, n));
    }

    /** Goes on to the next in brackets, where the last one may have a comma, too; whether there is one. */
    private boolean next(char close) throws DataFileException {
        skipSpace();
        boolean comma = skip(',');
        skipSpace();
        if (skip(close)) {
            return false;
        }
        if (!comma) {
            expect(',');
        }
        return true;
    }

    private String text() throws DataFileException {
        char quote = at < header.length && header[at] == '"' ? '"' : '\'';
        expect(quote);
        int from = at;
        while (at < header.length && header[at] >= ' ' && header[at] != quote && header[at] != '\\') {
            at++;
        }
        if (!skip(quote)) {
            throw error(at, "a text must have plain characters and end with " + quote + got());
        }
        return new String(header, from, at - 1 - from, ISO_8859_1);
    }
}
