package dev.wengert.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The time of each function for 1000 elements, beside those of StrictMath and Math where they have it. The arguments are random: up to
 * ±3, for a function that is not defined everywhere the part where it is, and up to 20 for logarithms and powers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FunctionBenchmark {

    private static final int N = 1000;

    /** Which function; the prefix names the class of the JDK that has it. */
    @Param({
        "exp",
        "StrictMath.exp",
        "Math.exp",
        "expm1",
        "StrictMath.expm1",
        "Math.expm1",
        "log",
        "StrictMath.log",
        "Math.log",
        "log1p",
        "StrictMath.log1p",
        "Math.log1p",
        "log2",
        "log10",
        "StrictMath.log10",
        "Math.log10",
        "pow",
        "StrictMath.pow",
        "Math.pow",
        "sin",
        "StrictMath.sin",
        "Math.sin",
        "cos",
        "StrictMath.cos",
        "Math.cos",
        "tan",
        "StrictMath.tan",
        "Math.tan",
        "asin",
        "StrictMath.asin",
        "Math.asin",
        "acos",
        "StrictMath.acos",
        "Math.acos",
        "atan",
        "StrictMath.atan",
        "Math.atan",
        "atan2",
        "StrictMath.atan2",
        "Math.atan2",
        "hypot",
        "StrictMath.hypot",
        "Math.hypot",
        "sinh",
        "StrictMath.sinh",
        "Math.sinh",
        "cosh",
        "StrictMath.cosh",
        "Math.cosh",
        "tanh",
        "StrictMath.tanh",
        "Math.tanh",
        "asinh",
        "acosh",
        "atanh",
        "sech2",
        "sigmoid",
        "softplus",
        "silu",
        "mish",
        "gelu",
        "erf",
        "erfc",
        "erfcx",
        "erfinv",
        "normalPdf",
        "normalCdf",
        "logNormalCdf",
        "logAddExp",
        "xlogy"
    })
    public String function;

    private Loop loop;
    private double[] x;
    private final double[] y = new double[N];

    /** A function of an array. */
    interface Loop {
        void apply(double[] x, double[] y, int n);
    }

    /** A function of an array that needs scratch arrays. */
    interface Blocks {
        void apply(double[] x, double[] y, int n, double[][] work);
    }

    /** Makes the arguments. */
    @Setup
    public void prepare() {
        loop = loop(function);
        String name = function.substring(function.indexOf('.') + 1);
        SplittableRandom random = new SplittableRandom(1);
        DoubleStream arguments = switch (name) {
            case "log", "log1p", "log2", "log10", "pow", "xlogy" -> random.doubles(N, 0.01, 20);
            case "asin", "acos", "atanh", "erfinv" -> random.doubles(N, -1, 1);
            case "acosh" -> random.doubles(N, 1, 20);
            default -> random.doubles(N, -3, 3);
        };
        x = arguments.toArray();
    }

    /** Applies the function to all arguments. */
    @Benchmark
    public double[] element() {
        loop.apply(x, y, N);
        return y;
    }

    private static Loop loop(String function) {
        return switch (function) {
            case "exp" -> Elementwise::exp;
            case "StrictMath.exp" -> each(StrictMath::exp);
            case "Math.exp" -> each(Math::exp);
            case "expm1" -> Elementwise::expm1;
            case "StrictMath.expm1" -> each(StrictMath::expm1);
            case "Math.expm1" -> each(Math::expm1);
            case "log" -> Elementwise::log;
            case "StrictMath.log" -> each(StrictMath::log);
            case "Math.log" -> each(Math::log);
            case "log1p" -> Elementwise::log1p;
            case "StrictMath.log1p" -> each(StrictMath::log1p);
            case "Math.log1p" -> each(Math::log1p);
            case "log2" -> each(Elementary::log2);
            case "log10" -> each(Elementary::log10);
            case "StrictMath.log10" -> each(StrictMath::log10);
            case "Math.log10" -> each(Math::log10);
            case "pow" -> (x, y, n) -> Elementwise.pow(x, 2.7, y, n);
            case "StrictMath.pow" -> each(x -> StrictMath.pow(x, 2.7));
            case "Math.pow" -> each(x -> Math.pow(x, 2.7));
            case "sin" -> Elementwise::sin;
            case "StrictMath.sin" -> each(StrictMath::sin);
            case "Math.sin" -> each(Math::sin);
            case "cos" -> Elementwise::cos;
            case "StrictMath.cos" -> each(StrictMath::cos);
            case "Math.cos" -> each(Math::cos);
            case "tan" -> each(Elementary::tan);
            case "StrictMath.tan" -> each(StrictMath::tan);
            case "Math.tan" -> each(Math::tan);
            case "asin" -> each(Angles::asin);
            case "StrictMath.asin" -> each(StrictMath::asin);
            case "Math.asin" -> each(Math::asin);
            case "acos" -> each(Angles::acos);
            case "StrictMath.acos" -> each(StrictMath::acos);
            case "Math.acos" -> each(Math::acos);
            case "atan" -> each(Angles::atan);
            case "StrictMath.atan" -> each(StrictMath::atan);
            case "Math.atan" -> each(Math::atan);
            case "atan2" -> pairs(Angles::atan2);
            case "StrictMath.atan2" -> pairs(StrictMath::atan2);
            case "Math.atan2" -> pairs(Math::atan2);
            case "hypot" -> pairs(Pairs::hypot);
            case "StrictMath.hypot" -> pairs(StrictMath::hypot);
            case "Math.hypot" -> pairs(Math::hypot);
            case "sinh" -> each(Trigonometric::sinh);
            case "StrictMath.sinh" -> each(StrictMath::sinh);
            case "Math.sinh" -> each(Math::sinh);
            case "cosh" -> each(Trigonometric::cosh);
            case "StrictMath.cosh" -> each(StrictMath::cosh);
            case "Math.cosh" -> each(Math::cosh);
            case "tanh" -> Elementwise::tanh;
            case "StrictMath.tanh" -> each(StrictMath::tanh);
            case "Math.tanh" -> each(Math::tanh);
            case "asinh" -> each(Trigonometric::asinh);
            case "acosh" -> each(Trigonometric::acosh);
            case "atanh" -> each(Trigonometric::atanh);
            case "sech2" -> Elementwise::sech2;
            case "sigmoid" -> Elementwise::sigmoid;
            case "softplus" -> blocks(Elementwise::softplus);
            case "silu" -> each(Elementary::silu);
            case "mish" -> each(Elementary::mish);
            case "gelu" -> blocks(Elementwise::gelu);
            case "erf" -> Elementwise::erf;
            case "erfc" -> Elementwise::erfc;
            case "erfcx" -> (x, y, n) -> Elementwise.erfcx(0, x, y, n);
            case "erfinv" -> Elementwise::erfinv;
            case "normalPdf" -> Elementwise::normalPdf;
            case "normalCdf" -> Elementwise::normalCdf;
            case "logNormalCdf" -> Elementwise::logNormalCdf;
            case "logAddExp" -> pairs(Pairs::logAddExp);
            case "xlogy" -> pairs(Pairs::xlogy);
            default -> throw new IllegalArgumentException(function);
        };
    }

    /** The virtual machine of a benchmark sees one function, and inlines it. */
    private static Loop each(DoubleUnaryOperator f) {
        return (x, y, n) -> {
            for (int i = 0; i < n; i++) {
                y[i] = f.applyAsDouble(x[i]);
            }
        };
    }

    private static Loop blocks(Blocks f) {
        double[][] work = Scratch.arrays(Elementwise.workLengths(N));
        return (x, y, n) -> f.apply(x, y, n, work);
    }

    /** The second operands are the first ones in reverse. */
    private static Loop pairs(DoubleBinaryOperator f) {
        return (x, y, n) -> {
            for (int i = 0; i < n; i++) {
                y[i] = f.applyAsDouble(x[i], x[n - 1 - i]);
            }
        };
    }

    /** Runs the benchmark, with options of JMH such as {@code -p function=exp,tan}, and prints a table of the best times, in ns an element. */
    public static void main(String... args) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "jmh"));
        Map<String, Double> nanos = new TreeMap<>();
        for (RunResult result : new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(args))
                        .include(FunctionBenchmark.class.getName())
                        .shouldFailOnError(true)
                        .jvmArgsAppend("-Xmx300m", "-Ddev.wengert.kernel=plain")
                        .resultFormat(ResultFormatType.JSON)
                        .result(folder.resolve("functions.json").toString())
                        .build())
                .run()) {
            nanos.put(
                    result.getParams().getParam("function"),
                    result.getPrimaryResult().getStatistics().getMin() / N);
        }
        System.out.println("| function | ours | in times of exp | StrictMath | Math |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        nanos.keySet().stream()
                .filter(name -> !name.contains("."))
                .forEach(name -> System.out.printf(
                        Locale.ROOT,
                        "| %s | %.1f | %.1f | %s | %s |%n",
                        name,
                        nanos.get(name),
                        nanos.get(name) / nanos.getOrDefault("exp", Double.NaN),
                        cell(nanos.get("StrictMath." + name)),
                        cell(nanos.get("Math." + name))));
    }

    private static String cell(Double nanos) {
        return nanos == null ? "" : String.format(Locale.ROOT, "%.1f", nanos);
    }
}
