package dev.wengert.accuracy;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Erfcx;
import dev.wengert.autodiff.op.MomentRatio;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures the largest errors of smooth functions and of their first derivatives, in ulps of the exact value, over random arguments. The
 * arguments of the program are how many (10,000,000), and how the names of functions begin (all of them). For each function it prints a
 * line of {@code ulps.csv}, which holds the worst arguments, and a row of the table on the page of measurements.
 *
 * <p>There are ten thousand arguments in each of many random small intervals. In each of them the exact function is a polynomial through exact values, whose
 * degree and width are such that two more exact values agree to 26 digits.
 */
final class Ulps {

    private static final BigArithmetic A = new BigArithmetic(40);
    private static final MathContext ROUNDED = new MathContext(60);
    private static final int ARGUMENTS_IN_AN_INTERVAL = 10_000;

    /** An error of a polynomial, as a share of the largest value in its interval. */
    private static final double TOLERANCE = 1e-26;

    /** A function and its ranges; arguments are spread by size, or evenly. */
    record Case(String name, int operands, Function<List<Variable>, Variable> f, List<Range> ranges) {

        /** The value, and the derivative in each operand. */
        List<Variable> outputs(List<Variable> x) {
            Variable y = f.apply(x);
            return Stream.concat(Stream.of(y), Autodiff.gradients(y.sum(), x).stream())
                    .toList();
        }
    }

    /** An interval. Of the numbers that are spread by size, half are of a middling one, where most functions change. */
    private record Range(double low, double high, boolean bySize, boolean besideOne) {

