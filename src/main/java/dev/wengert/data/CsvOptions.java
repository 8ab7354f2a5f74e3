package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How a text file writes a table, where it is not as {@link Csv} says. Immutable: each method makes other options. They do what {@code sep}, {@code decimal},
 * {@code comment}, {@code skiprows}, {@code index_col}, {@code skipinitialspace} and {@code encoding} do in pandas' {@code read_csv}.
 *
 * <pre>{@code
 * Table prices = Csv.options().separator(';').decimal(',').readNamed(Path.of("prices.csv")).missing("NA", "");
 * }</pre>
 */
public final class CsvOptions {
    static final char NO_COMMENT = '\0';
    static final CsvOptions DEFAULT =
            new CsvOptions(',', '.', NO_COMMENT, 0, false, false, StandardCharsets.UTF_8, 1L << 28);

    private static final String MODULE = "de.siegmar.fastcsv";

    private final char separator;
    private final char decimal;
    private final char comment;
    private final int skipped;
    private final boolean rowNames;
    private final boolean trims;
    private final Charset charset;
    private final long limit;

    private CsvOptions(
            char separator,
            char decimal,
            char comment,
            int skipped,
            boolean rowNames,
            boolean trims,
            Charset charset,
            long limit) {
        if (separator == comment) {
            throw new IllegalArgumentException(
                    "options: the separator must not begin comments, got " + shown(separator) + " for both");
        }
        this.separator = separator;
        this.decimal = decimal;
        this.comment = comment;
        this.skipped = skipped;
        this.rowNames = rowNames;
        this.trims = trims;
        this.charset = charset;
        this.limit = limit;
    }

    /**
     * The character between cells.
     *
     * @param separator the character, such as {@code ';'} or {@code '\t'}; a comma unless it is given
     * @return the options with this separator
     * @throws IllegalArgumentException if it is a quotation mark, NUL, ends lines, or begins comments
     */
    public CsvOptions separator(char separator) {
        requireFree("separator", separator);
        return new CsvOptions(separator, decimal, comment, skipped, rowNames, trims, charset, limit);
    }

    /**
     * The decimal point of numbers.
     *
     * @param decimal a point or a comma; a point unless it is given
     * @return the options with this decimal point
     * @throws IllegalArgumentException if it is another character
     */
    public CsvOptions decimal(char decimal) {
        if (decimal != '.' && decimal != ',') {
            throw new IllegalArgumentException(
                    "decimal: the decimal point must be \".\" or \",\", got " + shown(decimal));
        }
        return new CsvOptions(separator, decimal, comment, skipped, rowNames, trims, charset, limit);
    }

    /**
     * Passes over lines that begin with a character.
     *
     * @param comment the character, such as {@code '#'}; no line is passed over unless it is given
     * @return the options with comments
     * @throws IllegalArgumentException if it is a quotation mark, NUL, ends lines, or is the separator
     */
    public CsvOptions comment(char comment) {
        requireFree("comment", comment);
        return new CsvOptions(separator, decimal, comment, skipped, rowNames, trims, charset, limit);
    }

    /**
     * Passes over the first lines. They may hold anything.
     *
     * @param lines the number of lines before the names of the columns, or before the rows
     * @return the options with so many lines passed over
     * @throws IllegalArgumentException if {@code lines} is negative
     */
    public CsvOptions skip(int lines) {
        if (lines < 0) {
            throw new IllegalArgumentException("skip: lines must not be negative, got " + lines);
        }
        return new CsvOptions(separator, decimal, comment, lines, rowNames, trims, charset, limit);
    }

    /**
     * Takes the first cell of each row for its name, as R and pandas write it: it belongs to no column. In the line of names it may be missing.
     *
     * @return the options with names of rows
     */
    public CsvOptions rowNames() {
        return new CsvOptions(separator, decimal, comment, skipped, true, trims, charset, limit);
    }

    /**
     * Leaves out spaces and tabs around cells. What is in quotation marks is kept, and there must be no blank before the marks.
     *
     * @return the options without blanks
     */
    public CsvOptions trim() {
        return new CsvOptions(separator, decimal, comment, skipped, rowNames, true, charset, limit);
    }

    /**
     * The character set. A byte order mark of UTF-8 or UTF-16 at the start of the file decides, whatever is given here.
     *
     * @param charset the character set; UTF-8 unless it is given
     * @return the options with this character set
     */
    public CsvOptions charset(Charset charset) {
        return new CsvOptions(
                separator,
                decimal,
                comment,
                skipped,
                rowNames,
                trims,
                Given.value("charset", "the character set", charset),
                limit);
    }

    /**
     * The largest file that is read. A table takes about as much memory as its file has bytes, and four times as much at most; the limit keeps a small gzip
     * file from filling all there is.
     *
     * @param bytes the most bytes of the file, unpacked; 2²⁸, 256 MiB, unless it is given
     * @return the options with this limit
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public CsvOptions limit(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("limit: bytes must be 1 or more, got " + bytes);
        }
        return new CsvOptions(separator, decimal, comment, skipped, rowNames, trims, charset, bytes);
    }

    /**
     * Reads a file in which every line is a row.
     *
     * @param file the file
     * @return its table, whose columns have no names
     * @throws DataFileException if the file cannot be read or breaks a rule
     * @throws IllegalStateException if FastCSV is not there
     */
    public Table read(Path file) throws DataFileException {
        return read(file, false);
    }

    /**
     * Reads a file whose first line holds the names of the columns, no two of them the same.
     *
     * @param file the file
     * @return its table
     * @throws DataFileException if the file cannot be read or breaks a rule
     * @throws IllegalStateException if FastCSV is not there
     */
    public Table readNamed(Path file) throws DataFileException {
        return read(file, true);
    }

    private Table read(Path file, boolean named) throws DataFileException {
        try {
            return Records.read(file, this, named);
        } catch (NoClassDefFoundError | IllegalAccessError e) { // the latter by a module, of a class on the class path
            throw new IllegalStateException("read: FastCSV 4 must be there to read CSV, but " + whyNot(), e);
        }
    }

    private static String whyNot() {
        boolean isModule = CsvOptions.class.getModule().isNamed();
        String path = System.getProperty("jdk.module.path", "");
        Path[] places = path.isEmpty()
                ? new Path[0]
                : Arrays.stream(path.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
        if (isModule && ModuleFinder.of(places).find(MODULE).isPresent()) {
            return "its module is on the module path and not resolved; add \"requires " + MODULE
                    + ";\" to module-info.java, or the option --add-modules " + MODULE + " to java";
        }
        return "it is not on the " + (isModule ? "module" : "class")
                + " path; add the dependency de.siegmar:fastcsv:4.4.0";
    }

    private static void requireFree(String option, char c) {
        if (c == '"' || c == '\n' || c == '\r' || c == 0) {
            throw new IllegalArgumentException(
                    option + ": the character must not be a quotation mark, NUL or the end of a line, got " + shown(c));
        }
    }

    private static String shown(char c) {
        return Text.quote(String.valueOf(c));
    }

    char separator() {
        return separator;
    }

    char decimal() {
        return decimal;
    }

    char comment() {
        return comment;
    }

    int skipped() {
        return skipped;
    }

    boolean hasRowNames() {
        return rowNames;
    }

    boolean trims() {
        return trims;
    }

    Charset charset() {
        return charset;
    }

    long limit() {
        return limit;
    }
}
