package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    /** The shift of log Σ exp takes no part in it, but differences of a tape that holds it fixed cannot know. */
    @Test
    void aShiftThatCancelsIsInconclusive() {
        GradientReport report = GradientCheck.of(x -> {
                    double m = x.value().get(2);
                    return x.sub(Variable.of(m)).exp().sum().log().add(Variable.of(m));
                })
                .at(X)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.entries().get(0).note())
                .isEqualTo(
                        "a value was read and made a constant; what hangs on it is too small to be told from rounding");
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
}
