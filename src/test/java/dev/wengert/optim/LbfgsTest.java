package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.nn.Linear;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LbfgsTest {

    private static final Tensor FAR = Tensor.of(-1.2, 1);

    /** (1 − a)² + 100 (b − a²)², least at (1, 1). */
    static Variable rosenbrock(Variable x) {
        Variable a = x.slice(0, 0, 1);
        Variable b = x.slice(0, 1, 2);
        return a.rsub(1).square().add(b.sub(a.square()).square().mul(100)).sum();
    }

    // ---- PyTorch ----

    static Stream<ModelCase> torch() {
        return ModelCase.all("optimisers").stream().filter(c -> c.name().startsWith("LBFGS"));
    }

    private static UnaryOperator<Variable> function(ModelCase c) {
        if (c.name().contains("Rosenbrock")) {
            return LbfgsTest::rosenbrock;
        }
        if (c.name().contains("quadratic")) {
            Variable a = Variable.of(c.tensor("A"));
            Variable b = Variable.of(c.tensor("b"));
            return x -> x.matmul(a.matmul(x)).mul(0.5).sub(b.matmul(x));
        }
        ModelCase data = ModelCase.object(ModelCase.notes("optimisers").get(2));
        Variable x = Variable.of(data.tensor("X"));
        Variable y = Variable.of(Tensor.of(data.numbers("y")));
        return w -> x.matmul(w.slice(0, 0, 4).reshape(2, 2))
                .add(w.slice(0, 4, 6))
                .tanh()
                .matmul(w.slice(0, 6, 12).reshape(2, 3))
                .add(w.slice(0, 12, 15))
                .crossEntropyWithLabels(y);
    }

    private static Lbfgs optimiser(ModelCase options) {
        int iterations = options.integer("max_iter");
        Lbfgs lbfgs = new Lbfgs()
                .history(options.integer("history_size"))
                .iterations(iterations)
                .evaluations(iterations * 5 / 4)
                .rate(options.number("lr"))
                .gradientTolerance(1e-7)
                .changeTolerance(1e-9);
        return options.has("line_search_fn") ? lbfgs : lbfgs.fixedStep();
    }

    /** Where the calls of a case end, one after the other. */
    private static List<Minimum> calls(ModelCase c, double[] start) {
        List<Minimum> ends = new ArrayList<>();
        Lbfgs lbfgs = optimiser(c.options());
        LbfgsState state = lbfgs.start(function(c), Tensor.of(start));
        for (int k = 0; k < c.list("after").size(); k++) {
            state = lbfgs.resume(function(c), state);
            ends.add(state.minimum());
        }
        return ends;
    }

    /**
     * The points after each call are PyTorch's. Rounding of one unit enters at each step, and may grow as much as one that is put into the
     * start: the allowance is what such changes of the start, one element at a time, do to the point, times the number of steps.
     */
    @ParameterizedTest
    @MethodSource("torch")
    void takesTheStepsOfPyTorch(ModelCase c) {
        double[] start = c.numbers("start");
        List<Minimum> ends = calls(c, start);
        List<List<Minimum>> moved = new ArrayList<>();
        for (int i = 0; i < start.length; i++) {
            for (int sign = -1; sign <= 1; sign += 2) {
                double[] other = start.clone();
                other[i] += sign * 0x1p-52 * Math.max(1, Math.abs(start[i]));
                moved.add(calls(c, other));
            }
        }
        for (int k = 0; k < ends.size(); k++) {
            Minimum end = ends.get(k);
            double[] x = end.point().toArray();
            double[] expected = ModelCase.numbers(c.list("after").get(k));
            double allowed = 0x1p-52 * Vectors.largest(expected);
            double ofNorm = 0x1p-52 * c.numbers("gradientNorms")[k];
            for (List<Minimum> other : moved) {
                allowed = Math.max(allowed, distance(x, other.get(k).point().toArray()));
                ofNorm = Math.max(
                        ofNorm, Math.abs(end.gradientNorm() - other.get(k).gradientNorm()));
            }
            assertThat(allowed).as("what rounding of the start does").isLessThan(1e-8);
            assertThat(distance(x, expected)).as("call %d", k).isLessThanOrEqualTo(end.iterations() * allowed);
            assertThat(end.gradientNorm())
                    .as("norm after call %d", k)
                    .isCloseTo(c.numbers("gradientNorms")[k], within(end.iterations() * ofNorm));
            if (c.options().has("line_search_fn")) { // PyTorch begins each call by an evaluation
                assertThat(end.evaluations() + k).isEqualTo((int) c.numbers("evaluations")[k]);
            }
        }
    }

    private static double distance(double[] x, double[] y) {
        return Vectors.largest(Vectors.add(x, -1, y));
    }

    // ---- minima ----

    @Test
    void findsTheMinimumOfRosenbrocksFunction() {
        Minimum m = new Lbfgs().minimise(LbfgsTest::rosenbrock, FAR);
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        // the smallest eigenvalue of the Hessian is 0.3994: an error is at most 2.51 of the gradient
        assertThat(distance(m.point().toArray(), new double[] {1, 1})).isLessThan(2.6e-8);
        assertThat(Vectors.largest(m.gradient().toArray())).isLessThanOrEqualTo(1e-8);
        assertThat(m.iterations()).isLessThan(60);
    }

    @Test
    void callsOneAfterTheOtherAreOneCall() {
        Lbfgs two = new Lbfgs().iterations(2);
        LbfgsState state = two.start(LbfgsTest::rosenbrock, FAR);
        for (int k = 0; k < 5; k++) {
            state = two.resume(LbfgsTest::rosenbrock, LbfgsState.of(state.tensors()));
        }
        Minimum once = new Lbfgs().iterations(10).minimise(LbfgsTest::rosenbrock, FAR);
        assertThat(state.minimum().point()).isEqualTo(once.point());
        assertThat(state.minimum().gradient()).isEqualTo(once.gradient());
        assertThat(state.minimum().value()).isEqualTo(once.value());
        assertThat(state.minimum().iterations()).isEqualTo(10).isEqualTo(once.iterations());
        assertThat(state.minimum().evaluations()).isEqualTo(once.evaluations());
        assertThat(state.minimum().reason()).isEqualTo(StopReason.ITERATIONS).isEqualTo(once.reason());
    }

    @Test
    void thePointMayHaveAnyShape() {
        Variable goal = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
        Minimum m = new Lbfgs().minimise(x -> x.sub(goal).square().mean(), Tensor.zeros(2, 2));
        assertThat(m.point().shape()).isEqualTo(Shape.of(2, 2));
        assertThat(distance(m.point().toArray(), goal.value().toArray())).isLessThan(1e-7);
        Minimum number = new Lbfgs().minimise(x -> x.sub(3).square(), Tensor.scalar(0));
        assertThat(number.point().item()).isCloseTo(3, within(1e-8));
    }

    @Test
    void fitsAModelAndSetsItsParameters() {
        Linear layer = new Linear("layer", 3, 2, new SplittableRandom(1));
        Variable x = Variable.of(Tensor.normal(new SplittableRandom(2), 40, 3));
        Variable truth = Variable.of(Tensor.normal(new SplittableRandom(3), 3, 2));
        Variable y = x.matmul(truth).add(0.5);
        Minimum m = new Lbfgs().minimise(() -> layer.apply(x).sub(y).square().mean(), layer.parameters());
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(layer.apply(x).sub(y).square().mean().item()).isLessThan(1e-15);
        assertThat(ParameterFunction.of(() -> layer.apply(x), layer.parameters())
                        .point())
                .isEqualTo(m.point());
    }

    @Test
    void parametersAreSetAllOrNone() {
        Parameter w = new Parameter("w", Tensor.of(1, 2));
        Parameter v = new Parameter("v", Tensor.of(-1));
        assertThatThrownBy(() -> new Lbfgs()
                        .minimise(
                                () -> v.variable().log().sum().add(w.variable().sum()), List.of(w, v)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("minimise: the value of the function at the start must be finite, got NaN");
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        assertThat(v.value()).isEqualTo(Tensor.of(-1));
    }

    @Test
    void aFunctionThatDecidesByValuesRunsEagerly() {
        UnaryOperator<Variable> f =
                x -> x.item() > 1 ? x.sub(2).square() : x.sub(2).square().mul(3);
        assertThat(new Lbfgs().eager().minimise(f, Tensor.scalar(-4)).point().item())
                .isCloseTo(2, within(1e-8));
        assertThatThrownBy(() -> new Lbfgs().minimise(f, Tensor.scalar(-4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("value: a variable that is being recorded has no value yet")
                .hasMessageEndingWith("or differentiate eagerly");
    }

    @Test
    void eagerAndReplayedAreTheSameBits() {
        Minimum replayed = new Lbfgs().minimise(LbfgsTest::rosenbrock, FAR);
        Minimum eager = new Lbfgs().eager().minimise(LbfgsTest::rosenbrock, FAR);
        assertThat(eager.point()).isEqualTo(replayed.point());
        assertThat(eager.gradient()).isEqualTo(replayed.gradient());
        assertThat(eager.evaluations()).isEqualTo(replayed.evaluations());
    }

    // ---- hard functions ----

    @Test
    void goesBackFromPointsThatAreNotFinite() {
        // least at x = 1; the first full steps would leave the domain x > 0
        UnaryOperator<Variable> f = x -> x.log().neg().add(x).sum();
        for (double start : new double[] {1e-3, 20, 5000}) {
            Minimum m = new Lbfgs().minimise(f, Tensor.of(start));
            assertThat(m.reason().isConverged()).as("%s", m).isTrue();
            assertThat(m.point().item()).isCloseTo(1, within(1e-7));
        }
        // a wall of infinities between the start and the minimum
        UnaryOperator<Variable> wall = x -> x.rsub(1).log().neg().sub(x.mul(30)).sum();
        Minimum m = new Lbfgs().minimise(wall, Tensor.of(0));
        assertThat(m.point().item()).isCloseTo(1 - 1 / 30.0, within(1e-10));
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
    }

    @Test
    void aFixedStepGoesBackToo() {
        UnaryOperator<Variable> f = x -> x.log().neg().add(x).sum();
        Minimum m = new Lbfgs().fixedStep().rate(2).iterations(1).minimise(f, Tensor.of(4));
        assertThat(m.point().item()).isEqualTo(4 - 1.5); // of 4 − 2·1/0.75·0.75
    }

    @Test
    void saysWhenTheSearchFails() {
        // the rule is wrong: it points uphill, so no value along the direction is lower
        UnaryOperator<Variable> wrong = x -> x.mul(-1).add(x.mul(2).detach()).sum();
        Minimum m = new Lbfgs().minimise(wrong, Tensor.of(1));
        assertThat(m.reason()).isEqualTo(StopReason.LINE_SEARCH);
        assertThat(m.point()).isEqualTo(Tensor.of(1));
        // falls for ever
        assertThat(new Lbfgs().minimise(x -> x.pow(3).sum(), Tensor.of(-1)).reason())
                .isEqualTo(StopReason.NOT_FINITE);
    }

    // ---- bad input ----

    @Test
    void saysWhatIsNotFiniteAtTheStart() {
        UnaryOperator<Variable> f = x -> x.sqrt().sum();
        assertThatThrownBy(() -> new Lbfgs().minimise(f, Tensor.of(1, Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minimise: the start must be finite, got NaN as element 1");
        assertThatThrownBy(() -> new Lbfgs().minimise(f, Tensor.of(1, -1)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("minimise: the value of the function at the start must be finite, got NaN");
        assertThatThrownBy(() -> new Lbfgs().start(f, Tensor.of(1, 0)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(
                        "start: the gradient of the function at the start must be finite, got Infinity as element 1");
        Parameter a = new Parameter("a", Tensor.of(1, 2, 3));
        Parameter b = new Parameter("b", Tensor.of(new double[][] {{1, 1}, {1, Double.NEGATIVE_INFINITY}}));
        assertThatThrownBy(() -> new Lbfgs()
                        .minimise(() -> a.variable().sum().add(b.variable().sum()), List.of(a, b)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minimise: the start must be finite, got -Infinity as element 3 of b [2, 2]");
    }

    @Test
    void refusesWhatItCannotMinimise() {
        assertThatThrownBy(() -> new Lbfgs().minimise(x -> x.mul(2), Tensor.of(1, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("minimise: the function must return a single number, got [2]; sum it");
        assertThatThrownBy(() -> new Lbfgs().minimise(x -> null, Tensor.of(1)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("minimise: the function must return a variable, got null");
        assertThatThrownBy(() -> new Lbfgs().minimise(x -> x.sum(), Tensor.zeros(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minimise: the start must have elements, got one of shape [0]");
        assertThatThrownBy(() -> new Lbfgs().minimise(() -> Variable.of(1), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minimise: the start must have elements, got one of shape [0]");
        assertThatThrownBy(() -> new Lbfgs().history(0))
                .hasMessage("history: the number of steps must be at least 1, got 0");
        assertThatThrownBy(() -> new Lbfgs().iterations(0))
                .hasMessage("iterations: the number of iterations must be at least 1, got 0");
        assertThatThrownBy(() -> new Lbfgs().evaluations(-1))
                .hasMessage("evaluations: the number of evaluations must be at least 1, got -1");
        assertThatThrownBy(() -> new Lbfgs().gradientTolerance(Double.NaN))
                .hasMessage("gradientTolerance: the tolerance must be finite and at least 0, got NaN");
        assertThatThrownBy(() -> new Lbfgs().changeTolerance(-1))
                .hasMessage("changeTolerance: the tolerance must be finite and at least 0, got -1.0");
        assertThatThrownBy(() -> new Lbfgs().rate(0)).hasMessage("rate: the rate must be positive and finite, got 0.0");
    }

    @Test
    void refusesStatesThatDoNotFit() {
        Map<String, Tensor> good = new Lbfgs().start(LbfgsTest::rosenbrock, FAR).tensors();
        Map<String, Tensor> missing = new LinkedHashMap<>(good);
        missing.remove("value");
        assertThatThrownBy(() -> LbfgsState.of(missing))
                .hasMessage("LbfgsState: there must be a tensor value, got none");
        Map<String, Tensor> wide = new LinkedHashMap<>(good);
        wide.put("steps", Tensor.zeros(1, 3));
        assertThatThrownBy(() -> LbfgsState.of(wide))
                .hasMessage("LbfgsState: tensor steps must have shape [k, 2] for a point of shape [2], got [1, 3]");
        Map<String, Tensor> longer = new LinkedHashMap<>(good);
        longer.put("changes", Tensor.zeros(1, 2));
        assertThatThrownBy(() -> LbfgsState.of(longer))
                .hasMessage("LbfgsState: tensor changes must have shape [0, 2], got [1, 2]");
        Map<String, Tensor> counts = new LinkedHashMap<>(good);
        counts.put("counts", Tensor.of(1, 1.5, 0));
        assertThatThrownBy(() -> LbfgsState.of(counts))
                .hasMessage("LbfgsState: a number in counts must be whole, and from 0 to 2147483647, got 1.5");
    }

    // ---- text ----

    @Test
    void saysWhereItEnded() {
        Minimum m = new Lbfgs().minimise(x -> x.sub(3).square().sum().add(5), Tensor.of(2));
        assertThat(m)
                .hasToString(
                        "value 5.0 at [3.]\n"
                                + "converged: the gradient is within its tolerance; gradient norm 0.00, 1 iterations, 2 evaluations");
    }

    @ParameterizedTest
    @EnumSource(StopReason.class)
    void reasonsSayWhetherTheSearchConverged(StopReason reason) {
        assertThat(reason.toString()).startsWith(reason.isConverged() ? "converged: the " : "not converged: ");
    }
}
