package dev.wengert.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How text from outside is shown, whole. */
class TextTest {

    @Test
    void aNameThatShowsIsItself() {
        assertThat(Text.name("layer 1.weight")).isEqualTo("layer 1.weight");
        assertThat(Text.name("größe_α′")).isEqualTo("größe_α′");
        assertThat(Text.name("slope of max[2, 3]")).isEqualTo("slope of max[2, 3]");
    }

    @Test
    void aNameThatDoesNotShowIsQuoted() {
        assertThat(Text.name("")).isEqualTo("\"\"");
        assertThat(Text.name(" w")).isEqualTo("\" w\"");
        assertThat(Text.name("a\nb")).isEqualTo("\"a\\u000Ab\"");
        assertThat(Text.name("a\u202Eb")).isEqualTo("\"a\\u202Eb\"");
        assertThat(Text.name("a\u00A0b\u200B\u0301\u2028")).isEqualTo("\"a\\u00A0b\\u200B\\u0301\\u2028\"");
        assertThat(Text.name("\uD800")).isEqualTo("\"\\uD800\"");
        assertThat(Text.name("\"a\\")).isEqualTo("\"\\\"a\\\\\"");
        assertThat(Text.name(null)).isEqualTo("null");
    }

    @Test
    void whatIsLongIsShortened() {
        assertThat(Text.name("n".repeat(100))).isEqualTo("n".repeat(100));
        assertThat(Text.name("n".repeat(1_000_000))).isEqualTo("\"" + "n".repeat(100) + "…\"");
        assertThat(Text.quote("n".repeat(41))).isEqualTo("\"" + "n".repeat(40) + "…\"");
        assertThat(Text.path("/" + "d".repeat(500))).isEqualTo("\"/" + "d".repeat(399) + "…\"");
        assertThat(Text.numbers(1, 2)).isEqualTo("[1, 2]");
        assertThat(Text.numbers(IntStream.range(0, 33).toArray())).endsWith(", 30, 31, … 33 in all]");
    }

    @Test
    void mermaidReadsNoHtmlAndNoMarkdown() {
        assertThat(Text.mermaid("<b onclick=\"x\">&lt; `a` #1"))
                .isEqualTo("#60;b onclick=#34;x#34;#62;#38;lt; #96;a#96; #35;1");
    }
}
