package dev.wengert.train;

import dev.wengert.message.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A history as a page: a plot of each figure, the confusion matrix, and a table. Nothing on it is loaded or run. */
final class HistoryPage {

    private static final int WIDTH = 380;
    private static final int HEIGHT = 220;
    private static final int LEFT = 58;
    private static final int RIGHT = 14;
    private static final int TOP = 12;
    private static final int BOTTOM = 24;

    /** Up to so many epochs each one has a dot with its figure. */
    private static final int DOTS = 100;

    private HistoryPage() {}

    static String of(History history) {
        String confusion = history.confusion()
                .map(c -> "<h2>Confusion matrix of the validation set</h2>\n" + Page.confusion(c, List.of()))
                .orElse("");
        return Page.of(
                "Training",
                "<p>" + Text.html(history.end()) + "</p>\n<div class=\"plots\">" + plots(history) + "</div>\n"
                        + confusion + "\n<h2>Epochs</h2>\n<div class=\"wide\"><table>" + table(history)
                        + "</table></div>");
    }

    private static String plots(History history) {
        if (history.epochs().isEmpty()) {
            return "";
        }
        List<String> names = new ArrayList<>(history.names());
        StringBuilder plots = new StringBuilder();
        boolean validated = names.remove(Epoch.VALIDATION_LOSS);
        for (String name : names) {
            boolean losses = name.equals(Epoch.TRAINING_LOSS) && validated;
            plots.append(plot(history, losses ? List.of(name, Epoch.VALIDATION_LOSS) : List.of(name)));
        }
        return plots.toString();
    }

    /** A vertical axis: from the lowest to the highest figure, in logarithms if they are positive and far apart. */
    private record Axis(double low, double high, boolean logarithmic) {

        static Axis of(double[] figures) {
            double[] finite = Arrays.stream(figures).filter(Double::isFinite).toArray();
            double low = Arrays.stream(finite).min().orElse(0);
            double high = Arrays.stream(finite).max().orElse(1);
            boolean logarithmic = low > 0 && high / low > 100;
            if (logarithmic) {
                return new Axis(StrictMath.floor(StrictMath.log10(low)), StrictMath.ceil(StrictMath.log10(high)), true);
            }
            double room = high > low ? 0.05 * (high - low) : Math.max(Math.abs(high) * 0.1, 1e-6);
            return new Axis(low - room, high + room, false);
        }

        double y(double figure) {
            double v = logarithmic ? StrictMath.log10(figure) : figure;
            return TOP + (high - v) / (high - low) * (HEIGHT - TOP - BOTTOM);
        }

        /** Round numbers within the axis. */
        List<Double> ticks() {
            double step = logarithmic ? Math.max(1, Math.ceil((high - low) / 5)) : step(high - low, 5);
            List<Double> ticks = new ArrayList<>();
            for (double k = Math.ceil(low / step); k * step <= high; k++) {
                ticks.add(logarithmic ? StrictMath.pow(10, k * step) : k * step + 0.0);
            }
            return ticks;
        }
    }

    /** A step of 1, 2 or 5 times a power of 10 that divides a length in at most so many parts. */
    private static double step(double length, int parts) {
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(length / parts)));
        for (int factor : new int[] {1, 2, 5}) {
            if (length <= parts * factor * power) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String plot(History history, List<String> names) {
        List<double[]> series = names.stream().map(history::figures).toList();
        Axis axis = Axis.of(series.stream().flatMapToDouble(Arrays::stream).toArray());
        int last = history.epochs().size();
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                Text.html(String.join(", ", names))));
        for (double tick : axis.ticks()) {
            double y = axis.y(tick);
            svg.append(line(LEFT, y, WIDTH - RIGHT, y));
            svg.append(label(LEFT - 6, y + 4, "end", brief(tick)));
        }
        int step = (int) Math.max(1, step(Math.max(1, last - 1), 6));
        for (int epoch = step; epoch <= last; epoch += step) {
            svg.append(label(x(epoch, last), HEIGHT - 6, "middle", String.valueOf(epoch)));
        }
        for (int s = 0; s < series.size(); s++) {
            double[] figures = series.get(s);
            StringBuilder points = new StringBuilder();
            StringBuilder dots = new StringBuilder();
            for (int i = 0; i < last; i++) {
                if (Double.isFinite(figures[i])) {
                    String x = String.format(Locale.ROOT, "%.1f", x(i + 1, last));
                    String y = String.format(Locale.ROOT, "%.1f", axis.y(figures[i]));
                    points.append(points.length() == 0 ? "" : " ")
                            .append(x)
                            .append(",")
                            .append(y);
                    if (last <= DOTS) {
                        dots.append(String.format(
                                Locale.ROOT,
                                "<circle class=\"s%d\" cx=\"%s\" cy=\"%s\" r=\"2.4\"><title>%s, epoch %d: %s</title></circle>",
                                s,
                                x,
                                y,
                                Text.html(names.get(s)),
                                i + 1,
                                figures[i]));
                    }
                }
            }
            svg.append("<polyline class=\"s")
                    .append(s)
                    .append("\" points=\"")
                    .append(points)
                    .append("\"/>")
                    .append(dots);
        }
        svg.append("</svg><figcaption>");
        for (int s = 0; s < names.size(); s++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "%s<span class=\"s%d\">%s</span> %s",
                    s == 0 ? "" : ", ",
                    s,
                    Text.html(names.get(s)),
                    Epoch.rounded(series.get(s)[last - 1])));
        }
        return svg.append("</figcaption></figure>").toString();
    }

    private static double x(int epoch, int last) {
        int width = WIDTH - LEFT - RIGHT;
        return LEFT + (last == 1 ? width / 2.0 : (epoch - 1) * (double) width / (last - 1));
    }

    private static String line(double x1, double y1, double x2, double y2) {
        return String.format(
                Locale.ROOT, "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x1, y1, x2, y2);
    }

    private static String label(double x, double y, String anchor, String label) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, label);
    }

    /** A round number without needless digits. */
    private static String brief(double v) {
        double size = Math.abs(v);
        return size != 0 && (size < 1e-3 || size >= 1e6)
                ? String.format(Locale.ROOT, "%.0e", v).replaceFirst("e([+-])0", "e$1")
                : String.format(Locale.ROOT, "%.4f", v).replaceFirst("\\.?0+$", "");
    }

    private static String table(History history) {
        if (history.epochs().isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<tr><th>epoch</th>");
        history.names()
                .forEach(name -> html.append("<th>").append(Text.html(name)).append("</th>"));
        for (Epoch epoch : history.epochs()) {
            html.append("</tr>\n<tr><td>").append(epoch.number()).append("</td>");
            html.append(history.names().stream()
                    .map(name -> "<td>" + Epoch.rounded(History.figure(epoch, name)) + "</td>")
                    .collect(Collectors.joining()));
        }
        return html.append("</tr>").toString();
    }
}
