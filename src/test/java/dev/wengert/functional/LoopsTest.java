package dev.wengert.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops as one operation, beside Java loops. */
class LoopsTest {

    private final SplittableRandom random = new SplittableRandom(11);
    private final Tensor y0 = Tensor.normal(random, 1, 4);
    private final Tensor w = Tensor.normal(random, 4, 4).map(v -> 0.5 * v);

    private static Variable euler(Variable y, Variable w) {
        return y.add(y.matmul(w).tanh().mul(0.1));
    }

    private static Function<List<Variable>, Variable> javaLoop(int steps) {
        return x -> {
            Variable y = x.get(0);
            for (int k = 0; k < steps; k++) {
                y = euler(y, x.get(1));
            }
            return y.square().sum();
        };
    }

    private static Function<List<Variable>, Variable> oneOperation(int steps) {
        return x ->
                Loops.iterate(y -> euler(y, x.get(1)), x.get(0), steps).square().sum();
    }

    /** The value, the gradient, the derivative of a combination of the gradient, and so on. */
    private static List<Tensor> derivatives(Function<List<Variable>, Variable> f, int order, Tensor... point) {
        List<Variable> x = new ArrayList<>();
        for (Tensor t : point) {
            x.add(Variable.of(t));
        }
        Variable y = f.apply(x);
        List<Tensor> all = new ArrayList<>(List.of(y.value()));
        for (int k = 1; k <= order; k++) {
            List<Variable> g = Autodiff.gradients(y, x);
            g.forEach(v -> all.add(v.value()));
            y = Variable.of(0);
            for (Variable v : g) {
                y = y.add(v.mul(v.add(0.5)).sum());
            }
        }
        return all;
    }

