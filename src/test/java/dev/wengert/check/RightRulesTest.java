package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Right derivatives that once did not pass: found by an attack that was written without a look at the checker. */
class RightRulesTest {

    private static GradientReport check(UnaryOperator<Variable> f, double... x) {
        return GradientCheck.of(f).at(Tensor.of(x)).run();
    }

    private static void is(Verdict verdict, GradientReport report) {
        assertThat(report.verdict()).as(report.toString()).isEqualTo(verdict);
    }

    private static void doesNotFail(GradientReport report) {
        assertThat(report.verdict()).as(report.toString()).isNotEqualTo(Verdict.FAIL);
    }

    // ---- once differentiable ----

    private static final Elementwise CUBE_RULE_THROWS = new Elementwise(
            v -> v * v * v,
            (g, y, x) -> new Elementwise(v -> 3 * v * v, (h, z, w) -> {
                        throw new UnsupportedOperationException("once is enough");
                    })
                    .apply(x)
                    .mul(g));

    private static final Elementwise CUBE_RULE_IS_FLAT = new Elementwise(
            v -> v * v * v,
            (g, y, x) ->
                    new Elementwise(v -> 3 * v * v, (h, z, w) -> null).apply(x).mul(g));

    private static final Elementwise CUBE_RULE_DETACHES = new Elementwise(
            v -> v * v * v, (g, y, x) -> x.detach().square().mul(3).mul(g));

    private static final Elementwise CUBE_OUT_OF_JAVA = new Elementwise(
            v -> v * v * v, (g, y, x) -> g.mul(Variable.of(x.value().map(v -> 3 * v * v))));

    @Test
    void orderOneAsksNoRuleBeyondTheFirst() {
        for (Elementwise op : List.of(CUBE_RULE_THROWS, CUBE_RULE_IS_FLAT, CUBE_RULE_DETACHES, CUBE_OUT_OF_JAVA)) {
            is(
                    Verdict.PASS,
                    GradientCheck.of(x -> op.apply(x).sum())
                            .at(Tensor.of(0.5, -1.25))
                            .order(1)
                            .run());
        }
    }

    @Test
    void orderTwoAsksNoRuleBeyondTheSecond() {
        Elementwise slope = new Elementwise(
                v -> 3 * v * v,
                (g, y, x) -> new Elementwise(v -> 6 * v, (h, z, w) -> {
                            throw new UnsupportedOperationException("twice is enough");
                        })
                        .apply(x)
                        .mul(g));
        Elementwise twice =
                new Elementwise(v -> v * v * v, (g, y, x) -> slope.apply(x).mul(g));
        is(Verdict.PASS, check(x -> twice.apply(x).sum(), 0.5, -1.25));
    }

    // ---- exceptions ----

