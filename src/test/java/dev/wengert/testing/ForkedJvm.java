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

/** Runs programs in a virtual machine of their own. */
public final class ForkedJvm {

    private ForkedJvm() {}

    /**
     * Runs a main class of the tests to its end, with the library on the class path and nothing else.
     *
     * @param library any class of the library
     * @param main the program, a class of the tests that needs nothing but the library
     * @param options of the virtual machine
     * @return what it printed, to standard output and standard error
     * @throws AssertionError if it ends with another status than 0, or not within two minutes
     */
    public static String run(Class<?> library, Class<?> main, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-cp", root(library) + File.pathSeparator + root(main), main.getName()));
        return run(arguments);
    }

    /**
     * Runs java to its end.
     *
     * @param arguments of the command
     * @return what it printed, to standard output and standard error
     * @throws AssertionError if it ends with another status than 0, or not within two minutes
     */
    public static String run(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
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
    public static String root(Class<?> type) throws URISyntaxException {
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
