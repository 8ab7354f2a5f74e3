package dev.wengert.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The functions against mpmath, their special values, and the steps of the binary ones. */
class ElementwiseTest {

    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    private static final double[] SPECIAL = {
        NAN,
        -INFINITY,
        -Double.MAX_VALUE,
        -2.5,
        -1,
        -Double.MIN_VALUE,
        -0.0,
        0.0,
        Double.MIN_VALUE,
        1,
        2.5,
        Double.MAX_VALUE,
        INFINITY
    };

    /** A function of one array. */
    private interface Unary {
        void apply(double[] x, double[] y, int n);
    }

    /** A function of two arrays read in steps. */
    private interface Binary {
        void apply(double[] a, int i, int di, double[] b, int j, int dj, double[] y, int k, int n);
    }

    /** A function with the error that its Javadoc allows, in ulps. */
    record Bounded(String name, Unary function, double ulps) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A function with its definition for two numbers. */
    record Defined(String name, Binary function, DoubleBinaryOperator definition) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Bounded> TRANSCENDENTAL = List.of(
            new Bounded("exp", Elementwise::exp, 1),
            new Bounded("expm1", Elementwise::expm1, 1),
            new Bounded("log", Elementwise::log, 1),
            new Bounded("log1p", Elementwise::log1p, 1),
            new Bounded("sin", Elementwise::sin, 1),
            new Bounded("cos", Elementwise::cos, 1),
            new Bounded("tanh", Elementwise::tanh, 2),
            new Bounded("sech2", Elementwise::sech2, 3),
            new Bounded("sigmoid", Elementwise::sigmoid, 1),
            new Bounded("softplus", (x, y, n) -> Elementwise.softplus(x, y, n, work(n)), 2),
            new Bounded("erf", Elementwise::erf, 3),
            new Bounded("gaussian", Elementwise::gaussian, 2),
            new Bounded("normalPdf", Elementwise::normalPdf, 3),
            new Bounded("normalCdf", Elementwise::normalCdf, 3),
            new Bounded("gelu", (x, y, n) -> Elementwise.gelu(x, y, n, work(n)), 3));

    static final List<Defined> BINARY = List.of(
            new Defined("add", Elementwise::add, (a, b) -> a + b),
            new Defined("sub", Elementwise::sub, (a, b) -> a - b),
            new Defined("mul", Elementwise::mul, (a, b) -> a * b),
            new Defined("div", Elementwise::div, (a, b) -> a / b),
            new Defined("maximum", Elementwise::maximum, Math::max),
            new Defined("minimum", Elementwise::minimum, Math::min),
            new Defined("maximumSlope", Elementwise::maximumSlope, (a, b) -> slope(a, b)),
            new Defined("minimumSlope", Elementwise::minimumSlope, (a, b) -> slope(b, a)),
            new Defined("gt", Elementwise::gt, (a, b) -> a > b ? 1 : 0),
            new Defined("ge", Elementwise::ge, (a, b) -> a >= b ? 1 : 0),
            new Defined("lt", Elementwise::lt, (a, b) -> a < b ? 1 : 0),
            new Defined("le", Elementwise::le, (a, b) -> a <= b ? 1 : 0),
            new Defined("eq", Elementwise::eq, (a, b) -> a == b ? 1 : 0),
            new Defined("ne", Elementwise::ne, (a, b) -> a != b ? 1 : 0),
            new Defined("gate", Elementwise::gate, (m, g) -> m == 0 ? 0 : m * g));

    private static final Map<String, List<double[]>> REFERENCE = readReference();

    private static double[][] work(int n) {
        return Scratch.arrays(Elementwise.workLengths(n));
    }

    private static double slope(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? NAN : a > b ? 1 : a == b ? 0.5 : 0;
    }