    /** A record, so that a reproducer is looked for; its rule throws. */
    public record ThrowingRule() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            throw new IllegalStateException("not written yet");
        }
    }

    /** Its value has no meaning at 0, and it says so; its rule is wrong. */
    public record Reciprocal() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> {
                if (v == 0) {
                    throw new ArithmeticException("division by zero");
                }
                return 1 / v;
            });
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(y.square());
        }
    }

    @Test
    void noExceptionOfARuleCostsTheReport() {
        is(
                Verdict.FAIL,
                GradientCheck.op(new ThrowingRule()).at(Tensor.of(1, 2)).run());
        is(Verdict.FAIL, check(x -> new ThrowingRule().apply(x).sum(), 1, 2));
        is(
                Verdict.FAIL,
                GradientCheck.op(new Reciprocal()).at(Tensor.of(1.5, 2)).run());
        is(Verdict.FAIL, check(x -> new Reciprocal().apply(x).sum(), 1.5, 2));
    }

    // ---- scales ----

    @Test
    void aSteepTanh() {
        doesNotFail(check(x -> x.mul(1e30).tanh().sum(), 5e-31));
        doesNotFail(check(x -> x.mul(1e30).tanh().sum(), 0));
    }

    @Test
    void aUnitVectorOfHugeNumbers() {
        doesNotFail(check(x -> x.div(x.square().sum().sqrt()).sum(), 1e150, 2e150));
    }

    /** A few of the slopes are much smaller than typical ones, and their bounds are not. */
    @Test
    void directionsWhoseTermsCancel() {
        is(
                Verdict.PASS,
                GradientCheck.of(x -> x.exp().sum())
                        .at(Tensor.normal(new SplittableRandom(1), 2000))
                        .order(1)
                        .directions(40)
                        .accuracy(1e-7)
                        .highPrecision(0)
                        .run());
    }

    @Test
    void anOperationWithMuchNoise() {
        Elementwise asinh = new Elementwise(
                v -> Math.log(v + Math.sqrt(v * v + 1)),
                (g, y, x) -> g.div(x.square().add(1).sqrt()));
        doesNotFail(check(x -> asinh.apply(x).sum(), -1e6));
        doesNotFail(check(x -> asinh.apply(x).sum(), -1e6, 0.5, -1e3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e300, -1e300, 1e-300})
    void ordinaryFunctionsOfNumbersOfAnySize(double x) {
        is(Verdict.PASS, check(v -> v.mul(3).sum(), x));
        is(Verdict.PASS, check(v -> v.relu().sum(), x));
        is(Verdict.PASS, check(v -> v.div(7).sum(), x));
        is(
                Verdict.PASS,
                GradientCheck.of(v -> v.abs().log().sum())
                        .at(Tensor.of(x))
                        .order(1)
                        .run());
    }

    @Test
    void aDerivativeBeyondDoublesIsCalledSo() {
        GradientReport report = check(v -> v.log().sum(), 1e-300);
        is(Verdict.INCONCLUSIVE, report);
        assertThat(report.entries())
                .extracting(Entry::note)
                .contains("overflow: the rule's value is infinite; the derivative may be beyond doubles");
    }

    /** A triangular solve, whose error is relative to the largest element of the result. */
    private record Solve(int n) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[1];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
                double rest = x.get(1).get(i);
                for (int k = 0; k < i; k++) {
                    rest -= x.get(0).get(i, k) * y[k];
                }
                y[i] = rest / x.get(0).get(i, i);
            }
            return Tensor.of(y);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable b = new SolveTransposed(n).apply(x.get(0), g);
            Variable lower = b.reshape(n, 1).matmul(y.reshape(1, n)).neg().mul(lower(n));
            return i == 1 ? b : lower;
        }
    }

    private static Variable lower(int n) {
        double[] mask = new double[n * n];
        Arrays.setAll(mask, k -> k % n <= k / n ? 1 : 0);
        return Variable.of(Tensor.of(Shape.of(n, n), mask));
    }

    private record SolveTransposed(int n) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[1];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            double[] y = new double[n];
            for (int i = n - 1; i >= 0; i--) {
                double rest = x.get(1).get(i);
                for (int k = i + 1; k < n; k++) {
                    rest -= x.get(0).get(k, i) * y[k];
                }
                y[i] = rest / x.get(0).get(i, i);
            }
            return Tensor.of(y);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable b = new Solve(n).apply(x.get(0), g);
            Variable lower = y.reshape(n, 1).matmul(b.reshape(1, n)).neg().mul(lower(n));
            return i == 1 ? b : lower;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 10, 14, 20})
    void aTriangularSolve(int n) {
        for (int seed = 0; seed < 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Tensor a = Tensor.normal(random, n, n);
            doesNotFail(GradientCheck.ofAll(x -> new Solve(n).apply(x.get(0), x.get(1)))
                    .at(a, Tensor.normal(random, n))
                    .highPrecision(0)
                    .run());
        }
    }

    /** The exponent of the slope, 1/3 − 1, is not a double; its last bits are a factor of the next derivative. */
    @Test
    void aRootOfACube() {
        is(Verdict.PASS, check(x -> x.pow(3).pow(1 / 3.0).sum(), 0.7, 2));
        is(Verdict.PASS, check(x -> x.pow(0.1).sum(), 0.7, 2));
    }

    // ---- ties ----

    @Test
    void tiesThatDoublesKeepOnBothSides() {
        is(Verdict.KINK, check(x -> x.square().maximum(0).sum(), 0));
        is(Verdict.KINK, check(x -> x.square().add(1).maximum(1).sum(), 0));
        doesNotFail(GradientCheck.ofAll(x -> {
                    Variable a = x.get(0);
                    Variable b = x.get(1);
                    Variable cos = a.mul(b)
                            .sum()
                            .div(a.square().sum().mul(b.square().sum()).sqrt());
                    return cos.minimum(1);
                })
                .at(Tensor.of(3, 4), Tensor.of(3, 4))
                .run());
        doesNotFail(GradientCheck.ofAll(x -> {
                    Variable a = x.get(0);
                    Variable b = x.get(1);
                    Variable cos = a.mul(b)
                            .sum()
                            .div(a.square().sum().mul(b.square().sum()).sqrt());
                    return cos.neg().add(1).relu();
                })
                .at(Tensor.of(3, 4), Tensor.of(3, 4))
                .run());
    }

    /** The mean of three equal numbers is not always their double. */
    @Test
    void aTieThatRoundingHides() {
        doesNotFail(check(
                x -> {
                    Variable y = x.abs().pow(1 / 3.0);
                    return y.sub(y.mean())
                            .square()
                            .relu()
                            .mul(Variable.of(Tensor.of(0.3, -0.7, 1)))
                            .sum();
                },
                -3,
                -3,
                3));
    }

    @Test
    void aReluOfWhatIsLeftOfASoftplus() {
        doesNotFail(check(x -> x.softplus().sub(x).relu().sum(), 38));
    }

    @Test
    void aSigmoidOfALargeNumberAtATie() {
        doesNotFail(check(x -> x.sigmoid().maximum(1).sum(), 300));
        doesNotFail(check(x -> x.sigmoid().sub(1).relu().sum(), 300));
    }

    // ---- structural zeros of custom operations ----

    private static final Elementwise RELU = new Elementwise(v -> Math.max(v, 0), (g, y, x) -> g.mul(x.gt(0)));
    private static final Elementwise CLAMP = new Elementwise(
            v -> Math.max(-1, Math.min(v, 1)), (g, y, x) -> g.mul(x.gt(-1).mul(x.lt(1))));

    /** The k largest elements; the others are 0. */
    private record TopK(int k) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        private Tensor mask(Tensor x) {
            double[] sorted = x.toArray();
            Arrays.sort(sorted);
            double least = sorted[sorted.length - k];
            return x.map(v -> v >= least ? 1 : 0);
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            Tensor mask = mask(x.get(0));
            return Variable.of(x.get(0)).mul(Variable.of(mask)).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(y.ne(0));
        }
    }

    @Test
    void structuralZeros() {
        is(Verdict.PASS, check(x -> RELU.apply(x).sum(), 0.5, -1.25, 2));
        is(Verdict.PASS, check(x -> RELU.apply(x).square().sum(), 0.5, -1.25, 2));
        is(Verdict.PASS, check(x -> RELU.apply(x).sum(), -0.5, -1.25));
        is(Verdict.PASS, check(x -> CLAMP.apply(x).sum(), 0.5, -1.25, 2));
        is(Verdict.PASS, check(x -> CLAMP.apply(x).exp().sum(), 0.5, -1.25, 2));
        is(Verdict.PASS, check(x -> new TopK(2).apply(x).square().sum(), 0.5, -1.25, 2, 0.25));
    }

    @Test
    void aLinearOperationHasNoSecondDerivative() {
        Elementwise scale = new Elementwise(v -> 0.7 * v, (g, y, x) -> g.mul(0.7));
        is(Verdict.PASS, check(x -> scale.apply(x).sum(), 0.5, -1.25, 2));
        is(Verdict.PASS, check(x -> scale.apply(x).sin().sum(), 0.5, -1.25, 2));
    }

    @Test
    void aRecurrenceOfCustomSteps() {
        Elementwise tanh =
                new Elementwise(Math::tanh, (g, y, x) -> g.mul(y.square().neg().add(1)));
        GradientReport report = GradientCheck.ofAll(x -> {
                    Variable h = Variable.of(Tensor.zeros(2));
                    for (int t = 0; t < 4; t++) {
                        h = tanh.apply(x.get(0).slice(0, t, t + 1).reshape(1).add(h.mul(x.get(1))));
                    }
                    return h.slice(0, 0, 1).sum();
                })
                .at(Tensor.of(0.3, -0.2, 0.5, 0.1), Tensor.of(0.8, -0.4))
                .run();
        is(Verdict.PASS, report);
    }

    // ---- kinks ----

    @Test
    void smoothSeamsPass() {
        is(
                Verdict.PASS,
                GradientCheck.of(x -> x.mul(x.abs()).sum())
                        .at(Tensor.of(0, 1.5))
                        .order(1)
                        .run());
        is(
                Verdict.PASS,
                GradientCheck.of(x -> x.square().relu().sum())
                        .at(Tensor.of(0, 1.5))
                        .order(1)
                        .run());
        assertThat(GradientCheck.of(x -> x.mul(x.abs()).sum())
                        .at(Tensor.of(0, 1.5))
                        .order(1)
                        .run()
                        .count(Verdict.KINK))
                .isZero();
    }

    @Test
    void aSeamOfACustomOperationThatIsWrongFails() {
        Elementwise half = new Elementwise(
                v -> v > 0 ? v * v : 2 * v * v,
                (g, y, x) -> g.mul(x.eq(0).add(x.mul(x.gt(0).neg().add(2)).mul(2))));
        is(Verdict.FAIL, check(x -> half.apply(x).sum(), 0));
    }

    @Test
    void aCustomOperationAtItsTieIsAKink() {
        is(Verdict.KINK, check(x -> RELU.apply(x).sum(), 0));
        Elementwise abs = new Elementwise(Math::abs, (g, y, x) -> g.mul(x.gt(0).sub(x.lt(0))));
        is(Verdict.KINK, check(x -> abs.apply(x).sum(), 0));
        GradientReport some = check(x -> abs.apply(x).sum(), 0, 1.5);
        is(Verdict.PASS, some);
        assertThat(some.count(Verdict.KINK)).isPositive();
    }

    // ---- reasons ----

    @Test
    void theTrueReasonIsSaid() {
        assertThat(check(x -> x.sin().sum(), 1e14).entries())
                .extracting(Entry::note)
                .noneMatch(n -> n.contains("values are infinite"));
        assertThat(check(x -> Variable.concat(0, x, x).logSumExp(), 1e19).entries())
                .extracting(Entry::note)
                .noneMatch(n -> n.contains("values are infinite"));
    }

    /** A product with a mask, which passes nothing for the mask. */
    private record Masked() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).mul(Variable.of(x.get(1))).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return i == 1 ? null : g.mul(x.get(1));
        }
    }

    @Test
    void aMaskThatIsAConstantMayPassNothing() {
        Tensor mask = Tensor.of(1, 0, 1);
        is(Verdict.PASS, check(x -> new Masked().apply(x, Variable.of(mask)).sum(), 0.3, -0.7, 1.1));
        is(
                Verdict.PASS,
                GradientCheck.op(new Masked())
                        .at(Tensor.of(0.3, -0.7, 1.1), mask)
                        .run());
        is(
                Verdict.FAIL,
                GradientCheck.ofAll(x -> new Masked().apply(x.get(0), x.get(1)))
                        .at(Tensor.of(0.3, -0.7, 1.1), mask)
                        .run());
    }

    /** The sum of squares about 1, at its minimum: it has no exact form, and no elements as its result has. */
    private record Mse() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Tensor.scalar(Arrays.stream(x.get(0).toArray())
                    .map(v -> (v - 1) * (v - 1))
                    .sum());
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).sub(1)).mul(2);
        }
    }

    @Test
    void aLossAtItsMinimum() {
        is(
                Verdict.PASS,
                GradientCheck.of(x -> new Mse().apply(x)).at(Tensor.ones(4)).run());
    }

    @Test
    void aLabelIsHeldFixed() {
        GradientReport report = GradientCheck.ofAll(
                        x -> x.get(0).logSoftmax().gather(x.get(1)).sum())
                .at(Tensor.of(Shape.of(3, 2), 1, 2, 3, 4, 5, 6), Tensor.of(0, 2))
                .run();
        is(Verdict.PASS, report);
        assertThat(report.facts())
                .contains("x1 passes no derivative, and takes no values close by: it is held fixed, as a label");
    }

    @Test
    void aStopGradientThatIsMeantPasses() {
        UnaryOperator<Variable> f = x -> x.exp().mul(x.sin().detach()).sum();
        is(Verdict.FAIL, GradientCheck.of(f).at(Tensor.of(0.5, 2)).run());
        is(
                Verdict.PASS,
                GradientCheck.of(f).intended("detach").at(Tensor.of(0.5, 2)).run());
    }

    // ---- deep networks ----

    @Test
    void twentyLayers() {
        SplittableRandom random = new SplittableRandom(3);
        Tensor[] w = new Tensor[20];
        Arrays.setAll(w, i -> Tensor.normal(random, 4, 4).map(v -> v / 2));
        for (UnaryOperator<Variable> f :
                List.<UnaryOperator<Variable>>of(Variable::gelu, v -> v.mul(v.sigmoid()), v -> {
                    Variable centred = v.sub(v.mean(true, 1));
                    return centred.div(centred.square().mean(true, 1).add(1e-5).sqrt());
                })) {
            is(
                    Verdict.PASS,
                    GradientCheck.of(x -> {
                                Variable h = x;
                                for (Tensor layer : w) {
                                    h = f.apply(h.matmul(Variable.of(layer)));
                                }
                                return h.square().sum();
                            })
                            .at(Tensor.normal(random, 2, 4))
                            .run());
        }
    }
}
