package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the steps of a run do where they meet something unusual. */
class CheckRunTest {

    /** λ must be positive, and a point that is drawn for the replay may have another. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aFunctionThatRefusesAPointIsReplayedCloser(long seed) {
        GradientReport report = GradientCheck.ofAll(
                        x -> x.get(0).realSoftMax(x.get(1)).sum())
                .at(Tensor.of(1, 2, -1), Tensor.scalar(0.03))
                .order(1)
                .seed(seed)
                .run();
        assertThat(report.facts())
                .contains("replay: a recorded gradient agrees with the eager one at other points, bit for bit");
    }

    @Test
    void aFunctionThatTakesOnePointAloneIsNotReplayed() {
        GradientReport report = GradientCheck.of(
                        x -> x.mul(new Only(2).apply(x)).sum())
                .at(Tensor.scalar(2))
                .order(1)
                .run();
        assertThat(report.facts()).contains("replay was not checked: the function takes no other point that was tried");
    }

    /** A constant that refuses to be taken anywhere else. */
    private record Only(double at) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            if (Math.abs(x.get(0).item() - at) > 1e-5) {
                throw new IllegalArgumentException("only " + at);
            }
            return Tensor.scalar(1);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return null;
        }
    }

    @Test
    void aCotangentThatIsClippedFarOutIsFound() {
        GradientReport report =
                GradientCheck.op(new Clipped()).at(Tensor.of(1, 2)).run();
        assertThat(report.blames())
                .extracting(Blame::what)
                .containsExactly("vjp, input 0: it must be linear in the cotangent, and 0 for 0");
    }

    /** The identity, which clips its cotangent to a thousand. */
    private record Clipped() implements CustomOp {
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
            return g.clamp(-1000, 1000);
        }
    }

    /** What a bound explains is a difference, and there is none. */
    @Test
    void aRuleThatGivesNaNIsWrong() {
        GradientReport report = GradientCheck.of(
                        x -> new Overflowing().apply(x).add(x).sum())
                .at(Tensor.of(800, 1))
                .order(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).extracting(Blame::operation).containsExactly("Overflowing");
        assertThat(report.blames())
                .as("tests are not the library's, though their packages are")
                .extracting(Blame::site)
                .singleElement(STRING)
                .matches("dev\\.wengert\\.check\\.CheckRunTest\\.\\S+\\(CheckRunTest\\.java:\\d+\\)");
        assertThat(report.entries()).extracting(Entry::note).contains("the rule gives NaN, and there is a derivative");
    }

    /** The identity, of which the rule divides infinity by infinity. */
    private record Overflowing() implements CustomOp {
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
            Variable e = x.get(0).exp();
            return g.mul(e).div(e);
        }
    }

    /** A random direction moves both elements. */
    @Test
    void anOperationThatIsAtAKinkInOneElementIsCheckedInTheOthers() {
        GradientReport report = GradientCheck.of(x -> new Rectified().apply(x).sum())
                .at(Tensor.of(0, 2))
                .order(3)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).extracting(Blame::operation).containsExactly("Rectified");
    }

    /** relu, with a wrong third derivative. */
    private record Rectified() implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> Math.max(v, 0));
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            Variable v = x.get(0).relu();
            return g.mul(x.get(0).gt(0)).mul(v.sub(v.detach()).square().add(1));
        }

        @Override
        public double ulps() {
            return 0;
        }
    }

    /** ⟨g, d⟩ is rounded, too: with many digits on the other side, it was one ulp off in one of a few thousand checks. */
    @Test
    void theRoundingOfAProductWithADirectionIsNoFault() {
        Settings settings = new Settings(1, 1e-6, 2, false, 100, -1e300, 1e300, true, Set.of());
        for (long seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Variable x = Variable.of(Tensor.normal(random, 3).map(v -> 1e9 * v * v * v));
            Variable u = Variable.of(Tensor.normal(random, 3));
            Tape tape = Tape.between(x, x.add(0.5).mul(u).sum());
            assertThat(new FunctionCheck(tape, settings, random, () -> {}).run())
                    .as("seed %d", seed)
                    .noneMatch(e -> e.verdict() == Verdict.FAIL);
        }
    }

    /** From the left its slope is α, from the right 1. */
    @Test
    void eluHasAKink() {
        GradientReport report = GradientCheck.of(x -> x.relu().elu(0.7).sum())
                .at(Tensor.of(-1, 2))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.blames()).isEmpty();
        GradientReport at0 =
                GradientCheck.of(x -> x.elu(0.7).sum()).at(Tensor.of(0, 2)).run();
        assertThat(at0.entries())
                .filteredOn(e -> e.path().equals("gradient") && e.input().equals("x[0]"))
                .extracting(Entry::verdict)
                .containsExactly(Verdict.KINK);
    }

    /** Symmetric differences agree with each other at a kink, also with many digits: they give the mean of the slopes. */
    @Test
    void aKinkOfAnOperationOfYourOwnIsNoFault() {
        GradientReport report = GradientCheck.of(x -> new Ramp().apply(x).sum())
                .at(Tensor.of(0, 2))
                .run();
        assertThat(report.blames()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.entries())
                .filteredOn(e -> e.path().equals("gradient") && e.input().equals("x[0]"))
                .extracting(Entry::verdict)
                .containsExactly(Verdict.KINK);
    }

    /** relu, by somebody who knows nothing of branches. */
    private record Ramp() implements CustomOp, ExactForm {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> Math.max(v, 0));
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).gt(0));
        }

        @Override
        public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
            return Arrays.stream(x.get(0))
                    .map(v -> v.signum() > 0 ? v : BigReal.ZERO)
                    .toArray(BigReal[]::new);
        }

        @Override
        public double ulps() {
            return 0;
        }
    }

    /** Its slope is right, and so is the derivative of that; only a replay sees that it is a constant. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRuleThatFreezesItsSlopeIsNamed(long seed) {
        GradientReport report = GradientCheck.of(
                        x -> new Absolute().apply(x.mul(2)).sum())
                .at(Tensor.of(0.01))
                .seed(seed)
                .run();
        assertThat(report.blames())
                .extracting(b -> b.operation() + " %" + b.step() + ": " + b.what())
                .containsExactly("Absolute %2: vjp: recorded at one point, it is not what it should be at another;"
                        + " it made a constant of a value");
        assertThat(report.facts())
                .contains("no reproducer: only a replay at another point shows what is wrong; give the function itself,"
                        + " its point and the seed " + seed);
    }

    /** |x|, with the sign of the last x that was seen. */
    private static final class Absolute implements CustomOp, ExactForm {
        private Tensor sign;

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            sign = x.get(0).map(Math::signum);
            return x.get(0).map(Math::abs);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(Variable.of(sign));
        }

        @Override
        public double ulps() {
            return 0;
        }
    }

    /** At 0 a product has no error, and next to it one that hides 1e-219 from a hundred digits. */
    @Test
    void aProductOfZerosHidesNoRounding() {
        Settings settings = new Settings(1, 1e-6, 2, false, 400, -1e300, 1e300, true, Set.of());
        for (long seed = 0; seed < 4; seed++) {
            Variable a = Variable.of(Tensor.of(0, 0));
            Variable b = Variable.of(Tensor.of(0, 1e-219));
            Tape tape = Tape.between(List.of(a, b), List.of(a.mul(b).sum()));
            assertThat(new FunctionCheck(tape, settings, new SplittableRandom(seed), () -> {}).run())
                    .as("seed %d", seed)
                    .allMatch(e -> e.verdict() == Verdict.PASS);
        }
    }

    /** The deviations from a mean add up to 0, so that its detachment does not change the first derivative. */
    @Test
    void anEdgeIsNamedAlsoWhereTheSecondOrderAloneIsWrong() {
        GradientReport report = GradientCheck.of(
                        x -> x.sub(x.mean().detach()).square().sum())
                .at(Tensor.of(1, 2, 4))
                .run();
        assertThat(report.entries().stream().filter(e -> e.order() == 1)).allMatch(e -> e.verdict() == Verdict.PASS);
        assertThat(report.blames()).hasSize(1);
        assertThat(report.blames().get(0).operation()).isEqualTo("detach");
        assertThat(report.blames().get(0).what()).contains("nothing passes along the edge from div(3.0)");
    }

    @Test
    void aFunctionThatChangesAfterTheFirstCallsIsNotRepeatable() {
        int[] calls = {0};
        assertThatThrownBy(() -> GradientCheck.of(x ->
                                calls[0]++ >= 3 ? x.mul(7).sum() : x.square().sum())
                        .at(Tensor.of(1, 1))
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("run: the function must be repeatable, got 2.0 and then 14.0;"
                        + " it must not count its calls, read a clock, or draw from a generator that goes on");
    }
}
