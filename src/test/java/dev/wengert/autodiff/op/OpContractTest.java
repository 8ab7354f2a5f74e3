package dev.wengert.autodiff.op;

import static dev.wengert.autodiff.Jacobians.flat;
import static dev.wengert.autodiff.Jacobians.largest;
import static dev.wengert.autodiff.Jacobians.product;
import static dev.wengert.autodiff.Jacobians.transpose;
import static dev.wengert.autodiff.Jacobians.unflat;
import static dev.wengert.autodiff.Jacobians.values;
import static dev.wengert.autodiff.Jacobians.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Jacobians;
import dev.wengert.autodiff.Jacobians.Mapping;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every operation of the library promises, checked on every line of {@link Samples}. An operation without a line fails the build.
 *
 * <ol>
 *   <li>The value is that of a plain formula, NaN included.
 *   <li>The two rules are the function's derivative: as forward mode and reverse mode find it, entry by entry, and as
 *       the gradient checker does; and so are the rules' rules, to the third order, each mode over each.
 *   <li>What has no rule is flat, or inert by decree.
 *   <li>Recorded at one point and replayed at another, values and derivatives are those of the eager run, bit for bit.
 *   <li>The transpose of the transpose of a linear operation is the operation.
 * </ol>
 */
class OpContractTest {

    private static final List<Sample> SAMPLES = Samples.all();

    private static final double U = 0x1p-53;

    static Stream<Sample> samples() {
        return SAMPLES.stream();
    }

    static Stream<Sample> differentiated() {
        return samples().filter(s -> !s.active().isEmpty());
    }

    static Stream<Sample> ofOperations() {
        return samples().filter(s -> s.op().isPresent());
    }

    static Stream<Sample> linear() {
        return ofOperations().filter(s -> s.op().get() instanceof LinearOp);
    }

    // ---- 0. the table is complete ----

    /** Every operation: a constant of an enum, or a record for each choice among its constants and flags. */
    private static Set<String> operations(Class<?> type) {
        Set<String> names = new HashSet<>(Set.of(type.getSimpleName()));
        if (type.isEnum()) {
            return append(names, List.of(type.getEnumConstants()));
        }
        for (RecordComponent component : type.isRecord() ? type.getRecordComponents() : new RecordComponent[0]) {
            if (isChoice(component)) {
                Object[] constants = component.getType().getEnumConstants();
                names = append(names, constants == null ? List.of(true, false) : List.of(constants));
            }
        }
        return names;
    }

    private static boolean isChoice(RecordComponent component) {
        return component.getType().isEnum() || component.getType() == boolean.class;
    }

    private static Set<String> append(Set<String> names, List<?> choices) {
        return names.stream()
                .flatMap(name -> choices.stream().map(choice -> name + " " + choice))
                .collect(Collectors.toSet());
    }

    /** The name of an operation among {@link #operations}. */
    private static String name(Op op) {
        if (op instanceof CustomOp) {
            return "CustomOp";
        }
        Class<?> type = op instanceof Enum<?> constant ? constant.getDeclaringClass() : op.getClass();
        StringBuilder name = new StringBuilder(type.getSimpleName());
        if (op instanceof Enum<?>) {
            name.append(' ').append(((Enum<?>) op).name());
        } else {
            for (RecordComponent component : type.getRecordComponents()) {
                if (isChoice(component)) {
                    name.append(' ').append(attribute(op, component));
                }
            }
        }
        return name.toString();
    }

