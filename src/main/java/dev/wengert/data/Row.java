package dev.wengert.data;

import dev.wengert.message.Text;
import java.nio.file.Path;

/** A row of a file at a time: its cells, and their places in the file. */
final class Row {
    private static final int EXACT = 15; // so many digits are a whole number below 2^53
    private static final double[] POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private final Path file;
    private final boolean trims;
    private final char decimal;

    /** Where {@link Rows} found it. */
    int block;

    private String source;
    private char[] text; // of the source
    private int line;
    private int cells;
    private int[] starts = {0}; // of the cells, and of one more

    Row(Path file, CsvOptions options) {
        this.file = file;
        this.trims = options.trims();
        this.decimal = options.decimal();
    }

    void set(String source, int start, int line, int cells) {
        if (this.source != source) { // most rows have that of the row before
            this.source = source;
            this.text = source.toCharArray();
        }
        this.line = line;
        this.cells = cells;
        if (starts.length <= cells) {
            starts = new int[cells + 1];
        }
        starts[0] = start;
        int at = start;
        for (int i = 1; i <= cells; i++) {
            while (text[at] != 0) {
                at++;
            }
            starts[i] = ++at;
        }
    }

    int line() {
        return line;
    }

    private boolean isQuoted(int cell) {
        return text[starts[cell]] == '"';
    }

    private int from(int cell) {
        int from = starts[cell];
        if (isQuoted(cell)) {
            return from + 1;
        }
        while (trims && isBlank(text[from])) {
            from++;
        }
        return from;
    }

    private int to(int cell) {
        int to = starts[cell + 1] - 1;
        while (trims && !isQuoted(cell) && to > starts[cell] && isBlank(text[to - 1])) {
            to--;
        }
        return to;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    String cell(int cell) {
        int from = from(cell);
        return new String(text, from, Math.max(0, to(cell) - from));
    }

    /** A cell without its quotation marks that has one after blanks: not what whoever wrote it meant. */
    boolean isMisquoted(int cell) {
        return !isQuoted(cell) && text[from(cell)] == '"';
    }

    /** The number that a cell is, or NaN: it is none, or one of the few that need more than a division. */
    double simpleNumber(int cell) {
        int at = from(cell);
        int to = to(cell);
        char first = text[at];
        at += first == '-' || first == '+' ? 1 : 0;
        long digits = 0;
        int count = 0;
        int point = -1;
        for (; at < to; at++) {
            char c = text[at];
            int digit = c - '0';
            if (digit >= 0 && digit <= 9) {
                digits = 10 * digits + digit;
                count++;
            } else if (c == decimal && point < 0) {
                point = count;
            } else {
                return Double.NaN;
            }
            if (count > EXACT) {
                return Double.NaN;
            }
        }
        if (count == 0) {
            return Double.NaN;
        }
        double number = point < 0 ? digits : digits / POWERS[count - point];
        return first == '-' ? -number : number;
    }

    /** The error where a cell starts, or would start if there were one more. */
    DataFileException error(int cell, String problem) {
        return error(cell, 0, problem);
    }

    /** The error where the row ends. */
    DataFileException endError(String problem) {
        return error(cells, 1, problem);
    }

    private DataFileException error(int cell, int back, String problem) {
        int row = line;
        int column = 1 - back;
        for (int i = 0; i < cell; i++) {
            boolean quoted = isQuoted(i);
            column += quoted ? 1 : 0;
            for (int at = starts[i] + (quoted ? 1 : 0); at < starts[i + 1] - 1; at++) {
                char c = text[at];
                if (c == '\n' || c == '\r' && text[at + 1] != '\n') {
                    row++;
                    column = -back;
                }
                column += quoted && c == '"' ? 2 : 1;
            }
            column += quoted ? 2 : 1; // with the separator
        }
        return new DataFileException(Text.path(file) + ":" + row + ":" + column, problem);
    }
}
