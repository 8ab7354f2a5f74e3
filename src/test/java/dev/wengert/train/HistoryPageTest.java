package dev.wengert.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.check.Browser;
import dev.wengert.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of a history in a browser, at the width of a desk and of a phone. */
@Tag("browser")
class HistoryPageTest {

    private static final Path FOLDER = Path.of("target", "pages");

    private static Browser browser;

    private static History history(int epochs) {
        List<Epoch> past = new ArrayList<>();
        for (int i = 1; i <= epochs; i++) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(Epoch.TRAINING_LOSS, 2.3 / i);
            figures.put(Epoch.VALIDATION_LOSS, 2.3 / i + 0.01 * i);
            figures.put("accuracy <of \"all\">", i == 2 ? Double.NaN : 1 - 0.5 / i);
            figures.put(Epoch.RATE, StrictMath.pow(10, -i / 4.0));
            figures.put(Epoch.GRADIENT_NORM, 1.0);
            past.add(new Epoch(i, figures));
        }
        Tensor labels = Tensor.of(0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        Tensor predicted = Tensor.of(0, 1, 2, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        return new History(past, "ended after epoch " + epochs, ConfusionMatrix.of(predicted, labels, 10));
    }

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(FOLDER);
        for (int epochs : new int[] {0, 1, 20, 300}) {
            history(epochs).writeHtml(FOLDER.resolve("history" + epochs + ".html"));
        }
        browser = Browser.start(Browser.profile());
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 1280", "1, 1280", "1, 390", "20, 1280", "20, 390", "300, 1280", "300, 390"})
    void opensWithoutErrorsOverflowOrRequests(int epochs, int width) throws Exception {
        browser.open(FOLDER.resolve("history" + epochs + ".html").toAbsolutePath(), width);

        assertThat(browser.evaluate("document.querySelector('p').textContent"))
                .isEqualTo("ended after epoch " + epochs);
        assertThat(browser.events("Log.entryAdded")).isEmpty();
        assertThat(browser.events("Network.requestWillBeSent"))
                .allMatch(r -> r.contains("\"url\":\"file:") || r.contains("\"url\":\"data:,\""));
        assertThat(browser.evaluate("[...document.querySelectorAll('[src], [href], script')]"
                        + ".map(e => e.getAttribute('src') || e.getAttribute('href')).join()"))
                .isEqualTo("data:,");
        assertThat(browser.evaluate("innerWidth")).isEqualTo(Integer.toString(width));
        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo("0");
        assertThat(
                        browser.evaluate(
                                "[...document.querySelectorAll('svg line, svg text, svg circle, svg polyline')].filter(e => {"
                                        + " const b = e.getBBox(), v = e.ownerSVGElement.viewBox.baseVal;"
                                        + " return !(b.x >= 0 && b.y >= 0 && b.x + b.width <= v.width && b.y + b.height <= v.height); }).length"))
                .isEqualTo("0");
        assertThat(browser.evaluate("[...document.querySelectorAll('svg text')].some(t => t.textContent === '-0')"))
                .isEqualTo("false");
        // the losses share a plot
        assertThat(browser.evaluate("document.querySelectorAll('figure').length"))
                .isEqualTo(epochs == 0 ? "0" : "4");
        assertThat(browser.evaluate(
                        "[...document.querySelectorAll('polyline')].map(p => p.points.numberOfItems).join()"))
                .isEqualTo(
                        epochs == 0
                                ? ""
                                : epochs == 1
                                        ? "1,1,1,1,1"
                                        : epochs + "," + epochs + "," + (epochs - 1) + "," + epochs + "," + epochs);
        assertThat(browser.evaluate("document.querySelectorAll('.confusion td').length"))
                .isEqualTo("100");
    }

    @Test
    void namesAreShownAsTheyAre() throws Exception {
        browser.open(FOLDER.resolve("history20.html").toAbsolutePath(), 1280);
        assertThat(browser.evaluate(
                        "[...document.querySelectorAll('th')].some(e => e.textContent === 'accuracy <of \"all\">')"))
                .isEqualTo("true");
    }
}
