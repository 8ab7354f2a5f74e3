package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What users' operations throw belongs into the report; a check can be interrupted, and ends. */
class ThrowingRulesTest {

    /** An elementwise operation of one operand; the rule is given g and x. */
    private record Elementwise(UnaryOperator<Tensor> f, BinaryOperator<Variable> rule) implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return f.apply(x.get(0));
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return rule.apply(g, x.get(0));
        }

        @Override
        public String toString() {
            return "Elementwise";
        }
    }

    @Test
    void aRuleThatThrowsIsAFailure() {
        for (RuntimeException thrown : List.of(
                new NullPointerException("n"),
                new UnsupportedOperationException("u"),
                new IndexOutOfBoundsException())) {
            Elementwise op = new Elementwise(x -> x.map(v -> v * v), (g, x) -> {
                throw thrown;
            });
            GradientReport report = GradientCheck.of(x -> op.apply(x).sum())
                    .at(Tensor.of(1.5, 2))
                    .run();
            assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(report.entries())
                    .extracting(Entry::note)
                    .contains("the value can be computed, but its derivative throws: " + thrown);
            assertThat(report.blames()).hasSize(1);
        }
    }

    @Test
    void aRuleOfARuleThatThrowsIsAFailure() {
        Elementwise inner = new Elementwise(x -> x.map(v -> 2 * v), (g, x) -> {
            throw new UnsupportedOperationException("once only");
        });
        Elementwise op = new Elementwise(x -> x.map(v -> v * v), (g, x) -> g.mul(inner.apply(x)));
        GradientReport report =
                GradientCheck.of(x -> op.apply(x).sum()).at(Tensor.of(1.5, 2)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).isNotEmpty();
    }

    @Test
    void aValueThatThrowsIsOutsideTheDomain() {
        for (RuntimeException thrown : List.of(
                new ArrayIndexOutOfBoundsException("a"),
                new IllegalStateException("s"),
                new UnsupportedOperationException("u"))) {
            Elementwise op = new Elementwise(
                    x -> x.map(v -> {
                        if (v < 0) {
                            throw thrown;
                        }
                        return v * v;
                    }),
                    (g, x) -> g.mul(x.mul(2)));
            for (double x : new double[] {0, 1}) {
                GradientReport report = GradientCheck.of(v -> op.apply(v).sum())
                        .at(Tensor.of(x))
                        .run();
                assertThat(report.count(Verdict.FAIL)).as(report.toString()).isZero();
            }
        }
    }

    /** A rule that is wrong in one element of many, and so little that no random direction of the operation alone shows it. */
    @Test
    void aRuleThatIsWrongInOneElementIsNoWiring() {
        double[] factors = new double[400];
        Arrays.fill(factors, 2);
        factors[17] = 2 * (1 + 1e-7);
        Variable slopes = Variable.of(Tensor.of(factors));
        Elementwise op = new Elementwise(x -> x.map(v -> v * v), (g, x) -> g.mul(x.mul(slopes)));
        GradientReport report = GradientCheck.of(x -> op.apply(x).sum())
                .at(Tensor.normal(new SplittableRandom(1), 400))
                .run();
        assertThat(report.blames()).allSatisfy(b -> assertThat(b.what()).doesNotContain("wiring"));
    }

    @Test
    void anInterruptTakesEffectInsideHighPrecision() {
        Thread.currentThread().interrupt();
        try {
            Variable x = Variable.of(Tensor.of(1.5));
            Program program = new Program(Tape.between(List.of(x), List.of(x.erf())));
            Reference reference = Reference.of(
                    program,
                    new double[] {1.5},
                    new double[] {1},
                    new Settings(1, 1e-6, 1, true, 400, -9, 9, true, Set.of()));
            assertThatThrownBy(() -> reference.refine(100)).isInstanceOf(CancellationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void theEffortIsLimited() {
        GradientReport report = GradientCheck.of(x -> x.mul(30).erf().sum())
                .at(Tensor.normal(new SplittableRandom(1), 120))
                .directions(60)
                .highPrecision(100)
                .run();
        assertThat(report.entries())
                .extracting(Entry::note)
                .contains("high precision takes too long; highPrecision(200) allows four times the effort");
    }
}
