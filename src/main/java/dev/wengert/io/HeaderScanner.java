package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.data.DataFileException;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;

/** Goes through a header that is text: brackets, numbers, and what a format has besides. */
abstract class HeaderScanner {
    private static final int MAX_DIGITS = 18; // of numbers that fit into a long, whatever they are

    final String file;
    final long start;
    final byte[] header;
    int at;

    /** A header whose first byte stands at a place in a file. */
    HeaderScanner(String file, long start, byte[] header) {
        this.file = file;
        this.start = start;
        this.header = header;
    }

    /** A number that one of some characters must follow. */
    final long number(String what, String followers) throws DataFileException {
        int from = at;
        long number = 0;
        while (isDigit() && at - from < MAX_DIGITS) {
            number = 10 * number + header[at++] - '0';
        }
        boolean whole = at > from && (header[from] != '0' || at == from + 1);
        if (!whole || at < header.length && followers.indexOf(header[at]) < 0) {
            throw error(
                    from, what + " must be 0, or 1 to " + MAX_DIGITS + " digits that do not start with 0" + got(from));
        }
        return number;
    }

    private boolean isDigit() {
        return at < header.length && header[at] >= '0' && header[at] <= '9';
    }

    /** The shape of a tensor whose extents stand from a place on. */
    final Shape shape(String tensor, int from, long[] extents) throws DataFileException {
        for (long extent : extents) {
            if (extent > Integer.MAX_VALUE) {
                throw error(from, tensor + " must have extents of at most " + Integer.MAX_VALUE + ", got " + extent);
            }
        }
        try {
            return Shape.of(
                    tensor, Arrays.stream(extents).mapToInt(n -> (int) n).toArray());
        } catch (ShapeException e) {
            throw error(from, e.getMessage());
        }
    }

    /** Enters brackets; whether there is anything in them. */
    final boolean open(char open, char close) throws DataFileException {
        expect(open);
        skipSpace();
        return !skip(close);
    }

    final void expect(char c) throws DataFileException {
        skipSpace();
        if (!skip(c)) {
            throw error(at, "the header must go on with " + Text.quote(String.valueOf(c)) + got());
        }
    }

    final boolean skip(char c) {
        if (at == header.length || header[at] != c) {
            return false;
        }
        at++;
        return true;
    }

    final void skipSpace() {
        while (at < header.length && " \t\r\n".indexOf(header[at]) >= 0) {
            at++;
        }
    }

    /** Requires that nothing but spaces follows. */
    final void requireEnd() throws DataFileException {
        skipSpace();
        if (at < header.length) {
            throw error(at, "the header must end after its last }, apart from spaces" + got());
        }
    }

    final String got() {
        return got(at);
    }

    final String got(int from) {
        if (from == header.length) {
            return ", but the header ends here";
        }
        int end = Math.min(header.length, from + 80);
        while (end < header.length && (header[end] & 0xc0) == 0x80) {
            end--; // not within a character
        }
        return ", got " + Text.quote(new String(header, from, end - from, UTF_8));
    }

    final DataFileException error(int at, String problem) {
        return new DataFileException(file + ": byte " + (start + at), problem);
    }
}
