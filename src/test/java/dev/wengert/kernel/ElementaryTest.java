package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The functions against many digits, their special values, and their bits. */
class ElementaryTest {

    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;
    private static final double MIN = Double.MIN_VALUE;
    private static final double MAX = Double.MAX_VALUE;

    private static final BigArithmetic A = new BigArithmetic(40);

    /** A function with its definition, the error that its Javadoc allows, in ulps, and what its arguments are reduced by. */
    record Bounded(
            String name,
            DoubleUnaryOperator function,
            UnaryOperator<BigReal> exact,
            double ulps,
            double period,
            long bits) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final double LN2 = 0.6931471805599453;

    static final List<Bounded> FUNCTIONS = List.of(
            new Bounded("exp", Elementary::exp, A::exp, 1, LN2, -3829010179997138707L),
            new Bounded("expm1", Elementary::expm1, A::expm1, 1, LN2, -4093991216789211389L),
            new Bounded("log", Elementary::log, A::log, 1, 0, -4095979565818390414L),
            new Bounded("log1p", Elementary::log1p, A::log1p, 1, 0, -4267439226201948813L),
            new Bounded("sin", Elementary::sin, A::sin, 1, Math.PI / 2, -9061216428957723694L),
            new Bounded("cos", Elementary::cos, A::cos, 1, Math.PI / 2, 3493728171286596347L),
            new Bounded("tanh", Elementary::tanh, A::tanh, 2, LN2 / 2, 5521613253324873027L),
            new Bounded("sech2", Elementary::sech2, ElementaryTest::sech2, 3, LN2 / 2, 329426689624351342L),
            new Bounded("sigmoid", Elementary::sigmoid, A::sigmoid, 1, LN2, -4824273697453252585L),
            new Bounded("softplus", Elementary::softplus, ElementaryTest::softplus, 2, LN2, 8857726286486375740L),
            new Bounded(
                    "log2", Elementary::log2, x -> A.div(A.log(x), A.log(BigReal.of(2))), 1, 0, -5459414342904195647L),
            new Bounded(
                    "log10",
                    Elementary::log10,
                    x -> A.div(A.log(x), A.log(BigReal.of(10))),
                    1,
                    0,
                    1259228596814065388L),
            new Bounded("silu", Elementary::silu, x -> A.mul(x, A.sigmoid(x)), 3, LN2, -6221130921989259352L),
            new Bounded(
                    "mish", Elementary::mish, x -> A.mul(x, A.tanh(A.log1p(A.exp(x)))), 4, LN2, 8319649806516896935L),
            new Bounded("sinh", Trigonometric::sinh, x -> A.mul(A.tanh(x), cosh(x)), 2, LN2, 1075988675851044636L),
            new Bounded("cosh", Trigonometric::cosh, ElementaryTest::cosh, 2, LN2, 1107166420823150606L),
            new Bounded("asinh", Trigonometric::asinh, ElementaryTest::asinh, 2, 0, 1042237283310884687L),
            new Bounded("tan", Elementary::tan, x -> A.div(A.sin(x), A.cos(x)), 1, Math.PI / 2, 2473200790660851590L),
            new Bounded("asin", Angles::asin, A::asin, 0.7, 0, -80169114799079697L),
            new Bounded("acos", Angles::acos, A::acos, 0.7, 0, -6550247723101222052L),
            new Bounded("atan", Angles::atan, A::atan, 0.7, 0, 3760365587151800166L));

    private static BigReal cosh(BigReal x) {
        return A.div(A.add(A.exp(x), A.exp(x.neg())), BigReal.of(2));
    }

    private static BigReal asinh(BigReal x) {
        BigReal z = x.abs();
        BigReal y = A.log1p(A.add(z, A.div(A.mul(z, z), A.add(BigReal.ONE, A.sqrt(A.add(BigReal.ONE, A.mul(z, z)))))));
        return x.signum() < 0 ? y.neg() : y;
    }

