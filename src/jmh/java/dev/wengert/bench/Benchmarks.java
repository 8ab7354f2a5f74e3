package dev.wengert.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks in four settings, with and without the Vector API, on one thread and on two. Arguments are those of JMH, such as
 * {@code -p work=W1}; the results are printed, and kept as JSON in target/jmh.
 */
public final class Benchmarks {

    private Benchmarks() {}

    /** Runs all settings. */
    public static void main(String... args) throws Exception {
        CommandLineOptions arguments = new CommandLineOptions(args);
        Path folder = Files.createDirectories(Path.of("target", "jmh"));
        StringBuilder summary = new StringBuilder();
        for (boolean vector : new boolean[] {true, false}) {
            for (int threads = 1; threads <= 2; threads++) {
                String setting = (vector ? "vector" : "plain") + "-" + threads;
                ChainedOptionsBuilder options = new OptionsBuilder()
                        .parent(arguments)
                        .include(WorkBenchmark.class.getName())
                        .shouldFailOnError(true)
                        .addProfiler(GCProfiler.class)
                        .resultFormat(ResultFormatType.JSON)
                        .result(folder.resolve(setting + ".json").toString());
                // on a virtual machine the first touch of a page of the heap can take microseconds
                List<String> virtualMachine =
                        new ArrayList<>(List.of("-Xmx1g", "-Xmn64m", "-Ddev.wengert.threads=" + threads));
                if (vector) {
                    virtualMachine.addAll(List.of("--add-modules", "jdk.incubator.vector"));
                }
                options = options.jvmArgsAppend(virtualMachine.toArray(new String[0]));
                append(summary, setting, new Runner(options.build()).run());
            }
        }
        System.out.println(summary);
    }

    private static void append(StringBuilder summary, String setting, Collection<RunResult> results) {
        for (RunResult result : results) {
            summary.append(String.format(
                    Locale.ROOT,
                    "%-9s %-7s %-7s %14.3f µs %14.1f B%n",
                    setting,
                    result.getParams().getParam("work"),
                    result.getPrimaryResult().getLabel(),
                    result.getPrimaryResult().getScore(),
                    result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
        }
    }
}
