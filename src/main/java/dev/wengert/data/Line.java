package dev.wengert.data;

import java.nio.file.Path;
import java.util.HexFormat;

/** A line of a text file without its end, and where it is: number 1 is the file's first. */
record Line(Path file, int number, String text) {
    /** Where the cells start, and one more, where a further cell would. */
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

    /** Text of a file for a message: 40 characters at most, unclear ones as their codes. */
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
