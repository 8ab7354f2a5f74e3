package dev.wengert.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.check.Browser;
import dev.wengert.data.Dataset;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MistakesTest {

    private static final Tensor LOGITS = Tensor.of(new double[][] {{2, 0, 0}, {0, 0, 3}, {0, 1, 0}, {5, 0, 0}});
    private static final Dataset DATA =
            new Dataset(Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, Double.NaN}}), Tensor.of(0, 1, 0, 2), 3);

    private static Browser browser;

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void theLeastPossibleClassComesFirst() {
        Mistakes mistakes = Mistakes.of(LOGITS, DATA);
        assertThat(mistakes).hasToString("3 mistakes in 4 examples");
        assertThat(mistakes.list().stream().map(Mistakes.Mistake::row)).containsExactly(3, 1, 2);
        Mistakes.Mistake first = mistakes.list().get(0);
        double e = StrictMath.exp(-5);
        assertThat(first.label()).isEqualTo(2);
        assertThat(first.predicted()).isZero();
        assertThat(first.confidence()).isCloseTo(1 / (1 + 2 * e), within(1e-15));
        assertThat(first.probability()).isCloseTo(e / (1 + 2 * e), within(1e-15));
        assertThat(mistakes.confusion().accuracy()).isEqualTo(0.25);
    }

    @Test
    void noMistake() throws Exception {
        Mistakes none =
                Mistakes.of(Tensor.of(new double[][] {{1, 0}}), new Dataset(Tensor.ones(1, 2), Tensor.of(0), 2));
        assertThat(none).hasToString("0 mistakes in 1 example");
        assertThat(none.list()).isEmpty();
        none.writeHtml(Files.createDirectories(Path.of("target", "pages")).resolve("none.html"));
    }

    @Test
    void picturesHoldTheFeatures() throws Exception {
        String address = Png.address(new double[] {9, 0, 1, 2, 3, 4, 5}, 1, 1, 2, 3, 0, 5);
        BufferedImage grey = image(address);
        assertThat(grey.getWidth()).isEqualTo(3);
        assertThat(grey.getHeight()).isEqualTo(2);
        for (int i = 0; i < 6; i++) {
            assertThat(grey.getRaster().getSample(i % 3, i / 3, 0)).isEqualTo(51 * i);
        }
        BufferedImage colours = image(Png.address(new double[] {0, 1, 1, 0, 0.2, Double.NaN}, 0, 3, 1, 2, 0, 1));
        assertThat(colours.getRGB(0, 0)).isEqualTo(0xff00ff33);
        assertThat(colours.getRGB(1, 0)).isEqualTo(0xffff0000);
    }

    private static BufferedImage image(String address) throws Exception {
        String prefix = "data:image/png;base64,";
        assertThat(address).startsWith(prefix);
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(address.substring(prefix.length()))));
    }

    @Test
    void badInput() {
        Mistakes mistakes = Mistakes.of(LOGITS, DATA);
        assertThatThrownBy(() -> mistakes.images(2, 2))
                .isInstanceOf(ShapeException.class)
                .hasMessage("images: height times width must be the number of features of an example,"
                        + " got height 2, width 2 and features [4, 2]");
        assertThatThrownBy(() -> mistakes.images(-1, -2)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> mistakes.images(65536, 65536)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> mistakes.classNames(List.of("a", "b")))
                .hasMessage("classNames: there must be one name for each class, got 2 for 3");
        assertThatThrownBy(() -> mistakes.featureNames(List.of("a")))
                .hasMessage("featureNames: there must be one name for each feature, got 1 for 2");
        assertThatThrownBy(() -> Mistakes.of(Tensor.ones(3, 3), DATA))
                .hasMessage(
                        "mistakes: there must be one prediction for each label, got predictions [3] and labels [4]");
        assertThatThrownBy(() -> Mistakes.of(LOGITS, Dataset.of(Tensor.ones(4, 2), Tensor.ones(4))))
                .isInstanceOf(IllegalStateException.class);
    }

    /** 130 examples, all of them mistakes. */
    private static Mistakes many(Tensor features) {
        double[] labels = IntStream.range(0, 130).mapToDouble(i -> i % 9).toArray();
        double[] logits = new double[130 * 10];
        for (int i = 0; i < 130; i++) {
            logits[i * 10 + 9] = i * 0.05 + 0.1;
        }
        return Mistakes.of(Tensor.of(Shape.of(130, 10), logits), new Dataset(features, Tensor.of(labels), 10));
    }

    @Tag("browser")
    @ParameterizedTest
    @CsvSource({"flat, 1280", "flat, 390", "grey, 1280", "grey, 390", "colour, 1280", "names, 390"})
    void thePageFitsAndLoadsNothing(String kind, int width) throws Exception {
        Tensor values =
                Tensor.of(IntStream.range(0, 130 * 48).mapToDouble(i -> i % 97).toArray());
        Mistakes mistakes = switch (kind) {
            case "flat" -> many(values.reshape(130, 48));
            case "grey" -> many(values.reshape(130, 48)).images(6, 8);
            case "colour" -> many(values.reshape(130, 3, 4, 4));
            default ->
                many(values.reshape(130, 48))
                        .classNames(IntStream.range(0, 10)
                                .mapToObj(i -> "<b>class & " + i)
                                .toList())
                        .featureNames(IntStream.range(0, 48)
                                .mapToObj(i -> "a long name of feature <i>" + i)
                                .toList());
        };
        Path file = Files.createDirectories(Path.of("target", "pages")).resolve("mistakes-" + kind + ".html");
        mistakes.writeHtml(file);
        if (browser == null) {
            browser = Browser.start(Browser.profile());
        }
        browser.open(file.toAbsolutePath(), width);
        assertThat(browser.evaluate("document.querySelector('p').textContent"))
                .isEqualTo("130 mistakes in 130 examples");
        assertThat(browser.events("Log.entryAdded")).isEmpty();
        assertThat(browser.events("Network.requestWillBeSent"))
                .allMatch(r -> r.contains("\"url\":\"file:") || r.contains("\"url\":\"data:"));
        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .isEqualTo("0");
        assertThat(browser.evaluate("document.querySelectorAll('figure').length"))
                .isEqualTo("100");
        boolean pictures = kind.equals("grey") || kind.equals("colour");
        assertThat(browser.evaluate("[...document.images].filter(i => i.naturalWidth > 0).length"))
                .isEqualTo(pictures ? "100" : "0");
        assertThat(browser.evaluate("document.querySelector('figcaption').innerText.split('\\n')[1]"))
                .startsWith(kind.equals("names") ? "is <b>class & " : "is ");
        assertThat(browser.evaluate(
                        "document.querySelector('figure td') ? document.querySelector('figure td').textContent : ''"))
                .isEqualTo(pictures ? "" : kind.equals("names") ? "a long name of feature <i>0" : "feature 0");
    }
}
