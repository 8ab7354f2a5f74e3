package dev.wengert.precise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions to many digits against mpmath's values at hard points, and the special values against those of doubles. */
class BigArithmeticTest {

    private static final double[] SPECIAL = {
        0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN
    };

    /** One line of {@code mpmath.csv}. */
    private record Row(String function, String x, String n, BigDecimal value) {

        static Row parse(String line) {
            String[] field = line.split(",", -1);
            return new Row(field[0], field[1], field[2], new BigDecimal(field[3]));
        }

        BigReal computed(BigArithmetic a) {
            return function.equals("pow")
                    ? a.pow(number(x), number(n))
                    : unary(function, a).apply(number(x));
        }

        private static BigReal number(String text) {
            return text.contains("0x") ? BigReal.of(Double.parseDouble(text)) : BigReal.of(new BigDecimal(text));
        }

        /** The error in units of the last of so many digits of the value. */
        double units(int digits) {
            BigReal computed = computed(new BigArithmetic(digits));
            return computed.toBigDecimal()
                    .subtract(value)
                    .divide(value.ulp(), MathContext.DECIMAL64)
                    .scaleByPowerOfTen(digits - value.precision())
                    .abs()
                    .doubleValue();
        }
    }

    private static UnaryOperator<BigReal> unary(String function, BigArithmetic a) {
        return switch (function) {
            case "exp" -> a::exp;
            case "expm1" -> a::expm1;
            case "log" -> a::log;
            case "log1p" -> a::log1p;
            case "sqrt" -> a::sqrt;
            case "sin" -> a::sin;
            case "cos" -> a::cos;
            case "atan" -> a::atan;
            case "asin" -> a::asin;
            case "acos" -> a::acos;
            case "tanh" -> a::tanh;
            case "sigmoid" -> a::sigmoid;
            case "erf" -> a::erf;
            case "erfc" -> a::erfc;
            default -> throw new AssertionError(function);
        };
    }

    private static double unary(String function, double x) {
        return switch (function) {
            case "exp" -> StrictMath.exp(x);
            case "expm1" -> StrictMath.expm1(x);
            case "log" -> StrictMath.log(x);
            case "log1p" -> StrictMath.log1p(x);
            case "sqrt" -> Math.sqrt(x);
            case "sin" -> StrictMath.sin(x);
            case "cos" -> StrictMath.cos(x);
            case "atan" -> StrictMath.atan(x);
            case "asin" -> StrictMath.asin(x);
            case "acos" -> StrictMath.acos(x);
            case "tanh" -> StrictMath.tanh(x);
            case "sigmoid" -> 1 / (1 + StrictMath.exp(-x));
            case "erf" -> Math.signum(x);
            case "erfc" -> 1 - Math.signum(x);
            default -> throw new AssertionError(function);
        };
    }

    private static final List<Row> ROWS = rows();

