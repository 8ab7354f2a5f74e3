package dev.wengert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What neither the compiler nor the class files tell of the sources. */
class SourcesTest {

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
