package dev.wengert.check.detection;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.Elementwise;
import dev.wengert.check.Elementwise.Vjp;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Checks of right derivatives, drawn by a seed, at points where doubles and kinks make it hard: huge and tiny numbers, near and on kinks,
 * ties, constant points, and custom operations that are once or twice differentiable, have structural zeros or much rounding. None may fail.
 *
 * <p>{@code mvn -q test-compile exec:java -Dexec.mainClass=dev.wengert.check.detection.RightChecks} does 21,000 of them and prints the
 * verdicts of each family; arguments are another number for each family, and a seed. The exit status is 1 where one failed or threw.
 */
final class RightChecks {

    private static final int EACH = 3000;
    private static final long SEED = 12;

    /** A check, and its description. */
    private record Case(String text, GradientCheck check) {}

    private enum Family {
        ORDINARY(RightChecks::ordinary),
        SCALES(RightChecks::scales),
        NEAR_KINKS(RightChecks::nearKinks),
        TIES(RightChecks::ties),
        SMOOTH_CUSTOM(RightChecks::smoothCustom),
        KINKED_CUSTOM(RightChecks::kinkedCustom),
        ROUGH_CUSTOM(RightChecks::roughCustom);

        private final Function<SplittableRandom, Case> draw;

        Family(Function<SplittableRandom, Case> draw) {
            this.draw = draw;
        }
    }

    private RightChecks() {}

    /**
     * Runs the command.
     *
     * @param args the number of checks of each family, and a seed; or nothing
     */
    public static void main(String[] args) {
        int each = args.length > 0 ? Integer.parseInt(args[0]) : EACH;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : SEED;
        Map<String, Map<String, Integer>> tally = run(each, seed, System.err::println);
        tally.forEach((family, verdicts) -> System.out.println(family + " " + verdicts));
        System.exit(tally.values().stream().anyMatch(v -> v.containsKey("FAIL") || v.containsKey("threw")) ? 1 : 0);
    }

    /**
     * Draws and checks.
     *
     * @param each the number of checks of each family
     * @param log takes a description of each that failed or threw, and of each that is inconclusive
     * @return for each family the number of checks with each verdict
     */
    static Map<String, Map<String, Integer>> run(int each, long seed, Consumer<String> log) {
        Map<String, Map<String, Integer>> tally = new TreeMap<>();
        for (Family family : Family.values()) {
            IntStream.range(0, each)
                    .parallel()
                    .mapToObj(i -> verdict(family, i, seed, log))
                    .forEach(verdict -> {
                        synchronized (tally) {
                            tally.computeIfAbsent(family.name(), f -> new TreeMap<>())
                                    .merge(verdict, 1, Integer::sum);
                        }
                    });
        }
        return tally;
    }

    private static String verdict(Family family, int i, long seed, Consumer<String> log) {
        Case drawn = family.draw.apply(new SplittableRandom(seed * 1_000_003 + i * 31L + family.ordinal()));
        String name = family + " " + i + ": " + drawn.text();
        try {
            GradientReport report = drawn.check().run();
            if (report.verdict() == Verdict.FAIL || report.verdict() == Verdict.INCONCLUSIVE) {
                log.accept(report.verdict() + " " + name + "\n" + report);
            }
            return report.verdict().name();
        } catch (RuntimeException thrown) {
            log.accept("threw " + name + "\n" + thrown + Arrays.toString(thrown.getStackTrace()));
            return "threw";
        }
    }

    // ---- functions of the library ----

    private static Case ordinary(SplittableRandom random) {
        double scale = new double[] {0.1, 1, 3}[random.nextInt(3)];
        Model model = CorrectFunctions.draw(random, scale);
        return new Case(
                model + "", GradientCheck.ofAll(model.f()::apply).at(model.x().toArray(Tensor[]::new)));
    }

    /** A function of the library, and its name. */
    private record Named(String name, UnaryOperator<Variable> f) {}