    @Test
    void logarithmsOfPowersOfTheirBaseAreExact() {
        for (int n = -1074; n < 1024; n++) {
            assertThat(Elementary.log2(Math.scalb(1.0, n))).isEqualTo(n);
        }
        for (int n = -307; n <= 308; n++) {
            assertThat(Elementary.log10(Double.parseDouble("1e" + n))).isEqualTo(n);
        }
    }

    @Test
    void otherLogarithmsAtTheEnds() {
        values(Elementary::log2, NAN, NAN, -1, NAN, -0.0, -INFINITY, 0.0, -INFINITY, INFINITY, INFINITY, 1, 0.0);
        values(Elementary::log10, NAN, NAN, -1, NAN, -0.0, -INFINITY, 0.0, -INFINITY, INFINITY, INFINITY, 1, 0.0);
        values(Elementary::log2, MAX, 1024);
        values(Elementary::log10, MAX, 308.25471555991675, MIN, -323.3062153431158);
    }

    @Test
    void hyperbolicFunctionsReachTheEndOfTheDoubles() {
        values(Trigonometric::sinh, 710.4758600739439, 1.7976931348621746e308, -0.0, -0.0, MIN, MIN, 711, INFINITY);
        values(Trigonometric::cosh, 710.4758600739439, 1.7976931348621746e308, -711, INFINITY, 0.0, 1);
        values(Trigonometric::asinh, MAX, 710.4758600739439, -MAX, -710.4758600739439, -0.0, -0.0, MIN, MIN);
        values(Trigonometric::acosh, MAX, 710.4758600739439, 1, 0.0, INFINITY, INFINITY);
        values(Trigonometric::atanh, 1, INFINITY, -1, -INFINITY, -0.0, -0.0, MIN, MIN);
        values(Trigonometric::asinhSlope, MAX, 5.562684646268003e-309, INFINITY, 0);
        values(Trigonometric::atanSlope, 1e160, 1e-320, INFINITY, 0);
    }

    private static BigReal sech2(BigReal x) {
        BigReal e = A.exp(A.mul(BigReal.of(-2), x.abs()));
        BigReal z = A.add(BigReal.ONE, e);
        return A.div(A.mul(BigReal.of(4), e), A.mul(z, z));
    }

    private static BigReal softplus(BigReal x) {
        BigReal rest = A.log1p(A.exp(x.abs().neg()));
        return x.signum() > 0 ? A.add(x, rest) : rest;
    }

    /** All scales, both tails, around 1, and around the multiples of half a period, where the reduction steps. */
    private static double[] points(Bounded f, int count, RandomGenerator random) {
        DoubleStream.Builder points = DoubleStream.builder();
        for (int i = 0; i < count; i++) {
            double sign = random.nextBoolean() ? 1 : -1;
            points.add(sign * Math.scalb(1 + random.nextDouble(), random.nextInt(-60, 30)));
            points.add(random.nextDouble(-3, 3));
            points.add(random.nextDouble(-40, 40));
            points.add(random.nextDouble(-745, 709));
            points.add(1 + sign * Math.scalb(random.nextDouble(), -random.nextInt(50)));
            points.add(sign * f.period() / 2 * random.nextInt(2000)
                    + Math.scalb(random.nextDouble(-1, 1), -random.nextInt(60)));
            if (f.period() > 1) {
                points.add(sign * f.period() * random.nextInt(1 << 29));
            }
            if (f.name().equals("log")) {
                points.add(Math.scalb(1 + random.nextDouble(), random.nextInt(-1074, 1024)));
                points.add(Math.scalb(Math.sqrt(0.5) + random.nextDouble(-1e-3, 1e-3), random.nextInt(-3, 3)));
            }
        }
        double least = f.name().matches("log|log2|log10")
                ? 0
                : f.name().equals("log1p")
                        ? -1
                        : f.name().matches("asin|acos")
                                ? Math.nextDown(-1.0)
                                : f.name().matches("sinh|cosh") ? -709 : -INFINITY;
        double most =
                f.name().matches("exp.*|sinh|cosh") ? 709 : f.name().matches("asin|acos") ? Math.nextUp(1.0) : INFINITY;
        return points.build().filter(x -> x > least && x < most).toArray();
    }

