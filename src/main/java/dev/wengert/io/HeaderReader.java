package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the header of a safetensors file: JSON of one form, which is an object of tensors and texts.
 *
 * <pre>{@code
 * {"__metadata__":{"epoch":"3"},"w":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]}}
 * }</pre>
 */
final class HeaderReader extends HeaderScanner {
    /** The name of the object of texts. */
    static final String TEXTS = "__metadata__";

    /** What JSON escapes by a letter, and these letters. A slash may be escaped, and is not when it is written. */
    static final String ESCAPED = "\"\\\b\f\n\r\t";

    static final String ESCAPES = "\"\\bfnrt";

    private final boolean widened;
    private final List<Header.Entry> entries = new ArrayList<>();
    private final Map<String, String> texts = new LinkedHashMap<>();

    HeaderReader(String file, long start, byte[] json, boolean widened) {
        super(file, start, json);
        this.widened = widened;
    }

    /** The header of a file that has so many bytes after it. */
    Header read(long bytes) throws DataFileException {
        requireUtf8();
        Set<String> names = new HashSet<>();
        for (boolean more = open('{', '}'); more; more = next('}')) {
            int from = at;
            String name = name(names);
            if (name.equals(TEXTS)) {
                texts();
            } else {
                entries.add(entry(name, from));
            }
        }
        requireEnd();
        requireCovered(bytes);
        return new Header(entries, texts);
    }

    private void texts() throws DataFileException {
        Set<String> names = new HashSet<>();
        for (boolean more = open('{', '}'); more; more = next('}')) {
            texts.put(name(names), text());
        }
    }

    private Header.Entry entry(String name, int from) throws DataFileException {
        String tensor = "tensor " + Text.name(name);
        Set<String> fields = new HashSet<>();
        Dtype dtype = null;
        Shape shape = null;
        long[] offsets = null;
        for (boolean more = open('{', '}'); more; more = next('}')) {
            int field = at;
            switch (name(fields)) {
                case "dtype" -> dtype = dtype(tensor);
                case "shape" -> shape = shape(tensor);
                case "data_offsets" -> offsets = offsets(tensor);
                default ->
                    throw error(field, tensor + " must have no fields but dtype, shape and data_offsets" + got(field));
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
            throw error(from, tensor + " must have the fields dtype, shape and data_offsets, got no " + missing);
        }
        long bytes = (long) shape.size() * dtype.size;
        if (offsets[1] - offsets[0] != bytes) {
            throw error(
                    from,
                    tensor + " must have " + bytes + " bytes for " + dtype + " " + shape + ", got data_offsets "
                            + Arrays.toString(offsets));
        }
        return new Header.Entry(name, dtype, shape, offsets[0], offsets[1], start + from);
    }

    private Dtype dtype(String tensor) throws DataFileException {
        skipSpace();
        int from = at;
        String dtype = text();
        if (!widened && !dtype.equals("F64")) {
            throw error(
                    from,
                    tensor + " must be of dtype F64, got " + Text.name(dtype)
                            + "; Safetensors.readWidened also reads what doubles hold exactly");
        }
        return Arrays.stream(Dtype.values())
                .filter(known -> known.name().equals(dtype))
                .findAny()
                .orElseThrow(() -> error(
                        from,
                        tensor + " must be of a dtype that doubles hold exactly, one of "
                                + Arrays.toString(Dtype.values()) + ", got " + Text.name(dtype)));
    }

    private Shape shape(String tensor) throws DataFileException {
        skipSpace();
        int from = at;
        return shape(tensor, from, numbers());
    }

    private long[] offsets(String tensor) throws DataFileException {
        skipSpace();
        int from = at;
        long[] offsets = numbers();
        if (offsets.length != 2) {
            throw error(from, tensor + " must have two data_offsets, got " + offsets.length);
        }
        return offsets;
    }

    /** Sorts the tensors by their bytes, of which each must belong to one. */
    private void requireCovered(long bytes) throws DataFileException {
        entries.sort(Comparator.comparingLong(Header.Entry::begin).thenComparingLong(Header.Entry::end));
        long covered = 0;
        for (Header.Entry entry : entries) {
            if (entry.begin() != covered) {
                throw new DataFileException(
                        file + ": byte " + entry.at(),
                        "tensor " + Text.name(entry.name())
                                + " must begin where the one before it ends, at data offset " + covered + ", got "
                                + entry.begin());
            }
            covered = entry.end();
        }
        if (covered != bytes) {
            throw new DataFileException(
                    file + ": byte " + (start + header.length),
                    "the tensors must take all bytes after the header, got " + covered + " for tensors and " + bytes
                            + " in the file");
        }
    }

    // ---- JSON ----

    /** Goes on to the next in an object or an array; whether there is one. */
    private boolean next(char close) throws DataFileException {
        skipSpace();
        if (skip(close)) {
            return false;
        }
        expect(',');
        skipSpace();
        return true;
    }

    /** A name in an object, and its colon. */
    private String name(Set<String> others) throws DataFileException {
        int from = at;
        String name = text();
        if (!others.add(name)) {
            throw error(from, "a name must stand once in an object, got " + Text.name(name) + " twice");
        }
        expect(':');
        return name;
    }

    private long[] numbers() throws DataFileException {
        long[] numbers = new long[8];
        int n = 0;
        for (boolean more = open('[', ']'); more; more = next(']')) {
            if (n == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * n);
            }
            numbers[n++] = number("an extent or offset", ",] \t\r\n");
        }
        return Arrays.copyOf(numbers, n);
    }

    private String text() throws DataFileException {
        expect('"');
        int from = at;
        StringBuilder text = new StringBuilder();
        int copied = at;
        while (!skip('"')) {
            if (at == header.length) {
                throw error(at, "a text must end with \"" + got());
            }
            if (header[at] >= 0 && header[at] < ' ') {
                throw error(at, "a text must have no control characters" + got());
            }
            if (header[at++] == '\\') {
                text.append(new String(header, copied, at - 1 - copied, UTF_8)).append(escape());
                copied = at;
            }
        }
        text.append(new String(header, copied, at - 1 - copied, UTF_8));
        if (!isUnicode(text.toString())) {
            throw error(from, "a text must not have half of a surrogate pair, got " + Text.quote(text.toString()));
        }
        return text.toString();
    }

    /** What stands for the characters after a backslash. */
    private char escape() throws DataFileException {
        int from = at;
        if (skip('/')) {
            return '/';
        }
        if (skip('u')) {
            int c = 0;
            for (int i = 0; i < 4; i++) {
                int digit = at < header.length ? Character.digit(header[at], 16) : -1;
                if (digit < 0) {
                    throw error(from, "four hexadecimal digits must follow u" + got());
                }
                c = 16 * c + digit;
                at++;
            }
            return (char) c;
        }
        int letter = at < header.length ? ESCAPES.indexOf(header[at]) : -1;
        if (letter < 0) {
            throw error(from, "after \\ there must be one of \"\\/bfnrtu" + got());
        }
        at++;
        return ESCAPED.charAt(letter);
    }

    /** Whether each half of a surrogate pair has its other half. */
    static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    private void requireUtf8() throws DataFileException {
        CharsetDecoder decoder = UTF_8.newDecoder(); // which reports what is malformed
        ByteBuffer bytes = ByteBuffer.wrap(header);
        CharBuffer chars = CharBuffer.allocate(8192);
        CoderResult result;
        do {
            result = decoder.decode(bytes, chars.clear(), true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw error(
                    bytes.position(),
                    "the header must be UTF-8, got " + HexFormat.of().toHexDigits(header[bytes.position()]));
        }
    }
}
