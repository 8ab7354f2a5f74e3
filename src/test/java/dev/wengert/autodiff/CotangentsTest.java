package dev.wengert.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.wengert.autodiff.op.Pad;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cotangents that arrive in parts: operations of several results, and many parts that are read of one variable. */
class CotangentsTest {

    // ---- several results ----

    /** The sum of two numbers, and 1 over their difference, packed: the slope of the second is infinite where they are equal. */
    private record SumAndInverse() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of(2);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double a = x.get(0).get(0);
            double b = x.get(0).get(1);
            return Tensor.of(a + b, 1 / (a - b));
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return ofSum(g.slice(0, 0, 1)).add(ofInverse(g.slice(0, 1, 2), x.get(0)));
        }

        @Override
        public void pullback(Cotangents c) {
            Variable sum = c.slice(0, 0, 1);
            Variable inverse = c.slice(0, 1, 2);
            c.add(0, sum == null ? null : ofSum(sum));
            c.add(0, inverse == null ? null : ofInverse(inverse, c.x(0)));
        }

        private static Variable ofSum(Variable g) {
            return g.broadcastTo(2);
        }

        private static Variable ofInverse(Variable g, Variable x) {
            Variable slope = x.slice(0, 0, 1).sub(x.slice(0, 1, 2)).square().rdiv(-1);
            return Variable.concat(0, g.mul(slope), g.mul(slope).neg());
        }
    }

    private static Variable part(Variable x, int i) {
        return new SumAndInverse().apply(x).slice(0, i, i + 1).sum();
    }

    @Test
    void theRuleOfAResultThatWasNotReadIsNotAsked() {
        Tensor equal = Tensor.of(3, 3);
        assertThat(Autodiff.grad(x -> part(x, 0).square()).apply(equal)).isEqualTo(Tensor.of(12, 12));
        assertThat(Autodiff.hessian(x -> part(x, 0).square()).apply(equal)).isEqualTo(Tensor.of(new double[][] {
            {2, 2}, {2, 2}
        }));
        // what happens without: zeros for the result that was not read, times an infinite slope
        Tensor asked = Autodiff.vjp(new SumAndInverse()::apply, equal, Tensor.of(1, 0));
        assertThat(asked.toArray()).containsOnly(Double.NaN);
    }

    @Test
    void resultsThatAreReadHaveTheirDerivatives() {
        Tensor x = Tensor.of(3, 1);
        Tensor slopes = Tensor.of(-0.25, 0.25);
        assertThat(Autodiff.grad(v -> part(v, 1)).apply(x)).isEqualTo(slopes);
        assertThat(Autodiff.grad(v -> part(v, 0).add(part(v, 1))).apply(x)).isEqualTo(Tensor.of(0.75, 1.25));
        assertThat(Autodiff.grad(v -> new SumAndInverse().apply(v).sum()).apply(x))
                .isEqualTo(Tensor.of(0.75, 1.25));
        assertThat(Autodiff.hessian(v -> part(v, 1)).apply(x)).isEqualTo(Tensor.of(new double[][] {
            {0.25, -0.25}, {-0.25, 0.25}
        }));
    }

    @Test
    void aPlanOfOneResultDoesNotAskForTheOther() {
        Plan plan = Tape.record(x -> Autodiff.grad(v -> part(v, 0).square()).apply(x), Tensor.of(3, 1))
                .compile();
        assertThat(plan.run(Tensor.of(4, 4))).containsExactly(Tensor.of(16, 16));
    }

    // ---- what slice tells ----

    private static List<String> notes(UnaryOperator<Variable> f) {
        List<String> notes = new ArrayList<>();
        CustomOp noted = new Identity(c -> {
            for (int[] bounds : new int[][] {{0, 2}, {2, 3}, {1, 4}, {4, 5}}) {
                Variable g = c.slice(0, bounds[0], bounds[1]);
                notes.add(g == null ? "absent" : Arrays.toString(g.value().toArray()));
            }
            c.add(0, c.g());
        });
        Tensor gradient = Autodiff.grad(x -> f.apply(noted.apply(x))).apply(Tensor.of(1, 2, 3, 4, 5));
        notes.add(Arrays.toString(gradient.toArray()));
        return notes;
    }

    @Test
    void slicesAreAbsentWhereNothingWasRead() {
        assertThat(notes(y -> y.slice(0, 0, 2).sum()))
                .containsExactly("[1.0, 1.0]", "absent", "[1.0, 0.0, 0.0]", "absent", "[1.0, 1.0, 0.0, 0.0, 0.0]");
    }

    @Test
    void toReadAnEmptySliceIsToReadNothing() {
        assertThat(notes(y -> y.slice(0, 3, 3).sum().add(y.slice(0, 4, 5).sum())))
                .containsExactly("absent", "absent", "absent", "[1.0]", "[0.0, 0.0, 0.0, 0.0, 1.0]");
    }

    @Test
    void slicesThatOverlapAreAddedUp() {
        assertThat(notes(y -> y.slice(0, 0, 2).sum().add(y.slice(0, 1, 3).mul(2).sum())))
                .containsExactly("[1.0, 3.0]", "[2.0]", "[3.0, 2.0, 0.0]", "absent", "[1.0, 3.0, 2.0, 0.0, 0.0]");
    }

    @Test
    void rowsAndWholesAreEverywhere() {
        assertThat(notes(y -> y.gather(Variable.of(Tensor.of(4, 4, 0))).sum()))
                .containsExactly("[1.0, 0.0]", "[0.0]", "[0.0, 0.0, 0.0]", "[2.0]", "[1.0, 0.0, 0.0, 0.0, 2.0]");
        assertThat(notes(y -> y.sum().add(y.slice(0, 0, 1).sum())))
                .containsExactly("[2.0, 1.0]", "[1.0]", "[1.0, 1.0, 1.0]", "[1.0]", "[2.0, 1.0, 1.0, 1.0, 1.0]");
    }

    @Test
    void whatConcatenatedVariablesWereNotReadForPassesNothingOn() {
        // with zeros for b, the infinite slope of its root would make a NaN
        Tensor x = Tensor.of(0, 1);
        Tensor g = Autodiff.grad(v ->
                        Variable.concat(0, v, v.sqrt()).slice(0, 0, 2).square().sum())
                .apply(x);
        assertThat(g).isEqualTo(Tensor.of(0, 2));
    }

    /** In forward mode, a slice of constants has no tangent: the infinite slope of their root would make a NaN of zeros. */
    @Test
    void whatIsReadOfConcatenatedConstantsHasNoTangent() {
        Variable zero = Variable.of(Tensor.of(0));
        for (boolean two : new boolean[] {false, true}) {
            UnaryOperator<Variable> f = v -> {
                Variable joined = Variable.concat(0, v, zero, two ? v.mul(3) : zero);
                return joined.slice(0, 1, 2).sqrt().add(joined.slice(0, 0, 1)).add(joined.slice(0, 2, 3));
            };
            assertThat(Autodiff.jvp(f, Tensor.of(2), Tensor.of(1))).isEqualTo(Tensor.of(two ? 4 : 1));
        }
        UnaryOperator<Variable> padded =
                v -> v.pad(0, 1, 1).slice(0, 2, 3).sqrt().add(v);
        assertThat(Autodiff.jvp(padded, Tensor.of(2), Tensor.of(1))).isEqualTo(Tensor.of(1));
    }

    /** Every combination of sweeps knows that nothing was read of the root, whose slope at 0 is infinite. */
    @Test
    void absenceSurvivesForwardModeAndSecondOrders() {
        Variable zero = Variable.of(Tensor.of(0));
        Variable one = Variable.of(Tensor.of(1));
        UnaryOperator<Variable> f = x ->
                Variable.concat(0, x.square(), x.sqrt()).slice(0, 0, 1).pow(3).sum();
        assertThat(Autodiff.hvp(f, zero, one).value()).isEqualTo(Tensor.of(0));
        assertThat(Autodiff.grad(u -> Autodiff.grad(f).apply(u).sum())
                        .apply(zero)
                        .value())
                .isEqualTo(Tensor.of(0));
        assertThat(Autodiff.grad(u -> Autodiff.jvp(f, u, one).sum()).apply(zero).value())
                .isEqualTo(Tensor.of(0));
        assertThat(Autodiff.grad(u -> Autodiff.hvp(f, u, one).sum()).apply(zero).value())
                .isEqualTo(Tensor.of(0));
        UnaryOperator<Variable> g =
                x -> x.slice(0, 0, 1).pow(3).add(x.slice(0, 1, 2).sqrt()).sum();
        assertThat(Autodiff.grad(u -> Autodiff.grad(g).apply(u).slice(0, 0, 1).sum())
                        .apply(Tensor.of(1, 0)))
                .isEqualTo(Tensor.of(6, 0));
    }

    /** The identity, with a rule that is told as a lambda. */
    private record Identity(Consumer<Cotangents> rule) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g;
        }

        @Override
        public void pullback(Cotangents c) {
            rule.accept(c);
        }

        static Tensor gradient(Consumer<Cotangents> rule) {
            return Autodiff.grad(x -> {
                        Variable y = new Identity(rule).apply(x);
                        return y.slice(0, 0, 1).add(y.slice(0, 2, 3)).sum();
                    })
                    .apply(Tensor.of(1, 2, 3));
        }
    }

    @Test
    void axesMayBeCountedFromTheEnd() {
        assertThat(Identity.gradient(c -> c.addSlice(0, -1, 2, c.slice(-1, 2, 3))))
                .isEqualTo(Tensor.of(0, 0, 1));
    }

    @Test
    void absentPartsMayBeHandedOn() {
        assertThat(Identity.gradient(c -> c.addSlice(0, 0, 1, c.slice(0, 1, 2))))
                .isEqualTo(Tensor.of(0, 0, 0));
        assertThat(Identity.gradient(c -> c.addRows(0, Variable.of(Tensor.of(1)), c.slice(0, 1, 2))))
                .isEqualTo(Tensor.of(0, 0, 0));
    }

    @Test
    void whatIsNoOperandIsRefused() {
        for (int i : new int[] {-1, 1, 7}) {
            for (Consumer<Cotangents> rule : List.<Consumer<Cotangents>>of(
                    c -> c.add(i, c.g()), c -> c.wants(i), c -> c.x(i), c -> c.addSlice(i, 0, 0, c.g()))) {
                assertThatThrownBy(() -> Identity.gradient(rule))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("Identity: an operand must be one of 0..0, got " + i);
            }
        }
    }

    @Test
    void slicesThatTheResultDoesNotHaveAreRefused() {
        for (int[] bounds : new int[][] {{0, 9}, {2, 1}, {-1, 1}}) {
            assertThatThrownBy(() -> Identity.gradient(c -> c.slice(0, bounds[0], bounds[1])))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage("slice: bounds must satisfy 0 <= from <= to <= 3 at axis 0, got from " + bounds[0]
                            + ", to " + bounds[1] + " and operand [3]");
        }
        for (int from : new int[] {-1, 3, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> Identity.gradient(c -> c.addSlice(0, 0, from, c.slice(0, 0, 1))))
                    .isInstanceOf(ShapeException.class)
                    .hasMessage("vjp of Identity, input 0: the cotangent of a part must be a part of the input,"
                            + " got cotangent [1] and input [3]");
        }
        assertThatThrownBy(() -> Identity.gradient(c -> c.addRows(0, null, c.g())))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("vjp of Identity: the index of rows must be a variable, got null");
    }

    @Test
    void aPartThatDoesNotFitIsAnError() {
        assertThatThrownBy(() -> Identity.gradient(c -> c.addSlice(0, 0, 1, c.g())))
                .isInstanceOf(ShapeException.class)
                .hasMessage("vjp of Identity, input 0: the cotangent of a part must be a part of the input,"
                        + " got cotangent [3] and input [3]");
    }

    // ---- many parts of one variable ----

    /** How a variable of T rows is read, T times. */
    private enum Reading {
        SLICES {
            @Override
            Variable of(Variable x, int t) {
                return x.slice(0, t, t + 1);
            }
        },
        OVERLAPPING {
            @Override
            Variable of(Variable x, int t) {
                return x.slice(0, Math.max(0, t - 2), t + 1);
            }
        },
        GATHERS {
            @Override
            Variable of(Variable x, int t) {
                int rows = x.shape().extent(0);
                return x.gather(Variable.of(Tensor.of(t, t * 7 % rows)));
            }
        },
        BOTH {
            @Override
            Variable of(Variable x, int t) {
                return (t % 2 == 0 ? SLICES : GATHERS).of(x, t);
            }
        };

        abstract Variable of(Variable x, int t);

        /** {@code Σ_t w_t Σ sin(part t)·cos(whole)}: each part counts otherwise. */
        Variable loss(Variable x) {
            Variable sum = x.cos().sum();
            for (int t = 0; t < x.shape().extent(0); t++) {
                sum = sum.add(of(x, t).sin().mul(1.0 / (t + 1)).sum());
            }
            return sum;
        }
    }

    private static Tensor random(int rows) {
        SplittableRandom random = new SplittableRandom(rows);
        return Tensor.of(Shape.of(rows, 3), random.doubles(3L * rows, -1, 1).toArray());
    }

    /** The elements that the steps of a derivative compute, but for those of single numbers. */
    private static long work(Reading reading, int order, int rows) {
        Variable x = Variable.of(random(rows));
        UnaryOperator<Variable> f = reading::loss;
        for (int i = 1; i < order; i++) {
            UnaryOperator<Variable> g = f;
            f = v -> Autodiff.grad(g).apply(v).sin().sum();
        }
        Variable gradient = Autodiff.grad(f).apply(x);
        return Tape.between(x, gradient).steps().stream()
                .mapToLong(step -> step.shape().size())
                .sum();
    }

    /** Where each part was padded to the whole, 50 times as many rows were 2500 times as much work. */
    @ParameterizedTest
    @EnumSource
    void theWorkOfManyPartsGrowsWithTheirNumber(Reading reading) {
        for (int order = 1; order <= 2; order++) {
            double growth = (double) work(reading, order, 1000) / work(reading, order, 20);
            assertThat(growth).as(reading + ", order " + order).isLessThan(60);
        }
    }

    /** A variable made of rows, of which each is read alone, and the whole as well: where every slice met the whole, that was T² work. */
    private static Variable apartAndTogether(Variable x) {
        int rows = x.shape().extent(0);
        Variable[] parts = new Variable[rows];
        Arrays.setAll(parts, t -> x.slice(0, t, t + 1).sin());
        Variable joined = Variable.concat(0, parts);
        Variable sum = joined.square().sum();
        for (int t = 0; t < rows; t++) {
            sum = sum.add(
                    joined.slice(0, t, Math.min(t + 2, rows)).mul(1.0 / (t + 1)).sum());
        }
        return sum;
    }

    @Test
    void theWorkOfPartsOfAConcatenationGrowsWithTheirNumber() {
        long[] work = new long[2];
        for (int i = 0; i < 2; i++) {
            Variable x = Variable.of(random(i == 0 ? 20 : 1000));
            Variable g = Autodiff.grad(CotangentsTest::apartAndTogether).apply(x);
            Variable second = Autodiff.gradients(g.sin().sum(), List.of(x)).get(0);
            work[i] = Tape.between(x, second).steps().stream()
                    .mapToLong(step -> step.shape().size())
                    .sum();
        }
        assertThat((double) work[1] / work[0]).isLessThan(60);
        Tensor x = random(5);
        double[] g = Autodiff.grad(CotangentsTest::apartAndTogether).apply(x).toArray();
        for (int k = 0; k < g.length; k++) {
            int t = k / 3;
            double v = x.toArray()[k];
            double w = 1.0 / (t + 1) + (t > 0 ? 1.0 / t : 0);
            assertThat(g[k]).isCloseTo((2 * StrictMath.sin(v) + w) * StrictMath.cos(v), offset(1e-14));
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsOfManyPartsAreThoseOfTheFormula(Reading reading) {
        for (int rows : new int[] {1, 2, 20, 100}) {
            Tensor x = random(rows);
            double[] expected = new double[x.shape().size()];
            Arrays.setAll(expected, k -> -StrictMath.sin(x.toArray()[k]));
            for (int t = 0; t < rows; t++) {
                double w = 1.0 / (t + 1);
                Tensor numbers = Tensor.of(
                        x.shape(),
                        IntStream.range(0, expected.length).asDoubleStream().toArray());
                for (double k : reading.of(Variable.of(numbers), t).value().toArray()) {
                    expected[(int) k] += StrictMath.cos(x.toArray()[(int) k]) * w;
                }
            }
            double[] g = Autodiff.grad(reading::loss).apply(x).toArray();
            for (int k = 0; k < expected.length; k++) {
                assertThat(g[k]).isCloseTo(expected[k], offset(1e-13));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void replayedAndForwardDerivativesOfManyPartsAreTheSame(Reading reading) {
        Tensor x = random(20);
        Tensor other = random(20).map(v -> v / 2 + 0.1);
        Tensor direction = random(20).map(v -> 1 - v);
        UnaryOperator<Variable> hvp = v -> Autodiff.hvp(reading::loss, v, Variable.of(direction));
        UnaryOperator<Variable> reverse = v -> Autodiff.grad(u -> Autodiff.grad(reading::loss)
                        .apply(u)
                        .mul(Variable.of(direction))
                        .sum())
                .apply(v);
        double[] forward = hvp.apply(Variable.of(other)).value().toArray();
        double[] backward = reverse.apply(Variable.of(other)).value().toArray();
        for (int k = 0; k < forward.length; k++) {
            assertThat(forward[k]).isCloseTo(backward[k], offset(1e-13));
        }
        for (UnaryOperator<Variable> f : List.of(hvp, reverse)) {
            assertThat(Tape.record(f, x).compile().run(other))
                    .containsExactly(f.apply(Variable.of(other)).value());
        }
    }

    /** A slice whose cotangent is padded, and added as a whole. */
    private record Padded(int axis, int from, int to) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0].with(axis, to - from);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).slice(axis, from, to).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return new Pad(axis, from, x.get(0).shape().extent(axis) - to).apply(g);
        }
    }

    /** Zeros where nothing is read, and parts added in the order in which they arrive, whatever else arrives between them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theBitsAreThoseOfPaddedParts(int axis) {
        Tensor x = Tensor.of(
                Shape.of(6, 6, 6),
                new SplittableRandom(axis).doubles(216, -1, 1).toArray());
        Tensor parts = Autodiff.grad(v -> pieces(v, axis, (w, from, to) -> w.slice(axis, from, to)))
                .apply(x);
        Tensor padded = Autodiff.grad(v -> pieces(v, axis, (w, from, to) -> new Padded(axis, from, to).apply(w)))
                .apply(x);
        assertThat(parts).isEqualTo(padded);
    }

    private interface Reader {
        Variable slice(Variable x, int from, int to);
    }

    private static Variable pieces(Variable x, int seed, Reader reader) {
        SplittableRandom random = new SplittableRandom(seed);
        Variable sum = Variable.of(0);
        for (int t = 0; t < 12; t++) {
            int from = random.nextInt(5);
            Variable part = t % 4 == 3 ? x.neg() : reader.slice(x, from, random.nextInt(from + 1, 7));
            sum = sum.add(part.mul(random.nextDouble(0.5, 1)).sum());
        }
        return sum;
    }
}
