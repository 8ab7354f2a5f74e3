package dev.wengert.data;

import java.nio.file.Path;
import java.util.HexFormat;

/** A line of a text file, without its end, and its number: the first line is 1. */
record Line(Path file, int number, String text) {
    /** The starts of the cells, and at the end the start that one more cell would have. */
    int[] cells() {
        int n = 1;
        for (int i = text.indexOf(','); i >= 0; i = text.indexOf(',', i + 1)) {
            n++;
        }
        int[] cells = new int[n + 1];
        for (int i = 1; i < n; i++) {
            cells[i] = text.indexOf(',', cells[i - 1]) + 1;
        }
        cells[n] = text.length() + 1;
        return cells;
    }

    String cell(int[] cells, int i) {
        return text.substring(cells[i], cells[i + 1] - 1);
    }

    DataFileException error(int start, String problem) {
        return new DataFileException(file + ":" + number + ":" + (start + 1), problem);
    }

    /** Text of a file for a message: at most 40 characters, with codes in place of unclear ones. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().limit(40).forEach(c -> {
            boolean clear = c >= ' ' && c <= '~' || Character.isLetter(c);
            quoted.append(
                    clear
                            ? String.valueOf((char) c)
                            : "\\u" + HexFormat.of().withUpperCase().toHexDigits((char) c));
        });
        return quoted.append(text.length() > 40 ? "…\"" : "\"").toString();
    }
}