    @ParameterizedTest
    @FieldSource("FUNCTIONS")
    void errorIsWithinTheBound(Bounded f) {
        for (double x : points(f, 150, new SplittableRandom(1))) {
            BigDecimal exact = f.exact().apply(BigReal.of(x)).toBigDecimal();
            double y = f.function().applyAsDouble(x);
            double ulps =
                    new BigDecimal(y).subtract(exact, MathContext.DECIMAL32).doubleValue()
                            / Math.ulp(exact.doubleValue());
            assertThat(Math.abs(ulps)).as("%s(%s) = %s", f, x, y).isLessThanOrEqualTo(f.ulps());
        }
    }

    /** The worst arguments that were found among ten million of each function. */
    @Test
    void worstErrorsAreWithinTheBounds() {
        Map<String, Double> worst = Map.of(
                "tan", 483.04588457202044,
                "asin", -0.50000154366111216,
                "acos", 0.55677569908512114,
                "atan", -0.12509013703366811,
                "softplus", -717.48890317295752,
                "silu", -180.59943887216855,
                "mish", -13.788145835020423);
        for (Bounded f : FUNCTIONS) {
            if (worst.containsKey(f.name())) {
                double x = worst.get(f.name());
                BigReal exact = f.exact().apply(BigReal.of(x));
                double error = A.sub(BigReal.of(f.function().applyAsDouble(x)), exact)
                        .abs()
                        .toDouble();
                assertThat(error / Math.ulp(exact.toDouble())).as(f.name()).isLessThanOrEqualTo(f.ulps());
            }
        }
    }

    /** Beside 1 the result is as small as a root, and its relative error that of the root's argument. */
    @Test
    void acoshIsWithinTheBoundBesideOne() {
        RandomGenerator random = new SplittableRandom(7);
        for (int i = 0; i < 2000; i++) {
            double x = i == 0
                    ? 1.0000019052335942
                    : i == 1 ? 1.0000076213270992 : 1 + Math.scalb(1 + random.nextDouble(), -random.nextInt(1, 50));
            BigReal t = A.sub(BigReal.of(x), BigReal.ONE);
            BigReal exact = A.log1p(A.add(t, A.sqrt(A.mul(t, A.add(t, BigReal.of(2))))));
            double y = Trigonometric.acosh(x);
            double error = A.sub(BigReal.of(y), exact).abs().toDouble();
            assertThat(error / Math.ulp(y)).as("acosh(%s)", x).isLessThanOrEqualTo(2);
        }
    }

    /** Interpreted and compiled, on this machine and on the one where the expected value was computed. */
    @ParameterizedTest
    @FieldSource("FUNCTIONS")
    void bitsAreTheSameEverywhere(Bounded f) {
        double[] points = points(f, 3000, new SplittableRandom(2));
        for (int round = 0; round < 3; round++) {
            long bits = 0;
            for (double x : points) {
                bits = 31 * bits + Double.doubleToLongBits(f.function().applyAsDouble(x));
            }
            assertThat(bits).isEqualTo(f.bits());
        }
    }

