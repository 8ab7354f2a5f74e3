package dev.wengert.bench;

import com.sun.management.ThreadMXBean;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import java.awt.Color;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/**
 * How time and memory grow with the number of samples, features, classes, layers and operations: measured, fitted by a power over the
 * larger half of the sizes, and drawn on logarithmic axes, as PNG files in target/growth. Memory is what the thread allocates: in an
 * eager run, and while a plan is made.
 */
public final class Growth {

    private static final Path FOLDER = Path.of("target", "growth");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A work that grows.
     *
     * @param name what it is
     * @param variable what grows
     * @param expected with which power its time should grow
     * @param sizes the sizes, doubling
     * @param work the work of a size
     */
    private record Study(String name, String variable, int expected, int[] sizes, IntFunction<Work> work) {}

    private Growth() {}

    /**
     * Measures and draws everything.
     *
     * @param args "quick" for small sizes
     */
    public static void main(String... args) throws IOException {
        System.setProperty("java.awt.headless", "true"); // so that no display is looked for
        Files.createDirectories(FOLDER);
        int spare = List.of(args).contains("quick") ? 4 : 0;
        System.out.printf(
                "%-52s %8s %11s %11s %12s %12s%n",
                "", "expected", "eager time", "plan time", "eager memory", "plan memory");
        for (Study study : List.of(
                new Study("softmax regression, d = 64, q = 10", "n", 1, doubling(64, 9 - spare), n -> step(n, 64, 10)),
                new Study("softmax regression, n = 64, q = 10", "d", 1, doubling(64, 9 - spare), d -> step(64, d, 10)),
                new Study("softmax regression, n = 64, d = 64", "q", 1, doubling(16, 9 - spare), q -> step(64, 64, q)),
                new Study("layers of width 32, n = 32", "depth", 1, doubling(2, 8 - spare), Growth::deep),
                new Study("chain of scalar operations", "operations", 1, doubling(64, 11 - spare), Chain::new),
                new Study("Hessian of the loss", "classes", 2, doubling(8, 6 - spare / 2), FullHessian::new),
                new Study("sum of many stacked numbers", "operands", 1, doubling(64, 9 - spare), Growth::stacked),
                new Study("sum of squares of many slices", "slices", 2, doubling(64, 6 - spare / 2), Growth::slices))) {
            run(study);
        }
    }

    private static int[] doubling(int first, int count) {
        return IntStream.range(0, count).map(i -> first << i).toArray();
    }

    private static Work step(int... layers) {
        return new TrainingStep(Data.network(layers[0], Arrays.copyOfRange(layers, 1, layers.length)), layers);
    }

    private static Work deep(int depth) {
        int[] layers = new int[depth + 2];
        Arrays.fill(layers, 32);
        return step(layers);
    }

    /** Numbers that each have a gradient of their own, stacked. */
    private static Work stacked(int operands) {
        return new Gradient(Shape.of(operands), x -> {
            Variable[] numbers = new Variable[operands];
            numbers[0] = x.sum();
            for (int i = 1; i < operands; i++) {
                numbers[i] = numbers[i - 1].sin();
            }
            return Variable.stack(0, numbers).square().sum();
        });
    }

    /** The transpose of a slice is as long as what it was cut from. */
    private static Work slices(int count) {
        return new Gradient(Shape.of(count), x -> {
            Variable sum = Variable.of(0);
            for (int i = 0; i < count; i++) {
                sum = sum.add(x.slice(0, i, i + 1).square().sum());
            }
            return sum;
        });
    }

    private static void run(Study study) throws IOException {
        int[] sizes = study.sizes();
        double[][] measured = new double[4][sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            Work work = study.work().apply(sizes[i]);
            measured[3][i] = allocated(work::replay);
            measured[1][i] = time(work::replay);
            measured[0][i] = time(work::eager);
            measured[2][i] = allocated(work::eager);
        }
        System.out.printf(
                Locale.ROOT,
                "%-52s %8d %11.2f %11.2f %12.2f %12.2f%n",
                study.name() + ": " + study.variable() + " to " + sizes[sizes.length - 1],
                study.expected(),
                exponent(sizes, measured[0]),
                exponent(sizes, measured[1]),
                exponent(sizes, measured[2]),
                exponent(sizes, measured[3]));
        draw(study, "time", "µs", new String[] {"eager", "replayed"}, measured[0], measured[1]);
        draw(study, "memory", "bytes", new String[] {"eager run", "making a plan"}, measured[2], measured[3]);
    }

    /** The shortest of several runs, in microseconds. */
    private static double time(Runnable work) {
        long least = Long.MAX_VALUE;
        long begin = System.nanoTime();
        for (int i = 0; i < 3 || i < 10_000 && System.nanoTime() - begin < 300_000_000; i++) {
            long start = System.nanoTime();
            work.run();
            least = Math.min(least, System.nanoTime() - start);
        }
        return least / 1e3;
    }

    private static double allocated(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** The power of x that fits y best, over the larger half of the sizes. */
    private static double exponent(int[] x, double[] y) {
        int from = x.length / 2;
        double mx = 0;
        double my = 0;
        for (int i = from; i < x.length; i++) {
            mx += StrictMath.log(x[i]) / (x.length - from);
            my += StrictMath.log(y[i]) / (x.length - from);
        }
        double sxy = 0;
        double sxx = 0;
        for (int i = from; i < x.length; i++) {
            double dx = StrictMath.log(x[i]) - mx;
            sxy += dx * (StrictMath.log(y[i]) - my);
            sxx += dx * dx;
        }
        return sxy / sxx;
    }

    private static void draw(Study study, String what, String unit, String[] names, double[]... series)
            throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title(study.name())
                .xAxisTitle(study.variable())
                .yAxisTitle(what + ", " + unit)
                .build();
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true).setChartBackgroundColor(Color.WHITE);
        double[] sizes = Arrays.stream(study.sizes()).asDoubleStream().toArray();
        for (int i = 0; i < series.length; i++) {
            chart.addSeries(names[i], sizes, series[i]);
        }
        String name = study.variable() + "-" + what + ".png";
        ChartEncoder.saveChart(chart, FOLDER.resolve(name).toString(), "png");
    }
}
