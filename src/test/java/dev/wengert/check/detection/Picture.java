package dev.wengert.check.detection;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;

/** The share of faults that each rule finds, by kind, as a picture. */
final class Picture {

    private Picture() {}

    /** Writes a PNG: a row for each kind of which a fault counts, from the top, and a column for each rule. */
    static void write(Table kinds, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        List<String> heading = kinds.rows().get(0);
        int first = heading.indexOf("wengert");
        List<String> columns = heading.subList(first, heading.size());
        List<List<String>> rows = new ArrayList<>(kinds.rows().stream()
                .skip(1)
                .filter(r -> !r.get(first).equals("–"))
                .toList());
        Collections.reverse(rows);
        List<Number[]> cells = new ArrayList<>();
        for (int y = 0; y < rows.size(); y++) {
            for (int x = 0; x < columns.size(); x++) {
                cells.add(new Number[] {
                    x, y, Math.round(Double.parseDouble(rows.get(y).get(first + x)))
                });
            }
        }
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(1000)
                .height(160 + 24 * rows.size())
                .title("Seeded faults that are found, in percent of those that count")
                .build();
        chart.getStyler().setShowValue(true).setHeatMapValueDecimalPattern("0");
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setPlotContentSize(1).setLegendVisible(false);
        chart.getStyler().setXAxisMaxLabelCount(Math.max(rows.size(), columns.size())); // of both axes
        chart.getStyler().setRangeColors(new Color[] {new Color(0xd7301f), new Color(0xfdcc8a), Color.WHITE});
        chart.getStyler().setYAxisTickMarkSpacingHint(10);
        chart.addSeries("found", columns, rows.stream().map(r -> r.get(0)).toList(), cells);
        ChartEncoder.saveChart(chart, file.toString(), "png");
    }
}