    @Test
    void exponentials() {
        values(
                Elementary::exp,
                NAN,
                NAN,
                -INFINITY,
                0,
                INFINITY,
                INFINITY,
                0.0,
                1,
                -0.0,
                1,
                MIN,
                1,
                -MAX,
                0,
                MAX,
                INFINITY);
        values(Elementary::exp, 709.782712893384, 1.7976931348622732e308, Math.nextUp(709.782712893384), INFINITY);
        values(Elementary::exp, -745.1332191019411, MIN, Math.nextDown(-745.1332191019411), 0, -746.5, 0);
        values(Elementary::exp, 708, 3.023383144276055e307, -708, 3.307553003638408e-308);
        values(
                Elementary::expm1,
                NAN,
                NAN,
                -INFINITY,
                -1,
                INFINITY,
                INFINITY,
                0.0,
                0.0,
                -0.0,
                -0.0,
                MIN,
                MIN,
                -MIN,
                -MIN);
        values(
                Elementary::expm1,
                709.782712893384,
                1.7976931348622732e308,
                Math.nextUp(709.782712893384),
                INFINITY,
                -MAX,
                -1);
        values(
                Elementary::sigmoid,
                NAN,
                NAN,
                -INFINITY,
                0,
                INFINITY,
                1,
                0.0,
                0.5,
                -0.0,
                0.5,
                -745.1332191019411,
                MIN,
                MAX,
                1,
                -MAX,
                0);
        values(
                Elementary::tanh,
                NAN,
                NAN,
                -INFINITY,
                -1,
                INFINITY,
                1,
                0.0,
                0.0,
                -0.0,
                -0.0,
                MIN,
                MIN,
                -MIN,
                -MIN,
                MAX,
                1);
        values(Elementary::sech2, NAN, NAN, -INFINITY, 0, INFINITY, 0, 0.0, 1, -0.0, 1, MAX, 0, -373.0, MIN);
        values(Elementary::softplus, NAN, NAN, -INFINITY, 0, INFINITY, INFINITY, -745.1332191019411, MIN, MAX, MAX);
    }

    @Test
    void logarithms() {
        values(Elementary::log, NAN, NAN, -INFINITY, NAN, -MIN, NAN, -0.0, -INFINITY, 0.0, -INFINITY, 1, 0.0);
        values(Elementary::log, INFINITY, INFINITY, MAX, 709.782712893384, MIN, -744.4400719213812);
        values(
                Elementary::log,
                Double.MIN_NORMAL,
                -708.3964185322641,
                Math.nextDown(Double.MIN_NORMAL),
                -708.3964185322641);
        values(
                Elementary::log1p,
                NAN,
                NAN,
                -INFINITY,
                NAN,
                Math.nextDown(-1.0),
                NAN,
                -1,
                -INFINITY,
                0.0,
                0.0,
                -0.0,
                -0.0);
        values(
                Elementary::log1p,
                INFINITY,
                INFINITY,
                MAX,
                709.782712893384,
                MIN,
                MIN,
                -MIN,
                -MIN,
                Math.nextUp(-1.0),
                -36.7368005696771);
    }

    @Test
    void waves() {
        values(Elementary::sin, NAN, NAN, -INFINITY, NAN, INFINITY, NAN, 0.0, 0.0, -0.0, -0.0, MIN, MIN, -MIN, -MIN);
        values(Elementary::cos, NAN, NAN, -INFINITY, NAN, INFINITY, NAN, 0.0, 1, -0.0, 1, MIN, 1);
        // the double nearest to a multiple of π/2 of all
        values(Elementary::cos, 6381956970095103.0 * 0x1p797, -4.687165924254628e-19);
        values(Elementary::sin, 0x1p30, -0.6173264150460421, Math.nextUp(0x1p30), StrictMath.sin(Math.nextUp(0x1p30)));
    }

    @Test
    void tangents() {
        values(Elementary::tan, NAN, NAN, -INFINITY, NAN, INFINITY, NAN, 0.0, 0.0, -0.0, -0.0, MIN, MIN, -MIN, -MIN);
        values(Elementary::tan, 0x1p30, -0.7846966133192005, Math.nextUp(0x1p30), StrictMath.tan(Math.nextUp(0x1p30)));
        values(Elementary::tan, Math.PI / 2, 1.633123935319537e16, -Math.PI / 4, -0.9999999999999999);
    }

