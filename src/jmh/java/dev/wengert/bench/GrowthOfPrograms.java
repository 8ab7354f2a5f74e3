package dev.wengert.bench;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.Loops;
import dev.wengert.tensor.Tensor;
import java.awt.Color;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/**
 * How the time of all that is done with a program grows with its length: with the parameters that a plan assigns, and with the steps of a
 * chain, written out and as a loop. Prints tables for the page of measurements, and draws a picture in {@code target/growth}.
 *
 * <p>Measured is the processor's time of the thread, the shortest of some runs, without the collector of garbage.
 */
public final class GrowthOfPrograms {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int[] PARAMETERS = {10, 100, 1_000, 10_000, 100_000};
    private static final int[] STEPS = {1_000, 10_000, 100_000, 1_000_000};

    /** By what is measured: the time of each size, in nanoseconds. */
    private final Map<String, long[]> times = new LinkedHashMap<>();

    private final int[] sizes;
    /** The index of the present size. */
    private int at;

    private GrowthOfPrograms(int... sizes) {
        this.sizes = sizes;
    }

    /**
     * Measures all.
     *
     * @param args "quick" for small sizes
     */
    public static void main(String... args) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        int spare = List.of(args).contains("quick") ? 2 : 0;
        new GrowthOfPrograms(Arrays.copyOf(PARAMETERS, PARAMETERS.length - spare)).measure("parameters");
        new GrowthOfPrograms(Arrays.copyOf(STEPS, STEPS.length - spare)).measure("steps");
        new GrowthOfPrograms(Arrays.copyOf(STEPS, STEPS.length - spare)).measure("loop-steps");
    }

    private void measure(String what) throws IOException {
        for (int warm = 0; warm < 10; warm++) {
            run(1_000, what);
        }
        times.clear();
        for (at = 0; at < sizes.length; at++) {
            for (int done = 0; done < Math.max(1, Math.min(10, 100_000 / sizes[at])); done++) {
                run(sizes[at], what);
            }
        }
        print(what);
        draw(what);
    }

    private void run(int n, String what) {
        switch (what) {
            case "parameters" -> ofParameters(n);
            case "steps" -> ofSteps(n);
            default -> ofLoop(n);
        }
    }

    private void ofParameters(int n) {
        List<Parameter> parameters = IntStream.range(0, n)
                .mapToObj(i -> new Parameter("p" + i, Tensor.of(i, 1)))
                .toList();
        all(parameters, in -> {
            Variable sum = Variable.of(0);
            for (Parameter p : parameters) {
                sum = sum.add(p.variable().square().sum());
            }
            return sum;
        });
    }

    private void ofSteps(int n) {
        Parameter start = new Parameter("start", Tensor.scalar(1));
        all(List.of(start), in -> {
            Variable x = start.variable();
            for (int i = 0; i < n; i++) {
                x = x.sin();
            }
            return x;
        });
    }

    private void ofLoop(int n) {
        Parameter start = new Parameter("start", Tensor.scalar(1));
        all(List.of(start), in -> Loops.iterate(Variable::sin, start.variable(), n));
    }

    /** A function of parameters. */
    private interface Loss {
        Variable of(List<Variable> in);
    }

    private void all(List<Parameter> parameters, Loss loss) {
        List<Variable> leaves = parameters.stream().map(Parameter::variable).toList();
        Variable[] y = new Variable[1];
        Tape[] tape = new Tape[1];
        List<List<Variable>> gradients = new ArrayList<>();
        Plan[] plan = new Plan[1];
        time("compute", () -> y[0] = loss.of(List.of()));
        time("`Tape.between`", () -> tape[0] = Tape.between(leaves, List.of(y[0])));
        time("`toString`", () -> tape[0].toString());
        time("gradient", () -> gradients.add(Autodiff.gradients(y[0], leaves)));
        time("its gradient", () -> {
            Variable sum = Variable.of(0);
            for (Variable g : gradients.get(0)) {
                sum = sum.add(g.square().sum());
            }
            Autodiff.gradients(sum, leaves);
        });
        y[0] = null;
        gradients.clear();
        time("record", () -> tape[0] = Tape.record(in -> step(loss.of(in), leaves), List.of()));
        time("compile", () -> plan[0] = tape[0].compile(parameters));
        time("run", () -> plan[0].run());
    }

    private static List<Variable> step(Variable loss, List<Variable> leaves) {
        List<Variable> results = new ArrayList<>(List.of(loss));
        List<Variable> gradients = Autodiff.gradients(loss, leaves);
        for (int i = 0; i < leaves.size(); i++) {
            results.add(leaves.get(i).sub(gradients.get(i).mul(0.1)));
        }
        return results;
    }

    private void time(String name, Runnable work) {
        long start = THREADS.getCurrentThreadCpuTime();
        work.run();
        long taken = THREADS.getCurrentThreadCpuTime() - start;
        long[] shortest = times.computeIfAbsent(name, key -> new long[sizes.length]);
        shortest[at] = shortest[at] == 0 ? taken : Math.min(shortest[at], taken);
    }

    private void print(String what) {
        System.out.printf("%n| %s |", what);
        Arrays.stream(sizes).forEach(size -> System.out.printf(Locale.ROOT, " %,d |", size));
        System.out.printf("%n| --- |%s%n", " ---: |".repeat(sizes.length));
        times.forEach((name, t) -> {
            System.out.printf("| %s |", name);
            Arrays.stream(t)
                    .mapToDouble(ns -> ns / 1e6)
                    .forEach(ms ->
                            System.out.printf(Locale.ROOT, ms < 1 ? " %.3f |" : ms < 100 ? " %.1f |" : " %,.0f |", ms));
            System.out.println();
        });
    }

    private void draw(String what) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title("a program with more and more " + what)
                .xAxisTitle(what)
                .yAxisTitle("ms")
                .build();
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true).setChartBackgroundColor(Color.WHITE);
        double[] x = Arrays.stream(sizes).asDoubleStream().toArray();
        times.forEach((name, t) -> chart.addSeries(
                name.replace("`", ""),
                x,
                Arrays.stream(t).mapToDouble(ns -> ns / 1e6).toArray()));
        Path folder = Files.createDirectories(Path.of("target", "growth"));
        ChartEncoder.saveChart(
                chart, folder.resolve("programs-" + what + ".png").toString(), "png");
    }
}
