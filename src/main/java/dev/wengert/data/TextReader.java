package dev.wengert.data;

import dev.wengert.message.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The characters of a text file. Each error names the line and the column, and comes after all characters before it. A byte order mark decides
 * about the character set, and is no character.
 */
final class TextReader extends Reader {
    private final Path file;
    private final InputStream in;
    private final long limit;
    private final Charset charset;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(DataFiles.CHUNK).limit(0);
    private final CharBuffer chars = CharBuffer.allocate(DataFiles.CHUNK).limit(0);

    private long read;
    private boolean ended;
    private boolean nulFollows;

    // the place after the characters in the buffer
    private long line = 1;
    private long column = 1;
    private boolean afterReturn;

    TextReader(Path file, Charset charset, long limit) throws DataFileException {
        this.file = file;
        this.limit = limit;
        try {
            this.in = DataFiles.open(file);
        } catch (IOException e) {
            throw DataFiles.failure(place(), e);
        }
        try {
            if (!DataFiles.isPacked(in) && Files.size(file) > limit) {
                throw tooLong(Text.path(file));
            }
            while (bytes.limit() < 3 && !ended) {
                fill();
            }
        } catch (IOException e) {
            close();
            throw DataFiles.failure(place(), e);
        }
        this.charset = marked(charset);
        this.decoder = this.charset.newDecoder(); // which reports what it cannot read
    }

    /** The character set of the byte order mark, if there is one; it is passed over. */
    private Charset marked(Charset otherwise) {
        int first = bytes.limit() < 2 ? 0 : bytes.getShort(0) & 0xffff;
        if (first == 0xfffe || first == 0xfeff) {
            bytes.position(2);
            return first == 0xfffe ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        }
        if (first == 0xefbb && bytes.limit() > 2 && bytes.get(2) == (byte) 0xbf) {
            bytes.position(3);
            return StandardCharsets.UTF_8;
        }
        return otherwise;
    }

    /** Passes over lines, whatever they hold; returns false if the file ends before. */
    boolean skip(int lines) throws DataFileException {
        for (int n = 0; n < lines; n++) {
            int c;
            do {
                c = next();
            } while (c >= 0 && c != '\n' && c != '\r');
            if (c < 0) {
                return false;
            }
            if (c == '\r' && (chars.hasRemaining() || decode()) && chars.get(chars.position()) == '\n') {
                chars.get();
            }
        }
        return true;
    }

    private int next() throws DataFileException {
        return chars.hasRemaining() || decode() ? chars.get() : -1;
    }

    @Override
    public int read(char[] to, int from, int n) throws DataFileException {
        if (!chars.hasRemaining() && !decode()) {
            return -1;
        }
        int some = Math.min(n, chars.remaining());
        chars.get(to, from, some);
        return some;
    }

    /** At least one more character in the buffer, or false at the end of the file. */
    private boolean decode() throws DataFileException {
        if (nulFollows) {
            throw nul();
        }
        chars.clear();
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            if (chars.position() > 0) {
                break;
            }
            if (result.isError()) {
                throw new DataFileException(
                        place(),
                        "the file must be " + charset + " text, got a byte that is not; "
                                + "Csv.options().charset(…) reads others");
            }
            if (ended) {
                chars.flip();
                return false;
            }
            fill();
        }
        chars.flip();
        count();
        return true;
    }

    private void fill() throws DataFileException {
        bytes.compact();
        try {
            int n = in.read(bytes.array(), bytes.position(), bytes.remaining());
            ended = n < 0;
            read += Math.max(n, 0);
            bytes.position(bytes.position() + Math.max(n, 0));
        } catch (IOException e) {
            throw DataFiles.failure(place(), e);
        }
        bytes.flip();
        if (read > limit) {
            throw tooLong(place());
        }
    }

    /** Moves the place over the characters of the buffer. */
    private void count() throws DataFileException {
        char[] text = chars.array();
        int n = chars.limit();
        long lineStart = 1 - column;
        for (int i = 0; i < n; i++) {
            char c = text[i];
            if (c == '\n' || c == '\r') {
                line += c == '\n' && afterReturn ? 0 : 1;
                lineStart = i + 1;
            } else if (c == 0) {
                nulFollows = true;
                n = i;
            }
            afterReturn = c == '\r';
        }
        column = n - lineStart + 1;
        chars.limit(n);
        if (n == 0) {
            throw nul();
        }
    }

    /** The place after all that was read. */
    String place() {
        return Text.path(file) + ":" + line + ":" + column;
    }

    private DataFileException nul() {
        return new DataFileException(
                place(),
                "the file must be text, got the character NUL; "
                        + "if it is UTF-16 without a byte order mark, Csv.options().charset(StandardCharsets.UTF_16LE) reads it");
    }

    private DataFileException tooLong(String place) {
        return new DataFileException(
                place,
                "the file must have at most " + limit + " bytes" + (DataFiles.isPacked(in) ? ", unpacked" : "")
                        + ", got more; Csv.options().limit(…) raises this");
    }

    @Override
    public void close() throws DataFileException {
        try {
            in.close();
        } catch (IOException e) {
            throw DataFiles.failure(place(), e);
        }
    }
}
