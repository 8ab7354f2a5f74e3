package dev.wengert.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The worst of the first 300 steps of a new process, with the module of the Vector API and without: code that is not compiled yet must not
 * be on the user's path. The first step loads the classes; so the worst of the others is told, too. Processes of both kinds run in turn;
 * medians count.
 */
public final class FirstSteps {

    private static final int STEPS = 300;
    private static final int ROUNDS = 11;
    private static final List<String> WORKS = List.of("W1", "W2", "W3", "W4");

    private FirstSteps() {}

    /**
     * Measures all; or, with a work and a way to do it as arguments, one process.
     *
     * @param args none; or a work and "plan" or "eager"
     */
    public static void main(String... args) throws IOException {
        if (args.length > 0) {
            run(Works.of(args[0]), args[1].equals("plan"));
            return;
        }
        System.out.println(
                "| ms | worst of 300: with | without | ratio | but the first: with | without | ratio | all 300: with | without |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (String work : WORKS) {
            for (String way : List.of("plan", "eager")) {
                measure(work, way);
            }
        }
    }

    private static void measure(String work, String way) throws IOException {
        List<double[]> with = new ArrayList<>();
        List<double[]> without = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            with.add(process(work, way, "--add-modules", "jdk.incubator.vector"));
            without.add(process(work, way));
        }
        StringBuilder line = new StringBuilder("| " + work + " " + way + " |");
        for (int i = 0; i < 3; i++) {
            double present = median(with, i);
            double absent = median(without, i);
            line.append(String.format(Locale.ROOT, " %.3g | %.3g |", present, absent));
            line.append(i == 2 ? "" : String.format(Locale.ROOT, " %.2f |", present / absent));
        }
        System.out.println(line);
    }

    /** The worst step, the worst but the first, and all of them, in milliseconds. */
    private static double[] process(String work, String way, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-Xmn64m", "-cp", System.getProperty("java.class.path"), FirstSteps.class.getName()));
        command.addAll(List.of(work, way));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String[] numbers = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        double[] milliseconds = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            milliseconds[i] = Double.parseDouble(numbers[i]);
        }
        return milliseconds;
    }

    private static double median(List<double[]> rows, int column) {
        return rows.stream().mapToDouble(row -> row[column]).sorted().toArray()[rows.size() / 2];
    }

    private static void run(Work work, boolean plan) {
        long first = 0;
        long worst = 0;
        long begin = System.nanoTime();
        for (int i = 0; i < STEPS; i++) {
            long start = System.nanoTime();
            if (plan) {
                work.replay();
            } else {
                work.eager();
            }
            long time = System.nanoTime() - start;
            first = i == 0 ? time : first;
            worst = i == 0 ? 0 : Math.max(worst, time);
        }
        long all = System.nanoTime() - begin;
        System.out.println(Math.max(first, worst) / 1e6 + " " + worst / 1e6 + " " + all / 1e6);
    }
}