    private static final List<Named> SMOOTH = List.of(
            new Named("exp", Variable::exp),
            new Named("log", v -> v.abs().log()),
            new Named("log1p", v -> v.abs().log1p()),
            new Named("sqrt", v -> v.abs().sqrt()),
            new Named("square", Variable::square),
            new Named("sin", Variable::sin),
            new Named("tanh", Variable::tanh),
            new Named("sigmoid", Variable::sigmoid),
            new Named("softplus", Variable::softplus),
            new Named("erf", Variable::erf),
            new Named("gelu", Variable::gelu),
            new Named("swish", v -> v.mul(v.sigmoid())),
            new Named("reciprocal", Variable::reciprocal),
            new Named("pow(3)", v -> v.pow(3)),
            new Named("pow(1/3)", v -> v.abs().pow(1 / 3.0)),
            new Named("softmax", Variable::softmax),
            new Named("logSumExp", Variable::logSumExp),
            new Named("norm", v -> v.div(v.square().sum().sqrt())),
            new Named("variance", Variable::variance),
            new Named("add(1)", v -> v.add(1)),
            new Named("mul(3)", v -> v.mul(3)));

    private static final List<Named> KINKED = List.of(
            new Named("relu", Variable::relu),
            new Named("abs", Variable::abs),
            new Named("leakyRelu(-3)", v -> v.leakyRelu(-3)),
            new Named("elu(2)", v -> v.elu(2)),
            new Named("elu(1)", v -> v.elu(1)),
            new Named("clamp", v -> v.clamp(-1, 1)),
            new Named("maximum(1)", v -> v.maximum(1)),
            new Named("minimum(0)", v -> v.minimum(0)),
            new Named("max", Variable::max),
            new Named("x·|x|", v -> v.mul(v.abs())),
            new Named("relu(x²)", v -> v.square().relu()),
            new Named(
                    "where", v -> Variable.where(v.gt(0), v.square(), v.square().mul(2))),
            new Named("max by eq", v -> v.mul(v.eq(v.max().detach()))));

    private static Case chain(RandomGenerator random, List<List<Named>> links, double[] x, int order) {
        List<Named> chain =
                links.stream().map(of -> of.get(random.nextInt(of.size()))).toList();
        Variable weights = Variable.of(Tensor.normal(random, x.length));
        UnaryOperator<Variable> f = v -> {
            Variable y = v;
            for (Named link : chain) {
                y = link.f().apply(y.shape().rank() == 0 ? y.reshape(1) : y);
            }
            return y.shape().size() == x.length ? y.mul(weights).sum() : y.sum();
        };
        String text = chain.stream().map(Named::name).toList() + " at " + Arrays.toString(x) + ", order " + order;
        return new Case(text, GradientCheck.of(f).at(Tensor.of(x)).order(order));
    }

    private static double[] numbers(RandomGenerator random, Function<RandomGenerator, Double> one) {
        double[] x = new double[random.nextInt(1, 4)];
        Arrays.setAll(x, i -> one.apply(random));
        return x;
    }

    private static double log10(RandomGenerator random, int low, int high) {
        double size = StrictMath.pow(10, random.nextDouble(low, high));
        return random.nextBoolean() ? size : -size;
    }

    /** One or two functions of huge or tiny numbers, or of numbers that a factor makes so. */
    private static Case scales(SplittableRandom random) {
        int far = new int[] {6, 30, 150, 300}[random.nextInt(4)];
        double factor = log10(random, -far, far);
        double[] x = numbers(random, r -> r.nextInt(8) == 0 ? 0 : log10(r, -far, far));
        List<Named> first =
                random.nextBoolean() ? SMOOTH : List.of(new Named("mul(" + factor + ")", v -> v.mul(factor)));
        return chain(random, random.nextBoolean() ? List.of(first) : List.of(first, SMOOTH), x, random.nextInt(1, 3));
    }

    /** A function with kinks behind or before a smooth one, at a distance from its kinks of 1 to 1e-20. */
    private static Case nearKinks(SplittableRandom random) {
        double[] at = {0, 1, -1, 0, 2};
        double[] x = numbers(random, r -> at[r.nextInt(5)] + (r.nextInt(3) == 0 ? 0 : log10(r, -20, 0)));
        return switch (random.nextInt(3)) {
            case 0 -> chain(random, List.of(KINKED), x, 2);
            case 1 -> chain(random, List.of(KINKED, SMOOTH), x, 2);
            default -> chain(random, List.of(SMOOTH, KINKED), x, 2);
        };
    }

