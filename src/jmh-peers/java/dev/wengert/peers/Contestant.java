package dev.wengert.peers;

import dev.wengert.bench.PeerProcess;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A library as it takes part: which virtual machine it runs in, and how.
 *
 * @param name as tables call it
 * @param peer the class that does the works
 * @param kind whose it is
 * @param java the folder of the JDK
 * @param options of the virtual machine
 * @param classPath what it needs, and no more
 */
record Contestant(String name, String peer, Kind kind, Path java, List<String> options, List<Path> classPath) {

    /** Whose a library is. */
    enum Kind {
        OURS,
        /** Ours, in a setting of which only the start is measured. */
        OURS_AT_START,
        NATIVE_BACKED,
        PURE_JAVA
    }

    /** One thread each, and no downloads. */
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1", "TF_CPP_MIN_LOG_LEVEL", "2");

    /**
     * The same heap for all. On a virtual machine the first touch of a page of it can take microseconds, and a heap without such bounds has
     * always new ones.
     */
    private static final List<String> HEAP = List.of("-Xmx1g", "-Xmn64m");

    /** Where its native libraries are unpacked. */
    Path cache() {
        return Contest.FOLDER.resolve("cache").resolve(name.replaceAll("\\W+", "-"));
    }

    private Process launch(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.resolve("bin").resolve("java").toString());
        command.addAll(options);
        command.addAll(HEAP);
        if (kind == Kind.NATIVE_BACKED) {
            command.add("-DDJL_CACHE_DIR=" + cache());
            command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache());
        }
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.add(PeerProcess.class.getName());
        command.add(peer);
        command.addAll(List.of(arguments));
        return launch(name, command);
    }

    private static Process launch(String name, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(ENVIRONMENT);
        File log = Contest.FOLDER.resolve(name.replaceAll("\\W+", "-") + ".log").toFile();
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log));
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that is an answer, without its mark; null at the end. */
    private static String answer(BufferedReader in) {
        try {
            String line = in.readLine();
            while (line != null && !line.startsWith(PeerProcess.ANSWER)) {
                line = in.readLine();
            }
            return line == null ? null : line.substring(PeerProcess.ANSWER.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a new process did.
     *
     * @param result what it answered
     * @param milliseconds from its start to that answer
     * @param mebibytes its peak memory by then
     */
    record Run(String result, double milliseconds, double mebibytes) {}

    /** Starts a process that does a work once. */
    Run once(String work) {
        return run(name, () -> launch("first", work));
    }

    /** Runs a program that answers as a peer does: with a result, then with its peak memory in KiB. */
    static Run program(String name, String... command) {
        return run(name, () -> launch(name, List.of(command)));
    }

    private static Run run(String name, Supplier<Process> launched) {
        long start = System.nanoTime();
        Process process = launched.get();
        BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
        String result = answer(in);
        double milliseconds = (System.nanoTime() - start) / 1e6;
        String memory = answer(in);
        process.destroyForcibly();
        if (memory == null) {
            throw new IllegalStateException(name + " ended before its work was done: " + result + "; see its log");
        }
        return new Run(result, milliseconds, Double.parseDouble(memory) / 1024);
    }

    /** Starts a process that waits for commands. */
    Conversation start() {
        Process process = launch();
        return new Conversation(
                process,
                process.inputReader(StandardCharsets.UTF_8),
                new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8));
    }

    /** A running process. */
    record Conversation(Process process, BufferedReader in, PrintStream out) {

        /** What it answers; null if it has died. */
        String ask(String command) {
            out.println(command);
            return answer(in);
        }

        void end() {
            process.destroyForcibly();
        }
    }
}
