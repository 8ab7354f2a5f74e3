package dev.wengert.autodiff.op;

import static dev.wengert.autodiff.op.Naive.at;
import static dev.wengert.autodiff.op.Naive.group;
import static dev.wengert.autodiff.op.Naive.with;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.loop.Scan;
import dev.wengert.autodiff.op.PiecewiseLinear.Kind;
import dev.wengert.autodiff.op.SumOfParts.Place;
import dev.wengert.kernel.Geometry;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.special.Beta;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;
import org.hipparchus.util.FastMath;

/**
 * The specification of every operation: what it computes, as a plain formula, at regular points, kinks, ties and saturated points,
 * for scalars, empty tensors, broadcasting pairs and stacks.
 *
 * <p>Points are dyadic numbers, so that sums and products of them are exact, and arithmetic is held to the formula bit for bit.
 */
public final class Samples {

    private Samples() {}

    public static List<Sample> all() {
        return Stream.of(
                        smooth(),
                        trigonometric(),
                        activations(),
                        withNumbers(),
                        arithmetic(),
                        pairs(),
                        powers(),
                        piecewise(),
                        choices(),
                        masks(),
                        sums(),
                        pieces(),
                        rows(),
                        along(),
                        scans(),
                        products(),
                        convolutions(),
                        matrices(),
                        softmax(),
                        custom(),
                        composed())
                .flatMap(samples -> samples)
                .toList();
    }

    // ---- elementwise ----

