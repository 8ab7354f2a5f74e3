package dev.wengert.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The cells of a file, packed into long texts, and where each row began. A cell of the text ends with NUL, which no cell contains; one that was
 * quoted in the file begins with a quotation mark, which no other does. So the place of each cell in the file can be computed again.
 */
final class Rows {
    /** The most characters of a row. */
    static final int LONGEST_ROW = 1 << 26;

    private static final int BLOCK = 1 << 15;

    private final List<Block> blocks = new ArrayList<>();
    private int rows;

    // the block that grows
    private char[] text = new char[2 * BLOCK];
    private int length;
    private int[] starts = new int[64];
    private int[] lines = new int[64];
    private int inBlock;
    private int cells;

    /**
     * Some rows, the first of which has a number.
     *
     * @param starts where each row starts in the text, and at the end the text's length
     * @param lines of the rows; null if each is the one after that of the row before
     */
    private record Block(int first, String text, int[] starts, int line, int[] lines) {
        int rows() {
            return starts.length - 1;
        }

        int line(int i) {
            return lines == null ? line + i : lines[i];
        }
    }

    int size() {
        return rows;
    }

    // ---- writing ----

    /** Adds a cell to the row that grows. */
    void add(char[] from, int at, int n, boolean quoted) {
        while (text.length - length < n + 2) {
            text = Arrays.copyOf(text, 2 * text.length);
        }
        if (quoted) {
            text[length++] = '"';
        }
        if (n < 16) { // most cells are short
            for (int i = at; i < at + n; i++) {
                text[length++] = from[i];
            }
        } else {
            System.arraycopy(from, at, text, length, n);
            length += n;
        }
        text[length++] = 0;
        cells++;
    }

    /** Whether the row that grows must not grow on. */
    boolean isFull() {
        return length - starts[inBlock] > LONGEST_ROW;
    }

    /** The number of cells of the row that grows. */
    int cells() {
        return cells;
    }

    /** The row that grows, as it is. */
    void growing(Row row, int line) {
        row.set(new String(text, starts[inBlock], length - starts[inBlock]), 0, line, cells);
    }

    /** Ends the row that grows. */
    void end(int line) {
        lines[inBlock++] = line;
        if (inBlock + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, 2 * starts.length);
            lines = Arrays.copyOf(lines, 2 * lines.length);
        }
        starts[inBlock] = length;
        rows++;
        cells = 0;
        if (length >= BLOCK) {
            seal();
        }
    }

    private void seal() {
        boolean consecutive = true;
        for (int i = 1; i < inBlock; i++) {
            consecutive &= lines[i] == lines[0] + i;
        }
        blocks.add(new Block(
                rows - inBlock,
                new String(text, 0, length),
                Arrays.copyOf(starts, inBlock + 1),
                lines[0],
                consecutive ? null : Arrays.copyOf(lines, inBlock)));
        length = 0;
        inBlock = 0;
    }

    /** Ends the writing. */
    void close() {
        if (inBlock > 0) {
            seal();
        }
        text = null;
        starts = null;
        lines = null;
    }

    // ---- reading ----

    /** Sets a row of so many cells to one of these. The block where one search ended is where the next begins. */
    void get(int row, Row to, int cells) {
        int b = to.block;
        Block block = blocks.get(b);
        if (row < block.first || row >= block.first + block.rows()) {
            b = row == block.first + block.rows() ? b + 1 : search(row);
            block = blocks.get(b);
        }
        int i = row - block.first;
        to.set(block.text, block.starts[i], block.line(i), cells);
        to.block = b;
    }

    private int search(int row) {
        int low = 0;
        int high = blocks.size();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (blocks.get(middle).first <= row) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
