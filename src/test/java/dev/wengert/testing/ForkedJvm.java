package dev.wengert.testing;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class of the tests in a virtual machine of its own, with the library on the class path and nothing else. */
public final class ForkedJvm {

    private ForkedJvm() {}

    /**
     * Runs a program to its end.
     *
     * @param library any class of the library
     * @param main the program, a class of the tests that needs nothing but the library
     * @param options of the virtual machine
     * @return what it printed, to standard output and standard error
     * @throws AssertionError if it ends with another status than 0, or not within two minutes
     */
    public static String run(Class<?> library, Class<?> main, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add("-cp");
        command.add(root(library) + File.pathSeparator + root(main));
        command.add(main.getName());
        Path output = Files.createTempFile("forked", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                boolean ended = process.waitFor(2, TimeUnit.MINUTES);
                String text = Files.readString(output, StandardCharsets.UTF_8);
                if (!ended || process.exitValue() != 0) {
                    throw new AssertionError(String.join(" ", command) + "\n"
                            + (ended ? "exit status " + process.exitValue() : "did not end") + "\n" + text);
                }
                return text;
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The folder or archive that a class was loaded from; on a patched module, the patch. */
    private static String root(Class<?> type) throws URISyntaxException {
        String name = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource("/" + name);
        if (url.getProtocol().equals("jar")) {
            String file = url.getFile();
            return Path.of(new java.net.URI(file.substring(0, file.indexOf("!/"))))
                    .toString();
        }
        Path path = Path.of(url.toURI());
        for (int i = name.split("/").length; i > 0; i--) {
            path = path.getParent();
        }
        return path.toString();
    }
}