    /** Equal, constant and opposite numbers, and differences that leave a tie. */
    private static Case ties(SplittableRandom random) {
        double[] constants = {0, 1, 0.5, 2, -1, 3};
        double c = constants[random.nextInt(6)];
        double[] x = new double[random.nextInt(1, 4)];
        Arrays.setAll(x, i -> random.nextInt(4) == 0 ? -c : c);
        double shift = constants[random.nextInt(6)];
        List<Named> shifts = List.of(
                new Named("add, sub " + shift, v -> v.add(shift).sub(shift)),
                new Named("square, add " + shift, v -> v.square().add(shift)),
                new Named("sub " + shift, v -> v.sub(shift)),
                new Named("softplus, sub", v -> v.softplus().sub(v)),
                new Named("sub mean", v -> v.sub(v.mean())),
                new Named("cos", v -> v.mul(c).sum().div(v.square().sum().sqrt())));
        return random.nextBoolean()
                ? chain(random, List.of(shifts, KINKED), x, 2)
                : chain(random, List.of(SMOOTH, shifts, KINKED), x, 2);
    }

    // ---- custom operations ----

    private static Named named(Elementwise op) {
        return new Named(op.label(), op::apply);
    }

    private static final List<Named> SMOOTH_CUSTOM = List.of(
            named(new Elementwise("my square", v -> v * v, (g, y, x) -> g.mul(x).mul(2))),
            named(new Elementwise(
                    "my cube", v -> v * v * v, (g, y, x) -> g.mul(x.square()).mul(3))),
            named(new Elementwise("my exp", Math::exp, (g, y, x) -> g.mul(y))),
            named(new Elementwise("my sin", Math::sin, (g, y, x) -> g.mul(x.cos()))),
            named(new Elementwise(
                    "my tanh", Math::tanh, (g, y, x) -> g.mul(y.square().rsub(1)))),
            named(new Elementwise("my sigmoid", v -> 1 / (1 + Math.exp(-v)), (g, y, x) -> g.mul(y.mul(y.rsub(1))))),
            named(new Elementwise(
                    "my atan", Math::atan, (g, y, x) -> g.div(x.square().add(1)))),
            named(new Elementwise("my scale", v -> 0.7 * v, (g, y, x) -> g.mul(0.7))),
            named(new Elementwise("my shift", v -> v + 3, (g, y, x) -> g)),
            named(new Elementwise(
                    "my swish",
                    v -> v / (1 + Math.exp(-v)),
                    (g, y, x) -> g.mul(
                            x.sigmoid().add(x.mul(x.sigmoid()).mul(x.sigmoid().rsub(1)))))));

    private static final List<Named> KINKED_CUSTOM = List.of(
            named(new Elementwise("my relu", v -> Math.max(v, 0), (g, y, x) -> g.mul(x.gt(0)))),
            named(new Elementwise(
                    "my abs", Math::abs, (g, y, x) -> g.mul(x.gt(0).sub(x.lt(0))))),
            named(new Elementwise(
                    "my clamp",
                    v -> Math.max(-1, Math.min(1, v)),
                    (g, y, x) -> g.mul(x.gt(-1).mul(x.lt(1))))),
            named(new Elementwise(
                    "my leaky",
                    v -> v > 0 ? v : 0.1 * v,
                    (g, y, x) -> g.mul(x.gt(0).mul(0.9).add(0.1)))),
            named(new Elementwise(
                    "my elu",
                    v -> v > 0 ? v : Math.expm1(v),
                    (g, y, x) -> g.mul(Variable.where(x.gt(0), Variable.of(1), x.exp())))),
            named(new Elementwise(
                    "my huber",
                    v -> Math.abs(v) <= 1 ? v * v / 2 : Math.abs(v) - 0.5,
                    (g, y, x) -> g.mul(x.clamp(-1, 1)))),
            new Named("my max", v -> new Maximum().apply(v)),
            new Named("my top 2", v -> new Top(2).apply(v)),
            new Named("my cumulative sum", v -> new CumulativeSum(false).apply(v)),
            new Named(
                    "my mask",
                    v -> new Elementwise("my mask", u -> 0, (g, y, x) -> g.mul(0))
                            .apply(v)
                            .add(v)));