    /** The points of each function: x, the nearest double, and the rest in ulps. */
    private static Map<String, List<double[]>> readReference() {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(ElementwiseTest.class.getResourceAsStream("functions.csv"), UTF_8))) {
            return in.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(","))
                    .collect(Collectors.groupingBy(
                            fields -> fields[0],
                            Collectors.mapping(
                                    fields -> Arrays.stream(fields, 1, 4)
                                            .mapToDouble(Double::parseDouble)
                                            .toArray(),
                                    Collectors.toList())));
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @ParameterizedTest
    @FieldSource("TRANSCENDENTAL")
    void errorIsWithinTheBound(Bounded f) {
        List<double[]> points = REFERENCE.get(f.name());
        assertThat(points).hasSize(200);
        for (double[] point : points) {
            double actual = apply(f.function(), point[0])[0];
            double ulps = (actual - point[1]) / Math.ulp(point[1]) - point[2];
            assertThat(Math.abs(ulps))
                    .as("%s(%s) = %s, got %s", f, point[0], point[1], actual)
                    .isLessThanOrEqualTo(f.ulps());
        }
    }

    @Test
    void everyFunctionHasAReference() {
        assertThat(TRANSCENDENTAL).extracting(Bounded::name).containsExactlyInAnyOrderElementsOf(REFERENCE.keySet());
    }

    @Test
    void specialValuesOfTheUnaryFunctions() {
        assertBits(apply(Elementwise::neg, NAN, -INFINITY, 0.0, -0.0, 2), NAN, INFINITY, -0.0, 0.0, -2);
        assertBits(apply(Elementwise::abs, NAN, -INFINITY, -0.0, -2), NAN, INFINITY, 0.0, 2);
        assertBits(apply(Elementwise::sign, NAN, -INFINITY, -0.0, 0.0, 1e-320, 7), NAN, -1, -0.0, 0.0, 1, 1);
        assertBits(apply(Elementwise::floor, NAN, -INFINITY, -0.5, -0.0, 2, 2.5), NAN, -INFINITY, -1, -0.0, 2, 2);
        assertBits(apply(Elementwise::ceil, NAN, INFINITY, -0.5, -0.0, 2, 2.5), NAN, INFINITY, -0.0, -0.0, 2, 3);
        assertBits(apply(Elementwise::round, NAN, -0.5, 0.5, 1.5, 2.5, 1e300), NAN, -0.0, 0.0, 2, 2, 1e300);
        assertBits(apply(Elementwise::trunc, NAN, -INFINITY, -1.5, -0.5, 0.0, 1.5), NAN, -INFINITY, -1, -0.0, 0.0, 1);
        assertBits(apply(Elementwise::floorPiece, NAN, -1, -0.5, 0, 0.5, 1), NAN, -2, -1, 0, 1, 2);
        assertBits(apply(Elementwise::roundPiece, NAN, 0.25, 0.5, 0.75, 1.5, -2.5), NAN, 0, 1, 2, 3, -5);
        assertBits(apply(Elementwise::exp, NAN, -INFINITY, 0, INFINITY), NAN, 0, 1, INFINITY);
        assertBits(apply(Elementwise::expm1, NAN, -INFINITY, -0.0, INFINITY), NAN, -1, -0.0, INFINITY);
        assertBits(apply(Elementwise::log, NAN, -1, -0.0, 1, INFINITY), NAN, NAN, -INFINITY, 0, INFINITY);
        assertBits(apply(Elementwise::log1p, NAN, -2, -1, -0.0, INFINITY), NAN, NAN, -INFINITY, -0.0, INFINITY);
        assertBits(apply(Elementwise::sqrt, NAN, -1, -0.0, 9, INFINITY), NAN, NAN, -0.0, 3, INFINITY);
        assertBits(apply(Elementwise::square, NAN, -INFINITY, -3, -0.0), NAN, INFINITY, 9, 0.0);
        assertBits(apply(Elementwise::sin, NAN, INFINITY, -0.0), NAN, NAN, -0.0);
        assertBits(apply(Elementwise::cos, NAN, INFINITY, -0.0), NAN, NAN, 1);
        assertBits(apply(Elementwise::tanh, NAN, -INFINITY, -0.0, INFINITY), NAN, -1, -0.0, 1);
        assertBits(apply(Elementwise::sech2, NAN, -INFINITY, -0.0, 400), NAN, 0, 1, 0);
        assertBits(apply(Elementwise::sigmoid, NAN, -INFINITY, -0.0, 0, INFINITY), NAN, 0, 0.5, 0.5, 1);
        assertBits(
                apply((x, y, n) -> Elementwise.softplus(x, y, n, work(n)), NAN, -INFINITY, 1e300, INFINITY),
                NAN,
                0,
                1e300,
                INFINITY);
        assertBits(apply(Elementwise::relu, NAN, -INFINITY, -0.0, 3, INFINITY), NAN, 0, 0, 3, INFINITY);
        assertBits(apply(Elementwise::step, NAN, -INFINITY, -0.0, 0.0, Double.MIN_VALUE, INFINITY), NAN, 0, 0, 0, 1, 1);
        assertBits(apply(Elementwise::erf, NAN, -INFINITY, -0.0, INFINITY), NAN, -1, -0.0, 1);
        assertBits(apply(Elementwise::erfc, NAN, -INFINITY, -0.0, INFINITY), NAN, 2, 1, 0);
        assertBits(
                apply((x, y, n) -> Elementwise.erfcx(0, x, y, n), NAN, -INFINITY, -27, 0x1p1000, INFINITY),
                NAN,
                INFINITY,
                INFINITY,
                0.5641895835477563 * 0x1p-1000,
                0);
        assertBits(apply(Elementwise::erfinv, NAN, -2, -1, -0.0, 1), NAN, NAN, -INFINITY, -0.0, INFINITY);
        assertBits(apply(Elementwise::logNormalCdf, NAN, -INFINITY, -1e10, INFINITY), NAN, -INFINITY, -5e19, -0.0);
        assertBits(apply(Elementwise::gaussian, NAN, -INFINITY, 0, 1e300), NAN, 0, 1, 0);
        assertBits(apply(Elementwise::normalPdf, NAN, -INFINITY, 1e300), NAN, 0, 0);
        assertBits(apply(Elementwise::normalCdf, NAN, -INFINITY, -1e300, -0.0, INFINITY), NAN, 0, 0, 0.5, 1);
        assertBits(
                apply((x, y, n) -> Elementwise.gelu(x, y, n, work(n)), NAN, -INFINITY, -1e300, 0.0, 1e300),
                NAN,
                0,
                0,
                0,
                1e300);
        assertBits(apply((x, y, n) -> Elementwise.gelu(x, y, n, work(n)), INFINITY), INFINITY);
    }

    /** Blocks of elements have the bits of single elements, also where the result replaces the argument. */
    @Test
    void functionsOfSeveralLoopsAreTheirFunctionsOfOneNumber() {
        for (int n : new int[] {0, 1, 255, 256, 257, 1000}) {
            double[] x = new SplittableRandom(n).doubles(n, -60, 60).toArray();
            System.arraycopy(SPECIAL, 0, x, 0, Math.min(n, SPECIAL.length));
            double[] y = x.clone();
            Elementwise.softplus(y, y, n, work(n));
            assertBits(y, Arrays.stream(x).map(Elementary::softplus).toArray());
            y = x.clone();
            Elementwise.gelu(y, y, n, work(n));
            assertBits(y, Arrays.stream(x).map(Special::gelu).toArray());
        }
    }

    @Test
    void symmetricFunctionsAreSymmetricToTheBit() {
        RandomGenerator random = new SplittableRandom(3);
        double[] x = random.doubles(1000, 0, 8).toArray();
        double[] negative = Arrays.stream(x).map(v -> -v).toArray();
        assertBits(apply(Elementwise::sech2, negative), apply(Elementwise::sech2, x));
        assertBits(apply(Elementwise::gaussian, negative), apply(Elementwise::gaussian, x));
        assertBits(apply(Elementwise::normalPdf, negative), apply(Elementwise::normalPdf, x));
        assertBits(apply(Elementwise::erf, negative), apply(Elementwise::neg, apply(Elementwise::erf, x)));
    }

    @Test
    void functionsWithANumber() {
        assertBits(apply((x, y, n) -> Elementwise.scale(x, 3, y, n), NAN, -0.0, 2), NAN, -0.0, 6);
        assertBits(apply((x, y, n) -> Elementwise.shift(x, 3, y, n), NAN, -0.0, 2), NAN, 3, 5);
        assertBits(apply((x, y, n) -> Elementwise.quotient(x, 10, y, n), NAN, -0.0, 3), NAN, -0.0, 0.3);
        assertBits(apply((x, y, n) -> Elementwise.rdiv(x, 3, y, n), NAN, -0.0, 2), NAN, -INFINITY, 1.5);
        assertBits(apply((x, y, n) -> Elementwise.pow(x, 3, y, n), NAN, -0.0, -2), NAN, -0.0, -8);
        assertBits(apply((x, y, n) -> Elementwise.pow(x, 0, y, n), NAN, 0, INFINITY), 1, 1, 1);
        assertBits(
                apply((x, y, n) -> Elementwise.leakyRelu(x, 0.5, y, n), NAN, -4, -0.0, 0.0, 4), NAN, -2, -0.0, 0.0, 4);
        assertBits(
                apply((x, y, n) -> Elementwise.leakyReluSlope(x, 0.5, y, n), NAN, -4, -0.0, 0.0, 4),
                NAN,
                0.5,
                0.5,
                0.5,
                1);
    }

    @Test
    void clampAndItsSlope() {
        assertBits(
                apply((x, y, n) -> Elementwise.clamp(x, -1, 2, y, n), NAN, -INFINITY, -1, 0.5, 2, INFINITY),
                NAN,
                -1,
                -1,
                0.5,
                2,
                2);
        assertBits(
                apply(
                        (x, y, n) -> Elementwise.clampSlope(x, -1, 2, y, n),
                        NAN,
                        -INFINITY,
                        -1,
                        0.5,
                        2,
                        Math.nextUp(2.0)),
                NAN,
                0,
                1,
                1,
                1,
                0);
    }

    @Test
    void eluAndItsDerivatives() {
        double[] x = {NAN, -INFINITY, -1, -0.0, 0.0, 3};
        assertBits(
                apply((v, y, n) -> Elementwise.elu(v, 2, 0, y, n), x), NAN, -2, 2 * StrictMath.expm1(-1), -0.0, 0.0, 3);
        assertBits(apply((v, y, n) -> Elementwise.elu(v, 2, 1, y, n), x), NAN, 0, 2 * StrictMath.exp(-1), 2, 2, 1);
        assertBits(apply((v, y, n) -> Elementwise.elu(v, 2, 2, y, n), x), NAN, 0, 2 * StrictMath.exp(-1), 2, 2, 0);
    }

    @Test
    void whereSelects() {
        double[] m = {1, 0, -0.0, NAN, -3, INFINITY, 0};
        double[] a = {NAN, NAN, 5, 5, 5, 5, 5};
        double[] b = {7, 7, 7, 7, NAN, 7, NAN};
        double[] y = new double[7];
        Elementwise.where(m, a, b, y, 7);
        assertBits(y, NAN, 7, 7, NAN, 5, 5, NAN);
    }

    @ParameterizedTest
    @FieldSource("BINARY")
    void binaryFunctionsAreTheirDefinitions(Defined f) {
        int n = SPECIAL.length * SPECIAL.length;
        double[] a = new double[n];
        double[] b = new double[n];
        double[] expected = new double[n];
        for (int l = 0; l < n; l++) {
            a[l] = SPECIAL[l / SPECIAL.length];
            b[l] = SPECIAL[l % SPECIAL.length];
            expected[l] = f.definition().applyAsDouble(a[l], b[l]);
        }
        double[] y = new double[n];
        f.function().apply(a, 0, 1, b, 0, 1, y, 0, n);
        assertBits(y, expected);
    }

    @ParameterizedTest
    @FieldSource("BINARY")
    void binaryFunctionsRespectOffsetsAndSteps(Defined f) {
        RandomGenerator random = new SplittableRandom(17);
        double[] a = random.doubles(60, -2, 2).toArray();
        double[] b = random.doubles(60, -2, 2).toArray();
        for (int n : new int[] {0, 1, 7, 8, 40}) {
            for (int[] offsets : new int[][] {{0, 0, 0}, {5, 5, 5}, {5, 5, 0}, {0, 5, 5}, {5, 0, 5}, {1, 2, 3}}) {
                for (int steps = 0; steps < 4; steps++) {
                    int di = steps & 1;
                    int dj = steps >> 1;
                    double[] y = new double[60];
                    Arrays.fill(y, 77);
                    double[] expected = y.clone();
                    for (int l = 0; l < n; l++) {
                        expected[offsets[2] + l] =
                                f.definition().applyAsDouble(a[offsets[0] + l * di], b[offsets[1] + l * dj]);
                    }
                    f.function().apply(a, offsets[0], di, b, offsets[1], dj, y, offsets[2], n);
                    assertBits(y, expected);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("BINARY")
    void resultMayReplaceAnOperand(Defined f) {
        double[] a = new SplittableRandom(18).doubles(40, -2, 2).toArray();
        double[] b = new SplittableRandom(19).doubles(40, -2, 2).toArray();
        double[] expected = new double[40];
        f.function().apply(a, 0, 1, b, 0, 1, expected, 0, 40);
        double[] left = a.clone();
        f.function().apply(left, 0, 1, b, 0, 1, left, 0, 40);
        assertBits(left, expected);
        double[] right = b.clone();
        f.function().apply(a, 0, 1, right, 0, 1, right, 0, 40);
        assertBits(right, expected);
    }

    private static double[] apply(Unary f, double... x) {
        double[] y = new double[x.length + 1];
        f.apply(x, y, x.length);
        assertThat(y[x.length]).isZero();
        return Arrays.copyOf(y, x.length);
    }

    /** Asserts equality in which the sign of zero counts and NaN equals NaN. */
    private static void assertBits(double[] actual, double... expected) {
        assertThat(actual).containsExactly(expected);
    }
}
