package dev.wengert.check.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table of texts and numbers. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> heading) {
        rows.add(List.copyOf(heading));
    }

    void add(List<?> cells) {
        rows.add(cells.stream().map(Table::cell).toList());
    }

    private static String cell(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.1f", number) : value.toString();
    }

    /**
     * All rows.
     *
     * @return the rows, the heading first
     */
    public List<List<String>> rows() {
        return rows;
    }

    /**
     * A column.
     *
     * @param heading its heading
     * @return the cells below it
     */
    public List<String> column(String heading) {
        int c = rows.get(0).indexOf(heading);
        return rows.stream().skip(1).map(r -> r.get(c)).toList();
    }

    /** For a terminal. */
    String text() {
        int[] width = new int[rows.get(0).size()];
        rows.forEach(r -> Arrays.setAll(width, c -> Math.max(width[c], r.get(c).length())));
        return rows.stream()
                .map(r -> IntStream.range(0, width.length)
                        .mapToObj(c -> {
                            String pad = " ".repeat(width[c] - r.get(c).length());
                            return c == 0 ? r.get(c) + pad : pad + r.get(c);
                        })
                        .collect(Collectors.joining("  ")))
                .collect(Collectors.joining("\n"));
    }

    /**
     * The table as Markdown, with numbers to the right.
     *
     * @return lines without a line break at the end
     */
    public String markdown() {
        List<String> lines = new ArrayList<>(
                rows.stream().map(r -> "| " + String.join(" | ", r) + " |").toList());
        lines.add(1, "| --- |" + " ---: |".repeat(rows.get(0).size() - 1));
        return String.join("\n", lines);
    }

    void write(Path file) throws IOException {
        Files.write(
                file,
                rows.stream()
                        .map(r -> r.stream()
                                .map(s -> s.contains(",") || s.contains("\"") ? '"' + s.replace('"', '\'') + '"' : s)
                                .collect(Collectors.joining(",")))
                        .toList());
    }

    /**
     * Reads what the detection command wrote.
     *
     * @param file a file with comma-separated values
     * @return the table
     * @throws IOException if it cannot be read
     */
    public static Table read(Path file) throws IOException {
        List<List<String>> rows = Files.readAllLines(file).stream()
                .map(line -> Arrays.stream(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"))
                        .map(s -> s.replace("\"", ""))
                        .toList())
                .toList();
        Table table = new Table(rows.get(0));
        rows.stream().skip(1).forEach(table::add);
        return table;
    }
}
