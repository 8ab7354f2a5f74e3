package dev.wengert.data;

import dev.wengert.message.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A strict reader of tables in comma-separated text, plain or gzip (told by the first bytes, not by the name).
 *
 * <p>A file is UTF-8 text without byte order mark. Its lines end with "\n" or "\r\n"; the last line may lack this end.
 * Every row has the same number of cells. Cells are separated by commas and are not empty. There are no quoted cells, and
 * spaces belong to their cell. Anything else is an error, whose message names file, line and column.
 *
 * <p>The cells are text; {@link Table} makes numbers and classes of them.
 */
public final class Csv {
    private Csv() {}

    /**
     * Reads a file in which every line is a row.
     *
     * @param file the file
     * @return its table, whose columns have no names
     * @throws DataFileException if the file cannot be read or breaks a rule
     */
    public static Table read(Path file) throws DataFileException {
        return read(file, 0);
    }

    /**
     * Reads a file whose first lines are not rows. These lines may hold anything.
     *
     * @param file the file
     * @param skipped the number of lines before the rows
     * @return its table, whose columns have no names
     * @throws DataFileException if the file cannot be read or breaks a rule
     * @throws IllegalArgumentException if {@code skipped} is negative
     */
    public static Table read(Path file, int skipped) throws DataFileException {
        if (skipped < 0) {
            throw new IllegalArgumentException("read: skipped must not be negative, got " + skipped);
        }
        return table(file, skipped, false);
    }

    /**
     * Reads a file whose first line holds the names of the columns, no two of them the same.
     *
     * @param file the file
     * @return its table
     * @throws DataFileException if the file cannot be read or breaks a rule
     */
    public static Table readNamed(Path file) throws DataFileException {
        return table(file, 0, true);
    }

    private static Table table(Path file, int skipped, boolean named) throws DataFileException {
        List<Line> lines = lines(file);
        int first = skipped + (named ? 1 : 0);
        if (lines.size() <= first) {
            throw new DataFileException(
                    Text.path(file) + ":" + (lines.size() + 1) + ":1",
                    "the file must have a row" + (first == 0 ? "" : " after line " + first) + ", but it ends here");
        }
        List<Line> rows = lines.subList(skipped, lines.size());
        int columns = rows.get(0).cells().length - 1;
        for (Line row : rows) {
            check(row, rows.get(0), columns);
        }
        return new Table(
                file, columns, named ? names(rows.get(0)) : List.of(), rows.subList(first - skipped, rows.size()));
    }

    private static List<Line> lines(Path file) throws DataFileException {
        List<Line> lines = new ArrayList<>();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (InputStream in = DataFiles.open(file)) {
            byte[] chunk = new byte[DataFiles.CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                int from = 0;
                for (int i = 0; i < n; i++) {
                    if (chunk[i] == '\n') {
                        line.write(chunk, from, i - from);
                        String text = text(file, lines.size() + 1, line);
                        int end = text.length() - (text.endsWith("\r") ? 1 : 0);
                        lines.add(new Line(file, lines.size() + 1, text.substring(0, end)));
                        line.reset();
                        from = i + 1;
                    }
                }
                line.write(chunk, from, n - from);
            }
        } catch (IOException e) {
            throw DataFiles.failure(Text.path(file) + ":" + (lines.size() + 1) + ":" + (line.size() + 1), e);
        }
        if (line.size() > 0) {
            lines.add(new Line(file, lines.size() + 1, text(file, lines.size() + 1, line)));
        }
        if (!lines.isEmpty() && lines.get(0).text().startsWith("\uFEFF")) {
            throw lines.get(0).error(0, "the file must not start with a byte order mark; save it as UTF-8 without one");
        }
        return lines;
    }

    /** A line as text. The replacement character may stand for a byte that is not UTF-8, or for itself. */
    private static String text(Path file, int number, ByteArrayOutputStream line) throws DataFileException {
        String text = line.toString(StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            CharBuffer decoded = CharBuffer.allocate(text.length());
            CoderResult result =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray()), decoded, true);
            if (result.isError()) {
                throw new Line(file, number, text)
                        .error(decoded.position(), "the file must be UTF-8 text, got a byte that is not");
            }
        }
        return text;
    }

    private static void check(Line row, Line first, int columns) throws DataFileException {
        String text = row.text();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                throw row.error(i, "quoted cells are not supported; write the cell without quotation marks");
            }
            if (Character.isISOControl(c)) {
                throw row.error(
                        i, "a line must be text and end with \\n or \\r\\n, got " + Text.quote(String.valueOf(c)));
            }
        }
        if (text.isEmpty()) {
            throw row.error(0, "a line must not be empty");
        }
        int[] cells = row.cells();
        int n = cells.length - 1;
        for (int i = 0; i < n; i++) {
            if (row.cell(cells, i).isEmpty()) {
                String hint = i == n - 1 ? "; a comma ends the line" : "";
                throw row.error(cells[i], "cell " + (i + 1) + " must not be empty" + hint);
            }
        }
        if (n != columns) {
            String required = "a row must have " + columns + " cells as line " + first.number() + " has";
            throw row.error(n > columns ? cells[columns] : text.length(), required + ", got " + n);
        }
    }

    private static List<String> names(Line header) throws DataFileException {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int[] cells = header.cells();
        for (int i = 0; i < cells.length - 1; i++) {
            String name = header.cell(cells, i);
            if (!seen.add(name)) {
                throw header.error(cells[i], "names of columns must differ, got " + Text.quote(name) + " again");
            }
            names.add(name);
        }
        return List.copyOf(names);
    }
}
