package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users of the checker wrote wrong in operations of their own, and what it said of them. */
class CustomRulesTest {

    /** The square, of which others change a part. */
    private interface Square extends CustomOp {
        @Override
        default Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        default Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v);
        }

        @Override
        default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0)).mul(2);
        }

        @Override
        default String label() {
            return "square of mine";
        }
    }

    /** Its author has forgotten the rule. */
    private record WithoutRule() implements Square {
        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return null;
        }
    }

    @Test
    void anOperationWithoutAnyRuleIsNotFlat() {
        GradientReport report =
                GradientCheck.op(new WithoutRule()).at(Tensor.of(1.5, -2)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames())
                .extracting(Blame::what)
                .containsExactly("input 0: the result depends on it, but neither vjp nor jvp passes anything");
    }

    /** Its exact form is that of another function. */
    private record WrongExact(int length) implements Square, ExactForm {
        @Override
        public BigReal[] exact(List<BigReal[]> x, List<Shape> s, BigArithmetic a) {
            if (length < 0) {
                throw new ArithmeticException("mine");
            }
            return length == 0 ? new BigReal[0] : x.get(0);
        }

        @Override
        public double ulps() {
            return 1;
        }
    }

    @Test
    void aWrongExactFormIsNamedAndNotTheRule() {
        WrongExact op = new WrongExact(1);
        GradientReport report = GradientCheck.of(x -> op.apply(x).add(1e12).sum())
                .at(Tensor.of(1.5, 1e-3))
                .run();
        assertThat(report.blames())
                .extracting(Blame::what)
                .containsExactly("exact of square of mine: it is not what eval gives");
        assertThat(report.toString()).contains("eval gives 2.25 where exact gives 1.5 ±");
    }

    @Test
    void anExactFormOfAnotherLengthIsNamed() {
        WrongExact op = new WrongExact(0);
        GradientReport report = GradientCheck.of(x -> op.apply(x).add(1e12).sum())
                .at(Tensor.of(1.5, 1e-3))
                .run();
        assertThat(report.toString()).contains("evaluate: exact of square of mine must return 2 numbers, got 0");
    }

    @Test
    void anExactFormThatThrowsIsNamed() {
        WrongExact op = new WrongExact(-1);
        GradientReport report = GradientCheck.of(x -> op.apply(x).add(1e12).sum())
                .at(Tensor.of(1.5, 1e-3))
                .run();
        assertThat(report.toString())
                .contains("evaluate: exact of square of mine throws java.lang.ArithmeticException: mine");
    }

    /** As if it came from a library of floats. */
    private record OfFloats() implements Square {
        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> (float) (v * v));
        }
    }

    @Test
    void valuesOfFewDigitsAreNoOverflow() {
        GradientReport report =
                GradientCheck.op(new OfFloats()).at(Tensor.of(1.5)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.entries().stream()
                        .filter(e -> e.verdict() == Verdict.INCONCLUSIVE)
                        .map(Entry::note))
                .containsOnly(
                        "the values of square of mine are rough: they have fewer digits than other operations; evaluate:"
                                + " operation square of mine has no exact form; implement ExactForm to give it one");
    }

    /** The tangent is right, and its derivative is not. */
    private record FrozenTangent() implements Square {
        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return t.mul(x.get(0).detach()).mul(2);
        }
    }

    @Test
    void aTangentWhoseOwnDerivativeIsWrongIsFound() {
        GradientReport whole = GradientCheck.of(
                        x -> new FrozenTangent().apply(x).sum())
                .at(Tensor.of(1.5, -0.7))
                .run();
        GradientReport alone =
                GradientCheck.op(new FrozenTangent()).at(Tensor.of(1.5, -0.7)).run();
        for (GradientReport report : List.of(whole, alone)) {
            assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(report.blames())
                    .extracting(Blame::what)
                    .first()
                    .asString()
                    .startsWith("jvp of jvp of square of mine, input 0");
        }
    }

    /** The cube, whose tangent is a parabola that touches the right one at the point: only its second derivative is wrong. */
    private record TouchingTangent() implements Square {
        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square()).mul(3);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            Variable d = x.get(0).detach();
            return t.mul(d.square().mul(3).add(d.mul(x.get(0).sub(d)).mul(6)));
        }
    }

    @Test
    void aTangentWhoseSecondDerivativeIsWrongIsFoundAtTheThirdOrder() {
        GradientCheck check =
                GradientCheck.of(x -> new TouchingTangent().apply(x).sum()).at(Tensor.of(1.5, -0.7));
        GradientReport report = check.order(3).run();
        assertThat(check.order(2).run().verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames())
                .extracting(Blame::what)
                .first()
                .asString()
                .startsWith("jvp of jvp of jvp of square of mine");
    }

    /** It throws where it should differentiate. */
    private record ThrowingTangent() implements Square {
        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            throw new IllegalStateException("not written");
        }
    }

    @Test
    void aTangentThatThrowsIsAFailure() {
        GradientReport report = GradientCheck.of(
                        x -> new ThrowingTangent().apply(x).sum())
                .at(Tensor.of(1.5))
                .run();
        assertThat(report.entries())
                .extracting(Entry::note)
                .containsExactly("the value can be computed, but its derivative throws: not written");
        assertThat(report.blames()).extracting(Blame::what).containsExactly("jvp of square of mine: it throws");
    }

    @Test
    void aLossThatWasComputedBeforeIsNamedAsThat() {
        Parameter w = new Parameter("w", Tensor.of(1, 2));
        Variable kept = w.variable();
        assertThatIllegalStateException()
                .isThrownBy(() -> GradientCheck.model(() -> kept.square().sum(), List.of(w))
                        .run())
                .withMessage(
                        "trace: the function must compute everything anew from its parameters, got something computed"
                                + " before from parameter w; take its variable() within the function");
    }
}
