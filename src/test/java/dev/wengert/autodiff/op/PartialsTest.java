package dev.wengert.autodiff.op;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rule is as accurate as its function: values, first and second partial derivatives of the elementwise operations against
 * mpmath's, at points where textbook formulas lose their digits. {@code partials.csv} says how the references were made.
 */
class PartialsTest {

    /**
     * The largest errors of the value, the first and the second derivatives, in ulps.
     *
     * <p>StrictMath's functions are good to one ulp, an operation of arithmetic to half a one, and both count double where the
     * result lies just above a power of two. So one ulp is a single function; two or three are the products of the rule.
     * Ulps are those of the sum of the absolute terms: it is the value's magnitude, except near zeros of
     * Φ(x) + xφ(x), σ(x)σ(−x)(σ(−x) − σ(x)) and their like, where the mathematics cancels. Subnormal results are held to as many spacings.
     */
    private static final Map<String, int[]> ULPS = Map.ofEntries(
            Map.entry("neg", ulps(0, 0, 0)),
            Map.entry("exp", ulps(1, 1, 1)),
            Map.entry("expm1", ulps(1, 1, 1)),
            Map.entry("log", ulps(1, 1, 1)),
            Map.entry("log1p", ulps(1, 1, 1)),
            Map.entry("sqrt", ulps(0, 1, 3)), // −½/y/y·(½/y): four roundings
            Map.entry("square", ulps(0, 0, 0)),
            Map.entry("reciprocal", ulps(0, 1, 1)),
            Map.entry("sin", ulps(1, 1, 1)),
            Map.entry("cos", ulps(1, 1, 1)),
            Map.entry("tanh", ulps(1, 2, 2)),
            Map.entry("sech2", ulps(2, 2, 3)), // 4e/(1+e)²: a function, an addition, two products
            Map.entry("sigmoid", ulps(1, 2, 3)),
            Map.entry("softplus", ulps(1, 1, 2)),
            Map.entry("erf", ulps(1, 1, 1)),
            Map.entry("erfSlope", ulps(1, 1, 1)),
            Map.entry("normalPdf", ulps(2, 2, 2)),
            Map.entry("normalCdf", ulps(2, 2, 2)),
            Map.entry("gelu", ulps(1, 2, 2)),
            Map.entry("tan", ulps(1, 2, 3)),
            Map.entry("asin", ulps(1, 2, 6)),
            Map.entry("asinSlope", ulps(2, 6, 6)), // x·y³: three slopes and three products
            Map.entry("acos", ulps(1, 2, 6)),
            Map.entry("atan", ulps(1, 2, 6)),
            Map.entry("atanSlope", ulps(2, 6, 6)),
            Map.entry("sinh", ulps(2, 2, 2)),
            Map.entry("cosh", ulps(2, 2, 2)),
            Map.entry("asinh", ulps(2, 2, 6)),
            Map.entry("asinhSlope", ulps(2, 6, 6)),
            Map.entry("acosh", ulps(2, 2, 6)),
            Map.entry("acoshSlope", ulps(2, 6, 6)),
            Map.entry("atanh", ulps(2, 2, 6)),
            Map.entry("atanhSlope", ulps(2, 6, 6)),
            Map.entry("log2", ulps(1, 1, 1)),
            Map.entry("log10", ulps(1, 1, 1)),
            Map.entry("rsqrt", ulps(2, 2, 2)),
            Map.entry("silu", ulps(2, 2, 4)),
            Map.entry("tanhSoftplus", ulps(3, 5, 6)),
            Map.entry("mish", ulps(4, 4, 6)),
            Map.entry("softsign", ulps(1, 2, 4)),
            Map.entry("logSigmoid", ulps(2, 2, 2)),
            Map.entry("erfc", ulps(3, 1, 1)),
            Map.entry("erfcx", ulps(2, 4, 6)),
            Map.entry("erfinv", ulps(2, 3, 4)), // 2y·y′·y′
            Map.entry("erfinvSlope", ulps(3, 4, 5)),
            Map.entry("logNormalCdf", ulps(2, 2, 3)),
            Map.entry("momentRatio", ulps(3, 4, 5)),
            Map.entry("lgamma", ulps(3, 2, 2)),
            Map.entry("digamma", ulps(2, 2, 2)),
            Map.entry("polygamma", ulps(3, 3, 3)),
            Map.entry("lbeta", ulps(3, 3, 3)),
            Map.entry("elu", ulps(1, 1, 1)),
            Map.entry("power", ulps(1, 2, 3)),
            Map.entry("pow", ulps(1, 2, 3)),
            Map.entry("mod", ulps(1, 1, 0)),
            Map.entry("atan2", ulps(2, 4, 6)),
            Map.entry("hypot", ulps(1, 2, 6)),
            Map.entry("logAddExp", ulps(2, 3, 5)),
            Map.entry("xlogy", ulps(2, 1, 1)),
            Map.entry("div", ulps(0, 1, 1)));

