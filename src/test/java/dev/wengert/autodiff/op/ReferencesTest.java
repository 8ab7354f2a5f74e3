package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions of whole vectors, with their first and second derivatives, against mpmath: references.csv, which references.py has written. Each
 * number is allowed a few units in the last place of the largest of its kind, because terms of that size cancel in it; those of a second
 * derivative are at least as large as the gradient is for the size of the point.
 */
class ReferencesTest {

    private static final double VALUE_ULPS = 4;
    private static final double FIRST_ULPS = 8;
    private static final double SECOND_ULPS = 16;

    private static final Map<String, UnaryOperator<Variable>> FUNCTIONS = Map.ofEntries(
            Map.entry("norm(2)", x -> x.norm(2)),
            Map.entry("norm(3)", x -> x.norm(3)),
            Map.entry("norm(1.5)", x -> x.norm(1.5)),
            Map.entry("norm(4)", x -> x.norm(4)),
            Map.entry("std(0)", x -> x.std()),
            Map.entry("std(1)", x -> x.std(1, false)),
            Map.entry("variance(1)", x -> x.variance(1, false)),
            Map.entry("prod", x -> x.prod()),
            Map.entry("cumSum", x -> weighted(x.cumSum(0))),
            Map.entry("cumProd", x -> weighted(x.cumProd(0))),
            Map.entry("logCumSumExp", x -> weighted(x.logCumSumExp(0))),
            Map.entry("linearRecurrence", ReferencesTest::recurrence),
            Map.entry("sort", x -> weighted(x.sort(0))),
            Map.entry("sort descending", x -> weighted(x.sort(0, true))),
            Map.entry("topK(2)", x -> weighted(x.topK(0, 2))),
            Map.entry("median", x -> x.median()),
            Map.entry("quantile(0.3)", x -> x.quantile(0.3)),
            Map.entry("quantile(1)", x -> x.quantile(1)));

    private static Variable weighted(Variable y) {
        return y.div(Variable.of(Tensor.arange(1, y.shape().size() + 1, 1))).sum();
    }

    /** The factors, the inputs, and the initial value. */
    private static Variable recurrence(Variable x) {
        int n = x.shape().size() / 2;
        Variable initial = x.slice(0, 2 * n, 2 * n + 1).squeeze();
        return weighted(Variable.linearRecurrence(0, x.slice(0, 0, n), x.slice(0, n, 2 * n), initial));
    }

    private record Reference(String function, Tensor x, double value, double[] gradient, double[] product) {
        @Override
        public String toString() {
            return function + " at " + x;
        }
    }

    static Stream<Reference> references() throws IOException {
        try (InputStream in = ReferencesTest.class.getResourceAsStream("references.csv")) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.stream().filter(line -> !line.startsWith("#")).map(line -> {
                String[] cells = line.split(";");
                return new Reference(
                        cells[0],
                        Tensor.of(numbers(cells[1])),
                        Double.parseDouble(cells[2]),
                        numbers(cells[3]),
                        numbers(cells[4]));
            });
        }
    }

    private static double[] numbers(String cell) {
        return Arrays.stream(cell.split(",")).mapToDouble(Double::parseDouble).toArray();
    }

    @Test
    void everyFunctionHasReferences() throws IOException {
        Set<String> named = references().map(Reference::function).collect(Collectors.toSet());
        assertThat(named).isEqualTo(FUNCTIONS.keySet());
    }

    @ParameterizedTest
    @MethodSource("references")
    void valueAndDerivativesAreThoseOfMpmath(Reference r) {
        UnaryOperator<Variable> f = FUNCTIONS.get(r.function);
        Tensor v = r.x.map(x -> 0);
        double[] direction = v.toArray();
        Arrays.setAll(direction, i -> i % 2 == 0 ? 1 : -0.5);
        double value = f.apply(Variable.of(r.x)).item();
        assertThat(Math.abs(value - r.value)).as("value %s", value).isLessThanOrEqualTo(VALUE_ULPS * Math.ulp(r.value));
        Tensor gradient = Autodiff.grad(f).apply(r.x);
        requireClose("gradient", gradient, r.gradient, FIRST_ULPS, 0);
        double terms = largest(r.gradient) / largest(r.x.toArray());
        requireClose("Hessian · v", Autodiff.hvp(f, r.x, Tensor.of(direction)), r.product, SECOND_ULPS, terms);
        Tensor elsewhere = r.x.map(x -> 0.5 * x);
        assertThat(Tape.record(x -> Autodiff.grad(f).apply(x), elsewhere)
                        .compile()
                        .run(r.x))
                .as("replay")
                .containsExactly(gradient);
    }

    private static double largest(double... x) {
        return Arrays.stream(x).map(Math::abs).max().orElseThrow();
    }

    private static void requireClose(String what, Tensor got, double[] want, double ulps, double terms) {
        double unit = Math.ulp(Math.max(largest(want), terms));
        for (int i = 0; i < want.length; i++) {
            assertThat(Math.abs(got.get(i) - want[i]))
                    .as("%s: %s instead of %s", what, got, Arrays.toString(want))
                    .isLessThanOrEqualTo(ulps * unit);
        }
    }
}
