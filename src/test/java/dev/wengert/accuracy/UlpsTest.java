package dev.wengert.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.ElementwiseOp;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of errors is that of the kernels as they are, and the Javadoc promises no less than it. */
class UlpsTest {

    private static final Pattern OF_VALUE = Pattern.compile("[Tt]he error is at most ([\\d.]+) ulps?\\b");
    private static final Pattern OF_SLOPE = Pattern.compile("that of the derivatives? (\\d+)\\b");

    private final String page = Files.readString(Path.of("src", "site", "markdown", "measurements.md"))
            .split("\n## Errors of functions in ulps\n")[1];
    private final String source =
            Files.readString(Path.of("src", "main", "java", "dev", "wengert", "autodiff", "Variable.java"));
    private final List<String> worst =
            Files.readAllLines(Path.of("src", "test", "resources", "dev", "wengert", "accuracy", "ulps.csv"));

    UlpsTest() throws IOException {}

    /** The figures of a function: the largest errors of its value and of its slope. A star stands beside one that is not bounded. */
    private record Row(double value, double slope, boolean valueIsBounded, boolean slopeIsBounded) {}

    private Row row(String name) {
        Matcher row = Pattern.compile("\n\\| " + Pattern.quote(name)
                        + " \\| ([\\d.]+)(\\*?) \\| [\\d.]+ \\| ([\\d.]+)(\\*?) \\| [\\d.]+ \\|")
                .matcher(page);
        assertThat(row.find()).as("the row of %s in measurements.md", name).isTrue();
        return new Row(
                Double.parseDouble(row.group(1)),
                Double.parseDouble(row.group(3)),
                row.group(2).isEmpty(),
                row.group(4).isEmpty());
    }

    @TestFactory
    List<DynamicTest> theFiguresAreTheErrorsAtTheWorstArguments() {
        return Ulps.CASES.stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    List<String> at = worst(c);
                    double value = Ulps.errors(c, numbers(at.get(0)))[0];
                    double[] errors = Ulps.errors(c, numbers(at.get(1)));
                    double slope = IntStream.range(1, errors.length)
                            .mapToDouble(i -> errors[i])
                            .max()
                            .orElseThrow();
                    Row row = row(c.name());
                    assertThat(new String[] {text(value), text(slope)})
                            .containsExactly(text(row.value()), text(row.slope()));
                }))
                .toList();
    }

    /** Where the error of the value is largest, and where that of the slope is. */
    private List<String> worst(Ulps.Case c) {
        String line = worst.stream()
                .filter(l -> l.startsWith(c.name() + ";"))
                .findAny()
                .orElseThrow();
        return List.of(line.split(";")).subList(1, 3);
    }

    private static double[] numbers(String line) {
        return Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    private static String text(double ulps) {
        return String.format(Locale.ROOT, "%.2f", ulps);
    }

    /** The checker takes errors of kernels from {@link Bounds}. */
    @TestFactory
    List<DynamicTest> theBoundsHoldAtTheWorstArguments() {
        return Ulps.CASES.stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    for (String at : worst(c)) {
                        double[] x = numbers(at);
                        double[] errors = Ulps.errors(c, x);
                        double[] bounds = Ulps.bounds(c, x);
                        for (int i = 0; i < errors.length; i++) {
                            assertThat(errors[i]).as(at).isLessThanOrEqualTo(bounds[i]);
                        }
                    }
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> theJavadocPromisesNoLessThanTheFigures() {
        return Ulps.CASES.stream()
                .filter(c -> source.contains("public Variable " + method(c) + "("))
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    Row row = row(c.name());
                    if (row.valueIsBounded()) {
                        assertThat(promise(OF_VALUE, javadoc(c))).isGreaterThanOrEqualTo(row.value());
                    }
                    if (row.slopeIsBounded()) {
                        assertThat(promise(OF_SLOPE, javadoc(c))).isGreaterThanOrEqualTo(row.slope());
                    }
                }))
                .toList();
    }

    /** Each of these lost half an ulp or more to a rounding that can be had together with another one. */
    @ParameterizedTest
    @CsvSource({
        "mish, -7.621170678432124, 0, 4",
        "logNormalCdf, 0.8178996350379394, 0, 3",
        "logNormalCdf, 0.525555442002379, 1, 3",
        "erfcx, -3.5429632566843687, 1, 5"
    })
    void roundingsDoNotAddUp(String name, double x, int order, double allowed) {
        Ulps.Case function =
                Ulps.CASES.stream().filter(c -> c.name().equals(name)).findAny().orElseThrow();
        assertThat(Ulps.errors(function, new double[] {x})[order]).isLessThanOrEqualTo(allowed);
    }

    private static double promise(Pattern pattern, String javadoc) {
        Matcher promise = pattern.matcher(javadoc);
        assertThat(promise.find()).as("a promise in:" + javadoc).isTrue();
        return Double.parseDouble(promise.group(1));
    }

    private static String method(Ulps.Case c) {
        return c.name().split("[^A-Za-z0-9]")[0];
    }

    /** The text before the method, in one line. */
    private String javadoc(Ulps.Case c) {
        String operand = c.operands() == 2 ? "Variable " : "(?!Variable)";
        Matcher found = Pattern.compile("public Variable " + method(c) + "\\(" + operand)
                .matcher(source);
        assertThat(found.find()).isTrue();
        String before = source.substring(0, found.start());
        return before.substring(before.lastIndexOf("/**")).replaceAll("\\s+\\*?\\s*", " ");
    }

    @Test
    void everySmoothFunctionHasARow() throws ReflectiveOperationException {
        Variable x = Variable.of(Tensor.of(new double[][] {{2, 1}, {1, 3}}));
        Set<String> rows = Ulps.CASES.stream().map(UlpsTest::method).collect(Collectors.toSet());
        rows.add("neg"); // exact
        rows.addAll(Set.of("hardsigmoid", "hardswish", "geluTanh")); // compositions, to which no error is promised
        for (Method method : Variable.class.getMethods()) {
            boolean unary = method.getParameterCount() == 0 && method.getReturnType() == Variable.class;
            if (unary && ((Variable) method.invoke(x)).op().orElse(null) instanceof ElementwiseOp) {
                assertThat(method.getName()).isIn(rows);
            }
        }
    }
}
