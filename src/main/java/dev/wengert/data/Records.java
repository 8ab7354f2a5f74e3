package dev.wengert.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import dev.wengert.message.Text;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Reads rows with FastCSV, and checks them one by one. The only class that needs FastCSV. */
final class Records extends AbstractBaseCsvCallbackHandler<RecordType> {
    /** The most characters of a cell. */
    static final int LONGEST_CELL = 1 << 24;

    private final Path file;
    private final CsvOptions options;
    private final boolean named;
    private final Row row;
    private final Rows rows = new Rows();
    private final int skipped;
    private int cells = -1;
    private int first; // cells of the first line
    private int model; // the line that says how many cells there are
    private int empty; // a line before the first row, if there is one

    private Records(Path file, CsvOptions options, boolean named) {
        this.file = file;
        this.options = options;
        this.named = named;
        this.skipped = options.skipped();
        this.row = new Row(file, options);
    }

    static Table read(Path file, CsvOptions options, boolean named) throws DataFileException {
        return new Records(file, options, named).read();
    }

    @Override
    protected void handleField(int index, char[] from, int at, int n, boolean quoted) {
        if (rows.isFull()) {
            throw new CsvParseException("a row is too long");
        }
        rows.add(from, at, n, quoted);
    }

    @Override
    protected RecordType buildRecord() {
        return getRecordType();
    }

    private int line() {
        return skipped + (int) getStartingLineNumber();
    }

    private Table read() throws DataFileException {
        try (TextReader text = new TextReader(file, options.charset(), options.limit())) {
            if (text.skip(skipped)) {
                for (Iterator<RecordType> records = parser(text).iterator(); records.hasNext(); ) {
                    end(records.next());
                }
            }
            if (rows.size() <= (named ? 1 : 0)) {
                String after = rows.size() > 0 ? " after line " + model : skipped > 0 ? " after line " + skipped : "";
                throw new DataFileException(
                        text.place(),
                        "the file must have " + (named && rows.size() == 0 ? "a line of names" : "a row") + after
                                + ", but it ends here");
            }
        } catch (UncheckedIOException e) {
            throw (DataFileException) e.getCause(); // as TextReader throws it
        } catch (CsvParseException e) {
            if (rows.isFull()) {
                throw lineError(line(), "a row must have at most " + Rows.LONGEST_ROW + " characters, got more");
            }
            rows.growing(row, line());
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw row.error(
                    rows.cells(),
                    "cell " + (rows.cells() + 1) + " must end within " + LONGEST_CELL
                            + " characters, and with its second quotation mark if it begins with one;"
                            + " inside, a mark is written twice; FastCSV says: "
                            + cause.getMessage().replaceAll(" \\(record starting at line \\d+\\)$", ""));
        }
        rows.close();
        return new Table(file, options, rows, cells, named ? names() : List.of());
    }

    private CsvReader<RecordType> parser(TextReader text) {
        CsvReader.CsvReaderBuilder builder = CsvReader.builder()
                .fieldSeparator(options.separator())
                .skipEmptyLines(false)
                .allowUnclosedQuote(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .maxBufferSize(LONGEST_CELL);
        if (options.comment() != CsvOptions.NO_COMMENT) {
            builder.commentStrategy(CommentStrategy.SKIP).commentCharacter(options.comment());
        }
        return builder.build(this, text);
    }

    private void end(RecordType type) throws DataFileException {
        int n = rows.cells();
        if (type == RecordType.EMPTY) {
            empty = line();
        }
        boolean hasOneCell = cells < 0 ? n == 1 && !named : cells == 1;
        if (empty > 0 && hasOneCell) {
            throw lineError(empty, "a line must not be empty where rows have one cell; write \"\" for an empty cell");
        }
        if (type == RecordType.EMPTY) {
            return;
        }
        empty = 0;
        int misquoted = options.trims() ? misquoted() : -1;
        if (misquoted >= 0) {
            throw row.error(misquoted, "a cell must begin with its quotation mark, not with a blank");
        }
        first = cells < 0 ? n : first;
        if (cells < 0 || n == cells + 1 && named && rows.size() == 1 && options.hasRowNames()) {
            cells = n; // names of columns may have none for the column of names of rows
            model = line();
        } else if (n != cells) {
            rows.growing(row, line());
            String hint = n == cells + 1 && named && rows.size() == 1
                    ? "; if the first of them is the name of the row, Csv.options().rowNames() reads it"
                    : "";
            String problem = "a row must have " + cells + (cells == 1 ? " cell" : " cells") + " as line " + model
                    + " has, got " + n + hint;
            throw n > cells ? row.error(cells, problem) : row.endError(problem);
        }
        if (n == 1 && options.hasRowNames() && rows.size() > 0) {
            rows.growing(row, line());
            throw row.error(0, "a row must have a cell after its name, got none");
        }
        rows.end(line());
    }

    private DataFileException lineError(int line, String problem) {
        return new DataFileException(Text.path(file) + ":" + line + ":1", problem);
    }

    /** The names of the columns, for which that of the column of names of rows may be missing. */
    private List<String> names() throws DataFileException {
        rows.get(0, row, first);
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = options.hasRowNames() && first == cells ? 1 : 0; i < first; i++) {
            String name = row.cell(i);
            if (!seen.add(name)) {
                throw row.error(
                        i,
                        "names of columns must differ, got " + Text.quote(name) + " again; Csv.read(file, " + row.line()
                                + ") reads the rows without names");
            }
            names.add(name);
        }
        return List.copyOf(names);
    }

    private int misquoted() {
        rows.growing(row, line());
        for (int i = 0; i < rows.cells(); i++) {
            if (row.isMisquoted(i)) {
                return i;
            }
        }
        return -1;
    }
}
