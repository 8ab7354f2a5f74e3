package dev.wengert.train;

import dev.wengert.message.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A page of HTML in one file: nothing on it is loaded or run. */
final class Page {

    private Page() {}

    /** The page with a title, as text, and a body, as HTML. */
    static String of(String title, String body) {
        try (InputStream page = Page.class.getResourceAsStream("page.html")) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("<!--TITLE-->", Text.html(title))
                    .replace("<!--BODY-->", body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name of a class: its number if it has none. */
    static String name(List<String> names, int k) {
        return Text.html(names.isEmpty() ? Integer.toString(k) : Text.name(names.get(k)));
    }

    /** A row for each class, darker where a cell holds more of its row. */
    static String confusion(ConfusionMatrix confusion, List<String> names) {
        double[] counts = confusion.counts().toArray();
        int classes = confusion.counts().shape().extent(0);
        StringBuilder html = new StringBuilder(String.format(
                Locale.ROOT,
                "<p>Accuracy %.4f. A row for each class, a column for each prediction.</p>"
                        + "<div class=\"wide\"><table class=\"confusion\"><tr><th></th>",
                confusion.accuracy()));
        for (int j = 0; j < classes; j++) {
            html.append("<th>").append(name(names, j)).append("</th>");
        }
        for (int i = 0; i < classes; i++) {
            double all = 0;
            for (int j = 0; j < classes; j++) {
                all += counts[i * classes + j];
            }
            html.append("</tr>\n<tr><th>").append(name(names, i)).append("</th>");
            for (int j = 0; j < classes; j++) {
                double count = counts[i * classes + j];
                double share = all == 0 ? 0 : count / all;
                html.append(String.format(
                        Locale.ROOT,
                        "<td style=\"background: rgba(%s, %.2f)\">%.0f</td>",
                        i == j ? "31, 95, 191" : "194, 87, 26",
                        count == 0 ? 0 : 0.12 + 0.5 * share,
                        count));
            }
        }
        return html.append("</tr></table></div>").toString();
    }
}