    private static Object attribute(Op op, RecordComponent component) {
        try {
            return component.getAccessor().invoke(op);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** Where one statement serves both modes, that vjp and jvp agree proves nothing, and the operation says so. */
    @ParameterizedTest
    @MethodSource("ofOperations")
    void derivesJvpWhereOneStatementServesBothModes(Sample sample) throws NoSuchMethodException {
        Op op = sample.op().orElseThrow();
        Class<?> stated = op.getClass()
                .getMethod("jvp", int.class, Variable.class, Variable.class, List.class)
                .getDeclaringClass();
        boolean primitive = op instanceof Primitive;
        assertThat(op.derivesJvp())
                .as(op.label())
                .isEqualTo(primitive
                        && Set.of(ElementwiseOp.class, SelectOp.class, InertOp.class)
                                .contains(stated));
    }

    private static Stream<Op> sampled() {
        return samples().flatMap(s -> s.op().stream());
    }

    @Test
    void everyOperationHasASample() {
        Set<String> operations = Operations.classes().stream()
                .flatMap(type -> operations(type).stream())
                .collect(Collectors.toSet());
        operations.add("CustomOp");
        assertThat(operations).hasSizeGreaterThan(60);
        assertThat(sampled().map(OpContractTest::name).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(operations);
    }

    /** An attribute that was always the same could as well be ignored; a caller is only named in messages. */
    @Test
    void everyAttributeTakesSeveralValues() {
        List<String> single = new ArrayList<>();
        for (Class<?> type : sampled()
                .filter(op -> op instanceof Primitive && op instanceof Record)
                .map(Op::getClass)
                .collect(Collectors.toSet())) {
            for (RecordComponent component : type.getRecordComponents()) {
                long values = sampled()
                        .filter(type::isInstance)
                        .map(op -> attribute(op, component))
                        .distinct()
                        .count();
                String attribute = type.getSimpleName() + "." + component.getName();
                if (values < 2
                        && !attribute.equals("Power.low")
                        && !component.getName().equals("memory")
                        && !component.getName().equals("caller")) {
                    single.add(attribute);
                }
            }
        }
        assertThat(single).isEmpty();
    }

    // ---- 1. values ----

    private static Tensor value(Sample s, List<Tensor> x) {
        return s.f().apply(variables(x)).value();
    }

    private static void requireValue(Sample s, List<Tensor> x) {
        Tensor y = value(s, x);
        Tensor formula = s.expected(x);
        assertThat(y.shape()).isEqualTo(s.shape());
        for (int[] i : Naive.indices(s.shape())) {
            double want = formula.get(i);
            double error = Math.abs(y.get(i) - want);
            double allowed = s.ulps() * Math.ulp(Math.max(Math.abs(want), s.terms()));
            assertThat(Tensor.ulpDistance(y.get(i), want) == 0 || error <= allowed)
                    .as("%s at %s: %s, but the formula gives %s", s, Arrays.toString(i), y.get(i), want)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("ofOperations")
    void valueIsThatOfTheFormula(Sample s) {
        requireValue(s, s.x());
    }

    /** A NaN in an operand is a NaN exactly where the formula has one. */
    @ParameterizedTest
    @MethodSource("ofOperations")
    void nanPassesAsInTheFormula(Sample s) {
        for (int operand : s.active()) {
            if (s.op().get() == SoftmaxOp.REAL_SOFT_MAX && operand == 1) {
                continue; // refused: lambda must be positive
            }
            for (int[] i : Naive.indices(s.x().get(operand).shape())) {
                requireValue(s, withNan(s, operand, i));
            }
        }
    }

    /** Where the slope depends on an operand, a NaN in it is a NaN in its derivative: nothing pretends to know. */
    @ParameterizedTest
    @MethodSource("ofOperations")
    void nanHasNoDerivative(Sample s) {
        for (int operand : s.active()) {
            if (s.shape().size() == 0 || !isCurved(s.op().get(), operand)) {
                continue;
            }
            for (int[] i : Naive.indices(s.x().get(operand).shape())) {
                List<Variable> x = variables(withNan(s, operand, i));
                Variable y = s.f().apply(x);
                List<Tensor> g = List.of(Tensor.ones(y.shape()));
                Tensor derivative = Tape.between(List.of(x.get(operand)), List.of(y))
                        .pullback(variables(g))
                        .get(0)
                        .value();
                assertThat(derivative.get(i))
                        .as("%s, operand %d at %s", s, operand, Arrays.toString(i))
                        .isNaN();
            }
        }
    }

    private static boolean isCurved(Op op, int operand) {
        if (op == UnaryOp.NEG || op instanceof Power power && (power.n() == 0 || power.n() == 1)) {
            return false;
        }
        return op instanceof UnaryOp
                || op instanceof NumberOp number && number.kind() == NumberOp.Kind.RDIV
                || op instanceof Power
                || op instanceof Elu
                || op instanceof PiecewiseLinear
                || op instanceof Max
                || op instanceof Choice
                || op.equals(new VariablePower(0, 0))
                || op == BinaryOp.DIV && operand == 1
                || op instanceof SoftmaxOp && operand == 0;
    }

    private static List<Tensor> withNan(Sample s, int operand, int... at) {
        List<Tensor> x = new ArrayList<>(s.x());
        Shape shape = x.get(operand).shape();
        x.set(
                operand,
                Naive.tensor(
                        shape,
                        i -> Arrays.equals(i, at)
                                ? Double.NaN
                                : s.x().get(operand).get(i)));
        return x;
    }

    // ---- 2. derivatives ----

    /** The function of the operands that may be perturbed; the others are constants. */
    private static Mapping program(Sample s) {
        return active -> {
            List<Variable> x = variables(s.x());
            List<Variable> all = new ArrayList<>(x);
            IntStream.range(0, active.size()).forEach(k -> all.set(s.active().get(k), active.get(k)));
            return List.of(s.f().apply(all));
        };
    }

    private static List<Tensor> point(Sample s) {
        return s.active().stream().map(s.x()::get).toList();
    }

    /** Nonzero multiples of 1/16 up to 1. */
    private static List<Tensor> perturbations(RandomGenerator random, List<Tensor> like) {
        double[] elements = new double[flat(like).length];
        Arrays.setAll(elements, i -> (random.nextBoolean() ? 1 : -1) * (1 + random.nextInt(16)) / 16.0);
        return unflat(elements, like);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void rulesAreDerivativesToTheThirdOrder(Sample s) {
        requireDerivative(s.toString(), program(s), point(s), 1, 0, new SplittableRandom(7));
    }

    /**
     * Two orders are enough: a rule is made of operations, and each of these has its own line. Nothing that the checker says may be wrong
     * at kinks, where the value is infinite, or beside a masked class.
     */
    @ParameterizedTest
    @MethodSource("differentiated")
    void checkerFindsNoFault(Sample s) {
        Mapping f = program(s);
        GradientReport report = GradientCheck.ofAll(x -> f.apply(x).get(0))
                .at(point(s).toArray(Tensor[]::new))
                .directions(1)
                .run();
        boolean finite = s.x().stream().allMatch(x -> Arrays.stream(x.toArray()).allMatch(Double::isFinite));
        assertThat(report.verdict())
                .as("%s", report)
                .isIn(
                        s.smooth() && finite
                                ? Set.of(Verdict.PASS)
                                : Set.of(Verdict.PASS, Verdict.KINK, Verdict.INCONCLUSIVE));
    }

    /**
     * Requires that both modes find the derivative of f, and of its derivatives.
     *
     * @param lower the largest entry of a derivative of lower order: what a rule sums may cancel, but its terms are no larger
     */
    private static void requireDerivative(
            String path, Mapping f, List<Tensor> x, int order, double lower, RandomGenerator random) {
        List<Tensor> g = perturbations(random, f.at(x));
        List<Tensor> t = perturbations(random, x);
        double[] pushed = flat(f.pushforward(t).at(x));
        double[] pulled = flat(f.pullback(g).at(x));
        double[][] forward = Jacobians.forward(f, x);
        double[][] reverse = Jacobians.reverse(f, x);
        double largest =
                Stream.of(forward).mapToDouble(Jacobians::largest).max().orElse(0);
        double rounding = 32 * order * U * Math.max(largest, lower); // of the few products and sums of a rule
        for (int i = 0; i < forward.length; i++) {
            requireEqual(path + ": ⟨u, Jv⟩ and ⟨Jᵀu, v⟩ for unit vectors", forward[i], reverse[i], rounding);
        }
        requireEqual(path + ": pushforward is linear", pushed, product(forward, flat(t)), flat(t).length * rounding);
        requireEqual(
                path + ": pullback is linear",
                pulled,
                product(transpose(reverse, pulled.length), flat(g)),
                flat(g).length * rounding);
        assertThat(largest(flat(f.pushforward(zeros(t)).at(x))))
                .as("%s: pushforward of zeros", path)
                .isZero();
        assertThat(largest(flat(f.pullback(zeros(g)).at(x))))
                .as("%s: pullback of zeros", path)
                .isZero();
        if (order < 3) {
            requireDerivative("vjp of " + path, f.pullback(g), x, order + 1, Math.max(largest, lower), random);
            requireDerivative("jvp of " + path, f.pushforward(t), x, order + 1, Math.max(largest, lower), random);
        }
    }

    private static List<Tensor> zeros(List<Tensor> like) {
        return like.stream().map(x -> Tensor.zeros(x.shape())).toList();
    }

    private static void requireEqual(String what, double[] a, double[] b, double bound) {
        assertThat(bound).as("%s: the derivative is finite", what).isFinite();
        for (int i = 0; i < a.length; i++) {
            assertThat(Math.abs(a[i] - b[i]) <= bound)
                    .as("%s: element %d: %s and %s, allowed %s", what, i, a[i], b[i], bound)
                    .isTrue();
        }
    }

    // ---- 3. absent rules, and the shapes of present ones ----

    @ParameterizedTest
    @MethodSource("ofOperations")
    void rulesAreAbsentWhereNothingPasses(Sample s) {
        s.op().ifPresent(op -> {
            List<Variable> x = variables(s.x());
            Variable y = op.apply(x.toArray(Variable[]::new));
            for (int i = 0; i < x.size(); i++) {
                Variable g = op.vjp(i, Variable.of(Tensor.ones(y.shape())), y, x);
                Variable t = op.jvp(i, Variable.of(Tensor.ones(x.get(i).shape())), y, x);
                boolean absent = s.inert().contains(i) || s.flat().contains(i);
                assertThat(g == null).as("vjp of operand %d is absent", i).isEqualTo(absent);
                assertThat(t == null).as("jvp of operand %d is absent", i).isEqualTo(absent);
                assertThat(op.passes(i))
                        .as("whether operand %d passes", i)
                        .isEqualTo(!s.inert().contains(i) && !(op instanceof InertOp));
                if (!absent) {
                    assertThat(x.get(i).shape().broadcastsTo(g.shape()))
                            .as("vjp reduces to operand %d", i)
                            .isTrue();
                    assertThat(t.shape().broadcastsTo(y.shape()))
                            .as("jvp of operand %d broadcasts", i)
                            .isTrue();
                }
            }
        });
    }

    // ---- 4. replay ----

    /** The value, the gradient, a tangent and the derivatives of both. */
    private static Function<List<Variable>, List<Variable>> program(Sample s, RandomGenerator random) {
        List<Tensor> active = point(s);
        List<Tensor> g = perturbations(random, List.of(value(s, s.x())));
        List<Tensor> t = perturbations(random, active);
        List<Tensor> g2 = perturbations(random, active);
        return x -> {
            Mapping f = perturbed -> {
                List<Variable> all = new ArrayList<>(x);
                IntStream.range(0, perturbed.size())
                        .forEach(k -> all.set(s.active().get(k), perturbed.get(k)));
                return List.of(s.f().apply(all));
            };
            List<Variable> at = s.active().stream().map(x::get).toList();
            List<Variable> results = new ArrayList<>(f.apply(at));
            results.addAll(f.pullback(g).apply(at));
            results.addAll(f.pushforward(t).apply(at));
            results.addAll(f.pullback(g).pullback(g2).apply(at));
            results.addAll(f.pullback(g).pushforward(t).apply(at));
            results.addAll(f.pushforward(t).pullback(g).apply(at));
            return results;
        };
    }

    /** Another point of the domain, with other masks, labels and ties. */
    private static List<Tensor> elsewhere(Sample s) {
        return IntStream.range(0, s.x().size())
                .mapToObj(i -> {
                    double[] x = s.x().get(i).toArray();
                    double shift = s.inert().contains(i) ? 0 : 0.125;
                    double[] reversed = new double[x.length];
                    Arrays.setAll(reversed, k -> x[x.length - 1 - k] + shift);
                    return Tensor.of(s.x().get(i).shape(), reversed);
                })
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void replayAtAnotherPointIsTheEagerRun(Sample s) {
        Function<List<Variable>, List<Variable>> f = program(s, new SplittableRandom(7));
        List<Tensor> here = s.x();
        List<Tensor> there = elsewhere(s);
        Plan plan = Tape.record(f, here).compile();
        assertThat(plan.run(there.toArray(Tensor[]::new))).isEqualTo(values(f.apply(variables(there))));
        assertThat(plan.run(here.toArray(Tensor[]::new))).isEqualTo(values(f.apply(variables(here))));
        Plan other = Tape.record(f, there).compile();
        assertThat(other.run(here.toArray(Tensor[]::new))).isEqualTo(values(f.apply(variables(here))));
    }

    // ---- 5. linear operations ----

    @ParameterizedTest
    @MethodSource("linear")
    void transposeOfTheTransposeIsTheOperation(Sample s) {
        LinearOp op = (LinearOp) s.op().orElseThrow();
        LinearOp transpose = op.transpose(s.x().get(0).shape());
        assertThat(transpose.transpose(s.shape())).isEqualTo(op);
    }
}
