package dev.wengert.data;

import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The rows of a text file, as {@link Csv} reads them. The cells are text; its methods make numbers or classes of whole
 * columns. Immutable.
 *
 * <pre>{@code
 * Table digits = Csv.read(Path.of("digits.csv.gz"));
 * new Dataset(digits.numbers(0, 64), digits.labels(64, 10), 10);
 *
 * Table penguins = Csv.readNamed(Path.of("penguins.csv")).without("NA");
 * new Dataset(
 *         penguins.numbers("bill_length_mm", "bill_depth_mm"),
 *         penguins.labels("species", "Adelie", "Chinstrap", "Gentoo"),
 *         3);
 * }</pre>
 *
 * <p>Cells that stand for a missing value, such as {@code NA} or the empty cell, are made known by {@link #missing}. They become NaN as numbers,
 * belong to no category, and are no labels.
 *
 * <pre>{@code
 * Table all = Csv.readNamed(Path.of("penguins.csv")).missing("NA");
 * Tensor sizes = all.numbers("bill_length_mm", "bill_depth_mm"); // with NaN; see Imputer
 * Tensor sex = all.oneHot("sex", all.categories("sex"));         // a row of zeros where it is missing
 * }</pre>
 *
 * <p>A number is written in decimal, {@code -1}, {@code .5} or {@code 6.02e23}, or is {@code nan}, {@code inf} or {@code infinity}, in large or small
 * letters, with a sign or none: what Java, NumPy, pandas and R write. It is rounded to the nearest double; one too large for a
 * double is an error. The locale has no effect; {@link CsvOptions#decimal} sets the decimal point.
 */
public final class Table {
    private static final int SHOWN = 20;
    private static final String NAME_IT = "; if it stands for a missing value, call missing(…) first";
    private static final String LEAVE_OUT = "; without(…) leaves out rows with a missing value";

    private final Path file;
    private final CsvOptions options;
    private final Rows rows;
    private final int cells; // of a row of the file; its name may be one of them
    private final List<String> names;
    private final int[] kept; // the rows that are left; null if all are
    private final Set<String> missing;

    Table(Path file, CsvOptions options, Rows rows, int cells, List<String> names) {
        this(file, options, rows, cells, names, null, Set.of());
    }

    private Table(
            Path file, CsvOptions options, Rows rows, int cells, List<String> names, int[] kept, Set<String> missing) {
        this.file = file;
        this.options = options;
        this.rows = rows;
        this.cells = cells;
        this.names = names;
        this.kept = kept;
        this.missing = missing;
    }

    /** A row that {@link #get} sets. */
    private Row row() {
        return new Row(file, options);
    }

    private Row get(Row row, int i) {
        rows.get(index(i), row, cells);
        return row;
    }

    /** Where a row is among those of the file, the first of which may hold the names. */
    private int index(int i) {
        return kept == null ? i + (names.isEmpty() ? 0 : 1) : kept[i];
    }

    /** The cell of a column: the name of the row is before the columns. */
    private int cell(int column) {
        return column + (options.hasRowNames() ? 1 : 0);
    }

    /**
     * The number of rows.
     *
     * @return 1 or more as read, perhaps 0 after {@link #without}
     */
    public int rows() {
        return kept == null ? rows.size() - (names.isEmpty() ? 0 : 1) : kept.length;
    }

    /**
     * The number of columns.
     *
     * @return 1 or more
     */
    public int columns() {
        return cells - cell(0);
    }

    /**
     * The names of the columns.
     *
     * @return the names; empty if the file was read without names
     */
    public List<String> names() {
        return names;
    }

    /**
     * The names of the rows.
     *
     * @return the names, in order; empty if the file was read without {@link CsvOptions#rowNames}
     */
    public List<String> rowNames() {
        return options.hasRowNames() ? cells(0) : List.of();
    }

    private List<String> cells(int cell) {
        String[] texts = new String[rows()];
        Row row = row();
        for (int i = 0; i < texts.length; i++) {
            texts[i] = get(row, i).cell(cell);
        }
        return List.of(texts);
    }

    /**
     * The texts of a column, such as dates.
     *
     * @param column the name of the column
     * @return the text of each row, as it is if it stands for a {@link #missing} value
     * @throws DataFileException if there is no column of this name
     */
    public List<String> texts(String column) throws DataFileException {
        return cells(cell(index("texts", column)));
    }

    /**
     * The texts of a column.
     *
     * @param column the column, from 0
     * @return the text of each row, as it is if it stands for a {@link #missing} value
     * @throws IllegalArgumentException if {@code column} is negative
     * @throws DataFileException if there is no such column
     */
    public List<String> texts(int column) throws DataFileException {
        requireColumn("texts", column);
        return cells(cell(column));
    }

    /**
     * The rows without a mark, such as {@code NA}, that stands for a missing value.
     *
     * @param mark the text of a cell that excludes its row
     * @param columns the names of the columns that are searched for the mark; if none are given, all columns are
     * @return the table of the other rows
     * @throws DataFileException if there is no column of such a name
     */
    public Table without(String mark, String... columns) throws DataFileException {
        Given.value("without", "the mark", mark);
        List<String> named = Given.array("without: column", String.class, columns);
        int[] looked = named.isEmpty() ? IntStream.range(0, columns()).toArray() : indices(named);
        int[] others = new int[rows()];
        int n = 0;
        Row row = row();
        for (int i = 0; i < rows(); i++) {
            get(row, i);
            boolean marked = false;
            for (int column : looked) {
                marked |= row.cell(cell(column)).equals(mark);
            }
            if (!marked) {
                others[n++] = index(i);
            }
        }
        return new Table(file, options, rows, cells, names, Arrays.copyOf(others, n), missing);
    }

    /**
     * The same table, which knows texts that stand for a missing value.
     *
     * @param marks the whole texts of such cells, such as {@code "NA"} and {@code ""}, in place of others
     * @return the table with these marks
     */
    public Table missing(String... marks) {
        return new Table(
                file,
                options,
                rows,
                cells,
                names,
                kept,
                Set.copyOf(new HashSet<>(Given.array("missing: mark", String.class, marks))));
    }

    /**
     * All columns, as numbers.
     *
     * @return a tensor [rows, columns], with NaN for {@link #missing} values
     * @throws DataFileException if a cell is not a number
     */
    public Tensor numbers() throws DataFileException {
        return numbers(0, columns());
    }

    /**
     * Columns side by side, as numbers.
     *
     * @param from the first column, from 0
     * @param to the column after the last
     * @return a tensor [rows, to − from], with NaN for {@link #missing} values
     * @throws IllegalArgumentException if not {@code 0 <= from <= to}
     * @throws DataFileException if there are fewer than {@code to} columns, or a cell is not a number
     */
    public Tensor numbers(int from, int to) throws DataFileException {
        requireColumns("numbers", from, to);
        return numbers(IntStream.range(from, to).toArray());
    }

    /**
     * Columns of these names, as numbers.
     *
     * @param columns the names, in the order of the result
     * @return a tensor [rows, names], with NaN for {@link #missing} values
     * @throws DataFileException if there is no column of such a name, or a cell is not a number
     */
    public Tensor numbers(String... columns) throws DataFileException {
        return numbers(indices(Given.array("numbers: column", String.class, columns)));
    }

    /**
     * A column of classes that are written as numbers.
     *
     * @param column the column, from 0
     * @param classes the number of classes
     * @return a tensor [rows] of whole numbers in 0..classes−1
     * @throws IllegalArgumentException if {@code column} is negative, or {@code classes} less than 1
     * @throws DataFileException if there is no such column, or a cell is not a class
     */
    public Tensor labels(int column, int classes) throws DataFileException {
        requireColumn("labels", column);
        OneHot.requireCount("labels", classes);
        return values(Shape.of(rows()), new int[] {column}, (row, c) -> {
            double label = number(row, c, LEAVE_OUT);
            if (!OneHot.isClass(label, classes)) {
                String remedy = isMissing(row, c) ? LEAVE_OUT : "";
                throw error(row, c, "must be a whole number in 0.." + (classes - 1), remedy);
            }
            return label;
        });
    }

    /**
     * The categories of a column: its texts, each once.
     *
     * @param column the name of the column
     * @return the texts without {@link #missing} ones, sorted as {@code String} compares
     * @throws DataFileException if there is no column of this name
     */
    public List<String> categories(String column) throws DataFileException {
        int index = index("categories", column);
        Set<String> texts = new TreeSet<>(cells(cell(index)));
        texts.removeAll(missing);
        return List.copyOf(texts);
    }

    /**
     * A column of classes that are written as text.
     *
     * @param column the name of the column
     * @param classes the texts, in the order of their classes: the first is class 0
     * @return a tensor [rows] of whole numbers in 0..classes−1
     * @throws DataFileException if there is no column of this name, or a cell is not a class
     * @throws IllegalArgumentException if there are no classes, or one is given twice
     */
    public Tensor labels(String column, String... classes) throws DataFileException {
        return labels(column, Given.array("labels: class", String.class, classes));
    }

    /**
     * A column of classes that are written as text.
     *
     * @param column the name of the column
     * @param classes the texts, in the order of their classes, such as those of {@link #categories}
     * @return a tensor [rows] of whole numbers in 0..classes−1
     * @throws DataFileException if there is no column of this name, or a cell is not a class
     * @throws IllegalArgumentException if there are no classes, or one is given twice
     */
    public Tensor labels(String column, List<String> classes) throws DataFileException {
        Map<String, Integer> indices = byText("labels", classes);
        return values(Shape.of(rows()), new int[] {index("labels", column)}, (row, c) -> {
            if (isMissing(row, c)) {
                throw error(row, c, "must be one of " + listed(indices.keySet()), LEAVE_OUT);
            }
            return category(indices, row, c);
        });
    }

    /**
     * The one-hot vectors of a column of categories: 1 at the category of the cell, and 0 elsewhere. A {@link #missing} cell gives zeros
     * alone.
     *
     * @param column the name of the column
     * @param classes the categories, in the order of the vectors, such as those of {@link #categories}
     * @return a tensor [rows, classes]
     * @throws DataFileException if there is no column of this name, or a cell is neither a category nor missing
     * @throws IllegalArgumentException if there are no categories, or one is given twice
     */
    public Tensor oneHot(String column, List<String> classes) throws DataFileException {
        Map<String, Integer> indices = byText("oneHot", classes);
        int index = index("oneHot", column);
        double[] y = new double[Shape.of(rows(), indices.size()).size()];
        Row row = row();
        for (int i = 0; i < rows(); i++) {
            get(row, i);
            if (!isMissing(row, index)) {
                y[i * indices.size() + category(indices, row, index)] = 1;
            }
        }
        return TensorArrays.wrap(Shape.of(rows(), indices.size()), y);
    }

    private int category(Map<String, Integer> indices, Row row, int column) throws DataFileException {
        Integer category = indices.get(row.cell(cell(column)));
        if (category == null) {
            throw error(row, column, "must be one of " + listed(indices.keySet()), "");
        }
        return category;
    }

    private boolean isMissing(Row row, int column) {
        return !missing.isEmpty() && missing.contains(row.cell(cell(column)));
    }

    /** The indices of classes by their texts, in order. */
    private static Map<String, Integer> byText(String op, List<String> classes) {
        List<String> texts = Given.list(op + ": class", String.class, classes);
        OneHot.requireCount(op, texts.size());
        Map<String, Integer> indices = new LinkedHashMap<>();
        for (String text : texts) {
            if (indices.putIfAbsent(text, indices.size()) != null) {
                throw new IllegalArgumentException(op + ": classes must differ, got " + Text.quote(text) + " again");
            }
        }
        return indices;
    }

    /**
     * The numbers of rows and columns, without the cells.
     *
     * @return "Table[penguins.csv, 333 rows, 8 columns]"
     */
    @Override
    public String toString() {
        return "Table[" + Text.path(file) + ", " + rows() + " rows, " + columns() + " columns]";
    }

    private Tensor numbers(int[] columns) throws DataFileException {
        return values(Shape.of(rows(), columns.length), columns, (row, c) -> number(row, c, NAME_IT));
    }

    private Tensor values(Shape shape, int[] columns, Parser parser) throws DataFileException {
        double[] y = new double[shape.size()];
        Row row = row();
        int n = 0;
        for (int i = 0; i < rows(); i++) {
            get(row, i);
            for (int column : columns) {
                y[n++] = parser.parse(row, column);
            }
        }
        return TensorArrays.wrap(shape, y);
    }

    /** A function that makes a number of a cell of a row. */
    private interface Parser {
        double parse(Row row, int column) throws DataFileException;
    }

    private double number(Row row, int column, String remedy) throws DataFileException {
        if (isMissing(row, column)) {
            return Double.NaN;
        }
        double simple = row.simpleNumber(cell(column));
        return Double.isNaN(simple) ? parse(row, column, remedy) : simple;
    }

    private double parse(Row row, int column, String remedy) throws DataFileException {
        String text = row.cell(cell(column));
        Double named = named(text);
        if (named != null) {
            return named;
        }
        try {
            if (isDecimal(text)) {
                double number = Double.parseDouble(text.replace(options.decimal(), '.'));
                if (Double.isFinite(number)) {
                    return number;
                }
                throw error(row, column, "must be a number within the range of double", "");
            }
        } catch (NumberFormatException e) {
            // such as 1-2 or a single point; the error follows below
        }
        throw error(row, column, "must be a number", remedy);
    }

    /** The number that has a name, or null. */
    private static Double named(String text) {
        boolean negative = text.startsWith("-");
        String name = negative || text.startsWith("+") ? text.substring(1) : text;
        if (name.equalsIgnoreCase("inf") || name.equalsIgnoreCase("infinity")) {
            return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return name.equalsIgnoreCase("nan") ? Double.NaN : null;
    }

    /** Whether a text is a decimal number. {@code Double.parseDouble} also accepts others: " 1", "1f", "0x1p0". */
    private boolean isDecimal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("0123456789+-eE".indexOf(c) < 0 && c != options.decimal()) {
                return false;
            }
        }
        return true;
    }

    private DataFileException error(Row row, int column, String requirement, String remedy) {
        int cell = cell(column);
        String name = names.isEmpty() ? "" : " (" + Text.name(names.get(column)) + ")";
        String got = Text.quote(row.cell(cell));
        return row.error(cell, "cell " + (cell + 1) + name + " " + requirement + ", got " + got + remedy);
    }

    private static String listed(Collection<String> texts) {
        String end = texts.size() > SHOWN ? ", …]" : "]";
        return texts.stream().limit(SHOWN).map(Text::name).collect(Collectors.joining(", ", "[", end));
    }

    private void requireColumn(String op, int column) throws DataFileException {
        if (column < 0) {
            throw new IllegalArgumentException(op + ": the column must be 0 or more, got " + column);
        }
        if (column >= columns()) {
            throw new DataFileException(
                    Text.path(file), "there must be at least " + (column + 1L) + " columns, got " + columns());
        }
    }

    private void requireColumns(String op, int from, int to) throws DataFileException {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException(
                    op + ": columns must satisfy 0 <= from <= to, got from " + from + " and to " + to);
        }
        if (to > columns()) {
            throw new DataFileException(Text.path(file), "there must be at least " + to + " columns, got " + columns());
        }
    }

    private int index(String op, String column) throws DataFileException {
        return indices(List.of(Given.value(op, "the column", column)))[0];
    }

    private int[] indices(List<String> columns) throws DataFileException {
        int[] indices = new int[columns.size()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = names.indexOf(columns.get(i));
            if (indices[i] < 0) {
                throw new DataFileException(
                        Text.path(file),
                        "there must be a column " + Text.quote(columns.get(i)) + ", got "
                                + (names.isEmpty()
                                        ? "columns without names; Csv.readNamed reads them from the first line"
                                        : listed(names)));
            }
        }
        return indices;
    }
}