    private record Maximum() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Tensor.scalar(Arrays.stream(x.get(0).toArray()).max().orElseThrow());
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).eq(y));
        }
    }

    private record Top(int k) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0))
                    .mul(new Largest(k).apply(Variable.of(x.get(0))))
                    .value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(new Largest(k).apply(x.get(0)));
        }
    }

    /** The mask of the k largest elements. */
    private record Largest(int k) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] sorted = x.get(0).toArray();
            Arrays.sort(sorted);
            double least = sorted[Math.max(0, sorted.length - k)];
            return x.get(0).map(v -> v >= least ? 1 : 0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return null;
        }
    }

    private record CumulativeSum(boolean backwards) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] y = x.get(0).toArray();
            for (int k = 1; k < y.length; k++) {
                int at = backwards ? y.length - 1 - k : k;
                y[at] += y[backwards ? at + 1 : at - 1];
            }
            return Tensor.of(x.get(0).shape(), y);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return new CumulativeSum(!backwards).apply(g);
        }
    }

    /** Their values have more rounding than an ulp or two, which nobody states. */
    private static final List<Named> ROUGH_CUSTOM = List.of(
            named(new Elementwise(
                    "naive asinh",
                    v -> Math.log(v + Math.sqrt(v * v + 1)),
                    (g, y, x) -> g.div(x.square().add(1).sqrt()))),
            named(new Elementwise("naive expm1", v -> Math.exp(v) - 1, (g, y, x) -> g.mul(x.exp()))),
            named(new Elementwise("naive softplus", v -> Math.log(1 + Math.exp(v)), (g, y, x) -> g.mul(x.sigmoid()))),
            named(new Elementwise(
                    "naive sinc",
                    v -> v == 0 ? 1 : Math.sin(v) / v,
                    (g, y, x) -> g.mul(x.cos().sub(y)).div(x))),
            named(new Elementwise("1 − cos", v -> 1 - Math.cos(v), (g, y, x) -> g.mul(x.sin()))),
            named(new Elementwise("sine in floats", v -> (float) Math.sin(v), (g, y, x) -> g.mul(x.cos()))),
            named(new Elementwise("far shift", v -> v + 1e8 - 1e8, (g, y, x) -> g)),
            named(new Elementwise(
                    "polynomial",
                    v -> ((v - 3) * v + 3) * v - 1,
                    (g, y, x) -> g.mul(x.sub(1).square()).mul(3))));

    /** A custom operation with right rules, whatever the order that is asked of it. */
    private static Case smoothCustom(SplittableRandom random) {
        double[] constants = {0, 1, 0.5, 2};
        double scale = log10(random, -3, 1);
        double[] x = numbers(random, r -> r.nextInt(4) == 0 ? constants[r.nextInt(4)] : scale * r.nextGaussian());
        if (random.nextInt(3) == 0) {
            return once(random, x);
        }
        return random.nextBoolean()
                ? chain(random, List.of(SMOOTH_CUSTOM), x, 2)
                : random.nextBoolean()
                        ? chain(random, List.of(SMOOTH_CUSTOM, TAME), x, 2)
                        : chain(random, List.of(TAME, SMOOTH_CUSTOM), x, 2);
    }

    private static final List<Named> TAME = SMOOTH.stream()
            .filter(n -> List.of("sin", "tanh", "sigmoid", "softplus", "softmax", "square", "add(1)", "mul(3)")
                    .contains(n.name()))
            .toList();

    /** The sine, of which the second rule throws, is flat or is not there. */
    private static Case once(SplittableRandom random, double[] x) {
        Vjp second = List.<Vjp>of(
                        (g, y, v) -> {
                            throw new UnsupportedOperationException("once is enough");
                        },
                        (g, y, v) -> null,
                        (g, y, v) -> g.mul(0))
                .get(random.nextInt(3));
        Elementwise slope = new Elementwise("my cosine", Math::cos, second);
        Elementwise op = new Elementwise("my sine", Math::sin, (g, y, v) -> g.mul(slope.apply(v)));
        return chain(random, List.of(List.of(named(op)), TAME), x, 1);
    }

    private static Case kinkedCustom(SplittableRandom random) {
        double[] x = numbers(
                random, r -> r.nextInt(6) == 0 ? new double[] {0, 1, -1, 2}[r.nextInt(4)] : r.nextGaussian() * 1.5);
        return random.nextBoolean()
                ? chain(random, List.of(KINKED_CUSTOM), x, 2)
                : random.nextBoolean()
                        ? chain(random, List.of(KINKED_CUSTOM, TAME), x, 2)
                        : chain(random, List.of(TAME, KINKED_CUSTOM), x, 2);
    }

    private static Case roughCustom(SplittableRandom random) {
        double[] x = numbers(random, r -> r.nextBoolean() ? log10(r, -6, 6) : r.nextGaussian());
        return random.nextBoolean()
                ? chain(random, List.of(ROUGH_CUSTOM), x, random.nextInt(1, 3))
                : chain(random, List.of(ROUGH_CUSTOM, TAME), x, random.nextInt(1, 3));
    }
}