    private static int[] ulps(int... byOrder) {
        return byOrder;
    }

    /** One line of the file: {@code ∂ⁱ⁺ʲ/∂xⁱ∂nʲ} of an operation at x and n. */
    private record Row(String op, double x, double n, int i, int j, double value, double terms) {

        static Row parse(String line) {
            String[] field = line.split(",", -1);
            double value = Double.parseDouble(field[5]);
            return new Row(
                    field[0],
                    Double.parseDouble(field[1]),
                    field[2].isEmpty() ? Double.NaN : Double.parseDouble(field[2]),
                    Integer.parseInt(field[3]),
                    Integer.parseInt(field[4]),
                    value,
                    field[6].isEmpty() ? Math.abs(value) : Double.parseDouble(field[6]));
        }

        /** The same by the library's rules. */
        double computed() {
            Variable at = Variable.of(x);
            Variable second = Variable.of(n);
            Variable y = function(at, second);
            for (int order = 0; order < i; order++) {
                y = Autodiff.gradients(y, List.of(at)).get(0);
            }
            for (int order = 0; order < j; order++) {
                y = Autodiff.gradients(y, List.of(second)).get(0);
            }
            return y.item();
        }

        private Variable function(Variable at, Variable second) {
            return switch (op) {
                case "reciprocal" -> at.reciprocal();
                case "logSigmoid" -> at.logSigmoid();
                case "erfcx" -> at.erfcx();
                case "momentRatio" -> new MomentRatio((int) n).apply(at);
                case "lgamma" -> at.lgamma();
                case "digamma" -> at.digamma();
                case "polygamma" -> at.polygamma((int) n);
                case "lbeta" -> at.lbeta(second);
                case "elu" -> at.elu(n);
                case "power" -> at.pow(n);
                case "pow" -> at.pow(second);
                case "mod" -> at.mod(second);
                case "atan2" -> at.atan2(second);
                case "hypot" -> at.hypot(second);
                case "logAddExp" -> at.logAddExp(second);
                case "xlogy" -> at.xlogy(second);
                case "div" -> at.div(second);
                default -> unary(op).apply(at);
            };
        }

        private static UnaryOp unary(String label) {
            return Stream.of(UnaryOp.values())
                    .filter(op -> op.label().equals(label))
                    .findFirst()
                    .orElseThrow();
        }

        boolean isRight() {
            double error = Math.abs(computed() - value);
            return computed() == value || error <= ULPS.get(op)[i + j] * Math.ulp(terms);
        }

        @Override
        public String toString() {
            return String.format(
                    "∂(%d, %d) %s(%s, %s) is %s, computed %s, that is %.1f ulps of the terms, allowed %d",
                    i,
                    j,
                    op,
                    x,
                    n,
                    value,
                    computed(),
                    Math.abs(computed() - value) / Math.ulp(terms),
                    ULPS.get(op)[i + j]);
        }
    }

    private static final List<Row> ROWS = rows();

    private static List<Row> rows() {
        try (BufferedReader file = new BufferedReader(
                new InputStreamReader(PartialsTest.class.getResourceAsStream("partials.csv"), UTF_8))) {
            return file.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> operations() {
        return ROWS.stream().map(Row::op).distinct();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void partialsAreMpmaths(String operation) {
        assertThat(ROWS.stream().filter(row -> row.op().equals(operation) && !row.isRight()))
                .isEmpty();
    }

    /** Sums, multiples and products of doubles are held to exact formulas in OpContractTest; all others are in the file. */
    @Test
    void everySmoothFunctionIsInTheFile() {
        List<String> names =
                new ArrayList<>(Stream.of(UnaryOp.values()).map(UnaryOp::label).toList());
        names.removeAll(Operations.WITHOUT_A_ROW);
        names.addAll(List.of(
                "reciprocal",
                "logSigmoid",
                "elu",
                "power",
                "pow",
                "mod",
                "atan2",
                "hypot",
                "logAddExp",
                "xlogy",
                "div"));
        names.addAll(List.of("erfcx", "momentRatio", "lgamma", "digamma", "polygamma", "lbeta"));
        assertThat(operations()).containsExactlyInAnyOrderElementsOf(names);
    }
}