    private static Stream<Sample> smooth() {
        return Stream.of(
                        unary(UnaryOp.NEG, x -> -x, 0, points(-2, -0.5, 0.75, 3), points(0.0, -0.0, 1e300)),
                        unary(UnaryOp.EXP, Math::exp, 2, points(-2, -0.5, 0, 1.5), points(-700, -40, 40, 700)),
                        unary(UnaryOp.EXPM1, Math::expm1, 2, points(-2, -0.5, 0, 1.5), points(-40, 1e-10, 40)),
                        unary(UnaryOp.LOG, Math::log, 2, points(0.5, 0.75, 1, 2.5), points(1e-10, 1e10)),
                        unary(UnaryOp.LOG1P, Math::log1p, 2, points(-0.5, -0.25, 0, 3), points(-1e-10, 1e-10, 1e10)),
                        unary(UnaryOp.SQRT, Math::sqrt, 0, points(0.5, 0.75, 1, 2.5), points(1e-10, 1e10)),
                        unary(UnaryOp.SQUARE, x -> x * x, 0, points(-2, -0.5, 0, 1.5), points(1e-10, 1e10)),
                        unary(UnaryOp.SIN, Math::sin, 2, points(-2, -0.5, 0, 1.5), points(1e-10, 1e10)),
                        unary(UnaryOp.COS, Math::cos, 2, points(-2, -0.5, 0, 1.5), points(1e-10, 1e10)),
                        unary(UnaryOp.TANH, Math::tanh, 3, points(-2, -0.5, 0, 1.5), points(-40, -20, 20, 40)),
                        unary(
                                UnaryOp.SECH2,
                                x -> 1 / (Math.cosh(x) * Math.cosh(x)),
                                8,
                                points(-2, -0.5, 0, 1.5),
                                points(-40, -20, 20, 40)),
                        unary(
                                UnaryOp.SIGMOID,
                                x -> 1 / (1 + Math.exp(-x)),
                                4,
                                points(-2, -0.5, 0, 1.5),
                                points(-700, -40, 40, 700)),
                        unary(
                                UnaryOp.SOFTPLUS,
                                x -> Math.log1p(Math.exp(x)),
                                4,
                                points(-2, -0.5, 0, 1.5),
                                points(-700, -40, 40, 700)),
                        unary(UnaryOp.ERF, Erf::erf, 8, points(-2, -0.5, 0, 1.5), points(-6, -4, 4, 6)),
                        unary(
                                UnaryOp.ERF_SLOPE,
                                x -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x),
                                2,
                                points(-2, -0.5, 0, 1.5),
                                points(-20, -5, 5, 20)),
                        unary(UnaryOp.ERFC, Erf::erfc, 8, points(-2, -0.5, 0, 1.5), points(-6, -4, 4)),
                        unary(new Erfcx(0), Samples::erfcx, 16, points(-2, -0.5, 0, 1.5), points(-4, 2)),
                        unary(new Erfcx(1), Samples::erfcxSlope, 256, points(-2, -0.5, 0, 1.5), points(-4, 2)),
                        unary(
                                new Erfcx(2),
                                x -> 2 * (x * erfcxSlope(x) + erfcx(x)),
                                1024,
                                points(-2, -0.5, 0, 1.5),
                                points(-4, 2)),
                        unary(UnaryOp.ERFINV, Erf::erfInv, 64, points(-0.5, -0.25, 0, 0.75), points(-0.9375, 1e-10)),
                        unary(
                                UnaryOp.ERFINV_SLOPE,
                                x -> Math.sqrt(Math.PI) / 2 * Math.exp(Math.pow(Erf.erfInv(x), 2)),
                                64,
                                points(-0.5, -0.25, 0, 0.75),
                                points(-0.9375, 1e-10)),
                        unary(
                                UnaryOp.LOG_NORMAL_CDF,
                                x -> Math.log(phi(x)),
                                32,
                                points(-2, -0.5, 0, 1.5),
                                points(-5, -20)),
                        unary(new MomentRatio(0), Samples::mills, 16, points(-2, -0.5, 0, 1.5), points(-5, 5, 20)),
                        unary(new MomentRatio(1), x -> x + mills(x), 128, points(-2, -0.5, 0, 1.5), points(5, 20)),
                        unary(
                                new MomentRatio(2),
                                x -> x + 1 / (x + mills(x)),
                                512,
                                points(-2, -0.5, 0, 1.5),
                                points(5)),
                        unary(Polygamma.LGAMMA, Gamma::logGamma, 32, points(0.5, 1.5, 3.25, 12), points(1, 2, 1e10)),
                        unary(
                                Polygamma.DIGAMMA,
                                Samples::digamma,
                                4096,
                                points(0.5, 1.5, 3.25, 12),
                                points(-0.5, 1e10)),
                        unary(Polygamma.of(1), x -> zeta(2, x), 64, points(0.5, 1.5, 3.25, 12), points(0.125)),
                        unary(Polygamma.of(2), x -> -2 * zeta(3, x), 64, points(0.5, 1.5, 3.25, 12), points(0.125)),
                        unary(
                                UnaryOp.NORMAL_PDF,
                                x -> Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
                                4,
                                points(-2, -0.5, 0, 1.5),
                                points(-20, -5, 5, 20)),
                        unary(UnaryOp.NORMAL_CDF, Samples::phi, 16, points(-2, -0.5, 0, 1.5), points(-5, 5, 20)),
                        unary(UnaryOp.GELU, x -> x * phi(x), 16, points(-2, -0.5, 0, 1.5), points(-5, 5, 20)))
                .flatMap(samples -> samples);
    }

    private static Stream<Sample> trigonometric() {
        double[] any = points(-2, -0.5, 0, 1.5);
        double[] within = points(-0.75, -0.5, 0, 0.875);
        double[] ends = points(-0.9990234375, 1e-10);
        double[] large = points(-1e200, -1e10, 1e-10, 1e10);
        double[] beyondOne = points(1.25, 1.5, 2, 40);
        double[] positive = points(0.5, 0.75, 1, 2.5);
        return Stream.of(
                        unary(UnaryOp.TAN, Math::tan, 2, any, points(-1.5707963267948966, 1e-10, 1e10)),
                        unary(UnaryOp.ASIN, Math::asin, 2, within, ends),
                        unary(UnaryOp.ASIN_SLOPE, x -> 1 / Math.sqrt((1 - x) * (1 + x)), 4, within, ends),
                        unary(UnaryOp.ACOS, Math::acos, 2, within, ends),
                        unary(UnaryOp.ATAN, Math::atan, 2, any, large),
                        unary(UnaryOp.ATAN_SLOPE, x -> 1 / (1 + x * x), 4, any, large),
                        unary(UnaryOp.SINH, Math::sinh, 4, any, points(-710, -25, 1e-10, 25, 710)),
                        unary(UnaryOp.COSH, Math::cosh, 4, any, points(-710, -25, 1e-10, 25, 710)),
                        unary(UnaryOp.ASINH, FastMath::asinh, 4, any, large),
                        unary(UnaryOp.ASINH_SLOPE, x -> 1 / Math.hypot(1, x), 4, any, large),
                        unary(
                                UnaryOp.ACOSH,
                                x -> Math.log(x + Math.sqrt(x * x - 1)),
                                8,
                                beyondOne,
                                points(1.0009765625, 1e10)),
                        unary(
                                UnaryOp.ACOSH_SLOPE,
                                x -> x < 1 ? Double.NaN : 1 / Math.sqrt((x - 1) * (x + 1)),
                                4,
                                beyondOne,
                                points(1.0009765625, 1e10)),
                        unary(UnaryOp.ATANH, FastMath::atanh, 4, within, ends),
                        unary(
                                UnaryOp.ATANH_SLOPE,
                                x -> Math.abs(x) > 1 ? Double.NaN : 1 / ((1 - x) * (1 + x)),
                                4,
                                within,
                                ends),
                        unary(UnaryOp.LOG2, x -> Math.log(x) / Math.log(2), 4, positive, points(1e-10, 1e10)),
                        unary(UnaryOp.LOG10, Math::log10, 2, positive, points(1e-10, 1e10)),
                        unary(UnaryOp.RSQRT, x -> 1 / Math.sqrt(x), 1, positive, points(1e-10, 1e10)))
                .flatMap(samples -> samples);
    }

    private static Stream<Sample> activations() {
        double[] x = points(-2, -0.5, 0, 1.5);
        double[] saturated = points(-700, -40, 40, 700);
        return Stream.of(
                        unary(UnaryOp.SILU, v -> v / (1 + Math.exp(-v)), 4, x, saturated),
                        unary(UnaryOp.TANH_SOFTPLUS, v -> Math.tanh(Math.log1p(Math.exp(v))), 8, x, saturated),
                        unary(UnaryOp.MISH, v -> v * Math.tanh(Math.log1p(Math.exp(v))), 8, x, saturated),
                        unary(UnaryOp.SOFTSIGN, v -> v / (1 + Math.abs(v)), 1, points(-2, -0.5, 0.75, 1.5), saturated))
                .flatMap(samples -> samples);
    }

    private static double phi(double x) {
        return Erf.erfc(-x / Math.sqrt(2)) / 2;
    }

    private static double erfcx(double x) {
        return Math.exp(x * x) * Erf.erfc(x);
    }

    private static double erfcxSlope(double x) {
        return 2 * x * erfcx(x) - 2 / Math.sqrt(Math.PI);
    }

    /** φ/Φ. */
    private static double mills(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) / phi(x);
    }

    /** {@code Σ (x + k)⁻ˢ}: ten thousand terms, and the integral of the others from the middle of the first on. */
    private static double zeta(double s, double x) {
        double sum = Math.pow(x + 9999.5, 1 - s) / (s - 1) - s / 24 * Math.pow(x + 9999.5, -s - 1);
        for (int k = 9999; k >= 0; k--) {
            sum += Math.pow(x + k, -s);
        }
        return sum;
    }

    /** The same for the logarithm's derivative: {@code ψ(x) = ψ(x + n) − Σ 1/(x + k)}. */
    private static double digamma(double x) {
        double sum = 0;
        for (int k = 9999; k >= 0; k--) {
            sum += 1 / (x + k);
        }
        return Math.log(x + 9999.5) + 1 / (24 * Math.pow(x + 9999.5, 2)) - sum;
    }

    private static Stream<Sample> withNumbers() {
        double[] any = points(-2, -0.5, 0.75, 1.5);
        return Stream.of(
                        unary(NumberOp.mul(2), x -> x * 2, 0, any, points(1e300)),
                        unary(NumberOp.mul(-0.75), x -> x * -0.75, 0, any, points(1e300)),
                        unary(NumberOp.add(2), x -> x + 2, 0, any, points(1e300)),
                        unary(NumberOp.add(-0.75), x -> x - 0.75, 0, any, points(1e300)),
                        unary(NumberOp.div(3), x -> x / 3, 0, any, points(1e300)),
                        unary(NumberOp.div(-0.1), x -> x / -0.1, 0, any, points(1e300)),
                        unary(NumberOp.rdiv(1), x -> 1 / x, 0, any, points(1e-10, 1e10)),
                        unary(NumberOp.rdiv(-3), x -> -3 / x, 0, any, points(1e-10, 1e10)),
                        unary(new Elu(1, 0), x -> x > 0 ? x : Math.expm1(x), 2, any, points(0, -40, 40)),
                        unary(new Elu(0.5, 0), x -> x > 0 ? x : Math.expm1(x) / 2, 2, any, points(0, -40, 40)),
                        unary(new Elu(0.5, 1), x -> x > 0 ? 1 : Math.exp(x) / 2, 2, any, points(0, -40, 40)),
                        unary(new Elu(0.5, 2), x -> x > 0 ? 0 : Math.exp(x) / 2, 2, any, points(0, -40, 40)))
                .flatMap(samples -> samples);
    }

    private static Stream<Sample> arithmetic() {
        double[] left = points(-2, -0.5, 0, 1.5, 3);
        double[] right = points(0.75, -1.5, 2);
        return Stream.of(
                        binary(BinaryOp.ADD, (a, b) -> a + b, 0, left, right),
                        binary(BinaryOp.SUB, (a, b) -> a - b, 0, left, right),
                        binary(BinaryOp.MUL, (a, b) -> a * b, 0, left, right),
                        binary(BinaryOp.DIV, (a, b) -> a / b, 0, left, right))
                .flatMap(samples -> samples);
    }

    private static Stream<Sample> pairs() {
        double[] left = points(-2, -0.5, 0.25, 1.5, 3);
        double[] right = points(0.75, -1.25, 2);
        double[] positive = points(0.75, 1.25, 2);
        return Stream.of(
                        binary(PairOp.MOD, (a, b) -> a - Math.floor(a / b) * b, 1, left, right),
                        binary(PairOp.ATAN2, Math::atan2, 2, left, right),
                        binary(PairOp.ATAN2_SLOPE, (a, b) -> a / (a * a + b * b), 4, left, right),
                        binary(PairOp.HYPOT, Math::hypot, 1, left, right),
                        binary(PairOp.HYPOT_SLOPE, (a, b) -> a / Math.hypot(a, b), 2, left, right),
                        binary(PairOp.LOG_ADD_EXP, (a, b) -> Math.log(Math.exp(a) + Math.exp(b)), 8, left, right),
                        binary(PairOp.LOG_ADD_EXP_SLOPE, (a, b) -> 1 / (1 + Math.exp(b - a)), 4, left, right),
                        binary(PairOp.XLOGY, (a, b) -> a * Math.log(b), 2, left, positive),
                        binary(PairOp.XDIVY, (a, b) -> a / b, 0, left, right))
                .flatMap(samples -> samples);
    }

    private static Stream<Sample> powers() {
        double[] positive = points(0.5, 0.75, 1, 2.5);
        Stream<Sample> constant = Stream.of(
                        unary(new Power(0), x -> 1, 0, points(-2, 0, 0.75), points(-0.0))
                                .map(s -> s.flat(0)),
                        unary(new Power(1), x -> x, 0, points(-2, 0, 0.75), points(1e10)),
                        unary(new Power(3), x -> x * x * x, 2, points(-2, 0, 0.75), points(1e10)),
                        unary(new Power(-1), x -> 1 / x, 1, points(-2, 0.5, 0.75), points(1e10)),
                        unary(new Power(2.5), x -> x * x * Math.sqrt(x), 4, positive, points(1e10)),
                        unary(new Power(1.0 / 3), Math::cbrt, 4, positive, points(1e10)))
                .flatMap(samples -> samples);
        double[] exponents = points(-1.5, 0.5, 2);
        Stream<Sample> variable = Stream.of(
                        binary(new VariablePower(0, 0), (x, n) -> x == 1 ? 1 : Math.pow(x, n), 2, positive, exponents),
                        binary(new VariablePower(1, 0), (x, n) -> n * Math.pow(x, n - 1), 4, positive, exponents),
                        binary(new VariablePower(0, 1), (x, n) -> Math.pow(x, n) * Math.log(x), 4, positive, exponents),
                        binary(
                                new VariablePower(1, 1),
                                (x, n) -> Math.pow(x, n - 1) * (1 + n * Math.log(x)),
                                8,
                                positive,
                                exponents),
                        binary(
                                new VariablePower(0, 2),
                                (x, n) -> Math.pow(x, n) * Math.log(x) * Math.log(x),
                                8,
                                positive,
                                exponents))
                .flatMap(samples -> samples);
        Stream<Sample> beta = Stream.of(
                        binary(new LogBeta(0, 0), Beta::logBeta, 32, positive, points(0.5, 1.5, 3)),
                        binary(
                                new LogBeta(1, 0),
                                (a, b) -> digamma(a) - digamma(a + b),
                                512,
                                positive,
                                points(0.5, 1.5, 3)),
                        binary(
                                new LogBeta(0, 1),
                                (a, b) -> digamma(b) - digamma(a + b),
                                512,
                                positive,
                                points(0.5, 1.5, 3)),
                        binary(new LogBeta(1, 1), (a, b) -> -zeta(2, a + b), 64, positive, points(0.5, 1.5, 3)),
                        binary(
                                new LogBeta(2, 0),
                                (a, b) -> zeta(2, a) - zeta(2, a + b),
                                64,
                                positive,
                                points(0.5, 1.5, 3)))
                .flatMap(samples -> samples);
        return Stream.of(constant, variable, beta).flatMap(samples -> samples);
    }

    /** Away from the kinks, then at them. */
    private static Stream<Sample> piecewise() {
        double[] x = points(-2, -0.5, 0.75, 3);
        double[] kinks = points(-1, 0, -0.0, 1);
        double[] between = points(-2.25, -0.75, 0.25, 3.875);
        double[] whole = points(-1, 0, 3, 1e300);
        double[] ties = points(-1.5, -0.5, 0.5, 2.5, 1e300);
        PiecewiseLinear leaky = new PiecewiseLinear(Kind.LEAKY_RELU, 0.125, 0);
        PiecewiseLinear steep = new PiecewiseLinear(Kind.LEAKY_RELU, -2, 0);
        PiecewiseLinear clamp = new PiecewiseLinear(Kind.CLAMP, -1, 1);
        Stream<Sample> functions = Stream.of(
                        unary(PiecewiseLinear.ABS, Math::abs, 0, x, kinks),
                        unary(PiecewiseLinear.RELU, v -> Math.max(v, 0), 0, x, kinks),
                        unary(leaky, v -> v > 0 ? v : 0.125 * v, 0, x, kinks),
                        unary(steep, v -> v > 0 ? v : -2 * v, 0, x, kinks),
                        unary(clamp, v -> Math.min(Math.max(v, -1), 1), 0, x, kinks))
                .flatMap(samples -> samples);
        Stream<Sample> flat = Stream.of(
                        unary(new Slope(PiecewiseLinear.ABS), Math::signum, 0, x, kinks),
                        unary(new Slope(PiecewiseLinear.RELU), v -> v > 0 ? 1 : 0 * v, 0, x, kinks),
                        unary(new Slope(leaky), v -> v > 0 ? 1 : 0 * v + 0.125, 0, x, kinks),
                        unary(new Slope(clamp), v -> -1 <= v && v <= 1 ? 1 : v != v ? v : 0, 0, x, kinks),
                        unary(Flat.SIGN, Math::signum, 0, x, kinks),
                        unary(Flat.FLOOR, Math::floor, 0, between, whole),
                        unary(Flat.CEIL, Math::ceil, 0, between, whole),
                        unary(Flat.ROUND, Math::rint, 0, between, ties),
                        unary(Flat.TRUNC, v -> v - v % 1, 0, between, whole),
                        unary(Flat.FLOOR_PIECE, v -> Math.floor(v) + Math.ceil(v), 0, between, whole),
                        unary(
                                Flat.ROUND_PIECE,
                                v -> Math.abs(v % 1) == 0.5 ? 2 * v : 2 * Math.rint(v),
                                0,
                                between,
                                ties))
                .flatMap(samples -> samples)
                .map(s -> s.flat(0));
        Stream<Sample> detached = unary(Flat.DETACH, v -> v, 0, x, kinks).map(s -> s.inert(0));
        Stream<Sample> alias = unary(Identity.IDENTITY, v -> v, 0, x, kinks);
        Stream<Sample> total = unary(new TotalWeight("loss"), v -> v, 0, points(0.5, 1, 3), points(0.25, 1e300));
        Stream<Sample> signs = unary(new Signs("loss"), v -> v, 0, points(-1, 1), points(1, -1, -1))
                .map(s -> s.inert(0));
        return Stream.of(functions, flat, detached, alias, total, signs).flatMap(samples -> samples);
    }

    /** Apart, then tied. */
    private static Stream<Sample> choices() {
        double[] left = points(-2, -0.5, 0, 1.5, 3);
        double[] right = points(0.75, -1.5, 2);
        Tensor tied = Tensor.of(1, -2, 3);
        Tensor tie = Tensor.of(1, 2, 3);
        Shape shape = Shape.of(3);
        return Stream.of(
                        binary(Choice.MAXIMUM, Math::max, 0, left, right),
                        Stream.of(Sample.of(Choice.MAXIMUM, shape, each(Math::max), tied, tie)
                                .notSmooth()),
                        binary(Choice.MINIMUM, Math::min, 0, left, right),
                        Stream.of(Sample.of(Choice.MINIMUM, shape, each(Math::min), tied, tie)
                                .notSmooth()))
                .flatMap(samples -> samples);
    }

    // ---- masks and selection ----

    private static Stream<Sample> masks() {
        Stream<Sample> comparisons = Stream.of(
                        comparison(Comparison.GT, (a, b) -> a > b ? 1 : 0),
                        comparison(Comparison.GE, (a, b) -> a >= b ? 1 : 0),
                        comparison(Comparison.LT, (a, b) -> a < b ? 1 : 0),
                        comparison(Comparison.LE, (a, b) -> a <= b ? 1 : 0),
                        comparison(Comparison.EQ, (a, b) -> a == b ? 1 : 0),
                        comparison(Comparison.NE, (a, b) -> a != b ? 1 : 0),
                        binary(
                                        Comparison.MOD_PIECE,
                                        (a, b) -> Math.floor(a / b) + Math.ceil(a / b),
                                        0,
                                        points(-2, -0.5, 0.25, 1.5, 3),
                                        points(0.75, -1.25, 2))
                                .map(s -> s.flat(0, 1)),
                        comparison(Comparison.MAXIMUM_SLOPE, (a, b) -> (1 + Math.signum(a - b)) / 2),
                        comparison(Comparison.MINIMUM_SLOPE, (a, b) -> (1 + Math.signum(b - a)) / 2))
                .flatMap(samples -> samples);
        Sample.Formula choice = each((m, a, b) -> m != m ? m : m != 0 ? a : b);
        Sample.Formula product = each((m, v) -> m == 0 ? 0 : m * v);
        Tensor mask = Tensor.of(1, 0, -2, 0);
        Tensor a = Tensor.of(1.5, -2, 0.5, 3);
        Tensor b = Tensor.of(-1, 0.25, 2, 4);
        return Stream.concat(
                comparisons,
                Stream.of(
                        Sample.of(Where.WHERE, Shape.of(4), choice, mask, a, b).inert(0),
                        Sample.of(
                                        Where.WHERE,
                                        Shape.of(2, 1, 2),
                                        choice,
                                        in(mask, 2, 1, 2),
                                        in(a, 2, 1, 2),
                                        in(b, 2, 1, 2))
                                .inert(0),
                        Sample.of(Where.WHERE, Shape.of(), choice, scalar(0), scalar(2), scalar(3))
                                .inert(0),
                        Sample.of(Where.WHERE, Shape.of(0), choice, empty(0), empty(0), empty(0))
                                .inert(0),
                        Sample.of(Gate.GATE, Shape.of(4), product, mask, a).inert(0),
                        Sample.of(Gate.GATE, Shape.of(2, 4), product, mask, in(b, 2, 1))
                                .inert(0),
                        Sample.of(Gate.GATE, Shape.of(2, 2), product, in(mask, 2, 2), scalar(3))
                                .inert(0),
                        Sample.of(Gate.GATE, Shape.of(0), product, empty(0), empty(1))
                                .inert(0)));
    }

    private static Stream<Sample> comparison(Op op, DoubleBinaryOperator f) {
        Stream<Sample> apart = binary(op, f, 0, points(-2, -0.5, 0, 1.5, 3), points(0.75, -1.5, 2));
        Sample tied = Sample.of(op, Shape.of(3), each(f), Tensor.of(1, -2, -0.0), Tensor.of(1, 2, 0))
                .notSmooth();
        return Stream.concat(apart, Stream.of(tied)).map(s -> s.flat(0, 1));
    }

    // ---- reductions and repetitions ----

    private static Stream<Sample> sums() {
        Tensor matrix = dyadic(2, 3);
        Tensor stack = dyadic(2, 3, 2);
        Tensor ties = Tensor.of(new double[][] {{1, 3, 3}, {-1, -1, -1}});
        return Stream.of(
                        Stream.of(
                                sum(matrix, Shape.of()),
                                sum(matrix, Shape.of(3)),
                                sum(matrix, Shape.of(1, 3)),
                                sum(matrix, Shape.of(2, 1)),
                                sum(stack, Shape.of(3, 1)),
                                sum(stack, Shape.of(2, 1, 2)),
                                sum(scalar(2), Shape.of()),
                                sum(empty(0), Shape.of()),
                                sum(empty(0, 3), Shape.of(3)),
                                sum(empty(0, 3), Shape.of(0, 1))),
                        Stream.of(
                                broadcast(matrix, Shape.of(2, 3)),
                                broadcast(scalar(2), Shape.of(2, 3)),
                                broadcast(Tensor.of(1, 2, 3), Shape.of(2, 3)),
                                broadcast(in(matrix, 3, 1, 2), Shape.of(2, 3, 2, 2)),
                                broadcast(scalar(2), Shape.of(0)),
                                broadcast(empty(0), Shape.of(2, 0))),
                        Stream.of(
                                        max(matrix, Shape.of(1, 1)),
                                        max(matrix, Shape.of(1, 3)),
                                        max(matrix, Shape.of(2, 1)),
                                        max(stack, Shape.of(2, 1, 2)),
                                        max(Tensor.of(2), Shape.of(1)),
                                        max(empty(0, 3), Shape.of(0, 1)),
                                        max(ties, Shape.of(2, 1)).map(Sample::notSmooth),
                                        max(ties, Shape.of(1, 1)).map(Sample::notSmooth))
                                .flatMap(samples -> samples),
                        Stream.of(
                                        norm(matrix, 2, Shape.of(1, 1)),
                                        norm(matrix, 3, Shape.of(1, 3)),
                                        norm(matrix, 1.5, Shape.of(2, 1)),
                                        norm(stack, 4, Shape.of(2, 1, 2)),
                                        norm(Tensor.of(-2), 2, Shape.of(1)),
                                        norm(empty(0, 3), 2, Shape.of(0, 1)),
                                        norm(in(matrix, 2, 1, 2), 2, Shape.of(2, 1, 1)),
                                        norm(Tensor.of(new double[][] {{0, 0}, {0, -3}}), 2, Shape.of(2, 1))
                                                .map(Sample::notSmooth))
                                .flatMap(samples -> samples))
                .flatMap(samples -> samples);
    }

    private static Sample sum(Tensor x, Shape to) {
        return Sample.of(
                new Sum(to),
                to,
                (i, v) -> group(v.get(0).shape(), to, i).stream()
                        .mapToDouble(j -> at(v.get(0), j))
                        .sum(),
                x);
    }

    private static Sample broadcast(Tensor x, Shape to) {
        return Sample.of(new Broadcast(to), to, (i, v) -> at(v.get(0), i), x);
    }

    /** The maximum and its slope: one over the number of largest elements, at each of them. */
    private static Stream<Sample> max(Tensor x, Shape to) {
        Max max = new Max(to);
        return Stream.of(
                Sample.of(max, to, (i, v) -> largest(v.get(0), to, i), x),
                Sample.of(
                                new Slope(max),
                                x.shape(),
                                (i, v) -> {
                                    double largest = largest(v.get(0), to, i);
                                    long ties = group(v.get(0).shape(), to, i).stream()
                                            .filter(j -> at(v.get(0), j) == largest)
                                            .count();
                                    return (at(v.get(0), i) == largest ? 1.0 : 0.0) / ties;
                                },
                                x)
                        .flat(0));
    }

    /** The norm, and where it is not 0. */
    private static Stream<Sample> norm(Tensor x, double p, Shape to) {
        return Stream.of(
                Sample.of(
                                new Norm(p, to),
                                to,
                                (i, v) -> Math.pow(
                                        group(v.get(0).shape(), to, i).stream()
                                                .mapToDouble(j -> Math.pow(Math.abs(at(v.get(0), j)), p))
                                                .sum(),
                                        1 / p),
                                x)
                        .within(8),
                Sample.of(
                                new Nonzero(to),
                                to,
                                (i, v) ->
                                        group(v.get(0).shape(), to, i).stream().anyMatch(j -> at(v.get(0), j) != 0)
                                                ? 1
                                                : 0,
                                x)
                        .flat(0));
    }

    private static double largest(Tensor x, Shape to, int... i) {
        return group(x.shape(), to, i).stream().mapToDouble(j -> at(x, j)).reduce(Double.NEGATIVE_INFINITY, Math::max);
    }

    // ---- pieces ----

    private static Stream<Sample> pieces() {
        Tensor matrix = dyadic(2, 3);
        Tensor stack = dyadic(2, 3, 2);
        return Stream.of(
                reshape(matrix, Shape.of(3, 2)),
                reshape(stack, Shape.of(12)),
                reshape(scalar(2), Shape.of(1, 1)),
                reshape(empty(0), Shape.of(0, 4)),
                permute(matrix, 1, 0),
                permute(stack, 2, 0, 1),
                permute(stack, 0, 2, 1),
                permute(scalar(2)),
                permute(empty(0, 3), 1, 0),
                slice(matrix, 0, 1, 2),
                slice(matrix, 1, 0, 2),
                slice(stack, 1, 1, 3),
                slice(matrix, 1, 2, 2),
                pad(matrix, 0, 1, 0),
                pad(matrix, 1, 0, 2),
                pad(stack, 1, 1, 1),
                pad(empty(0, 2), 0, 1, 1),
                flip(matrix, 1),
                flip(stack, 1),
                flip(stack, 0),
                flip(empty(0, 2), 0),
                triangle(matrix, false, 0),
                triangle(matrix, true, 0),
                triangle(matrix, false, -1),
                triangle(dyadic(2, 3, 3), true, 1),
                triangle(dyadic(3, 2), true, -9),
                triangle(empty(2, 0), false, 0),
                concat(0, matrix),
                concat(0, matrix, dyadic(1, 3), empty(0, 3)),
                concat(1, matrix, dyadic(2, 1)),
                concat(1, stack, dyadic(2, 1, 2), stack));
    }

    private static Sample reshape(Tensor x, Shape to) {
        return Sample.of(
                new Reshape(to), to, (i, v) -> Tensor.of(to, v.get(0).toArray()).get(i), x);
    }

    private static Sample permute(Tensor x, int... axes) {
        int[] extents = IntStream.of(axes).map(x.shape()::extent).toArray();
        return Sample.of(
                new Permute(new Axes(axes)),
                Shape.of(extents),
                (i, v) -> {
                    int[] from = new int[axes.length];
                    for (int d = 0; d < axes.length; d++) {
                        from[axes[d]] = i[d];
                    }
                    return v.get(0).get(from);
                },
                x);
    }

    private static Sample slice(Tensor x, int axis, int from, int to) {
        return Sample.of(
                new Slice(axis, from, to),
                x.shape().with(axis, to - from),
                (i, v) -> v.get(0).get(with(i, axis, i[axis] + from)),
                x);
    }

    private static Sample pad(Tensor x, int axis, int before, int after) {
        int extent = x.shape().extent(axis);
        return Sample.of(
                new Pad(axis, before, after),
                x.shape().with(axis, before + extent + after),
                (i, v) -> {
                    int at = i[axis] - before;
                    return at >= 0 && at < extent ? v.get(0).get(with(i, axis, at)) : 0;
                },
                x);
    }

    private static Sample flip(Tensor x, int axis) {
        return Sample.of(
                new Flip(axis),
                x.shape(),
                (i, v) -> v.get(0).get(with(i, axis, x.shape().extent(axis) - 1 - i[axis])),
                x);
    }

    private static Sample triangle(Tensor x, boolean upper, int k) {
        return Sample.of(
                new Triangle(upper, k),
                x.shape(),
                (i, v) -> {
                    int beyond = i[i.length - 1] - i[i.length - 2] - k;
                    return beyond == 0 || beyond > 0 == upper ? v.get(0).get(i) : 0;
                },
                x);
    }

    private static Sample concat(int axis, Tensor... x) {
        int extent = Stream.of(x).mapToInt(t -> t.shape().extent(axis)).sum();
        return Sample.of(
                new Concat(axis),
                x[0].shape().with(axis, extent),
                (i, v) -> {
                    int k = 0;
                    int at = i[axis];
                    while (at >= v.get(k).shape().extent(axis)) {
                        at -= v.get(k++).shape().extent(axis);
                    }
                    return v.get(k).get(with(i, axis, at));
                },
                x);
    }

    // ---- rows ----

    private static Stream<Sample> rows() {
        return Stream.of(
                gather(dyadic(4, 2), Tensor.of(3, 0, 3)),
                gather(dyadic(4, 2), scalar(2)),
                gather(dyadic(3), Tensor.of(new double[][] {{0, 2}, {2, 1}})),
                gather(dyadic(3, 1, 2), Tensor.of(1)),
                gather(dyadic(3), empty(0)),
                scatterAdd(4, dyadic(3, 2), Tensor.of(3, 0, 3)),
                scatterAdd(4, dyadic(2), scalar(2)),
                scatterAdd(3, dyadic(2, 2), Tensor.of(new double[][] {{0, 2}, {2, 1}})),
                scatterAdd(2, empty(0, 2), empty(0)),
                sumOfParts(
                        Shape.of(4, 2),
                        List.of(new Place(0, 1), new Place(0, 2), Place.ROWS, Place.WHOLE, new Place(1, 1), Place.ROWS),
                        dyadic(2, 2),
                        dyadic(1, 2),
                        dyadic(3, 2),
                        dyadic(4, 2),
                        dyadic(4, 1),
                        dyadic(2),
                        Tensor.of(3, 0, 3),
                        scalar(2)),
                sumOfParts(Shape.of(2, 3), List.of(new Place(1, 1), new Place(1, 0)), dyadic(2, 2), dyadic(2, 3)),
                sumOfParts(Shape.of(0), List.of(Place.WHOLE, new Place(0, 0)), empty(0), empty(0)),
                oneHot(3, Tensor.of(2, 0, 2)),
                oneHot(4, scalar(1)),
                oneHot(2, Tensor.of(new double[][] {{0, 1}, {1, 1}})),
                oneHot(2, empty(0)),
                draw(Draw.Kind.UNIFORM, 3, 5),
                draw(Draw.Kind.NORMAL, 3, 5),
                draw(Draw.Kind.BITS, 7),
                draw(Draw.Kind.GUMBEL, 4),
                draw(Draw.Kind.PERMUTATION, 6),
                draw(Draw.Kind.UNIFORM, 0),
                Sample.of(
                                FoldKey.FOLD_KEY,
                                Shape.of(2),
                                (i, v) -> Key.of(v.get(0))
                                        .fold((long) v.get(1).item())
                                        .tensor()
                                        .get(i),
                                KEY.tensor(),
                                scalar(5))
                        .inert(0, 1),
                Sample.of(new AllFinite(2), Shape.of(), (i, v) -> 0, scalar(-3), Tensor.of(1, 1e308, 0))
                        .inert(0, 1),
                Sample.of(new AllFinite(1), Shape.of(), (i, v) -> 0, empty(0)).inert(0));
    }

    private static Sample gather(Tensor x, Tensor index) {
        int lead = index.shape().rank();
        Shape row = Shape.of(IntStream.of(x.shape().toArray()).skip(1).toArray());
        return Sample.of(
                        Gather.GATHER,
                        index.shape().concat(row),
                        (i, v) -> {
                            int[] from = new int[x.shape().rank()];
                            from[0] = (int)
                                    v.get(1).get(IntStream.of(i).limit(lead).toArray());
                            System.arraycopy(i, lead, from, 1, i.length - lead);
                            return v.get(0).get(from);
                        },
                        x,
                        index)
                .inert(1);
    }

    private static Sample scatterAdd(int rows, Tensor x, Tensor index) {
        int lead = index.shape().rank();
        Shape row = Shape.of(IntStream.of(x.shape().toArray()).skip(lead).toArray());
        return Sample.of(
                        new ScatterAdd(rows),
                        Shape.of(rows).concat(row),
                        (i, v) -> Naive.indices(v.get(0).shape()).stream()
                                .filter(j ->
                                        v.get(1).get(IntStream.of(j).limit(lead).toArray()) == i[0]
                                                && IntStream.range(1, i.length).allMatch(d -> i[d] == j[lead + d - 1]))
                                .mapToDouble(j -> v.get(0).get(j))
                                .sum(),
                        x,
                        index)
                .inert(1);
    }

    /** Parts, then the indices of those that are rows. */
    private static Sample sumOfParts(Shape to, List<Place> places, Tensor... x) {
        Integer[] indices = IntStream.range(places.size(), x.length).boxed().toArray(Integer[]::new);
        return Sample.of(
                        new SumOfParts(to, places),
                        to,
                        (i, v) -> {
                            double sum = 0;
                            int next = places.size();
                            for (int k = 0; k < places.size(); k++) {
                                Place place = places.get(k);
                                Tensor part = v.get(k);
                                if (place.isRows()) {
                                    Tensor index = v.get(next++);
                                    for (int[] j : Naive.indices(index.shape())) {
                                        int[] at = IntStream.concat(
                                                        IntStream.of(j),
                                                        IntStream.of(i).skip(1))
                                                .toArray();
                                        sum += index.get(j) == i[0] ? part.get(at) : 0;
                                    }
                                } else if (place.isSlice()) {
                                    int at = i[place.axis()] - place.from();
                                    boolean inside =
                                            at >= 0 && at < part.shape().extent(place.axis());
                                    sum += inside ? part.get(with(i, place.axis(), at)) : 0;
                                } else {
                                    sum += part.get(i);
                                }
                            }
                            return sum;
                        },
                        x)
                .inert(indices);
    }

    private static final Key KEY = Key.of(0x123456789abcdefL);

    /** By its definition, an element at a time. */
    private static Sample draw(Draw.Kind kind, int... extents) {
        Shape to = Shape.of(extents);
        return Sample.of(
                        new Draw(kind, to),
                        to,
                        (i, v) -> {
                            int at = 0;
                            for (int d = 0; d < i.length; d++) {
                                at = at * extents[d] + i[d];
                            }
                            int k0 = (int) (long) v.get(0).get(0);
                            int k1 = (int) (long) v.get(0).get(1);
                            return Naive.draw(kind, k0, k1, at, to.size());
                        },
                        KEY.tensor())
                .inert(0)
                .within(4);
    }

    private static Sample oneHot(int classes, Tensor labels) {
        return Sample.of(
                        new OneHot(classes, "oneHot"),
                        labels.shape().concat(Shape.of(classes)),
                        (i, v) ->
                                v.get(0).get(IntStream.of(i).limit(i.length - 1).toArray()) == i[i.length - 1] ? 1 : 0,
                        labels)
                .inert(0);
    }

    // ---- elements along an axis ----

    private static Stream<Sample> along() {
        Tensor matrix = dyadic(3, 2);
        Tensor stack = dyadic(2, 3, 2);
        Tensor ties = Tensor.of(new double[][] {{1, 3, 1, 3}, {2, -0.0, 0, -1}});
        return Stream.concat(
                Stream.of(
                        takeAlong(0, matrix, Tensor.of(new double[][] {{2, 0}, {2, 1}})),
                        takeAlong(1, matrix, Tensor.of(new double[][] {{1}, {0}, {1}})),
                        takeAlong(1, stack, in(Tensor.of(2, 0, 1, 1), 2, 4, 2)),
                        takeAlong(0, dyadic(3), empty(0)),
                        scatterAddAlong(0, 3, dyadic(2, 2), Tensor.of(new double[][] {{2, 0}, {2, 1}})),
                        scatterAddAlong(1, 4, matrix, Tensor.of(new double[][] {{1, 3}, {0, 0}, {1, 0}})),
                        scatterAddAlong(1, 3, dyadic(2, 2, 2), in(Tensor.of(2, 0, 1, 1), 2, 2, 2)),
                        scatterAddAlong(0, 2, empty(0), empty(0))),
                Stream.of(
                                Stream.of(dyadic(5), stack, empty(0, 2), Tensor.of(3))
                                        .flatMap(x -> order(x, 0)),
                                Stream.of(matrix, dyadic(1, 16), stack).flatMap(x -> order(x, 1)),
                                order(ties, 1).map(Sample::notSmooth))
                        .flatMap(samples -> samples));
    }

    /** The orders along an axis, and the ranks. */
    private static Stream<Sample> order(Tensor x, int axis) {
        return Stream.concat(
                        Stream.of(Argsort.Order.values())
                                .map(order -> Sample.of(
                                        new Argsort(axis, order), x.shape(), (i, v) -> index(order, axis, i, v), x)),
                        Stream.of(Sample.of(
                                new Ranks(axis),
                                x.shape(),
                                (i, v) -> IntStream.range(0, v.get(0).shape().extent(axis))
                                        .map(l -> rank(
                                                v.get(0).get(with(i, axis, l)),
                                                v.get(0).get(i)))
                                        .sum(),
                                x)))
                .map(s -> s.flat(0));
    }

    /** The sign of the place of b behind a; a NaN is behind every number, and beside every NaN. */
    private static int rank(double a, double b) {
        return a < b || a == a && b != b ? 1 : a > b || a != a && b == b ? -1 : 0;
    }

    private static double index(Argsort.Order order, int axis, int[] i, List<Tensor> v) {
        Tensor x = v.get(0);
        int n = x.shape().extent(axis);
        double[] line = IntStream.range(0, n)
                .mapToDouble(l -> x.get(with(i, axis, l)))
                .map(e -> order == Argsort.Order.DESCENDING ? -e : e)
                .toArray();
        if (order == Argsort.Order.ASCENDING_OR_NAN && DoubleStream.of(line).anyMatch(e -> e != e)) {
            return IntStream.range(0, n).filter(l -> line[l] != line[l]).max().orElseThrow();
        }
        return IntStream.range(0, n)
                .filter(l -> IntStream.range(0, n)
                                .filter(m -> rank(line[m], line[l]) > 0 || rank(line[m], line[l]) == 0 && m < l)
                                .count()
                        == i[axis])
                .findFirst()
                .orElseThrow();
    }

    private static Sample takeAlong(int axis, Tensor x, Tensor index) {
        return Sample.of(
                        new TakeAlong(axis, "takeAlong"),
                        index.shape(),
                        (i, v) -> v.get(0).get(with(i, axis, (int) v.get(1).get(i))),
                        x,
                        index)
                .inert(1);
    }

    private static Sample scatterAddAlong(int axis, int extent, Tensor x, Tensor index) {
        return Sample.of(
                        new ScatterAddAlong(axis, extent, "scatterAddAlong"),
                        x.shape().with(axis, extent),
                        (i, v) -> IntStream.range(0, x.shape().extent(axis))
                                .mapToObj(l -> with(i, axis, l))
                                .filter(j -> v.get(1).get(j) == i[axis])
                                .mapToDouble(j -> v.get(0).get(j))
                                .sum(),
                        x,
                        index)
                .inert(1);
    }

    // ---- scans ----

    private static Stream<Sample> scans() {
        Tensor stack = dyadic(2, 3, 2);
        Tensor masked = Tensor.of(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.5, Double.NEGATIVE_INFINITY, 1);
        return Stream.of(
                        Stream.of(dyadic(5), stack, empty(0, 2), Tensor.of(3))
                                .flatMap(x -> Stream.of(cumSum(x, 0, false), cumSum(x, 0, true), logCumSumExp(x, 0))),
                        Stream.of(cumSum(stack, 1, true), cumSum(stack, 2, false), logCumSumExp(stack, 1)),
                        Stream.of(logCumSumExp(Tensor.of(0, 40, -40, 700), 0), logCumSumExp(masked, 0))
                                .map(Sample::notSmooth),
                        Stream.of(false, true)
                                .flatMap(transposed -> Stream.of(
                                        recurrence(dyadic(5), 0, transposed),
                                        recurrence(stack, 1, transposed),
                                        loop(transposed),
                                        recurrence(Tensor.of(0, 2, 0, -0.5), 0, transposed),
                                        loopOfTwo(),
                                        recurrence(empty(0, 2), 0, transposed).flat(0),
                                        recurrence(Tensor.of(3), 0, transposed).flat(0))))
                .flatMap(samples -> samples);
    }

    private static Sample cumSum(Tensor x, int axis, boolean reverse) {
        return Sample.of(
                new CumSum(axis, reverse),
                x.shape(),
                (i, v) -> scan(
                        v.get(0).shape().extent(axis),
                        i[axis],
                        reverse,
                        (sum, l, before) -> sum + v.get(0).get(with(i, axis, l))),
                x);
    }

    /** The factors are the inputs in reverse. */
    private static Sample recurrence(Tensor b, int axis, boolean transposed) {
        Tensor a = Tensor.of(
                b.shape(),
                IntStream.range(0, b.shape().size())
                        .mapToDouble(i -> b.toArray()[b.shape().size() - 1 - i])
                        .toArray());
        return Sample.of(
                new Recurrence(axis, transposed),
                b.shape(),
                (i, v) -> scan(
                        b.shape().extent(axis),
                        i[axis],
                        transposed,
                        (h, l, before) -> before < 0
                                ? v.get(1).get(with(i, axis, l))
                                : v.get(0).get(with(i, axis, transposed ? before : l)) * h
                                        + v.get(1).get(with(i, axis, l))),
                a,
                b);
    }

    /** The loop {@code c ← c·p + x}, with results {@code x·c} and the sum of {@code x·p}, packed as 4 carries, 3 results and a sum. */
    private static Sample loop(boolean reverse) {
        Variable c = Variable.of(1);
        Variable x = Variable.of(2);
        Variable p = Variable.of(3);
        Tape body = Tape.between(List.of(c, x, p), List.of(c.mul(p).add(x), x.mul(c), x.mul(p)));
        return Sample.of(
                new Scan(body, 1, 1, 1, 3, reverse),
                Shape.of(8),
                (i, v) -> {
                    double factor = v.get(2).item();
                    double[] carries = new double[4];
                    carries[reverse ? 3 : 0] = v.get(0).item();
                    double[] packed = new double[8];
                    for (int k = 0; k < 3; k++) {
                        int row = reverse ? 2 - k : k;
                        double term = v.get(1).get(row);
                        double before = carries[reverse ? row + 1 : row];
                        carries[reverse ? row : row + 1] = before * factor + term;
                        packed[4 + row] = term * before;
                        packed[7] += term * factor;
                    }
                    System.arraycopy(carries, 0, packed, 0, 4);
                    return packed[i[0]];
                },
                Tensor.scalar(0.5),
                dyadic(3),
                Tensor.scalar(1.25));
    }

    /** The loop {@code c ← c·d} with a carry d that stays. */
    private static Sample loopOfTwo() {
        Variable c = Variable.of(2);
        Variable d = Variable.of(3);
        return Sample.of(
                new Scan(Tape.between(List.of(c, d), List.of(c.mul(d), d)), 2, 0, 0, 2, false),
                Shape.of(6),
                (i, v) -> i[0] < 3
                        ? v.get(0).item() * Math.pow(v.get(1).item(), i[0])
                        : v.get(1).item(),
                Tensor.scalar(0.5),
                Tensor.scalar(1.25));
    }

    private static Sample logCumSumExp(Tensor x, int axis) {
        return Sample.of(
                        new LogCumSumExp(axis),
                        x.shape(),
                        (i, v) -> Math.log(scan(
                                x.shape().extent(axis),
                                i[axis],
                                false,
                                (sum, l, before) -> sum + Math.exp(v.get(0).get(with(i, axis, l))))),
                        x)
                .within(16, 1);
    }

    /** One step of a scan, at element l with the one before it, which is negative at the first. */
    private interface Step {
        double next(double y, int l, int before);
    }

    private static double scan(int n, int to, boolean reverse, Step step) {
        double y = 0;
        int before = -1;
        for (int k = 0; k < n; k++) {
            int l = reverse ? n - 1 - k : k;
            y = step.next(y, l, before);
            before = l;
            if (l == to) {
                return y;
            }
        }
        throw new AssertionError(to);
    }

    // ---- products ----

    private static Stream<Sample> products() {
        return Stream.of(
                matmul(false, false, dyadic(2, 3), dyadic(3, 2)),
                matmul(true, false, dyadic(3, 2), dyadic(3, 2)),
                matmul(false, true, dyadic(2, 3), dyadic(2, 3)),
                matmul(true, true, dyadic(3, 2), dyadic(2, 3)),
                matmul(false, false, dyadic(1, 1), dyadic(1, 1)),
                matmul(false, false, dyadic(2, 2, 2), dyadic(2, 2, 1)),
                matmul(false, false, dyadic(2, 1, 2), dyadic(2, 2)),
                matmul(true, false, dyadic(2, 2, 1), dyadic(2, 2)),
                matmul(false, true, dyadic(2, 1, 2), dyadic(2, 2)),
                matmul(true, true, dyadic(2, 2), dyadic(2, 1, 2)),
                matmul(false, false, dyadic(2, 2), dyadic(3, 2, 1)),
                matmul(false, false, dyadic(2, 1, 1, 2), dyadic(3, 2, 1)),
                matmul(true, true, dyadic(1, 2, 1), dyadic(2, 1, 2)),
                matmul(false, false, empty(2, 0), empty(0, 2)),
                matmul(false, false, empty(0, 2), dyadic(2, 2)),
                matmul(false, false, empty(0, 2, 2), dyadic(2, 2)),
                affine(dyadic(2, 3), dyadic(3, 2), dyadic(2)),
                affine(dyadic(2, 2, 2), dyadic(2, 1), dyadic(1)),
                affine(empty(0, 2), dyadic(2, 3), dyadic(3)),
                affine(empty(2, 0), empty(0, 3), dyadic(3)));
    }

    private static Sample matmul(boolean transposeLeft, boolean transposeRight, Tensor left, Tensor right) {
        int k = left.shape().extent(transposeLeft ? -2 : -1);
        Shape stacks = Shape.broadcast("test", stack(left.shape()), stack(right.shape()));
        Shape matrix = Shape.of(
                left.shape().extent(transposeLeft ? -1 : -2), right.shape().extent(transposeRight ? -2 : -1));
        return Sample.of(
                new MatMul(transposeLeft, transposeRight),
                stacks.concat(matrix),
                (i, v) -> IntStream.range(0, k)
                        .mapToDouble(l -> matrix(v.get(0), transposeLeft, with(i, -1, l))
                                * matrix(v.get(1), transposeRight, with(i, -2, l)))
                        .sum(),
                left,
                right);
    }

    private static Shape stack(Shape s) {
        return Shape.of(IntStream.of(s.toArray()).limit(s.rank() - 2).toArray());
    }

    /** An element of a matrix in a stack that broadcasts; an extent of 1 of the matrix itself is not repeated, as its index is 0. */
    private static double matrix(Tensor x, boolean transposed, int... i) {
        int row = i[i.length - 2];
        int column = i[i.length - 1];
        return at(x, transposed ? with(with(i, -2, column), -1, row) : i);
    }

    private static Sample affine(Tensor x, Tensor weight, Tensor bias) {
        return Sample.of(
                Affine.AFFINE,
                x.shape().with(-1, bias.shape().size()),
                (i, v) -> {
                    int q = i[i.length - 1];
                    double product = IntStream.range(0, v.get(1).shape().extent(0))
                            .mapToDouble(
                                    l -> at(v.get(0), with(i, -1, l)) * v.get(1).get(l, q))
                            .sum();
                    return product + v.get(2).get(q);
                },
                x,
                weight,
                bias);
    }

    // ---- convolutions and windows ----

    private static Stream<Sample> convolutions() {
        Geometry plain = new Geometry(3, 2, 2, 2, 1, 1, 0, 0, 1, 1, 1);
        Geometry strided = new Geometry(4, 1, 2, 1, 3, 2, 1, 0, 1, 1, 1);
        Geometry dilated = new Geometry(2, 3, 1, 2, 1, 2, 0, 1, 2, 3, 2);
        return Stream.of(
                        Stream.of(Convolution.Kind.values())
                                .flatMap(kind -> Stream.of(
                                        convolution(kind, plain, 1, 1, 2),
                                        convolution(kind, plain, 0, 1, 1),
                                        convolution(kind, plain, 1, 0, 1),
                                        convolution(kind, strided, 2, 1, 1),
                                        convolution(kind, strided, 1, 2, 2),
                                        convolution(kind, dilated, 1, 2, 2))),
                        Stream.of(
                                windows(dyadic(5), 0, 3, 2),
                                windows(dyadic(2, 4, 2), 1, 2, 1),
                                windows(empty(3, 0), 0, 2, 3),
                                addWindows(dyadic(2, 3), 0, 6, 2),
                                addWindows(dyadic(2, 3, 2, 2), 1, 4, 1),
                                addWindows(empty(1, 0, 2), 0, 3, 1)))
                .flatMap(samples -> samples);
    }

    /** A convolution of {@code in} channels to {@code out}. */
    private static Sample convolution(Convolution.Kind kind, Geometry g, int batch, int in, int out) {
        Shape image = Shape.of(batch, in, g.h(), g.w());
        Shape output = Shape.of(batch, out, g.outH(), g.outW());
        Shape weight = Shape.of(out, in / g.groups(), g.kernelH(), g.kernelW());
        Shape left = kind == Convolution.Kind.IMAGE ? output : image;
        Shape right = kind == Convolution.Kind.WEIGHT ? output : weight;
        return Sample.of(
                new Convolution(kind, g),
                kind == Convolution.Kind.OUTPUT ? output : kind == Convolution.Kind.IMAGE ? image : weight,
                (i, v) -> Naive.convolution(kind, g, v.get(0), v.get(1), i),
                dyadic(left.toArray()),
                dyadic(right.toArray()));
    }

    private static Sample windows(Tensor x, int axis, int size, int step) {
        Shape s = x.shape();
        return Sample.of(
                new Windows(axis, size, step),
                s.with(axis, (s.extent(axis) - size) / step + 1).concat(Shape.of(size)),
                (i, v) -> v.get(0).get(with(Arrays.copyOf(i, s.rank()), axis, i[axis] * step + i[s.rank()])),
                x);
    }

    private static Sample addWindows(Tensor x, int axis, int extent, int step) {
        Shape s = x.shape();
        Shape out = Shape.of(Arrays.copyOf(s.toArray(), s.rank() - 1)).with(axis, extent);
        return Sample.of(
                new AddWindows(axis, extent, step),
                out,
                (i, v) -> Naive.indices(s).stream()
                        .filter(k -> Arrays.equals(
                                i, with(Arrays.copyOf(k, out.rank()), axis, k[axis] * step + k[out.rank()])))
                        .mapToDouble(v.get(0)::get)
                        .sum(),
                x);
    }

    // ---- the softmax family ----

    private static final Sample.Formula CROSS_ENTROPY =
            (i, v) -> overRow(v.get(0), i, j -> at(v.get(1), j) == 0 ? 0 : -at(v.get(1), j) * Math.log(p(v.get(0), j)));

    /** Operations of linear algebra, by Cramer's rule and by minors. */
    private static Stream<Sample> matrices() {
        Tensor positive = Tensor.of(new double[][] {{4, 1, -0.5}, {0.5, 3, 0.25}, {-1, 0.75, 2}});
        Tensor right = dyadic(3, 2);
        Tensor general = Tensor.of(new double[][] {{0.5, 2, -1}, {3, 0.25, 1}, {-0.75, 1, 4}});
        Tensor stack = Tensor.of(new double[][][] {{{2, 0.5}, {1, 3}}, {{1.5, -0.25}, {0.5, 1}}});
        Tensor rights = dyadic(2, 2, 3);
        return Stream.of(
                        Stream.of(positive, stack, Tensor.of(new double[][] {{9}}), empty(0, 0), empty(2, 0, 0))
                                .map(a -> Sample.of(
                                                Cholesky.CHOLESKY,
                                                a.shape(),
                                                (i, v) -> cholesky(matrix(v.get(0), i), row(i, 0), row(i, 1)),
                                                a)
                                        .within(4)),
                        Stream.of(false, true)
                                .flatMap(transposed -> Stream.of(false, true)
                                        .flatMap(upper -> Stream.of(
                                                triangular(upper, transposed, general, right),
                                                triangular(upper, transposed, stack, rights),
                                                triangular(upper, transposed, empty(0, 0), empty(0, 2))))),
                        Stream.of(false, true)
                                .flatMap(transposed -> Stream.of(
                                        solve(transposed, general, right),
                                        solve(transposed, stack, rights),
                                        leastSquares(transposed, dyadic(4, 2), dyadic(transposed ? 2 : 4, 3)),
                                        leastSquares(transposed, dyadic(2, 3, 2), dyadic(2, transposed ? 2 : 3, 1)),
                                        leastSquares(transposed, empty(3, 0), empty(transposed ? 0 : 3, 2)),
                                        solve(transposed, empty(0, 0), empty(0, 2)))),
                        Stream.of(stack, Tensor.of(new double[][] {{1, -2}, {0.5, -1}}), empty(0, 0))
                                .map(a -> Sample.of(
                                                Eigh.EIGH,
                                                a.shape().rank() == 3
                                                        ? Shape.of(2, 6)
                                                        : Shape.of(a.shape().size() * 3 / 2),
                                                (i, v) -> eigh(
                                                        matrix(v.get(0), Arrays.copyOf(i, i.length + 1)),
                                                        i[i.length - 1]),
                                                a)
                                        .within(8, 1)),
                        Stream.of(dyadic(3, 3), dyadic(4, 2), dyadic(2, 3, 1), empty(3, 0), empty(0, 0))
                                .flatMap(a -> Stream.of(qr(a), independent(a))),
                        Stream.of(stack, dyadic(4, 2), dyadic(2, 3, 2), empty(3, 0), empty(0, 0))
                                .map(Samples::svd),
                        Stream.of(false, true)
                                .flatMap(singular -> Stream.of(false, true)
                                        .flatMap(strict -> Stream.of(
                                                gaps(singular, strict, Tensor.of(1, 2.5, -3)),
                                                gaps(singular, strict, dyadic(2, 2)),
                                                gaps(singular, strict, empty(0))))),
                        Stream.of(false, true)
                                .flatMap(log -> Stream.of(
                                        determinant(log, general),
                                        determinant(log, stack),
                                        determinant(log, Tensor.of(new double[][] {{-3}})),
                                        determinant(log, empty(0, 0)))))
                .flatMap(samples -> samples);
    }

    /** The matrix of a stack that holds an element of the result. */
    private static double[][] matrix(Tensor x, int... index) {
        int rank = x.shape().rank();
        int n = x.shape().extent(-1);
        double[][] m = new double[n][n];
        int[] at = Arrays.copyOf(index, rank);
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < n; c++) {
                m[r][c] = x.get(with(with(at, rank - 2, r), rank - 1, c));
            }
        }
        return m;
    }

    private static int row(int[] index, int k) {
        return index[index.length - 2 + k];
    }

    private static double determinant(double[][] m) {
        double sum = m.length == 0 ? 1 : 0;
        for (int c = 0; c < m.length; c++) {
            double[][] minor = new double[m.length - 1][m.length - 1];
            for (int i = 1; i < m.length; i++) {
                for (int j = 0; j < minor.length; j++) {
                    minor[i - 1][j] = m[i][j < c ? j : j + 1];
                }
            }
            sum += (c % 2 == 0 ? 1 : -1) * m[0][c] * determinant(minor);
        }
        return sum;
    }

    /** {@code L_ij = det(rows 0..j−1, i; columns 0..j) / √(det_j·det_(j+1))}, with leading minors. */
    private static double cholesky(double[][] m, int i, int j) {
        if (i < j) {
            return 0;
        }
        double[][] minor = new double[j + 1][j + 1];
        for (int r = 0; r <= j; r++) {
            for (int c = 0; c <= j; c++) {
                int from = r == j ? i : r;
                minor[r][c] = (m[from][c] + m[c][from]) / 2;
            }
        }
        return determinant(minor) / Math.sqrt(leading(m, j) * leading(m, j + 1));
    }

    private static double leading(double[][] m, int n) {
        double[][] leading = new double[n][n];
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < n; c++) {
                leading[r][c] = (m[r][c] + m[c][r]) / 2;
            }
        }
        return determinant(leading);
    }

    /** An element of the solution by Cramer's rule. */
    private static double cramer(double[][] m, boolean transposed, int[] index, Tensor b) {
        int n = m.length;
        double[][] of = new double[n][n];
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < n; c++) {
                of[transposed ? c : r][transposed ? r : c] = m[r][c];
            }
        }
        double whole = determinant(of);
        for (int r = 0; r < n; r++) {
            of[r][row(index, 0)] = b.get(with(index, index.length - 2, r));
        }
        return determinant(of) / whole;
    }

    /** An element of the solution with a triangle, by those that it needs. */
    private static double substituted(double[][] m, boolean upper, boolean transposed, int[] index, Tensor b) {
        int i = row(index, 0);
        double rest = b.get(index);
        for (int k = 0; k < m.length; k++) {
            if (upper == transposed ? k < i : k > i) {
                double known = substituted(m, upper, transposed, with(index, index.length - 2, k), b);
                rest -= (transposed ? m[k][i] : m[i][k]) * known;
            }
        }
        return rest / m[i][i];
    }

    private static Sample triangular(boolean upper, boolean transposed, Tensor t, Tensor b) {
        return Sample.of(
                        new TriangularSolve(upper, transposed),
                        b.shape(),
                        (i, v) -> substituted(matrix(v.get(0), i), upper, transposed, i, v.get(1)),
                        t,
                        b)
                .within(16, 1);
    }

    private static Sample solve(boolean transposed, Tensor a, Tensor b) {
        return Sample.of(
                        new Solve(transposed, new Factored.Memory()),
                        b.shape(),
                        (i, v) -> cramer(matrix(v.get(0), i), transposed, i, v.get(1)),
                        a,
                        b)
                .within(16, 1);
    }

    private static Sample gaps(boolean singular, boolean strict, Tensor x) {
        return Sample.of(
                new Gaps(singular, strict),
                x.shape().concat("gaps", Shape.of(x.shape().extent(-1))),
                (i, v) -> {
                    int rank = x.shape().rank();
                    int[] index = Arrays.copyOf(i, rank);
                    double from = v.get(0).get(with(index, rank - 1, i[rank - 1]));
                    double to = v.get(0).get(with(index, rank - 1, i[rank]));
                    return i[rank - 1] == i[rank] ? 0 : to == from ? Double.NaN : 1 / (to - from);
                },
                x);
    }

    /** Two eigenvalues, then two vectors as columns, by the angle of the rotation. The larger element of each is positive. */
    private static double eigh(double[][] m, int k) {
        double mean = (m[0][0] + m[1][1]) / 2;
        double half = (m[0][0] - m[1][1]) / 2;
        double off = (m[0][1] + m[1][0]) / 2;
        double angle = Math.atan2(off, half) / 2;
        if (k < 2) {
            return mean + (k == 0 ? -1 : 1) * Math.hypot(half, off);
        }
        int row = (k - 2) / 2;
        double[] vector = k % 2 == 0
                ? new double[] {-Math.sin(angle), Math.cos(angle)}
                : new double[] {Math.cos(angle), Math.sin(angle)};
        double largest = Math.abs(vector[1]) > Math.abs(vector[0]) ? vector[1] : vector[0];
        return vector[row] * Math.signum(largest);
    }

    /** The columns of the matrix of a stack that holds an element of a packed result. */
    private static double[][] columns(Tensor x, int[] index) {
        int rank = x.shape().rank();
        double[][] columns = new double[x.shape().extent(-1)][x.shape().extent(-2)];
        for (int c = 0; c < columns.length; c++) {
            for (int r = 0; r < columns[c].length; r++) {
                columns[c][r] = x.get(with(with(index, rank - 2, r), rank - 1, c));
            }
        }
        return columns;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static boolean hasNan(double[][] x) {
        return Arrays.stream(x).flatMapToDouble(Arrays::stream).anyMatch(Double::isNaN);
    }

    /** By the method of Gram and Schmidt. */
    private static Sample qr(Tensor a) {
        Shape s = a.shape();
        return Sample.of(
                        QrOp.QR,
                        s.with(-2, s.extent(-2) + s.extent(-1)),
                        (i, v) -> {
                            double[][] q = columns(v.get(0), i);
                            int m = q[0].length;
                            double[][] r = new double[q.length][q.length];
                            for (int k = 0; k < q.length; k++) {
                                for (int j = 0; j < k; j++) {
                                    r[j][k] = dot(q[j], q[k]);
                                    for (int row = 0; row < m; row++) {
                                        q[k][row] -= r[j][k] * q[j][row];
                                    }
                                }
                                r[k][k] = Math.sqrt(dot(q[k], q[k]));
                                for (int row = 0; row < m; row++) {
                                    q[k][row] /= r[k][k];
                                }
                            }
                            boolean nan = hasNan(columns(v.get(0), i));
                            int row = row(i, 0);
                            return nan ? Double.NaN : row < m ? q[row(i, 1)][row] : r[row - m][row(i, 1)];
                        },
                        a)
                .within(64, 1);
    }

    private static Sample independent(Tensor a) {
        Tensor factors = QrOp.QR.apply(Variable.of(a)).value();
        return Sample.of(
                Independent.INDEPENDENT, factors.shape(), (i, v) -> v.get(0).get(i), factors);
    }

    /** Of two columns, by the angle of the rotation that makes them orthogonal. The largest element of each left vector is positive. */
    private static Sample svd(Tensor a) {
        Shape s = a.shape();
        return Sample.of(
                        SvdOp.SVD,
                        s.with(-2, s.extent(-2) + 1 + s.extent(-1)),
                        (i, v) -> {
                            double[][] c = columns(v.get(0), i);
                            int m = c[0].length;
                            int row = row(i, 0);
                            int value = row <= m ? row(i, 1) : row - m - 1;
                            double angle = Math.atan2(2 * dot(c[0], c[1]), dot(c[0], c[0]) - dot(c[1], c[1])) / 2;
                            double[] right = value == 0
                                    ? new double[] {Math.cos(angle), Math.sin(angle)}
                                    : new double[] {-Math.sin(angle), Math.cos(angle)};
                            double[] left = new double[m];
                            Arrays.setAll(left, r -> c[0][r] * right[0] + c[1][r] * right[1]);
                            double length = Math.sqrt(dot(left, left));
                            double largest = 0;
                            for (double element : left) {
                                largest = Math.abs(element) > Math.abs(largest) ? element : largest;
                            }
                            double sign = hasNan(c) ? Double.NaN : Math.signum(largest);
                            return row < m ? sign * left[row] / length : row == m ? length : sign * right[row(i, 1)];
                        },
                        a)
                .within(64, 1);
    }

    /** By the normal equations. */
    private static Sample leastSquares(boolean normal, Tensor a, Tensor b) {
        int n = a.shape().extent(-1);
        return Sample.of(
                        new LeastSquaresOp(normal, new Factored.Memory()),
                        b.shape().with(-2, n),
                        (i, v) -> cramer(
                                crossed(v.get(0), v.get(0), i, n),
                                false,
                                new int[] {row(i, 0), 0},
                                normal ? column(v.get(1), i, n) : crossed(v.get(0), v.get(1), i)),
                        a,
                        b)
                .within(64, 1);
    }

    private static double[][] crossed(Tensor a, Tensor b, int[] index, int q) {
        double[][] products = new double[a.shape().extent(-1)][q];
        for (int r = 0; r < products.length; r++) {
            for (int c = 0; c < q; c++) {
                products[r][c] = crossed(a, b, index, r, c);
            }
        }
        return products;
    }

    private static double crossed(Tensor a, Tensor b, int[] index, int r, int c) {
        double sum = 0;
        for (int k = 0; k < a.shape().extent(-2); k++) {
            int[] at = with(index, index.length - 2, k);
            sum += a.get(with(at, index.length - 1, r)) * b.get(with(at, index.length - 1, c));
        }
        return sum;
    }

    /** The right side of the normal equations for the column of an element. */
    private static Tensor crossed(Tensor a, Tensor b, int[] index) {
        double[][] column = new double[a.shape().extent(-1)][1];
        for (int r = 0; r < column.length; r++) {
            column[r][0] = crossed(a, b, index, r, row(index, 1));
        }
        return Tensor.of(column);
    }

    private static Tensor column(Tensor b, int[] index, int n) {
        double[][] column = new double[n][1];
        for (int r = 0; r < n; r++) {
            column[r][0] = b.get(with(index, index.length - 2, r));
        }
        return Tensor.of(column);
    }

    private static Sample determinant(boolean log, Tensor a) {
        return Sample.of(
                        new Determinant(log, new Factored.Memory()),
                        Shape.of(Arrays.copyOf(a.shape().toArray(), a.shape().rank() - 2)),
                        (i, v) -> {
                            double det = determinant(matrix(v.get(0), i));
                            return log ? Math.log(Math.abs(det)) : det;
                        },
                        a)
                .within(16, 1);
    }

    private static Stream<Sample> softmax() {
        Tensor matrix = Tensor.of(new double[][] {{0.5, 2, -1}, {0, -3, 1.5}});
        Tensor ties = Tensor.of(new double[][] {{1, 1, 0}, {2, 2, 2}});
        List<Tensor> logits = List.of(
                Tensor.of(1, -0.5, 0.25),
                matrix,
                ties,
                in(matrix, 3, 1, 2),
                Tensor.of(3),
                Tensor.of(40, 0),
                empty(0, 2));
        Tensor masked = Tensor.of(1, Double.NEGATIVE_INFINITY, 0.25);
        Tensor target = Tensor.of(0.5, 0, 0.25);
        return Stream.of(
                        logits.stream().flatMap(Samples::softmax),
                        // log-sum-exp of nothing is −∞
                        Stream.of(empty(0), empty(2, 0))
                                .flatMap(Samples::softmax)
                                .map(Sample::notSmooth),
                        Stream.concat(logits.stream(), Stream.of(masked)).flatMap(Samples::realSoftMax),
                        finiteSoftmax(masked, target),
                        // the derivative in the target of a masked class is +∞, so the target is a constant here
                        Stream.of(
                                one("crossEntropy of masked logits", o -> o.crossEntropy(Variable.of(target)), masked)))
                .flatMap(samples -> samples);
    }

    private static Stream<Sample> softmax(Tensor o) {
        Shape s = o.shape();
        Tensor second = in(points(0.25, 0.375, 0.5, 0.625), s);
        return Stream.concat(
                finiteSoftmax(o, second),
                Stream.of(
                        rowOp(SoftmaxOp.LOG_SOFTMAX, s, (i, v) -> Math.log(p(v.get(0), i)), o),
                        rowOp(SoftmaxOp.CROSS_ENTROPY, s.with(-1, 1), CROSS_ENTROPY, o, second)));
    }

    /** What is finite, with all derivatives, where a class is masked, too. */
    private static Stream<Sample> finiteSoftmax(Tensor o, Tensor second) {
        Shape s = o.shape();
        return Stream.of(
                rowOp(SoftmaxOp.SOFTMAX, s, (i, v) -> p(v.get(0), i), o),
                rowOp(SoftmaxOp.LOG_SUM_EXP, s.with(-1, 1), (i, v) -> Math.log(z(v.get(0), i)), o),
                rowOp(
                        SoftmaxOp.RESIDUAL,
                        s,
                        (i, v) -> overRow(v.get(1), i, j -> at(v.get(1), j)) * p(v.get(0), i) - at(v.get(1), i),
                        o,
                        second),
                rowOp(
                        SoftmaxOp.JACOBIAN_PRODUCT,
                        s,
                        (i, v) -> p(v.get(0), i) == 0 ? 0 : p(v.get(0), i) * (at(v.get(1), i) - mean(v, i)),
                        o,
                        second),
                rowOp(SoftmaxOp.CENTER, s, (i, v) -> at(v.get(1), i) - mean(v, i), o, second));
    }

    /** At two temperatures; λ is a number, so that NaN in it is refused. */
    private static Stream<Sample> realSoftMax(Tensor o) {
        return Stream.of(0.5, 2.0)
                .map(lambda -> rowOp(
                        SoftmaxOp.REAL_SOFT_MAX,
                        o.shape().with(-1, 1),
                        (i, v) -> Math.log(overRow(
                                        v.get(0), i, j -> Math.exp(v.get(1).item() * at(v.get(0), j))))
                                / v.get(1).item(),
                        o,
                        scalar(lambda)));
    }

    /** The plain formulas subtract, divide and sum numbers of order one, or of that of the logits. */
    private static Sample rowOp(Op op, Shape shape, Sample.Formula formula, Tensor... x) {
        return Sample.of(op, shape, formula, x).within(16, 1);
    }

    private static double overRow(Tensor x, int[] i, ToDoubleFunction<int[]> f) {
        return IntStream.range(0, x.shape().extent(-1))
                .mapToDouble(k -> f.applyAsDouble(with(i, -1, k)))
                .sum();
    }

    private static double z(Tensor o, int... i) {
        return overRow(o, i, j -> Math.exp(at(o, j)));
    }

    private static double p(Tensor o, int... i) {
        return Math.exp(at(o, i)) / z(o, i);
    }

    /** ⟨p, v⟩, where a class of probability 0 takes no part. */
    private static double mean(List<Tensor> v, int... i) {
        return overRow(v.get(0), i, j -> p(v.get(0), j) == 0 ? 0 : p(v.get(0), j) * at(v.get(1), j));
    }

    // ---- custom operations ----

    /** x³. */
    record Cube() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square().mul(3));
        }
    }

    /** {@code c·a·b} with broadcasting, where a mask of the shape of the result is not 0. */
    record MaskedProduct(double c) implements CustomOp {
        @Override
        public boolean passes(int i) {
            return i < 2;
        }

        @Override
        public Shape shape(Shape... x) {
            return Shape.broadcast("maskedProduct", x[0], x[1]);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            Shape shape = shape(x.get(0).shape(), x.get(1).shape());
            return Naive.tensor(shape, i -> at(x.get(2), i) == 0 ? 0 : c * at(x.get(0), i) * at(x.get(1), i));
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return i == 2 ? null : Variable.where(x.get(2), g.mul(x.get(1 - i)).mul(c), Variable.of(0));
        }
    }

    private static Stream<Sample> custom() {
        Sample.Formula product = (i, v) -> at(v.get(2), i) == 0 ? 0 : 3 * at(v.get(0), i) * at(v.get(1), i);
        Tensor mask = Tensor.of(new double[][] {{1, 0, 1}, {0, 1, 1}});
        return Stream.concat(
                unary(new Cube(), x -> x * x * x, 0, points(-2, 0, 0.75), points(1e10)),
                Stream.of(Sample.of(new MaskedProduct(3), Shape.of(2, 3), product, dyadic(2, 1), dyadic(3), mask)
                        .inert(2)));
    }

    // ---- what fluent methods compose ----

    private static Stream<Sample> composed() {
        Tensor matrix = dyadic(2, 3);
        Tensor stack = dyadic(2, 2, 3);
        Tensor vector = dyadic(3);
        Tensor labels = Tensor.of(2, 0);
        Stream<Sample> ofOne = Stream.of(
                one("rsub", x -> x.rsub(2), matrix),
                one("reciprocal", Variable::reciprocal, vector),
                one("logSigmoid", Variable::logSigmoid, vector),
                one("celu", x -> x.celu(0.5), vector),
                one("selu", Variable::selu, vector),
                one("relu6", Variable::relu6, vector),
                one("hardtanh", Variable::hardtanh, vector),
                one("hardsigmoid", Variable::hardsigmoid, vector),
                one("hardswish", Variable::hardswish, vector),
                one("geluTanh", Variable::geluTanh, vector),
                one("maximum", x -> x.maximum(0.25), vector),
                one("minimum", x -> x.minimum(0.25), vector),
                one("sum", Variable::sum, matrix),
                one("mean(-1)", x -> x.mean(-1), matrix),
                one("variance", x -> x.variance(), matrix),
                one("variance(true, 0)", x -> x.variance(true, 0), matrix),
                one("variance(1, true, 0)", x -> x.variance(1, true, 0), matrix),
                one("std", x -> x.std(), matrix),
                one("std(1, true, 1)", x -> x.std(1, true, 1), matrix),
                one("prod", x -> x.prod(), matrix),
                one("prod(true, 0)", x -> x.prod(true, 0), stack),
                one("norm(1)", x -> x.norm(1), matrix),
                one("norm(2, true, 0)", x -> x.norm(2, true, 0), matrix),
                one("norm(∞, 1)", x -> x.norm(Double.POSITIVE_INFINITY, 1), matrix),
                one("max(1)", x -> x.max(1), matrix),
                one("min(true, 0)", x -> x.min(true, 0), matrix),
                one("logSumExp", x -> x.logSumExp(), stack),
                one("logSumExp(0, 2)", x -> x.logSumExp(0, 2), stack),
                one("softmax(0)", x -> x.softmax(0), matrix),
                one("softmin", Variable::softmin, matrix),
                one("realSoftMax", x -> x.realSoftMax(2), matrix),
                one("transpose", Variable::transpose, matrix),
                one("sort", x -> x.sort(-1), matrix),
                one("sort descending", x -> x.sort(0, true), stack),
                one("topK", x -> x.topK(1, 2).square(), matrix),
                one("median", x -> x.median(), matrix),
                one("quantile(0.3, true, 0)", x -> x.quantile(0.3, true, 0), stack),
                one("cumProd", x -> x.cumProd(1), matrix),
                one("cumProd at zeros", x -> x.cumProd(0), Tensor.of(2, 0, 3, 0, 5)),
                one(
                        "split",
                        x -> Variable.concat(
                                1, x.split(1, 2, 1).get(1), x.split(1, 2, 1).get(0)),
                        matrix),
                one("chunk", x -> x.chunk(0, 2).get(1).mul(x.chunk(0, 2).get(0)), matrix),
                one("select", x -> x.select(1, -1).mul(x.select(1, 0)), stack),
                one("unstack", x -> x.unstack(-1).get(2).mul(x.unstack(-1).get(0)), stack),
                one("tile", x -> x.tile(2, 1, 2), matrix),
                one("pad(0, 1, 2, 5)", x -> x.pad(0, 1, 2, 5), matrix),
                one("roll", x -> x.roll(1, -1), matrix),
                one("diagonal", Variable::diagonal, stack),
                one("diagonal of columns", Variable::diagonal, dyadic(3, 2)),
                one("diag", Variable::diag, matrix),
                one("diagonal to the right", x -> x.diagonal(1), stack),
                one("diag to the left", x -> x.diag(-1), matrix),
                one("trace", Variable::trace, stack));
        Stream<Sample> ofTwo = Stream.of(
                two("matmul 1·1", Variable::matmul, vector, dyadic(3)),
                two("matmul 1·2", Variable::matmul, vector, dyadic(3, 2)),
                two("matmul 2·1", Variable::matmul, matrix, vector),
                two("matmul 3·1", Variable::matmul, stack, vector),
                two("matmul 1·3", Variable::matmul, dyadic(2), stack),
                two("matmul x·xᵀ", (x, y) -> x.matmul(x.transpose()).add(y), matrix, scalar(2)),
                two("stack", (x, y) -> Variable.stack(1, x, y), vector, vector),
                two("outer", Variable::outer, matrix, dyadic(2)),
                two("gather(1, ·)", (x, index) -> x.gather(1, index), matrix, labels)
                        .inert(1),
                two("gather(-1, ·) of a stack", (x, index) -> x.gather(-1, index), stack, in(labels, 2, 2))
                        .inert(1),
                two("pick", Variable::pick, matrix, labels).inert(1),
                two("crossEntropy", Variable::crossEntropy, matrix, dyadic(2, 3)),
                two("crossEntropyWithLabels", Variable::crossEntropyWithLabels, matrix, labels)
                        .inert(1),
                two("nll", (x, t) -> x.logSoftmax().nll(t, Reduction.SUM), matrix, labels)
                        .inert(1));
        Stream<Sample> ofThree = Stream.of(
                Sample.composed(
                        "linearRecurrence",
                        v -> Variable.linearRecurrence(1, v.get(0), v.get(1), v.get(2)),
                        matrix,
                        dyadic(2, 3),
                        dyadic(2)),
                Sample.composed(
                        "affine of a row",
                        v -> v.get(0).affine(v.get(1), v.get(2)),
                        vector,
                        dyadic(3, 2),
                        dyadic(1, 2)),
                Sample.composed(
                                "where",
                                v -> Variable.where(v.get(0), v.get(1), v.get(2)),
                                Tensor.of(new double[][] {{1}, {0}}),
                                vector,
                                scalar(2))
                        .inert(0));
        return Stream.of(ofOne, ofTwo, ofThree).flatMap(samples -> samples);
    }

    private static Sample one(String name, UnaryOperator<Variable> f, Tensor x) {
        return Sample.composed(name, v -> f.apply(v.get(0)), x);
    }

    private static Sample two(String name, BinaryOperator<Variable> f, Tensor x, Tensor other) {
        return Sample.composed(name, v -> f.apply(v.get(0), v.get(1)), x, other);
    }

    // ---- how points and formulas are made ----

    private static double[] points(double... x) {
        return x;
    }

    private static Tensor scalar(double x) {
        return Tensor.scalar(x);
    }

    private static Tensor empty(int... extents) {
        return Tensor.zeros(extents);
    }

    /** The elements, over and over, in a shape. */
    private static Tensor in(Tensor x, int... extents) {
        return in(x.toArray(), Shape.of(extents));
    }

    private static Tensor in(double[] x, Shape shape) {
        return Tensor.of(
                shape,
                IntStream.range(0, shape.size())
                        .mapToDouble(i -> x[i % x.length])
                        .toArray());
    }

    /** Distinct multiples of 1/8 of both signs, none within 1/16 of 0. */
    private static Tensor dyadic(int... extents) {
        Shape shape = Shape.of(extents);
        return Tensor.of(
                shape,
                IntStream.range(0, shape.size())
                        .mapToDouble(i -> ((i * 7 + 3) % 17 - 8.5) / 4)
                        .toArray());
    }

    interface Ternary {
        double at(double a, double b, double c);
    }

    private static Sample.Formula each(DoubleUnaryOperator f) {
        return (i, v) -> f.applyAsDouble(at(v.get(0), i));
    }

    private static Sample.Formula each(DoubleBinaryOperator f) {
        return (i, v) -> f.applyAsDouble(at(v.get(0), i), at(v.get(1), i));
    }

    private static Sample.Formula each(Ternary f) {
        return (i, v) -> f.at(at(v.get(0), i), at(v.get(1), i), at(v.get(2), i));
    }

    /** A function of one operand, in several shapes, and at special points. */
    private static Stream<Sample> unary(Op op, DoubleUnaryOperator f, double ulps, double[] regular, double[] special) {
        return Stream.of(
                        Stream.of(Shape.of(regular.length), Shape.of(), Shape.of(2, 1, 2), Shape.of(0))
                                .map(s -> Sample.of(op, s, each(f), in(regular, s))),
                        Stream.of(Sample.of(op, Shape.of(special.length), each(f), Tensor.of(special))
                                .notSmooth()))
                .flatMap(samples -> samples)
                .map(s -> s.within(ulps));
    }

    /** A function of two operands, in pairs of shapes that broadcast in every way. */
    private static Stream<Sample> binary(Op op, DoubleBinaryOperator f, double ulps, double[] left, double[] right) {
        return Stream.of(
                        pair(Shape.of(2, 3), Shape.of(2, 3), Shape.of(2, 3)),
                        pair(Shape.of(2, 3), Shape.of(3), Shape.of(2, 3)),
                        pair(Shape.of(1), Shape.of(2, 3), Shape.of(2, 3)),
                        pair(Shape.of(2, 1), Shape.of(1, 3), Shape.of(2, 3)),
                        pair(Shape.of(), Shape.of(), Shape.of()),
                        pair(Shape.of(), Shape.of(3), Shape.of(3)),
                        pair(Shape.of(2, 2), Shape.of(), Shape.of(2, 2)),
                        pair(Shape.of(2, 1, 2), Shape.of(2, 1), Shape.of(2, 2, 2)),
                        pair(Shape.of(0, 2), Shape.of(1, 1), Shape.of(0, 2)))
                .map(s -> Sample.of(op, s.get(2), each(f), in(left, s.get(0)), in(right, s.get(1)))
                        .within(ulps));
    }

    private static List<Shape> pair(Shape left, Shape right, Shape result) {
        return List.of(left, right, result);
    }
}
