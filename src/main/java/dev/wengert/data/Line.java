package dev.wengert.data;

import dev.wengert.message.Text;
import java.nio.file.Path;

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
        return new DataFileException(Text.path(file) + ":" + number + ":" + (start + 1), problem);
    }
}
