package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report's page in a browser, at the width of a desk and of a phone. */
@Tag("browser")
class ReportPageTest {

    private static final Path FOLDER = Path.of("target", "pages");

    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(FOLDER);
        Variable w = Variable.of(Tensor.normal(new SplittableRandom(2), 4, 3));
        Tensor x = Tensor.normal(new SplittableRandom(1), 2, 4);
        GradientCheck.of(v -> new Ops.Cube(1.001).apply(v.matmul(w)).tanh().sum())
                .at(x)
                .run()
                .writeHtml(FOLDER.resolve("fail.html"));
        GradientCheck.of(v -> v.relu().square().sum())
                .at(Tensor.of(2, 0, -3))
                .run()
                .writeHtml(FOLDER.resolve("kink.html"));
        browser = Browser.start(Browser.profile());
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
    }

    private static void open(String page, int width) throws Exception {
        browser.open(FOLDER.resolve(page + ".html").toAbsolutePath(), width);
    }

    @ParameterizedTest
    @CsvSource({"fail, 1280, FAIL", "fail, 390, FAIL", "kink, 1280, PASS", "kink, 390, PASS"})
    void opensWithoutErrorsOverflowOrRequests(String page, int width, String verdict) throws Exception {
        open(page, width);

        assertThat(browser.evaluate("document.querySelector('h1').textContent"))
                .isEqualTo("Gradient check: " + verdict);
        assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
        assertThat(browser.events("Runtime.consoleAPICalled")).isEmpty();
        assertThat(browser.events("Log.entryAdded")).isEmpty();
        assertThat(browser.events("Network.requestWillBeSent"))
                .allMatch(r -> r.contains("\"url\":\"file:") || r.contains("\"url\":\"data:,\""));
        assertThat(browser.evaluate("[...document.querySelectorAll('[src], [href]')]"
                        + ".map(e => e.getAttribute('src') || e.getAttribute('href')).join()"))
                .isEqualTo("data:,");
        assertThat(browser.evaluate("innerWidth")).isEqualTo(Integer.toString(width));
        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo("0");
        // wide tables and programs scroll in their own frames
        assertThat(browser.evaluate(
                        "[...document.querySelectorAll('main *')].filter(e => !e.closest('.wide *, svg *, pre *')"
                                + " && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML).join()"))
                .isEmpty();
    }

    @Test
    void nothingMayBeLoaded() throws Exception {
        open("fail", 1280);
        browser.evaluate("new Image().src = 'http://127.0.0.1:9/picture.png'");
        for (int i = 0; i < 100 && browser.events("Log.entryAdded").isEmpty(); i++) {
            Thread.sleep(20);
        }
        assertThat(browser.events("Log.entryAdded")).hasSize(1).allMatch(e -> e.contains("Content Security Policy"));
    }

    @Test
    void plotsHaveTheirPointsInside() throws Exception {
        open("fail", 1280);
        String outside = "[...document.querySelectorAll('svg polyline, svg text')].filter(e => {"
                + " const b = e.getBBox(), v = e.ownerSVGElement.viewBox.baseVal;"
                + " return !(b.x >= 0 && b.y >= 0 && b.x + b.width <= v.width && b.y + b.height <= v.height); }).length";
        assertThat(browser.evaluate(outside)).isEqualTo("0");
        String points = browser.evaluate("[...document.querySelectorAll('svg')].map(s =>"
                + " [...s.querySelectorAll('polyline')].map(p => p.points.numberOfItems).join(' ')).join()");
        assertThat(points.split(",")).hasSize(2);
        assertThat(points.split("[ ,]")).hasSize(5).allMatch(n -> Integer.parseInt(n) >= 8);
    }

    private static List<String> column(String name) throws Exception {
        return Arrays.asList(browser.evaluate("(t => { const k = [...t.querySelectorAll('th')]"
                        + ".findIndex(h => h.textContent === '" + name + "');"
                        + " return [...t.querySelectorAll('tbody tr')].map(r => r.children[k].textContent).join('|'); })"
                        + "(document.querySelector('#entries table'))")
                .split("\\|"));
    }

    private static String button(String name) {
        return "[...document.querySelectorAll('#entries th button')].find(b => b.textContent === '" + name + "')";
    }

    @Test
    void tablesSortWhenAHeaderIsClicked() throws Exception {
        open("fail", 1280);
        List<String> before = column("input");

        browser.click(button("input"));
        assertThat(column("input")).isSorted().containsExactlyInAnyOrderElementsOf(before);
        browser.click(button("input"));
        assertThat(column("input")).isSortedAccordingTo(Comparator.reverseOrder());
        browser.click(button("reference"));
        assertThat(column("reference").stream().map(Double::valueOf).toList()).isSorted();
        assertThat(browser.evaluate("[...document.querySelectorAll('#entries th[aria-sort]')]"
                        + ".map(h => h.textContent + ' ' + h.getAttribute('aria-sort')).join()"))
                .isEqualTo("reference ascending");
    }

    @Test
    void tablesSortByTheKeyboard() throws Exception {
        open("fail", 390);
        browser.evaluate("document.querySelector('#entries th button').focus()");
        browser.press("Tab", "", 9);
        browser.press("Tab", "", 9);
        assertThat(browser.evaluate("document.activeElement.textContent")).isEqualTo("path");
        browser.press("Enter", "\r", 13);
        assertThat(column("path")).isSorted();
        browser.press("Enter", "\r", 13);
        assertThat(column("path"))
                .isSortedAccordingTo(Comparator.reverseOrder())
                .contains("gradient", "jvp");
    }
}
