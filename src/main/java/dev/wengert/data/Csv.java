package dev.wengert.data;

import java.nio.file.Path;

/**
 * A reader of tables in comma-separated text, plain or gzip (told by the first bytes, not by the name). FastCSV finds the cells.
 *
 * <p>A file is UTF-8 text, or what its byte order mark says. A line is a row, and ends with "\n", "\r\n" or "\r"; the last one may lack this end.
 * Every row has the same number of cells, and there is at least one. Cells are separated by commas. A cell in quotation marks may contain commas and ends of lines, and
 * quotation marks that are written twice, and ends with its second mark; no other character is special, not the backslash. Spaces belong to their cell, and an empty cell is an empty text.
 * Lines without a character are passed over, if rows have more than one cell. Whether a cell was in quotation marks makes no difference later.
 * Names of columns differ. Anything else is an error, whose message names file, line and column. {@link #options} reads files that are written in another way.
 *
 * <p>A row has at most 2²⁶ characters, and a cell 2²⁴. A file has at most 2²⁸ bytes when it is unpacked; {@link CsvOptions#limit} raises this.
 *
 * <p>The cells are text; {@link Table} makes numbers and classes of them.
 */
public final class Csv {
    private Csv() {}

    /**
     * Other ways to write a table.
     *
     * @return the options of files as described above
     */
    public static CsvOptions options() {
        return CsvOptions.DEFAULT;
    }

    /**
     * Reads a file in which every line is a row.
     *
     * @param file the file
     * @return its table, whose columns have no names
     * @throws DataFileException if the file cannot be read or breaks a rule
     * @throws IllegalStateException if FastCSV is not there
     */
    public static Table read(Path file) throws DataFileException {
        return options().read(file);
    }

    /**
     * Reads a file whose first lines are not rows. These lines may hold anything.
     *
     * @param file the file
     * @param skipped the number of lines before the rows
     * @return its table, whose columns have no names
     * @throws DataFileException if the file cannot be read or breaks a rule
     * @throws IllegalArgumentException if {@code skipped} is negative
     * @throws IllegalStateException if FastCSV is not there
     */
    public static Table read(Path file, int skipped) throws DataFileException {
        if (skipped < 0) {
            throw new IllegalArgumentException("read: skipped must not be negative, got " + skipped);
        }
        return options().skip(skipped).read(file);
    }

    /**
     * Reads a file whose first line holds the names of the columns, no two of them the same.
     *
     * @param file the file
     * @return its table
     * @throws DataFileException if the file cannot be read or breaks a rule
     * @throws IllegalStateException if FastCSV is not there
     */
    public static Table readNamed(Path file) throws DataFileException {
        return options().readNamed(file);
    }
}