    private static List<Row> rows() {
        try (BufferedReader file = new BufferedReader(
                new InputStreamReader(BigArithmeticTest.class.getResourceAsStream("mpmath.csv"), UTF_8))) {
            return file.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Row::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> functions() {
        return ROWS.stream().map(Row::function).distinct();
    }

    static Stream<String> unaryFunctions() {
        return functions().filter(f -> !f.equals("pow"));
    }

    /** An error of half a unit is the rounding of the result; inside there are 16 digits more. */
    @ParameterizedTest
    @MethodSource("functions")
    void valuesAreMpmaths(String function) {
        List<String> wrong = new ArrayList<>();
        for (Row row : ROWS) {
            for (int digits : new int[] {5, 20, 60, 120}) {
                if (row.function().equals(function) && !(row.units(digits) <= 0.500_001)) {
                    wrong.add(row + ": " + row.units(digits) + " units of " + digits + " digits");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** What few digits give is what many digits give, rounded: no point is special because it was chosen. */
    @ParameterizedTest
    @MethodSource("unaryFunctions")
    void fewDigitsAreManyDigitsRounded(String function) {
        SplittableRandom random = new SplittableRandom(1);
        boolean positive = function.equals("log") || function.equals("sqrt") || function.equals("log1p");
        boolean inverse = function.equals("asin") || function.equals("acos");
        BigArithmetic few = new BigArithmetic(30);
        BigArithmetic many = new BigArithmetic(70);
        for (int i = 0; i < 200; i++) {
            double size = StrictMath.exp(random.nextDouble(-25, inverse ? 0 : 5));
            BigReal x = BigReal.of(positive || random.nextBoolean() ? size : -size);
            BigDecimal rounded = unary(function, few).apply(x).toBigDecimal();
            BigDecimal exact = unary(function, many).apply(x).toBigDecimal();
            assertThat(rounded).as("%s(%s)", function, x).isEqualByComparingTo(exact.round(new MathContext(30)));
        }
    }

    @ParameterizedTest
    @MethodSource("unaryFunctions")
    void specialValuesAreThoseOfDoubles(String function) {
        BigArithmetic a = new BigArithmetic(40);
        for (double x : new double[] {0, -2, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN}) {
            double expected = unary(function, x);
            if (x != -2 || !Double.isFinite(expected)) {
                assertThat(unary(function, a).apply(BigReal.of(x)).toDouble())
                        .as("%s(%s)", function, x)
                        .isEqualTo(Double.valueOf(expected + 0.0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "sub", "mul", "div", "pow"})
    void specialOperandsBehaveAsThoseOfDoubles(String function) {
        BigArithmetic a = new BigArithmetic(40);
        for (double x : SPECIAL) {
            for (double y : SPECIAL) {
                BinaryOperator<BigReal> exactly = switch (function) {
                    case "add" -> a::add;
                    case "sub" -> a::sub;
                    case "mul" -> a::mul;
                    case "div" -> a::div;
                    default -> a::pow;
                };
                double expected = switch (function) {
                    case "add" -> x + y;
                    case "sub" -> x - y;
                    case "mul" -> x * y;
                    case "div" -> x / y;
                    default -> x == 1 || x == -1 && Double.isInfinite(y) ? 1 : StrictMath.pow(x, y);
                };
                double computed = exactly.apply(BigReal.of(x), BigReal.of(y)).toDouble();
                if (Double.isFinite(expected)) {
                    assertThat(computed).as("%s %s %s", x, function, y).isCloseTo(expected, within(Math.ulp(expected)));
                } else {
                    assertThat(computed).as("%s %s %s", x, function, y).isEqualTo(Double.valueOf(expected));
                }
            }
        }
    }

    @Test
    void arithmeticIsRoundedCorrectly() {
        BigArithmetic a = new BigArithmetic(5);
        BigReal third = a.div(BigReal.ONE, BigReal.of(3));
        assertThat(third).hasToString("0.33333");
        assertThat(a.add(third, BigReal.of(1e-300))).hasToString("0.33333");
        assertThat(a.sub(BigReal.of(123456), BigReal.of(6))).hasToString("1.2345E+5");
        assertThat(a.mul(third, BigReal.of(2))).hasToString("0.66666");
        assertThat(a.sqrt(BigReal.of(2))).hasToString("1.4142");
        assertThat(a.pi()).hasToString("3.1416");
        assertThat(a.digits()).isEqualTo(5);
    }

    @Test
    void dotProductsAreRoundedOnce() {
        BigArithmetic a = new BigArithmetic(5);
        BigReal third = BigReal.of(new BigDecimal("0.33333"));
        BigReal[] x = {third, BigReal.of(1e5), BigReal.ZERO, BigReal.of(1e5)};
        BigReal[] y = {BigReal.of(7), BigReal.of(-3), third, third};
        assertThat(a.dot(x, 0, 1, x, 0, 1, 0)).hasToString("0");
        assertThat(a.dot(x, 0, 1, y, 0, 1, 1)).hasToString("2.3333");
        assertThat(a.dot(x, 1, 2, new BigReal[] {third, third.neg()}, 0, 1, 2).isZero())
                .isTrue();
        assertThat(a.dot(x, 0, 3, y, 0, 3, 2)).hasToString("33335");
        y[2] = BigReal.POSITIVE_INFINITY;
        assertThat(a.dot(x, 0, 1, y, 0, 1, 4).isNaN()).isTrue();
        assertThat(a.dot(x, 1, 0, y, 0, 2, 2)).hasToString("Infinity");
    }

    /** No result, however small or large, takes time or memory in proportion to its exponent. */
    @Test
    void extremeExponentsAreHarmless() {
        BigArithmetic a = new BigArithmetic(30);
        BigReal tiny = a.exp(BigReal.of(-9e7));
        BigReal huge = a.exp(BigReal.of(9e7));
        assertThat(a.log1p(tiny)).satisfies(y -> assertThat(y.sameAs(tiny)).isTrue());
        assertThat(a.expm1(tiny)).satisfies(y -> assertThat(y.sameAs(tiny)).isTrue());
        assertThat(a.sin(tiny)).satisfies(y -> assertThat(y.sameAs(tiny)).isTrue());
        assertThat(a.tanh(tiny)).satisfies(y -> assertThat(y.sameAs(tiny)).isTrue());
        assertThat(a.cos(tiny)).satisfies(y -> assertThat(y.sameAs(BigReal.ONE)).isTrue());
        assertThat(a.erfc(tiny))
                .satisfies(y -> assertThat(y.sameAs(BigReal.ONE)).isTrue());
        assertThat(a.log(tiny).toDouble()).isEqualTo(-9e7);
        assertThat(a.log1p(huge).toDouble()).isEqualTo(9e7);
        assertThat(a.sqrt(a.mul(huge, huge)))
                .satisfies(y -> assertThat(y.sameAs(huge)).isTrue());
        assertThat(a.tanh(huge).toDouble()).isEqualTo(1);
        assertThat(a.erf(huge).toDouble()).isEqualTo(1);
        assertThat(a.erfc(huge).toDouble()).isZero();
        assertThat(a.erfc(huge.neg()).toDouble()).isEqualTo(2);
        assertThat(a.sigmoid(huge.neg()).toDouble()).isZero();
        assertThat(a.exp(huge).toDouble()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(a.exp(huge.neg()).toDouble()).isZero();
        assertThat(a.pow(huge, huge).toDouble()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(a.pow(huge, tiny).toDouble()).isEqualTo(1);
        assertThat(a.add(huge, tiny)).satisfies(y -> assertThat(y.sameAs(huge)).isTrue());
        assertThat(tiny.lessThan(huge)).isTrue();
    }

    @Test
    void anAngleThatIsTooLargeIsRefused() {
        BigArithmetic a = new BigArithmetic(10);
        assertThatThrownBy(() -> a.sin(BigReal.of(new BigDecimal("1.2345e20000"))))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("sin: the angle must be below 1e10000, got 1.23E+20000");
    }
}
