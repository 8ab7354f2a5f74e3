package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What neither the compiler nor the class files tell of the sources. */
class SourcesTest {

    private static final Pattern CATALOGUE =
            Pattern.compile("(?m)^ {4}public (static )?Variable \\w+\\([^{;]*\\) \\{\n {8}return [^;]*;\n {4}\\}\n");

    /**
     * javac demands a case for every constant from a switch that is an expression, and from one that is a statement it does not: a
     * constant without a case would compute nothing, and say nothing.
     */
    @Test
    void everySwitchStatementHasADefault() throws IOException {
        List<String> without = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                for (int line : switchesWithoutDefault(Files.readAllLines(file))) {
                    without.add(file.getFileName() + ":" + line);
                }
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void aSwitchStatementWithoutADefaultIsFound() {
        List<String> source = """
                switch (a) {
                    case B -> {
                        switch (c) {
                            case D -> e();
                            default -> throw new AssertionError(c);
                        }
                    }
                }
                int f = switch (a) {
                    case B -> 1;
                };
                """.lines().toList();
        assertThat(switchesWithoutDefault(source)).containsExactly(1);
    }

    /** The heart can be read in an hour: whoever adds to it takes away elsewhere, or moves what is no part of the graph and its sweeps. */
    @Test
    void theHeartStaysSmall() throws IOException {
        assertThat(linesOfCode("autodiff"))
                .as(
                        "lines of code of dev.wengert.autodiff; what is neither graph nor sweep belongs elsewhere, such as in autodiff.op")
                .isBetween(500L, 1350L);
    }

    /**
     * The lines of code of a package, without those of packages within it: what is neither blank nor a comment, neither package nor
     * import, and neither an annotation nor punctuation alone. The catalogue of operations does not count: the methods of Variable that are
     * one return statement. {@code .ci/lines} counts in the same way.
     */
    private static long linesOfCode(String name) throws IOException {
        long lines = 0;
        try (Stream<Path> files = Files.list(Path.of("src", "main", "java", "dev", "wengert", name))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                boolean catalogue = file.endsWith("Variable.java");
                lines += (catalogue ? CATALOGUE.matcher(source).replaceAll("") : source)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.matches("(//|/\\*|\\*|package |import ).*|@\\w+|[\\[\\](){};,]*"))
                        .count();
            }
        }
        return lines;
    }

    /** The lines at which such a statement begins; the formatter indents what belongs to it. */
    private static List<Integer> switchesWithoutDefault(List<String> lines) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.strip().startsWith("switch (")) {
                String indent = line.substring(0, line.indexOf("switch"));
                int length = lines.subList(i, lines.size()).indexOf(indent + "}");
                if (lines.subList(i, i + length).stream().noneMatch(l -> l.matches(indent + " {4}default( ->|:).*"))) {
                    found.add(i + 1);
                }
            }
        }
        return found;
    }
}