        private static final double SMALL = 1e-3;
        private static final double LARGE = 1e3;

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
            if (from < LARGE && to > SMALL && random.nextBoolean()) {
                from = Math.max(from, SMALL);
                to = Math.min(to, LARGE);
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

    static final List<Case> CASES = List.of(
            of("exp", Variable::exp, AROUND, Range.even(-745, 709), Range.bySize(-700, 700)),
            of("expm1", Variable::expm1, AROUND, Range.even(-40, 700), Range.bySize(-700, 700)),
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
            of("sinh", Variable::sinh, AROUND, Range.even(-700, 700), Range.bySize(-700, 700)),
            of("cosh", Variable::cosh, AROUND, Range.even(-700, 700), Range.bySize(-700, 700)),
            of("tanh", Variable::tanh, AROUND, Range.bySize(-300, 300)),
            of("asinh", Variable::asinh, AROUND, Range.bySize(-1e150, 1e150)),
            of("acosh", Variable::acosh, Range.even(1, 10), Range.bySize(1, 1e150)),
            of("atanh", Variable::atanh, Range.even(-1, 1), Range.bySize(-1, 1), Range.besideOne(0x1p-53, 0.5)),
            of("square", Variable::square, Range.bySize(-1e150, 1e150)),
            of("reciprocal", Variable::reciprocal, Range.bySize(-1e150, 1e150)),
            ofTwo("add", Variable::add, Range.bySize(-1e300, 1e300), AROUND),
            ofTwo("sub", Variable::sub, Range.bySize(-1e300, 1e300), AROUND),
            ofTwo("mul", Variable::mul, Range.bySize(-1e150, 1e150), AROUND),
            ofTwo("div", Variable::div, Range.bySize(-1e100, 1e100), AROUND),
            of("sqrt", Variable::sqrt, POSITIVE),
            of("rsqrt", Variable::rsqrt, Range.bySize(1e-200, 1e200)),
            of("pow(3)", x -> x.pow(3), Range.bySize(-1e90, 1e90), AROUND),
            of("pow(1.5)", x -> x.pow(1.5), Range.bySize(1e-90, 1e90), Range.even(0, 10)),
            of("pow(-0.5)", x -> x.pow(-0.5), Range.bySize(1e-90, 1e90), Range.even(0, 10)),
            of("pow(2.7)", x -> x.pow(2.7), Range.bySize(1e-90, 1e90), Range.even(0, 10)),
            ofTwo("pow(n)", Variable::pow, Range.bySize(1e-2, 1e2), Range.even(0, 10)),
            of("sigmoid", Variable::sigmoid, AROUND, Range.bySize(-700, 700)),
            of("logSigmoid", Variable::logSigmoid, AROUND, Range.bySize(-700, 700)),
            of("softplus", Variable::softplus, AROUND, Range.bySize(-700, 700)),
            of("softsign", Variable::softsign, AROUND, Range.bySize(-1e150, 1e150)),
            of("silu", Variable::silu, AROUND, Range.bySize(-700, 700)),
            of("mish", Variable::mish, AROUND, Range.bySize(-700, 700)),
            of("gelu", Variable::gelu, AROUND, Range.bySize(-37, 700)),
            of("elu(1)", x -> x.elu(1), AROUND, Range.bySize(-700, 700)),
            of("celu(2)", x -> x.celu(2), AROUND, Range.bySize(-700, 700)),
            of("selu", Variable::selu, AROUND, Range.bySize(-700, 700)),
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
            of("erfinv, x beside 1", Variable::erfinv, Range.besideOne(0x1p-53, 0.5)),
            of("lgamma, x > 0", Variable::lgamma, Range.even(0, 12), Range.bySize(1e-300, 1e300), Range.even(0.9, 2.1)),
            of("lgamma, x < 0", Variable::lgamma, Range.even(-20, 0), Range.bySize(-1e6, -1e-10)),
            of(
                    "digamma, x > 0",
                    Variable::digamma,
                    Range.even(0, 12),
                    Range.bySize(1e-300, 1e300),
                    Range.even(1.4, 1.5)),
            of("digamma, x < 0", Variable::digamma, Range.even(-20, 0), Range.bySize(-1e6, -1e-10)),
            of("polygamma(1), x > 0", x -> x.polygamma(1), Range.even(0, 12), Range.bySize(1e-150, 1e300)),
            of("polygamma(1), x < 0", x -> x.polygamma(1), Range.even(-20, 0)),
            of("polygamma(2), x > 0", x -> x.polygamma(2), Range.even(0, 15), Range.bySize(1e-100, 1e100)),
            of("polygamma(5), x > 0", x -> x.polygamma(5), Range.even(0, 20), Range.bySize(1e-50, 1e40)),
            of("polygamma(100), x > 0", x -> x.polygamma(100), Range.even(0.3, 200)),
            of("derivative of erfcx", x -> new Erfcx(1).apply(x), Range.even(-26, 10), Range.bySize(1e-10, 1e100)),
            of("third derivative of erfcx", x -> new Erfcx(3).apply(x), Range.even(-26, 10), Range.bySize(1e-10, 1e70)),
            of("momentRatio(0)", x -> new MomentRatio(0).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            of("momentRatio(1)", x -> new MomentRatio(1).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            of("momentRatio(2)", x -> new MomentRatio(2).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            of("momentRatio(3)", x -> new MomentRatio(3).apply(x), Range.even(-10, 38), Range.bySize(-1e150, -1e-10)),
            ofTwo("lbeta", Variable::lbeta, Range.bySize(1e-10, 1e15)),
            ofTwo("lbeta, x to 20", Variable::lbeta, Range.even(0, 20)));

    /** Measures. */
    public static void main(String[] args) {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 10_000_000;
        List<String> names = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        for (Case c : CASES) {
            if (names.isEmpty() || names.stream().anyMatch(c.name()::startsWith)) {
                new Ulps(c).measure(count);
            }
        }
    }

    private final Case function;
    private final Tape tape;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Largest value = new Largest();
    private final Largest slope = new Largest();

    private Ulps(Case function) {
        this.function = function;
        tape = tape(function, LocalPolynomial.PLACES.length);
    }

    private static Tape tape(Case function, int n) {
        Variable any = Variable.of(Tensor.full(Shape.of(n), 0.5));
        List<Variable> x =
                Stream.generate(() -> any.add(0)).limit(function.operands()).toList();
        return Tape.between(x, function.outputs(x));
    }

    private void measure(int count) {
        int ranges = function.ranges().size();
        for (int k = 0; value.count < count; k++) {
            Range range = function.ranges().get(k % ranges);
            double[] centre = new double[function.operands()];
            Arrays.setAll(centre, i -> range.draw(random));
            around(centre, k / ranges % centre.length, Math.min(count, ARGUMENTS_IN_AN_INTERVAL));
        }
        System.out.printf("%s;%s;%s%n", function.name(), value.worst(), slope.worst());
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s |  %,d arguments%n",
                function.name(),
                value.row(),
                slope.row(),
                value.count);
    }

    /** Compares at up to so many arguments around a point, where one operand varies. */
    private void around(double[] centre, int varied, int count) {
        double c = centre[varied];
        double radius = Math.min(Math.scalb(1.0, Math.getExponent(c) - 6), 0x1p-4);
        while (radius > 4 * Math.ulp(c)) {
            List<LocalPolynomial> exact = polynomials(centre, varied, radius);
            double error =
                    exact.stream().mapToDouble(LocalPolynomial::checked).max().orElse(1);
            if (error <= TOLERANCE) {
                compare(exact, centre, varied, radius, count);
                return;
            }
            double factor = Math.pow(TOLERANCE / error, 1.0 / LocalPolynomial.NODES);
            radius *= Math.scalb(1.0, Math.min(-1, Math.getExponent(factor)));
        }
        double[] errors = errors(function, centre);
        for (int i = 0; i < errors.length; i++) {
            (i == 0 ? value : slope).add(errors[i], centre);
        }
    }

    /** The outputs around a point; none if one of them is infinite or NaN there. */
    private List<LocalPolynomial> polynomials(double[] centre, int varied, double radius) {
        List<BigReal[]> x = new ArrayList<>();
        for (int i = 0; i < centre.length; i++) {
            BigDecimal c = new BigDecimal(centre[i]);
            BigDecimal r = new BigDecimal(i == varied ? radius : 0);
            x.add(Arrays.stream(LocalPolynomial.PLACES)
                    .mapToObj(
                            t -> BigReal.of(r.multiply(new BigDecimal(t)).add(c).round(ROUNDED)))
                    .toArray(BigReal[]::new));
        }
        List<BigReal[]> y = new ExactEvaluation(tape, x, A).outputs();
        boolean finite = y.stream().flatMap(Arrays::stream).allMatch(BigReal::isFinite);
        return finite ? y.stream().map(LocalPolynomial::new).toList() : List.of();
    }

    private void compare(List<LocalPolynomial> exact, double[] centre, int varied, double radius, int count) {
        double c = centre[varied];
        double step = Math.max(Math.ulp(c), 2 * radius / count);
        double[] x = IntStream.range(0, (int) (2 * radius / step))
                .mapToDouble(k -> c - radius + step * (k + random.nextDouble()))
                .toArray();
        double[] t = Arrays.stream(x).map(v -> (v - c) / radius).toArray();
        List<Variable> at = IntStream.range(0, centre.length)
                .mapToObj(i -> i == varied ? Tensor.of(x) : Tensor.full(Shape.of(x.length), centre[i]))
                .map(Variable::of)
                .toList();
        List<Variable> y = function.outputs(at);
        double[] worst = centre.clone();
        for (int i = 0; i < y.size(); i++) {
            double[] errors = exact.get(i).ulps(t, y.get(i).value().toArray());
            for (int k = 0; k < errors.length; k++) {
                worst[varied] = x[k];
                (i == 0 ? value : slope).add(errors[k], worst);
            }
        }
    }

    /**
     * The errors of a function and of its derivatives at one point.
     *
     * @param function the function
     * @param x its operands
     * @return the error of the value in ulps, and that of the derivative in each operand
     */
    static double[] errors(Case function, double[] x) {
        List<BigReal[]> exactly =
                Arrays.stream(x).mapToObj(v -> new BigReal[] {BigReal.of(v)}).toList();
        List<BigReal[]> exact = new ExactEvaluation(tape(function, 1), exactly, A).outputs();
        List<Variable> y = function.outputs(
                Arrays.stream(x).mapToObj(v -> Variable.of(Tensor.of(v))).toList());
        return IntStream.range(0, y.size())
                .mapToDouble(i -> ulps(y.get(i).item(), exact.get(i)[0]))
                .toArray();
    }

    /** The bounds of these errors that the checker uses, in ulps. */
    static double[] bounds(Case function, double[] x) {
        List<Tensor> at = Arrays.stream(x).mapToObj(Tensor::of).toList();
        Evaluation evaluation = new Evaluation(tape(function, 1), at);
        List<Tensor> y = evaluation.outputs();
        List<Tensor> bounds =
                evaluation.errorBounds(at.stream().map(v -> Tensor.zeros(1)).toList());
        return IntStream.range(0, y.size())
                .mapToDouble(i -> bounds.get(i).item() / Math.ulp(y.get(i).item()))
                .toArray();
    }

    private static double ulps(double y, BigReal exact) {
        double nearest = exact.toDouble();
        if (!exact.isFinite() || Double.isInfinite(nearest) || !Double.isFinite(y)) {
            return y == nearest || Double.isNaN(y) && Double.isNaN(nearest) ? 0 : Double.POSITIVE_INFINITY;
        }
        BigDecimal error = new BigDecimal(y).subtract(exact.toBigDecimal()).abs();
        return error.divide(new BigDecimal(Math.ulp(nearest)), ROUNDED).doubleValue();
    }

    /** The largest of many errors. */
    private static final class Largest {
        private double ulps = -1;
        private double[] at;
        private double sum;
        private long count;

        void add(double error, double[] x) {
            sum += error;
            count++;
            if (!(error <= ulps)) {
                ulps = error;
                at = x.clone();
            }
        }

        String worst() {
            return Arrays.stream(at).mapToObj(Double::toString).collect(Collectors.joining(" "));
        }

        String row() {
            return String.format(Locale.ROOT, "%.2f | %.3f", ulps, sum / count);
        }
    }
}
