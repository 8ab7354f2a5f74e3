package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A value that was read is a constant on the tape; its differences agree with a wrong gradient. */
class FrozenCheckTest {

    private static final Tensor X = Tensor.of(0.5, -1.25, 2);

    @Test
    void aValueThatWasReadIsFoundAndNamed() {
        GradientReport report = GradientCheck.of(
                        x -> x.exp().mul(Variable.of(x.value())).sum())
                .at(X)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).hasSize(1);
        Blame blame = report.blames().get(0);
        assertThat(blame.operation()).isEqualTo("mul");
        assertThat(blame.step()).isEqualTo(2);
        assertThat(blame.what())
                .isEqualTo(
                        "wiring: nothing passes along the edge to operand 1: its value was read and made a constant");
    }

    /** What hangs on the value alone is off the tape. */
    @Test
    void theOperationThatTookTheValueIsNamedWhereItIsOffTheTape() {
        GradientReport report = GradientCheck.of(
                        x -> x.add(Variable.of(x.value()).mul(3).sin()).sum())
                .at(X)
                .run();
        assertThat(report.blames()).hasSize(1);
        Blame blame = report.blames().get(0);
        assertThat(blame.operation()).isEqualTo("add");
        assertThat(blame.what())
                .isEqualTo("wiring: nothing passes along the edge to operand 1: it was made from operand 0 of mul(3.0),"
                        + " whose value was read and made a constant");
    }

    @Test
    void aResultThatHangsOnAValueAloneIsFound() {
        GradientReport report =
                GradientCheck.of(x -> Variable.of(x.value()).sin().sum()).at(X).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames())
                .extracting(Blame::toString)
                .containsExactly("sum[] (step %1 of the function): wiring: nothing reaches the result: it was made from"
                        + " operand 0 of sin, whose value was read and made a constant");
        GradientReport whole =
                GradientCheck.of(x -> Variable.of(x.sin().sum().value())).at(X).run();
        assertThat(whole.blames())
                .extracting(Blame::toString)
                .containsExactly("result (step %1 of the function): wiring: nothing reaches the result: its value was"
                        + " read and made a constant");
    }

    @Test
    void soIsThatOfAParameter() {
        Parameter w = new Parameter("w", X);
        Variable before = w.variable();
        GradientReport report = GradientCheck.model(
                        () -> w.variable().mul(Variable.of(w.value())).sum(), List.of(w))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).hasSize(1);
        assertThat(w.variable()).isSameAs(before);
    }

    /** The shift of log Σ exp takes no part in it: at 2⁻²⁰ nothing hangs on it that rounding could hide. */
    @Test
    void aShiftThatCancelsIsNoFault() {
        GradientReport report = GradientCheck.of(x -> {
                    double m = x.value().get(2);
                    return x.sub(Variable.of(m)).exp().sum().log().add(Variable.of(m));
                })
                .at(X)
                .order(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.entries())
                .filteredOn(e -> e.path().equals("frozen value"))
                .extracting(Entry::note)
                .containsExactly("a value was read and made a constant; no more hangs on it than its bound");
    }

    @Test
    void aMaskThatStaysWhatItIsCloseByIsNoFault() {
        GradientReport report = GradientCheck.of(x -> x.square()
                        .mul(Variable.of(x.value().map(v -> v > 0 ? 1 : 0)))
                        .sum())
                .at(X)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aDetachIsOnTheTapeAndNotFrozen() {
        GradientReport report =
                GradientCheck.of(x -> x.exp().add(x.sin().detach()).sum()).at(X).run();
        assertThat(report.blames()).extracting(Blame::operation).containsExactly("detach");
    }

    /** An elementwise operation that says what it likes of its derivative. */
    private record Elementwise(DoubleUnaryOperator f, Vjp vjp) implements CustomOp {

        interface Vjp {
            Variable apply(Variable g, Variable y, Variable x);
        }

        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(f);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return vjp.apply(g, y, x.get(0));
        }
    }

    @Test
    void aValueThatARuleReadIsFoundInSecondOrder() {
        Elementwise cube = new Elementwise(
                v -> v * v * v, (g, y, x) -> g.mul(Variable.of(x.value().map(v -> 3 * v * v))));
        GradientReport report = GradientCheck.op(cube).at(Tensor.of(1.3, -0.7)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.entries().get(0)).satisfies(e -> {
            assertThat(e.path()).isEqualTo("frozen value");
            assertThat(e.order()).isEqualTo(2);
            assertThat(e.value()).isZero();
        });
        assertThat(report.blames())
                .extracting(Blame::toString)
                .allMatch(s -> s.startsWith("Elementwise (step %1 of the function"))
                .allMatch(s -> s.endsWith("vjp of Elementwise: a value was read and made a constant, so that its own"
                        + " derivative is wrong"))
                .hasSize(1);
        assertThat(GradientCheck.op(cube)
                        .at(Tensor.of(1.3, -0.7))
                        .order(1)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void soIsAResultThatARuleReadInThirdOrder() {
        Elementwise exp = new Elementwise(Math::exp, (g, y, x) -> g.mul(Variable.of(y.value())));
        GradientReport report = GradientCheck.of(
                        x -> exp.apply(x.sin()).square().sum())
                .at(Tensor.of(1.3, -0.7))
                .order(3)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).extracting(Blame::operation).containsExactly("Elementwise");
    }

    /** The first rule is right, and so is its derivative; that of the derivative is not. */
    @Test
    void aValueThatTheRuleOfARuleReadIsFoundInThirdOrder() {
        Elementwise square = new Elementwise(
                v -> 3 * v * v, (g, y, x) -> g.mul(Variable.of(x.value().map(v -> 6 * v))));
        Elementwise cube = new Elementwise(v -> v * v * v, (g, y, x) -> g.mul(square.apply(x)));
        GradientCheck check = GradientCheck.of(x -> cube.apply(x).sum()).at(Tensor.of(1.3, -0.7));
        assertThat(check.order(2).run().count(Verdict.FAIL)).isZero();
        assertThat(check.order(3).run().entries().get(0)).satisfies(e -> {
            assertThat(e.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(e.path()).isEqualTo("frozen value");
            assertThat(e.order()).isEqualTo(3);
        });
    }

    static Stream<UnaryOperator<Variable>> numbersReadInJava() {
        return Stream.of(
                x -> x.div(Math.sqrt(x.square().sum().item())).sum(),
                x -> x.mul(x.value().get(0)).sum(),
                x -> x.sub(x.max().item()).exp().sum().log(),
                x -> {
                    double m = x.mean().item();
                    return x.sub(m).square().sum().add(x.sub(m).pow(3).sum());
                });
    }

    @ParameterizedTest
    @MethodSource("numbersReadInJava")
    void aValueInADoubleOperandIsFound(UnaryOperator<Variable> f) {
        GradientReport report = GradientCheck.of(f).at(Tensor.of(3, 4)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.entries().get(0).note()).isEqualTo("a value was read and made a constant");
        assertThat(report.blames())
                .extracting(Blame::what)
                .containsExactly("wiring: close by it is another operation: a value was read and made a constant");
    }

    @Test
    void soIsOneInsideAnOperation() {
        GradientReport report = GradientCheck.of(x -> {
                    double c = x.value().get(0);
                    return new Elementwise(v -> c * v, (g, y, operand) -> g.mul(c))
                            .apply(x)
                            .sum();
                })
                .at(Tensor.of(3, 4))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).hasSize(1);
        assertThat(report.blames().get(0).operation()).isEqualTo("Elementwise");
        assertThat(report.blames().get(0).what())
                .isEqualTo("wiring: close by it is another operation: a value was read and made a constant");
    }

    @Test
    void soIsThatOfAParameterInADoubleOperand() {
        Parameter w = new Parameter("w", X);
        GradientReport report = GradientCheck.model(
                        () -> w.variable().mul(w.value().get(0)).sum(), List.of(w))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
    }

    /** The mean is where the sum of squares is least: what hangs on it is the second order alone. */
    @Test
    void aValueOfWhichTheDerivativeIsZeroIsFoundInSecondOrder() {
        GradientCheck check =
                GradientCheck.of(x -> x.sub(x.mean().item()).square().sum()).at(X);
        assertThat(check.order(1).run().count(Verdict.FAIL)).isZero();
        GradientReport report = check.run();
        assertThat(report.entries().get(0)).satisfies(e -> {
            assertThat(e.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(e.path()).isEqualTo("frozen value");
            assertThat(e.order()).isEqualTo(2);
        });
    }

    @Test
    void aBendOrAJumpOfABranchInJavaIsInconclusive() {
        String branch = "the function takes another branch close by; ";
        GradientReport bend = GradientCheck.of(
                        x -> x.value().get(0) >= 0 ? x.mul(3).sum() : x.mul(0).sum())
                .at(Tensor.of(0))
                .run();
        assertThat(bend.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(bend.entries().get(0).note())
                .isEqualTo(branch + "on its two sides its slope is 0.0 and -3.0 more than the tape's");
        GradientReport jump = GradientCheck.of(
                        x -> x.value().get(0) > 1 ? x.square().sum() : x.exp().sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(jump.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(jump.entries().get(0).note()).isEqualTo(branch + "it jumps there");
        assertThat(GradientCheck.of(x -> x.mul(x.value().get(0) >= 1 ? 2 : 3).sum())
                        .at(Tensor.of(1, 2))
                        .run()
                        .verdict())
                .isEqualTo(Verdict.INCONCLUSIVE);
    }

    /** Only where all elements move to the same side is the branch left. */
    @Test
    void aBranchByTwoElementsIsFound() {
        for (long seed = 0; seed < 4; seed++) {
            GradientReport report = GradientCheck.of(x -> x.mul(
                                    x.value().get(0) >= 1 || x.value().get(1) >= 1 ? 2 : 3)
                            .sum())
                    .at(Tensor.of(1, 1))
                    .seed(seed)
                    .run();
            assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        }
    }

    /** Two ways to compute softplus, and the point on the edge between them, or so close that a step of 2⁻²⁰ crosses it. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-9, -1e-9})
    void branchesOfOneFunctionAreNoFault(double at) {
        GradientReport report = GradientCheck.of(x -> x.item() > 0
                        ? x.neg().exp().add(1).log().add(x).sum()
                        : x.exp().add(1).log().sum())
                .at(Tensor.of(at))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aBranchAtADistanceIsNoFault() {
        GradientReport report = GradientCheck.of(
                        x -> x.item() > 1 ? x.square().sum() : x.exp().sum())
                .at(Tensor.of(1 + 1e-9))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
    }

    /** The value of sin(x)/x at 0 is right, its derivative is 0; that of x·sin(x)/x is 1. */
    @Test
    void aHoleThatWasFilledWithAConstantFails() {
        assertThat(GradientCheck.of(
                                x -> x.item() == 0 ? x.mul(0).sum() : x.sin().sum())
                        .at(Tensor.of(0))
                        .run()
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }
}
