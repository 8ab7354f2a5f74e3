package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong derivatives that once passed: found by an attack that was written without a look at the checker. */
class WrongPassesTest {

    private static void fails(GradientReport report, String operation) {
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames())
                .as(report.toString())
                .extracting(Blame::operation)
                .contains(operation);
    }

    private static final Elementwise SQUARE_WITH_2 = new Elementwise(v -> v * v, (g, y, x) -> g.mul(2));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aRuleThatIsRightAtThePointAlone(int order) {
        fails(
                GradientCheck.of(x -> SQUARE_WITH_2.apply(x).sum())
                        .at(Tensor.of(1.0))
                        .order(order)
                        .run(),
                "mine");
    }

    @Test
    void tanhWithOneMinusYAtZero() {
        Elementwise tanh =
                new Elementwise(Math::tanh, (g, y, x) -> g.mul(y.neg().add(1)));
        fails(GradientCheck.of(x -> tanh.apply(x).sum()).at(Tensor.zeros(3)).run(), "mine");
        for (int seed = 0; seed < 10; seed++) {
            Parameter w = new Parameter("weight", Tensor.zeros(3, 2));
            Parameter v = new Parameter("head", Tensor.zeros(2, 1));
            Variable x = Variable.of(Tensor.normal(new SplittableRandom(seed), 4, 3));
            GradientReport report = GradientCheck.model(
                            () -> tanh.apply(x.matmul(w.variable()))
                                    .matmul(v.variable())
                                    .sub(1)
                                    .square()
                                    .mean(),
                            List.of(w, v))
                    .seed(seed)
                    .run();
            fails(report, "mine");
        }
    }

    @Test
    void aSwishWithoutItsSecondTermAtZero() {
        Elementwise swish = new Elementwise(v -> v / (1 + Math.exp(-v)), (g, y, x) -> g.mul(x.sigmoid()));
        fails(GradientCheck.of(x -> swish.apply(x).sum()).at(Tensor.zeros(3)).run(), "mine");
    }

    @Test
    void aDecayThatIsAddedInTheRuleAtZero() {
        Elementwise identity = new Elementwise(v -> v, (g, y, x) -> g.add(x.mul(0.01)));
        fails(
                GradientCheck.of(x -> identity.apply(x).sin().sum())
                        .at(Tensor.zeros(3))
                        .run(),
                "mine");
    }

    /** tr(AB), of which each operand is the derivative in the other without its transposition. */
    private record Trace() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0))
                    .mul(Variable.of(x.get(1)).transpose())
                    .sum()
                    .value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(1 - i));
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @Test
    void aTraceWithoutTranspositionAtConstantMatrices() {
        fails(
                GradientCheck.op(new Trace())
                        .at(Tensor.ones(3, 3), Tensor.ones(3, 3).map(v -> 2))
                        .run(),
                "mine");
    }

    /** det of a 2 × 2 matrix, whose derivative is the cofactor matrix; here it is transposed. */
    private record Determinant() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            Tensor a = x.get(0);
            return Tensor.scalar(a.get(0, 0) * a.get(1, 1) - a.get(0, 1) * a.get(1, 0));
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable a = x.get(0).reshape(4);
            Variable cofactors = Variable.concat(
                    0,
                    a.slice(0, 3, 4),
                    a.slice(0, 1, 2).neg(),
                    a.slice(0, 2, 3).neg(),
                    a.slice(0, 0, 1));
            return g.mul(cofactors.reshape(2, 2));
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @Test
    void aDeterminantUntransposedAtASymmetricMatrix() {
        fails(
                GradientCheck.op(new Determinant())
                        .at(Tensor.of(Shape.of(2, 2), 2, 0.5, 0.5, 3))
                        .run(),
                "mine");
    }

    /** Keeps what it computed at its first call, as a layer may that caches its activation. */
    private static final class Cached implements CustomOp {
        private Tensor first;

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            Tensor y = x.get(0).map(Math::exp);
            first = first == null ? y : first;
            return y;
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(Variable.of(first));
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anActivationThatWasCachedAtTheFirstCall(int order) {
        Cached op = new Cached();
        fails(
                GradientCheck.of(x -> op.apply(x).sum())
                        .at(Tensor.of(0.5, -1))
                        .order(order)
                        .run(),
                "mine");
    }

    @Test
    void aFunctionThatCanBeEvaluatedNowhereNear() {
        UnaryOperator<Variable> onTheSimplex = p -> {
            double a = p.value().get(0);
            double b = p.value().get(1);
            if (a + b != 1) {
                throw new IllegalArgumentException("probabilities must add up to 1, got " + (a + b));
            }
            return p.mul(a).sum();
        };
        GradientReport report =
                GradientCheck.of(onTheSimplex).at(Tensor.of(0.25, 0.75)).run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.entries())
                .extracting(Entry::note)
                .contains("the function can be evaluated nowhere near the point: it throws"
                        + " java.lang.IllegalArgumentException: probabilities must add up to 1, got 0.9999999999999769"
                        + "; check it in coordinates that it takes in every direction");
    }

    @Test
    void aJumpOfTheSlopeOfElu() {
        GradientReport report = GradientCheck.of(
                        x -> x.square().add(1).sub(1).elu(2).sum())
                .at(Tensor.of(0.0))
                .run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.KINK);
        GradientReport right = GradientCheck.of(x -> x.add(1).sub(1).elu(2).sum())
                .at(Tensor.of(1e-17))
                .run();
        assertThat(right.count(Verdict.FAIL)).as(right.toString()).isZero();
        assertThat(right.blames()).isEmpty();
    }

    /** The maximum, of which the rule is a mask times a factor. */
    private record Maximum(double factor) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).max().value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).eq(y)).mul(factor);
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1.001, 2, 1e6})
    void aMaximumThatIsWrongByAFactor(double factor) {
        fails(GradientCheck.op(new Maximum(factor)).at(Tensor.of(1, 5, 2)).run(), "mine");
        fails(
                GradientCheck.of(x -> new Maximum(factor).apply(x.exp().mul(0.1)))
                        .at(Tensor.of(1, 5, 2))
                        .run(),
                "mine");
    }

    @Test
    void aRightMaximumWithAMaskPasses() {
        assertThat(GradientCheck.op(new Maximum(1)).at(Tensor.of(1, 5, 2)).run().verdict())
                .isEqualTo(Verdict.PASS);
        GradientReport inside = GradientCheck.of(
                        x -> new Maximum(1).apply(x.exp().mul(0.1)))
                .at(Tensor.of(1, 5, 2))
                .run();
        assertThat(inside.verdict()).as(inside.toString()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aResidualThatLostAllItsDigits() {
        GradientCheck check = GradientCheck.of(o -> new CrossEntropy().apply(o)).at(Tensor.of(40, 0, 1));
        GradientReport report = check.run();
        assertThat(report.lost()).as(report.toString()).isPositive();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check.strict().run().verify());
    }

    /** −log softmax of class 0, with the rule softmax − onehot as most people write it. */
    private record CrossEntropy() implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return Shape.of();
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).logSoftmax().slice(0, 0, 1).sum().neg().value();
        }

        @Override
        public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
            BigReal sum = BigReal.ZERO;
            for (BigReal v : x.get(0)) {
                sum = a.add(sum, a.exp(v));
            }
            return new BigReal[] {a.sub(a.log(sum), x.get(0)[0])};
        }

        @Override
        public double ulps() {
            return 16;
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).softmax().sub(Variable.of(Tensor.of(1, 0, 0))));
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @Test
    void aNaNThatTheRuleSwallows() {
        Elementwise log = new Elementwise(Math::log, (g, y, x) -> Variable.where(x.gt(0), g.div(x), Variable.of(0)));
        fails(GradientCheck.of(x -> log.apply(x).sum()).at(Tensor.of(-1.0)).run(), "mine");
        fails(GradientCheck.of(x -> log.apply(x).sum()).at(Tensor.of(2, -1, 3)).run(), "mine");
    }

    /** With half of a weight detached, in a batch with a row of zeros that puts a relu on its kink. */
    @Test
    void aDetachedHalfBesideAKink() {
        SplittableRandom random = new SplittableRandom(1);
        Parameter w = new Parameter("weight", Tensor.normal(random, 15, 16));
        Parameter b = new Parameter("bias", Tensor.zeros(16));
        Parameter v = new Parameter("head", Tensor.normal(random, 16, 14));
        double[] batch = Tensor.normal(random, 8, 15).toArray();
        IntStream.range(0, 15).forEach(i -> batch[i] = 0);
        Variable x = Variable.of(Tensor.of(Shape.of(8, 15), batch));
        GradientReport right = GradientCheck.model(
                        () -> x.matmul(w.variable())
                                .add(b.variable())
                                .relu()
                                .matmul(v.variable())
                                .square()
                                .mean(),
                        List.of(w, b, v))
                .run();
        assertThat(right.verdict()).as(right.toString()).isEqualTo(Verdict.PASS);
        GradientReport wrong = GradientCheck.model(
                        () -> x.matmul(Variable.concat(
                                        1,
                                        w.variable().slice(1, 0, 8),
                                        w.variable().slice(1, 8, 16).detach()))
                                .add(b.variable())
                                .relu()
                                .matmul(v.variable())
                                .square()
                                .mean(),
                        List.of(w, b, v))
                .run();
        fails(wrong, "detach");
    }

    // ---- a second attack: of the second order, and of values that were read, right at the point alone ----

    private static final Elementwise TANH_WITH_A_CONSTANT =
            new Elementwise(Math::tanh, (g, y, x) -> g.mul(y.detach().square().rsub(1)));

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aSecondDerivativeThatIsRightAtThePointAlone(int order) {
        fails(
                GradientCheck.of(x -> TANH_WITH_A_CONSTANT.apply(x).sum())
                        .at(Tensor.zeros(2))
                        .order(order)
                        .run(),
                "mine");
    }

    /** Standardisation, whose rule takes the standard deviation for a constant. */
    private record Standardised() implements CustomOp {
        private static Variable of(Variable x) {
            Variable centred = x.sub(x.mean());
            return centred.div(centred.square().mean().add(1).sqrt());
        }

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return of(Variable.of(x.get(0))).value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable sd = x.get(0).sub(x.get(0).mean()).square().mean().add(1).sqrt();
            return g.sub(g.mean()).sub(y.mul(g.mul(y).mean())).div(sd.detach());
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @Test
    void aNormalisationWithADetachedDeviationAtConstantInput() {
        fails(
                GradientCheck.of(x -> new Standardised().apply(x))
                        .at(Tensor.ones(3))
                        .run(),
                "mine");
    }

    @Test
    void aValueThatWasReadWhereItsSlopeIsZero() {
        for (UnaryOperator<Variable> f : List.<UnaryOperator<Variable>>of(
                x -> x.sum().add(x.square().sum().item()),
                x -> x.sum().add(x.sub(x.mean()).square().sum().item()),
                x -> x.sum().mul(1 + x.square().sum().item()),
                x -> x.sum().mul(Math.cos(x.sum().item())))) {
            GradientReport report = GradientCheck.of(f).at(Tensor.zeros(3)).run();
            assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.FAIL);
            assertThat(report.blames()).as(report.toString()).isNotEmpty();
        }
    }

    /** The softmax, whose rule reads its value in two places. */
    private record Softmax() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return Variable.of(x.get(0)).softmax().value();
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable p = Variable.of(y.value());
            return p.mul(g.sub(g.mul(p).sum()));
        }

        @Override
        public String label() {
            return "mine";
        }
    }

    @Test
    void aRuleThatReadsItsValueTwiceIsNamed() {
        fails(
                GradientCheck.of(x -> new Softmax().apply(x))
                        .at(Tensor.of(0.3, 0.5))
                        .run(),
                "mine");
    }
}
