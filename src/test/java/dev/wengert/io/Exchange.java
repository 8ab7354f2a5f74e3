package dev.wengert.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wengert.reference.ModelCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder of files of other programs, with what they hold (expected.json), and the words by which some are refused (refused.txt). */
record Exchange(Path folder) {

    /** The folder of a name, in the resources of the tests. */
    static Exchange of(String name) {
        try {
            return new Exchange(Path.of(Exchange.class
                            .getResource("/dev/wengert/exchange/" + name + "/expected.json")
                            .toURI())
                    .getParent());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    byte[] bytes(String name) {
        try {
            return Files.readAllBytes(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the files that have one of some endings, sorted. */
    List<String> names(String endings) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches(".*\\.(" + endings + ")"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ModelCase expected() {
        return ModelCase.parse(new String(bytes("expected.json"), UTF_8));
    }

    /** The words of the refusals by the names of files. */
    Map<String, String> refused() {
        return new String(bytes("refused.txt"), UTF_8)
                .lines()
                .map(line -> line.split(": ", 2))
                .collect(Collectors.toMap(l -> l[0], l -> l[1], (a, b) -> a, LinkedHashMap::new));
    }
}
