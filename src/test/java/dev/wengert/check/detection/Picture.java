package dev.wengert.check.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;

/** The share of faults that each rule finds, by kind, as a picture. */
final class Picture {

    private Picture() {}

    /** Writes a PNG: a row for each kind of which a fault counts, from the top, and a column for each rule. */
    static void write(List<Tally> kinds, Path file) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        List<Tally> rows = new ArrayList<>(
                kinds.stream().filter(t -> t.counts() > 0).toList());
        List<String> columns = new ArrayList<>(List.of("ours"));
        for (PeerRules rule : PeerRules.values()) {
            columns.add(rule.title());
        }
        List<String> names = new ArrayList<>();
        List<Number[]> cells = new ArrayList<>();
        for (int i = rows.size() - 1; i >= 0; i--) {
            Tally t = rows.get(i);
            int y = names.size();
            names.add(t.name());
            cells.add(new Number[] {0, y, percent(t.found(), t)});
            for (PeerRules rule : PeerRules.values()) {
                cells.add(new Number[] {rule.ordinal() + 1, y, percent(t.found(rule), t)});
            }
        }
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(1000)
                .height(160 + 24 * rows.size())
                .title("Seeded faults that are found, in percent of those that count")
                .build();
        chart.getStyler().setShowValue(true).setValueDecimalPattern("0");
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setPlotContentSize(1).setLegendVisible(false);
        chart.getStyler().setXAxisMaxLabelCount(columns.size());
        chart.getStyler().setYAxisTickMarkSpacingHint(10);
        chart.addSeries("found", columns, names, cells);
        ChartEncoder.saveChart(chart, file.toString(), "png");
    }

    private static long percent(int found, Tally of) {
        return Math.round(100.0 * found / of.counts());
    }
}
