package dev.wengert.accuracy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Erfcx;
import dev.wengert.autodiff.op.MomentRatio;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Prints the largest errors of smooth functions and of their first derivatives, in ulps of the exact value, over random arguments. The
 * arguments are how many (100,000), and names of functions (all of them).
 */
final class Ulps {

    private static final BigArithmetic A = new BigArithmetic(40);

    /** A function and its range; arguments are spread by size, or evenly. */
    private record Case(String name, int operands, Function<List<Variable>, Variable> f, List<Range> ranges) {}

    private record Range(double low, double high, boolean bySize, boolean besideOne) {
        double draw(RandomGenerator random) {
            return besideOne ? 1 - drawn(random) : drawn(random);
        }

        private double drawn(RandomGenerator random) {
            if (!bySize) {
                return random.nextDouble(low, high);
            }
            double sign = low < 0 && (high <= 0 || random.nextBoolean()) ? -1 : 1;
            double from = Math.max(1e-300, Math.min(Math.abs(low), Math.abs(high)));
            double to = Math.max(Math.abs(low), Math.abs(high));
            if (low < 0 && high > 0) {
                from = 1e-300;
                to = sign < 0 ? -low : high;
            }
            return sign * StrictMath.exp(random.nextDouble(StrictMath.log(from), StrictMath.log(to)));
        }

        static Range even(double low, double high) {
            return new Range(low, high, false, false);
        }

        static Range bySize(double low, double high) {
            return new Range(low, high, true, false);
        }

        static Range besideOne(double low, double high) {
            return new Range(low, high, true, true);
        }
    }

    private static Case of(String name, Function<Variable, Variable> f, Range... ranges) {
        return new Case(name, 1, x -> f.apply(x.get(0)), List.of(ranges));
    }

    private static Case ofTwo(String name, BinaryOperator<Variable> f, Range... ranges) {
        return new Case(name, 2, x -> f.apply(x.get(0), x.get(1)), List.of(ranges));
    }

    private static final Range POSITIVE = Range.bySize(1e-300, 1e300);
    private static final Range AROUND = Range.even(-10, 10);