    private static void assertClose(List<Tensor> got, List<Tensor> want, double relative) {
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < got.size(); i++) {
            double[] a = got.get(i).toArray();
            double[] b = want.get(i).toArray();
            assertThat(got.get(i).shape()).isEqualTo(want.get(i).shape());
            double largest = 0;
            for (double v : b) {
                largest = Math.max(largest, Math.abs(v));
            }
            for (int j = 0; j < a.length; j++) {
                assertThat(a[j]).as("%d, %d", i, j).isCloseTo(b[j], within(relative * largest));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 50})
    void theValueAndTheGradientHaveTheBitsOfAJavaLoop(int steps) {
        assertThat(derivatives(oneOperation(steps), 1, y0, w)).isEqualTo(derivatives(javaLoop(steps), 1, y0, w));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 50})
    void derivativesOfOrderThreeAreThoseOfAJavaLoop(int steps) {
        assertClose(derivatives(oneOperation(steps), 3, y0, w), derivatives(javaLoop(steps), 3, y0, w), 1e-12);
    }

    @Test
    void forwardModeHasTheBitsOfAJavaLoop() {
        List<List<Tensor>> both = new ArrayList<>();
        for (Function<List<Variable>, Variable> f : List.of(javaLoop(9), oneOperation(9))) {
            List<Variable> x = List.of(Variable.of(y0), Variable.of(w));
            Tape tape = Tape.between(x, List.of(f.apply(x)));
            List<Variable> t = List.of(Variable.of(Tensor.ones(1, 4)), Variable.of(Tensor.ones(4, 4)));
            List<Variable> one = List.of(t.get(0), Variable.of(Tensor.zeros(4, 4)));
            both.add(List.of(
                    tape.pushforward(t).get(0).value(),
                    tape.pushforward(one).get(0).value()));
        }
        assertThat(both.get(1)).isEqualTo(both.get(0));
    }

    @Test
    void aReplayHasTheBitsOfAnEagerRun() {
        Function<List<Variable>, List<Variable>> step = x -> {
            Variable loss = oneOperation(20).apply(x);
            List<Variable> g = Autodiff.gradients(loss, x);
            Variable second = Autodiff.gradients(g.get(1).square().sum(), x).get(0);
            return List.of(loss, g.get(0), g.get(1), second);
        };
        Plan plan = Tape.record(step, List.of(Tensor.zeros(1, 4), Tensor.zeros(4, 4)), List.of(y0, w))
                .compile();
        List<Tensor> eager = step.apply(List.of(Variable.of(y0), Variable.of(w))).stream()
                .map(Variable::value)
                .toList();
        assertThat(plan.run(y0, w)).isEqualTo(eager);
        assertThat(plan.run(y0, w)).isEqualTo(eager);
    }

    /** The states and other results of a recurrent network with two carries. */
    private static Loops.Result cell(List<Variable> carry, List<Variable> x, Variable u) {
        Variable gate = carry.get(0).add(x.get(0)).mul(u).sigmoid();
        Variable c = carry.get(1).mul(gate).add(x.get(1).tanh());
        Variable h = c.tanh().mul(gate);
        return new Loops.Result(List.of(h, c), List.of(h.mul(2), c.square()));
    }

    private static List<Variable> network(List<Variable> v, boolean loop) {
        List<Variable> init = List.of(v.get(0), v.get(1));
        List<Variable> xs = List.of(v.get(2), v.get(3));
        if (loop) {
            Loops.Result r = Loops.scan((carry, x) -> cell(carry, x, v.get(4)), init, xs);
            return List.of(r.carry().get(0), r.carry().get(1), r.ys().get(0), r.ys().get(1));
        }
        List<Variable> carry = init;
        List<Variable> one = new ArrayList<>();
        List<Variable> two = new ArrayList<>();
        for (int t = 0; t < xs.get(0).shape().extent(0); t++) {
            int row = t;
            Loops.Result r = cell(
                    carry,
                    xs.stream().map(x -> x.slice(0, row, row + 1).reshape(3)).toList(),
                    v.get(4));
            carry = r.carry();
            one.add(r.ys().get(0).expandDims(0));
            two.add(r.ys().get(1).expandDims(0));
        }
        return List.of(
                carry.get(0),
                carry.get(1),
                Variable.concat(0, one.toArray(new Variable[0])),
                Variable.concat(0, two.toArray(new Variable[0])));
    }

    /** Each result alone, and all together: then other carries have cotangents at the last step. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 3, 5, 10, 12, 15})
    void someResultsOfSeveral(int which) {
        Tensor[] point = {
            Tensor.normal(random, 3),
            Tensor.normal(random, 3),
            Tensor.normal(random, 6, 3),
            Tensor.normal(random, 6, 3),
            Tensor.normal(random, 3)
        };
        List<List<Tensor>> both = new ArrayList<>();
        for (boolean loop : new boolean[] {false, true}) {
            both.add(derivatives(
                    v -> {
                        List<Variable> results = network(v, loop);
                        Variable sum = Variable.of(0);
                        for (int i = 0; i < 4; i++) {
                            sum = (which >> i & 1) == 0
                                    ? sum
                                    : sum.add(results.get(i).sin().sum());
                        }
                        return sum;
                    },
                    3,
                    point));
        }
        assertClose(both.get(1), both.get(0), 1e-12);
    }

    /** The gradient of a function of results that do not include the root is that of a Java loop, and the slope of the root at 0 is infinite. */
    @Test
    void anUnusedResultWithInfiniteSlopeIsAbsent() {
        Variable x = Variable.of(Tensor.of(0, 4));
        Loops.Result r = Loops.scan(
                (carry, none) -> new Loops.Result(
                        List.of(carry.get(0).mul(2), carry.get(0).sqrt()),
                        List.of(carry.get(0).sqrt(), carry.get(0))),
                List.of(x, x),
                5);
        Variable used = r.carry().get(0).sum().add(r.ys().get(1).sum());
        assertThat(Autodiff.gradients(used, List.of(x)).get(0).value()).isEqualTo(Tensor.of(63, 63));
        Variable other = r.ys().get(1).sum();
        assertThat(Autodiff.gradients(other, List.of(x)).get(0).value()).isEqualTo(Tensor.of(31, 31));
        assertThat(Autodiff.jvp(
                                v -> Loops.scan((c, row) -> c.mul(row), Variable.of(Tensor.of(3)), v.reshape(1, 1)),
                                Tensor.of(2),
                                Tensor.of(1))
                        .toArray())
                .containsExactly(3);
    }

    /** The carry has no cotangent at the last step, where the slope of the root is infinite. */
    @Test
    void aCarryWithoutCotangentIsAbsent() {
        Variable x = Variable.of(Tensor.of(0, 4));
        Loops.Result r = Loops.scan(
                (carry, none) -> new Loops.Result(List.of(carry.get(0).sqrt()), List.of(carry.get(0))), List.of(x), 1);
        Variable used = r.ys().get(0).sum();
        assertThat(Autodiff.gradients(used, List.of(x)).get(0).value()).isEqualTo(Tensor.of(1, 1));
    }

    /** In forward mode, too: the carry has no tangent at the first step, where the slope of the root is infinite. */
    @Test
    void aCarryWithoutTangentIsAbsent() {
        UnaryOperator<Variable> f = v -> Loops.iterate(c -> c.sqrt().add(v), Variable.of(0), 3);
        Variable v = Variable.of(2);
        Variable expected = v.add(v.sqrt().add(v).sqrt());
        assertThat(Autodiff.jvp(f, Tensor.scalar(2), Tensor.scalar(1)).item())
                .isCloseTo(Autodiff.gradients(expected, List.of(v)).get(0).item(), within(1e-15));
        assertThat(Autodiff.grad(f).apply(Tensor.scalar(2)).item())
                .isCloseTo(Autodiff.gradients(expected, List.of(v)).get(0).item(), within(1e-15));
    }

    /** The carry has a tangent before the first step, and none after it. */
    @Test
    void aCarryThatIsReplacedHasNoTangent() {
        Variable zeros = Variable.of(Tensor.of(0, 0));
        UnaryOperator<Variable> f =
                v -> Loops.scan((c, none) -> new Loops.Result(List.of(zeros), List.of(c.get(0))), List.of(v), 3)
                        .carry()
                        .get(0)
                        .sqrt();
        assertThat(Autodiff.jvp(f, Tensor.of(1, 2), Tensor.of(1, 3))).isEqualTo(Tensor.of(0, 0));
    }

    /** In forward mode, too: the rows have no tangent, and the slope of the root at 0 is infinite. */
    @Test
    void aResultWithoutTangentIsAbsent() {
        Variable zeros = Variable.of(Tensor.of(0, 0));
        for (int steps : new int[] {1, 2, 5}) {
            UnaryOperator<Variable> f = v -> {
                Loops.Result r = Loops.scan(
                        (c, none) -> new Loops.Result(List.of(c.get(0).mul(2), c.get(1)), List.of(zeros)),
                        List.of(v, zeros),
                        steps);
                Variable roots = r.carry().get(1).sqrt().add(r.ys().get(0).sqrt());
                return r.carry().get(0).add(roots.sum());
            };
            assertThat(Autodiff.jvp(f, Tensor.of(1, 2), Tensor.of(1, 3))).isEqualTo(Tensor.of(1 << steps, 3 << steps));
        }
    }

    /** Carries that take turns never have the same cotangents twice in a row. */
    @Test
    void carriesThatTakeTurns() {
        for (int steps = 0; steps < 7; steps++) {
            int n = steps;
            Function<List<Variable>, Variable> turns = v -> Loops.scan(
                            (c, none) -> new Loops.Result(
                                    List.of(c.get(1).mul(3), c.get(2), c.get(0).sin()), List.of()),
                            List.of(v.get(0), v.get(1), v.get(2)),
                            n)
                    .carry()
                    .get(0);
            Function<List<Variable>, Variable> java = v -> {
                List<Variable> c = v;
                for (int k = 0; k < n; k++) {
                    c = List.of(c.get(1).mul(3), c.get(2), c.get(0).sin());
                }
                return c.get(0);
            };
            Tensor[] point = {Tensor.scalar(0.3), Tensor.scalar(0.4), Tensor.scalar(0.5)};
            assertClose(derivatives(turns, 2, point), derivatives(java, 2, point), 1e-15);
        }
    }

    @Test
    void parametersThatTheBodyUsesHaveDerivatives() {
        Parameter a = new Parameter("a", Tensor.scalar(0.9));
        Variable loss = Loops.iterate(y -> y.mul(a.variable()), Variable.of(2), 4);
        assertThat(Autodiff.gradients(loss, List.of(a)).get(a).item())
                .isCloseTo(2 * 4 * Math.pow(0.9, 3), within(1e-14));
        Plan plan = Tape.record(
                        x -> List.of(Loops.iterate(y -> y.mul(a.variable()), x.get(0), 4)), List.of(Tensor.scalar(2)))
                .compile();
        assertThat(plan.run(Tensor.scalar(2)).get(0).item()).isCloseTo(2 * Math.pow(0.9, 4), within(1e-15));
        a.set(Tensor.scalar(2));
        assertThat(plan.run(Tensor.scalar(2)).get(0).item()).isEqualTo(32);
    }

    @Test
    void aScanOfScansIsTheScan() {
        UnaryOperator<Variable> step = y -> y.add(y.sin().mul(0.1));
        Function<List<Variable>, Variable> flat =
                x -> Loops.iterate(step, x.get(0), 60).sum();
        Function<List<Variable>, Variable> nested =
                x -> Loops.iterate(y -> Loops.iterate(step, y, 10), x.get(0), 6).sum();
        assertThat(derivatives(nested, 1, y0)).isEqualTo(derivatives(flat, 1, y0));
        assertClose(derivatives(nested, 3, y0), derivatives(flat, 3, y0), 1e-13);
    }

    @Test
    void noStepsGiveTheInitialValuesAndNoRows() {
        Variable x = Variable.of(Tensor.of(1, 2));
        Loops.Result r =
                Loops.scan((c, none) -> new Loops.Result(List.of(c.get(0).sqrt()), List.of(c.get(0))), List.of(x), 0);
        assertThat(r.carry().get(0).value()).isEqualTo(Tensor.of(1, 2));
        assertThat(r.ys().get(0).shape()).isEqualTo(Shape.of(0, 2));
        Variable y = r.carry().get(0).sum().add(r.ys().get(0).sum());
        assertThat(Autodiff.gradients(y, List.of(x)).get(0).value()).isEqualTo(Tensor.of(1, 1));
        assertThat(Loops.map(Variable::sin, Variable.of(Tensor.zeros(0, 3))).shape())
                .isEqualTo(Shape.of(0, 3));
    }

    @Test
    void equalLoopsAreEqual() {
        Variable x = Variable.of(y0);
        Variable v = Variable.of(w);
        Tape one = Tape.between(List.of(x, v), List.of(oneOperation(5).apply(List.of(x, v))));
        Tape two = Tape.between(List.of(x, v), List.of(oneOperation(5).apply(List.of(x, v))));
        Tape other = Tape.between(List.of(x, v), List.of(oneOperation(6).apply(List.of(x, v))));
        assertThat(one).isEqualTo(two).hasSameHashCodeAs(two).isNotEqualTo(other);
        assertThat(one.unrolled().steps().size()).isGreaterThan(5 * 4);
        assertThat(one.unrolled().outputs().get(0).value())
                .isEqualTo(one.outputs().get(0).value());
        assertThat(two.unrolled().unrolled()).isEqualTo(two.unrolled());
    }

    @Test
    void theGraphOfALoopIsSmall() {
        Variable x = Variable.of(y0);
        Variable v = Variable.of(w);
        Variable loss = oneOperation(10_000).apply(List.of(x, v));
        Tape gradient = Tape.between(List.of(x, v), Autodiff.gradients(loss, List.of(x, v)));
        assertThat(gradient.steps()).hasSizeLessThan(20);
    }

    /** The gradient for each example, beside one gradient after the other. */
    @Test
    void theGradientForEachExample() {
        Tensor xs = Tensor.normal(random, 5, 4);
        Variable v = Variable.of(w);
        UnaryOperator<Variable> gradient =
                row -> Autodiff.gradients(euler(row.reshape(1, 4), v).square().sum(), List.of(v))
                        .get(0);
        Tensor all = Loops.map(gradient, Variable.of(xs)).value();
        assertThat(all.shape()).isEqualTo(Shape.of(5, 4, 4));
        for (int i = 0; i < 5; i++) {
            Tensor one = gradient.apply(Variable.of(xs).slice(0, i, i + 1)).value();
            assertThat(Variable.of(all).slice(0, i, i + 1).reshape(4, 4).value())
                    .isEqualTo(one);
        }
    }

    @Test
    void aCheckpointHasTheSameDerivativesAndASmallerGraph() {
        UnaryOperator<Variable> f = y -> {
            Variable z = y;
            for (int k = 0; k < 5; k++) {
                z = z.tanh().add(z.square());
            }
            return z;
        };
        Function<List<Variable>, Variable> plain = x -> f.apply(x.get(0)).sum();
        Function<List<Variable>, Variable> checkpointed =
                x -> Loops.checkpoint(f).apply(x.get(0)).sum();
        Tensor small = y0.map(v -> 0.3 * v);
        assertThat(derivatives(checkpointed, 1, small)).isEqualTo(derivatives(plain, 1, small));
        assertClose(derivatives(checkpointed, 3, small), derivatives(plain, 3, small), 1e-13);
        Variable x = Variable.of(small);
        assertThat(Tape.between(List.of(x), List.of(checkpointed.apply(List.of(x))))
                        .steps())
                .hasSizeLessThan(5);
        List<Variable> two = Loops.checkpointList(
                        v -> List.of(v.get(0).mul(v.get(1)), v.get(1).sin()))
                .apply(List.of(Variable.of(3), Variable.of(4)));
        assertThat(two.get(0).item()).isEqualTo(12);
        assertThat(two.get(1).value()).isEqualTo(Variable.of(4).sin().value());
    }

    @Test
    void aWhileLoopTakesTheStepsThatItsValuesAskFor() {
        Variable x = Variable.of(3);
        Variable y = Loops.whileLoop(v -> v.item() < 100, v -> v.mul(v), x);
        assertThat(y.item()).isEqualTo(6561);
        assertThat(Autodiff.gradients(y, List.of(x)).get(0).item()).isEqualTo(8 * 2187);
        assertThatThrownBy(() -> Tape.record(v -> Loops.whileLoop(t -> false, u -> u, v), Tensor.scalar(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("whileLoop: the number of steps depends on values, which are not known in a recording;"
                        + " take a fixed number with iterate or scan, or loop outside of the recording");
    }

    @Test
    void plansOfLoopsRunOnManyThreads() throws Exception {
        Tape tape = Tape.record(
                x -> Autodiff.gradients(oneOperation(30).apply(x), x), List.of(Tensor.zeros(1, 4), Tensor.zeros(4, 4)));
        List<Tensor> expected = tape.compile().run(y0, w);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> task = () -> {
                Plan plan = tape.compile();
                boolean same = true;
                for (int k = 0; k < 50; k++) {
                    same &= plan.run(y0, w).equals(expected);
                }
                return same;
            };
            for (Future<Boolean> same : threads.invokeAll(List.of(task, task, task, task))) {
                assertThat(same.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** A loop whose fault is in one operation of its body. */
    private record Cube(double factor) implements CustomOp {
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
            return g.mul(x.get(0).square().mul(factor));
        }
    }

    @Test
    void theCheckerLooksIntoTheBody() {
        Tensor x = Tensor.of(0.3, -0.4);
        GradientReport right = GradientCheck.of((Variable v) -> Loops.iterate(
                                y -> y.mul(0.9).add(new Cube(3).apply(y.sin())), v, 4)
                        .sum())
                .order(3)
                .at(x)
                .run();
        assertThat(right.verdict()).as(right.toString()).isEqualTo(Verdict.PASS);
        GradientReport wrong = GradientCheck.of((Variable v) -> Loops.iterate(
                                y -> y.mul(0.9).add(new Cube(2.9).apply(y.sin())), v, 4)
                        .sum())
                .at(x)
                .run();
        assertThat(wrong.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(wrong.blames().get(0).operation()).isEqualTo("Cube");
        assertThat(wrong.blames().get(0).site()).contains("LoopsTest.java:");
    }

    @Test
    void theCheckerLooksIntoALoopWithoutSteps() {
        GradientReport report = GradientCheck.of((Variable v) ->
                        v.sum().add(Loops.map(Variable::sin, v.slice(0, 0, 0)).sum()))
                .order(3)
                .at(Tensor.of(0.3, -0.4))
                .run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatIsWrongIsNamed() {
        Variable x = Variable.of(Tensor.zeros(3));
        Variable rows = Variable.of(Tensor.zeros(5, 2));
        Variable others = Variable.of(Tensor.zeros(4));
        Loops.Step keep = (c, r) -> new Loops.Result(c, List.of());
        assertThatThrownBy(() -> Loops.scan(keep, List.of(x), List.of(rows, others)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "scan: stacked operands must have the same number of rows, got operand 0 [5, 2] and operand 1 [4]");
        assertThatThrownBy(() -> Loops.scan(keep, List.of(x), List.of(Variable.of(1))))
                .isInstanceOf(ShapeException.class)
                .hasMessage("scan: a stacked operand must have rows along axis 0, got operand 0 []");
        assertThatThrownBy(() -> Loops.scan(keep, List.of(x), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scan: there must be a stacked operand, which says how many steps there are, got none;"
                        + " or give the number of steps in place of the operands");
        assertThatThrownBy(() -> Loops.iterate(v -> v.sum(), x, 3))
                .isInstanceOf(ShapeException.class)
                .hasMessage("iterate: a carry must keep its shape, got carry 0 [3] and after a step []");
        assertThatThrownBy(() -> Loops.scan((c, r) -> new Loops.Result(List.of(), List.of()), List.of(x), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scan: a step must return as many carries as it takes, got 0 for 1");
        assertThatThrownBy(() -> Loops.iterate(v -> v, x, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("iterate: the number of steps must be at least 0, got -1");
        assertThatThrownBy(() -> Loops.scan((c, r) -> new Loops.Result(List.of(c.get(1)), List.of()), List.of(x), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scan: there must be an initial carry for each argument of the function,"
                        + " got 1 where it asks for get(1)");
        assertThatThrownBy(() -> Loops.map(v -> Variable.of(v.value()), rows))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("value: a variable that is being recorded has no value yet, and a plan would freeze"
                        + " what is read here; use operations such as where, gt and maximum, or differentiate eagerly");
        assertThatThrownBy(() -> Loops.iterate(v -> v.add(x), Variable.of(Tensor.zeros(3)), 1_000_000_000))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "scan(1000000000): all carries and results of all steps together must have at most 2147483639"
                                + " elements, got 3000000003; a scan within a scan keeps fewer");
    }
}