    @Test
    void expNeverDecreases() {
        RandomGenerator random = new SplittableRandom(3);
        for (int i = 0; i < 100_000; i++) {
            double x = i % 2 == 0 ? random.nextDouble(-746, 710) : random.nextInt(-2150, 2048) * LN2 / 2;
            x = Math.nextUp(x);
            x = i % 3 == 0 ? Math.scalb(x, -random.nextInt(60)) : x;
            double y = Elementary.exp(Math.nextDown(x));
            assertThat(y).as("exp(%s)", x).isLessThanOrEqualTo(Elementary.exp(x));
        }
    }

    @Test
    void expOfASumIsWithinTheBound() {
        RandomGenerator random = new SplittableRandom(5);
        for (int i = 0; i < 1000; i++) {
            double x = i % 2 == 0 ? -745 * random.nextDouble() : -Math.scalb(random.nextDouble(), -random.nextInt(60));
            double low = 2 * Math.ulp(x) * random.nextDouble(-1, 1);
            BigDecimal exact = A.exp(BigReal.of(new BigDecimal(x).add(new BigDecimal(low))))
                    .toBigDecimal();
            double y = Elementary.exp(x, low);
            double ulps =
                    new BigDecimal(y).subtract(exact, MathContext.DECIMAL32).doubleValue()
                            / Math.ulp(exact.doubleValue());
            assertThat(Math.abs(ulps)).as("exp(%s + %s) = %s", x, low, y).isLessThanOrEqualTo(1);
        }
        assertThat(Elementary.exp(0, 0)).isEqualTo(1);
        assertThat(Elementary.exp(-0.0, 0)).isEqualTo(1);
        assertThat(Elementary.exp(-MIN, 0)).isEqualTo(1);
        assertThat(Elementary.exp(-745.1332191019411, 0)).isEqualTo(MIN);
        assertThat(Elementary.exp(-746, 0)).isZero();
    }

    /** At the borders between doubles, those of the reduction among them, and within. */
    @Test
    void expOfASumNeverDecreases() {
        RandomGenerator random = new SplittableRandom(6);
        for (int i = 0; i < 200_000; i++) {
            double x = i % 2 == 0 ? -746 * random.nextDouble() : -LN2 / 2 * random.nextInt(2150);
            x = i % 3 == 0 ? Math.scalb(x, -random.nextInt(20)) : x;
            double half = Math.ulp(Math.nextUp(x)) / 2;
            double before = Elementary.exp(Math.nextDown(x), half * random.nextDouble());
            for (double part : new double[] {-1, -0.5, -0x1p-10, 0, 0x1p-20, 0.5, 1}) {
                double y = Elementary.exp(x, part * half);
                assertThat(before).as("exp(%s)", x).isLessThanOrEqualTo(y);
                before = y;
            }
            assertThat(before).as("exp(%s)", x).isLessThanOrEqualTo(Elementary.exp(Math.nextUp(x), -half));
        }
    }

    @Test
    void symmetryIsExact() {
        new SplittableRandom(4).doubles(1000, 0, 30).forEach(x -> {
            assertThat(Elementary.sin(-x)).isEqualTo(-Elementary.sin(x));
            assertThat(Elementary.cos(-x)).isEqualTo(Elementary.cos(x));
            assertThat(Elementary.tanh(-x)).isEqualTo(-Elementary.tanh(x));
            assertThat(Elementary.sech2(-x)).isEqualTo(Elementary.sech2(x));
        });
    }

    /** Asserts that the function takes arguments to values, given in turn; the sign of zero counts. */
    private static void values(DoubleUnaryOperator f, double... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            assertThat(f.applyAsDouble(pairs[i])).as("at %s", pairs[i]).isEqualTo(Double.valueOf(pairs[i + 1]));
        }
    }
}
