package dev.wengert.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.message.Flowchart.Kind;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class FlowchartTest {

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList list = svg.getElementsByTagName(name);
        return IntStream.range(0, list.getLength())
                .mapToObj(i -> (Element) list.item(i))
                .toList();
    }

    private static int number(Element element, String attribute) {
        return Integer.parseInt(element.getAttribute(attribute));
    }

    /** The boxes of the nodes and of their repetitions. */
    private static List<Element> boxes(Document svg) {
        return elements(svg, "rect").stream()
                .filter(rect -> rect.hasAttribute("class"))
                .toList();
    }

    private static Flowchart random(int nodes) {
        SplittableRandom random = new SplittableRandom(nodes);
        Flowchart chart = new Flowchart();
        for (int i = 0; i < nodes; i++) {
            List<Integer> from = new ArrayList<>();
            for (int k = i == 0 ? 0 : random.nextInt(4); k > 0; k--) {
                from.add(random.nextBoolean() ? random.nextInt(i) : Math.max(0, i - 1 - random.nextInt(4)));
            }
            chart.node(i, from.isEmpty() ? Kind.INPUT : Kind.STEP, "n".repeat(1 + random.nextInt(30)), from);
        }
        return chart;
    }

    @Test
    void aNodeAndWhatItIsComputedFrom() {
        Flowchart chart = new Flowchart();
        chart.node(0, Kind.INPUT, "input []", List.of());
        chart.node(2, Kind.CONSTANT, "2.0", List.of());
        chart.node(1, Kind.STEP, "mul []", List.of(0, 2));
        chart.node(3, Kind.OUTPUT, "output 0", List.of(1));
        String svg = chart.svg();
        assertThat(svg.substring(svg.indexOf("<path d=\"M66"))).isEqualTo("""
                        <path d="M66 42C66 58 117 58 117 74" marker-end="url(#tip)"/>
                        <path d="M169 42C169 58 117 58 117 74" marker-end="url(#tip)"/>
                        <path d="M117 100C117 116 117 116 117 132" marker-end="url(#tip)"/>
                        <g><title>input []</title><rect class="input" x="16" y="16" width="99" height="26" rx="4"/>\
                        <text x="66" y="33" textLength="79">%0 input []</text></g>
                        <g><title>2.0</title><rect class="constant" x="137" y="16" width="63" height="26" rx="4"/>\
                        <text x="169" y="33" textLength="43">%2 2.0</text></g>
                        <g><title>mul []</title><rect class="step" x="75" y="74" width="85" height="26" rx="13"/>\
                        <text x="117" y="91" textLength="65">%1 mul []</text></g>
                        <g><title>output 0</title><rect class="output" x="78" y="132" width="78" height="26" rx="4"/>\
                        <text x="117" y="149" textLength="58">output 0</text></g>
                        </svg>
                        """);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 50, 300})
    void boxesLieSideBySideWithinThePicture(int nodes) throws Exception {
        Document svg = parsed(random(nodes).svg());
        List<Element> boxes = boxes(svg);
        assertThat(boxes).hasSizeGreaterThanOrEqualTo(nodes);
        int width = number(svg.getDocumentElement(), "width");
        int height = number(svg.getDocumentElement(), "height");
        for (Element box : boxes) {
            assertThat(number(box, "x")).isNotNegative();
            assertThat(number(box, "y")).isNotNegative();
            assertThat(number(box, "x") + number(box, "width")).isLessThanOrEqualTo(width);
            assertThat(number(box, "y") + number(box, "height")).isLessThanOrEqualTo(height);
            for (Element other : boxes) {
                if (box != other && number(box, "y") == number(other, "y")) {
                    assertThat(
                                    number(box, "x") < number(other, "x")
                                            ? number(box, "x") + number(box, "width") < number(other, "x")
                                            : number(other, "x") + number(other, "width") < number(box, "x"))
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10, 50, 300})
    void arrowsRunDownwards(int nodes) throws Exception {
        List<Element> arrows = elements(parsed(random(nodes).svg()), "path").stream()
                .filter(path -> path.hasAttribute("marker-end"))
                .toList();
        assertThat(arrows).isNotEmpty();
        for (Element arrow : arrows) {
            String[] numbers = arrow.getAttribute("d").split("[MCV ]+");
            assertThat(Integer.parseInt(numbers[2])).isLessThan(Integer.parseInt(numbers[numbers.length - 1]));
        }
    }

    @Test
    void aNodeThatIsUsedFarBelowIsShownAgainThere() throws Exception {
        Flowchart chart = new Flowchart();
        chart.node(0, Kind.INPUT, "x", List.of());
        for (int i = 1; i < 10; i++) {
            chart.node(i, Kind.STEP, "sin", List.of(i - 1));
        }
        chart.node(10, Kind.STEP, "mul", List.of(9, 0, 0));
        Document svg = parsed(chart.svg());
        assertThat(boxes(svg)).hasSize(12);
        assertThat(elements(svg, "text").stream().map(Element::getTextContent)).contains("%0 x", "%0", "%10 mul");
        assertThat(elements(svg, "path")).hasSize(1 + 9 + 2);
    }

    @Test
    void labelsAreShownAsTheyAreAndLongOnesAreCut() throws Exception {
        Flowchart chart = new Flowchart();
        chart.node(0, Kind.INPUT, "<b> & \"w\"", List.of());
        chart.node(1, Kind.STEP, "a".repeat(200), List.of(0));
        Document svg = parsed(chart.svg());
        assertThat(elements(svg, "text").stream().map(Element::getTextContent))
                .containsExactly("%0 <b> & \"w\"", "%1 " + "a".repeat(57) + "…");
        assertThat(elements(svg, "title").stream().map(Element::getTextContent))
                .containsExactly("<b> & \"w\"", "a".repeat(200));
    }

    @Test
    void nothingIsLoadedOrRun() {
        assertThat(random(20).svg()).doesNotContain("<script", "<image", "href", "@import", "url(http");
    }

    @Test
    void anEmptyOne() throws Exception {
        assertThat(boxes(parsed(new Flowchart().svg()))).isEmpty();
    }
}