    private static final List<Case> CASES = List.of(
            of("exp", Variable::exp, Range.even(-700, 700), Range.bySize(-700, 700)),
            of("expm1", Variable::expm1, Range.even(-40, 700), Range.bySize(-700, 700)),
            of("log", Variable::log, POSITIVE, Range.even(0.5, 2)),
            of("log1p", Variable::log1p, POSITIVE, Range.even(-1, 2)),
            of("log2", Variable::log2, POSITIVE, Range.even(0.5, 2)),
            of("log10", Variable::log10, POSITIVE, Range.even(0.5, 2)),
            of("sin", Variable::sin, AROUND, Range.bySize(-1e9, 1e9)),
            of("cos", Variable::cos, AROUND, Range.bySize(-1e9, 1e9)),
            of("tan", Variable::tan, AROUND, Range.bySize(-1e9, 1e9)),
            of("asin", Variable::asin, Range.even(-1, 1), Range.bySize(-1, 1), Range.besideOne(0x1p-53, 0.5)),
            of("acos", Variable::acos, Range.even(-1, 1), Range.bySize(-1, 1), Range.besideOne(0x1p-53, 0.5)),
            of("atan", Variable::atan, AROUND, Range.bySize(-1e150, 1e150)),
            of("sinh", Variable::sinh, Range.even(-700, 700), Range.bySize(-700, 700)),
            of("cosh", Variable::cosh, Range.even(-700, 700), Range.bySize(-700, 700)),
            of("tanh", Variable::tanh, AROUND, Range.bySize(-300, 300)),
            of("asinh", Variable::asinh, AROUND, Range.bySize(-1e150, 1e150)),
            of("acosh", Variable::acosh, Range.even(1, 10), Range.bySize(1, 1e150)),
            of("atanh", Variable::atanh, Range.even(-1, 1), Range.bySize(-1, 1), Range.besideOne(0x1p-53, 0.5)),
            of("sqrt", Variable::sqrt, POSITIVE),
            of("rsqrt", Variable::rsqrt, Range.bySize(1e-200, 1e200)),
            of("pow(3)", x -> x.pow(3), Range.bySize(-1e90, 1e90), AROUND),
            of("pow(1.5)", x -> x.pow(1.5), Range.bySize(1e-90, 1e90), Range.even(0, 10)),
            of("pow(-0.5)", x -> x.pow(-0.5), Range.bySize(1e-90, 1e90), Range.even(0, 10)),
            of("pow(2.7)", x -> x.pow(2.7), Range.bySize(1e-90, 1e90), Range.even(0, 10)),
            of("sigmoid", Variable::sigmoid, AROUND, Range.bySize(-700, 700)),
            of("logSigmoid", Variable::logSigmoid, AROUND, Range.bySize(-700, 700)),
            of("softplus", Variable::softplus, AROUND, Range.bySize(-700, 700)),
            of("softsign", Variable::softsign, AROUND, Range.bySize(-1e150, 1e150)),
            of("silu", Variable::silu, AROUND, Range.bySize(-700, 700)),
            of("mish", Variable::mish, AROUND, Range.bySize(-700, 700)),
            of("gelu", Variable::gelu, AROUND, Range.bySize(-37, 700)),
            of("elu(1)", x -> x.elu(1), AROUND, Range.bySize(-700, 700)),
            of("erf", Variable::erf, Range.even(-6, 6), Range.bySize(-6, 6)),
            ofTwo("atan2", Variable::atan2, Range.even(-3, 3), Range.bySize(-1e100, 1e100)),
            ofTwo("hypot", Variable::hypot, Range.even(-3, 3), Range.bySize(-1e300, 1e300)),
            ofTwo("logAddExp", Variable::logAddExp, Range.even(-3, 3), Range.bySize(-700, 700)),
            ofTwo("xlogy", Variable::xlogy, Range.even(0, 3), Range.bySize(1e-100, 1e100)),
            of("erfc", Variable::erfc, Range.even(-6, 27), Range.bySize(-5, 27)),
            of(
                    "erfcx",
                    Variable::erfcx,
                    Range.even(-26.6, 10),
                    Range.bySize(1e-10, 1e300),
                    Range.bySize(-26.6, -1e-10)),
            of("normalCdf", Variable::normalCdf, Range.even(-37, 10), Range.bySize(-37, 10)),
            of(
                    "logNormalCdf",
                    Variable::logNormalCdf,
                    Range.even(-10, 37),
                    Range.bySize(-1e150, -1e-10),
                    Range.bySize(1e-10, 37)),
            of("erfinv", Variable::erfinv, Range.even(-1, 1), Range.bySize(1e-300, 1), Range.even(0.999, 1)),
            of("erfinv beside 1", Variable::erfinv, Range.besideOne(0x1p-53, 0.5)),
            of(
                    "lgamma above 0",
                    Variable::lgamma,
                    Range.even(0, 12),
                    Range.bySize(1e-300, 1e300),
                    Range.even(0.9, 2.1)),
            of("lgamma below 0", Variable::lgamma, Range.even(-20, 0), Range.bySize(-1e6, -1e-10)),
            of(
                    "digamma above 0",
                    Variable::digamma,
                    Range.even(0, 12),
                    Range.bySize(1e-300, 1e300),
                    Range.even(1.4, 1.5)),
            of("digamma below 0", Variable::digamma, Range.even(-20, 0), Range.bySize(-1e6, -1e-10)),
            of("trigamma above 0", x -> x.polygamma(1), Range.even(0, 12), Range.bySize(1e-150, 1e300)),
            of("trigamma below 0", x -> x.polygamma(1), Range.even(-20, 0)),
            of("polygamma(2) above 0", x -> x.polygamma(2), Range.even(0, 15), Range.bySize(1e-100, 1e100)),
            of("polygamma(5) above 0", x -> x.polygamma(5), Range.even(0, 20), Range.bySize(1e-50, 1e40)),
            of("polygamma(100) above 0", x -> x.polygamma(100), Range.even(0.3, 200)),
            of("erfcx'", x -> new Erfcx(1).apply(x), Range.even(-26, 10), Range.bySize(1e-10, 1e100)),
            of("third derivative of erfcx", x -> new Erfcx(3).apply(x), Range.even(-26, 10), Range.bySize(1e-10, 1e70)),
            of("momentRatio(0)", x -> new MomentRatio(0).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            of("momentRatio(1)", x -> new MomentRatio(1).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            of("momentRatio(2)", x -> new MomentRatio(2).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            of("momentRatio(3)", x -> new MomentRatio(3).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            ofTwo("lbeta", Variable::lbeta, Range.bySize(1e-10, 1e15)),
            ofTwo("lbeta even", Variable::lbeta, Range.even(0, 20)));

    private Ulps() {}

    /** Measures. */
    public static void main(String[] args) {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        List<String> names = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        for (Case c : CASES) {
            if (names.isEmpty() || names.stream().anyMatch(c.name()::startsWith)) {
                measure(c, count);
            }
        }
    }

    private static void measure(Case c, int count) {
        double[][] x = new double[c.operands()][count];
        SplittableRandom random = new SplittableRandom(1);
        for (double[] operand : x) {
            for (int k = 0; k < count; k++) {
                operand[k] = c.ranges().get(k % c.ranges().size()).draw(random);
            }
        }
        List<Variable> at = Arrays.stream(x).map(v -> Variable.of(Tensor.of(v))).toList();
        Variable y = c.f().apply(at);
        Variable slope = Autodiff.gradients(y.sum(), at).get(0);
        print(c, "value", at, y, x);
        print(c, "slope", at, slope, x);
    }

    private static void print(Case c, String what, List<Variable> at, Variable y, double[][] x) {
        Tape tape = Tape.between(at, List.of(y));
        BigReal[][] exactly = Arrays.stream(x)
                .map(v -> Arrays.stream(v).mapToObj(BigReal::of).toArray(BigReal[]::new))
                .toArray(BigReal[][]::new);
        BigReal[] exact =
                new ExactEvaluation(tape, List.of(exactly), A).outputs().get(0);
        double[] computed = y.value().toArray();
        double largest = 0;
        int worst = 0;
        double sum = 0;
        for (int k = 0; k < computed.length; k++) {
            double ulps = ulps(computed[k], exact[k]);
            sum += ulps;
            if (!(ulps <= largest)) {
                largest = ulps;
                worst = k;
            }
        }
        int at0 = worst;
        System.out.printf(
                Locale.ROOT,
                "%-22s %s  largest %8.2f  mean %6.3f  at %s: %s, exactly %s%n",
                c.name(),
                what,
                largest,
                sum / computed.length,
                Arrays.toString(Arrays.stream(x).mapToDouble(v -> v[at0]).toArray()),
                computed[worst],
                exact[worst].toDouble());
    }

    private static double ulps(double y, BigReal exact) {
        double nearest = exact.toDouble();
        if (!exact.isFinite() || Double.isInfinite(nearest) || !Double.isFinite(y)) {
            return y == nearest || Double.isNaN(y) && Double.isNaN(nearest) ? 0 : Double.POSITIVE_INFINITY;
        }
        return new BigDecimal(y).subtract(exact.toBigDecimal()).abs().doubleValue() / Math.ulp(nearest);
    }
}
