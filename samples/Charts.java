import dev.wengert.tensor.Tensor;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of a trained classifier of images, as PNG files in a directory. */
final class Charts {
    private static final Color BLUE = new Color(0x2166ac);
    private static final Color LIGHT_BLUE = new Color(0x92c5de);
    private static final Color RED = new Color(0xb2182b);

    private final Path directory;

    /** Pictures in a directory, which is made if it does not exist. */
    Charts(Path directory) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        try {
            this.directory = Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IOException(directory + ": this must be a directory for pictures, or become one: " + e, e);
        }
    }

    /** loss.png: the loss of each epoch. */
    void loss(String title, List<Double> losses) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title(title)
                .xAxisTitle("epoch")
                .yAxisTitle("mean cross-entropy")
                .build();
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setYAxisMin(0.0).setChartBackgroundColor(Color.WHITE).setLegendVisible(false);
        chart.addSeries("loss", range(1, losses.size() + 1), losses)
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(BLUE)
                .setLineColor(BLUE);
        save(chart, "loss.png");
    }

    /** confusion.png: how often each class, from the top, was taken for each class, from the left. */
    void confusion(String title, int[][] times) throws IOException {
        int q = times.length;
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(700)
                .height(700)
                .title(title)
                .xAxisTitle("predicted class")
                .yAxisTitle("class")
                .build();
        chart.getStyler().setRangeColors(new Color[] {Color.WHITE, LIGHT_BLUE}).setShowValue(true);
        styleMap(chart.getStyler()).setXAxisMaxLabelCount(q).setYAxisTickMarkSpacingHint(10);
        List<Number[]> cells = new ArrayList<>();
        List<Integer> fromBottom = new ArrayList<>();
        for (int c = 0; c < q; c++) {
            fromBottom.add(q - 1 - c);
            for (int k = 0; k < q; k++) {
                cells.add(new Number[] {k, q - 1 - c, times[c][k]});
            }
        }
        chart.addSeries("images", range(0, q), fromBottom, cells);
        save(chart, "confusion.png");
    }

    /** weights.png: an image for each column of W [height·width, q], white for 0, in one scale. */
    void weights(Tensor weights, int height, int width) throws IOException {
        double largest = 0;
        for (double w : weights.toArray()) {
            largest = Math.max(largest, Math.abs(w));
        }
        List<HeatMapChart> charts = new ArrayList<>();
        for (int c = 0; c < weights.shape().extent(1); c++) {
            HeatMapChart chart = new HeatMapChartBuilder()
                    .width(220)
                    .height(245)
                    .title("class " + c)
                    .build();
            chart.getStyler()
                    .setRangeColors(new Color[] {BLUE, Color.WHITE, RED})
                    .setMin(-largest)
                    .setMax(largest);
            styleMap(chart.getStyler()).setAxisTicksVisible(false);
            List<Number[]> cells = new ArrayList<>();
            for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                    cells.add(new Number[] {j, height - 1 - i, weights.get(i * width + j, c)});
                }
            }
            chart.addSeries("weights", range(0, width), range(0, height), cells);
            charts.add(chart);
        }
        String title = "Weights of the pixels: red speaks for the class, blue against it";
        save(new Grid(title, charts, 5), "weights.png");
    }

    private static AxesChartStyler styleMap(AxesChartStyler styler) {
        styler.setLocale(Locale.ROOT);
        styler.setPlotGridLinesVisible(false)
                .setPlotContentSize(1)
                .setChartBackgroundColor(Color.WHITE)
                .setLegendVisible(false);
        return styler;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private void save(IChart chart, String name) throws IOException {
        ChartEncoder.saveChart(chart, directory.resolve(name).toString(), "png");
    }

    /** Charts of one size in rows under a title. */
    private record Grid(String title, List<? extends IChart> charts, int columns) implements IChart {
        private static final int TITLE_HEIGHT = 40;

        @Override
        public int getWidth() {
            return columns * charts.get(0).getWidth();
        }

        @Override
        public int getHeight() {
            int rows = (charts.size() + columns - 1) / columns;
            return TITLE_HEIGHT + rows * charts.get(0).getHeight();
        }

        @Override
        public String getTitle() {
            return title;
        }

        @Override
        public void paint(Graphics2D g, int width, int height) {
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, width, height);
            g.setColor(Color.BLACK);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
            g.drawString(title, (width - g.getFontMetrics().stringWidth(title)) / 2, TITLE_HEIGHT - 12);
            AffineTransform origin = g.getTransform();
            for (int i = 0; i < charts.size(); i++) {
                IChart chart = charts.get(i);
                g.translate(i % columns * chart.getWidth(), TITLE_HEIGHT + i / columns * chart.getHeight());
                chart.paint(g, chart.getWidth(), chart.getHeight());
                g.setTransform(origin);
            }
        }
    }
}
