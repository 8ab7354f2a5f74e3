package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a PASS means where the value of a rule tells little, or there is no reference. */
class JudgeTest {

    /** Element by element, with a slope of somebody's own. */
    private record Elementwise(DoubleUnaryOperator f, UnaryOperator<Variable> slope) implements CustomOp {
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
            return g.mul(slope.apply(x.get(0)));
        }
    }

    private static GradientReport square(UnaryOperator<Variable> slope) {
        return GradientCheck.op(new Elementwise(v -> v * v, slope))
                .at(Tensor.of(1.3, -0.7))
                .run();
    }

    /** Its rounding would explain any value. */
    @Test
    void aRuleThatComputesSomethingElseBehindItsRoundingFails() {
        GradientReport report = square(x -> x.mul(5).add(1e20).sub(1e20));
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.blames()).extracting(Blame::operation).containsExactly("Elementwise");
        assertThat(square(x -> x.mul(2.2).add(1e16).sub(1e16)).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aRightRuleThatLosesAllDigitsSaysSo() {
        GradientReport report = square(x -> x.mul(2).add(1e20).sub(1e20));
        assertThat(report.verdict()).isNotEqualTo(Verdict.FAIL);
        assertThat(report.facts())
                .anyMatch(f -> f.matches("in \\d+ comparisons the rule is right to many digits, but its"
                        + " value has none here: rounding took them"));
    }

    /** The cotangents sum to 0 but for their rounding: as the doubles that they are, they make a Hessian of 1e-17. */
    @Test
    void constantsOfASweepAreTheNumbersThatTheyAre() {
        Variable c = Variable.of(Tensor.of(0.2, 0.7));
        Variable w = Variable.of(Tensor.of(0.3, 1.7));
        GradientReport report = GradientCheck.of(o -> {
                    Variable l = o.logSoftmax();
                    return l.sub(l.mean()).div(w).mul(c).sum();
                })
                .at(Tensor.of(1.7, 0.9))
                .run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
    }

    /** At the optimum the entries of Xᵀ(P − Y) are their rounding. */
    @Test
    void whatCancelsAtAnOptimumPasses() {
        Variable w = Variable.of(Tensor.of(0.1, 0.7, 0.2));
        GradientReport report = GradientCheck.of(x -> x.crossEntropy(w))
                .at(Tensor.of(Math.log(0.1), Math.log(0.7), Math.log(0.2)))
                .run();
        assertThat(report.entries())
                .filteredOn(e -> e.path().equals("gradient"))
                .allSatisfy(e -> assertThat(Math.abs(e.value())).isLessThan(1e-15))
                .extracting(Entry::verdict)
                .containsOnly(Verdict.PASS);
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
    }

    /** Here there is a derivative, and a comparison chose another formula for the point itself. */
    @Test
    void aRuleOutsideOfSlopesThatAgreeFails() {
        GradientReport report = GradientCheck.of(
                        x -> Variable.where(x.eq(1), Variable.of(1), x.square()).sum())
                .at(Tensor.of(1, 2))
                .order(1)
                .run();
        assertThat(report.entries())
                .filteredOn(e -> e.verdict() == Verdict.FAIL)
                .extracting(Entry::path, Entry::input, Entry::value, Entry::reference)
                .contains(tuple("gradient", "x[0]", 0.0, 2.0));
        assertThat(report.entries().get(0).note())
                .startsWith(
                        "differentiable: the slopes from both sides are 2.0 and 2.0, and the rule's value is that of"
                                + " the formula that eq")
                .endsWith(" chose for this point alone");
        GradientReport identity = GradientCheck.of(
                        x -> Variable.where(x.eq(0), Variable.of(0), x).sum())
                .at(Tensor.of(0, 1))
                .run();
        assertThat(identity.verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void soDoesASecondOrder() {
        GradientReport report = GradientCheck.of(x -> new Elementwise(
                                v -> v * v + v,
                                v -> Variable.where(
                                        v.eq(0), Variable.of(1), v.mul(2).add(1)))
                        .apply(x)
                        .sum())
                .at(Tensor.of(0, 1))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.entries())
                .filteredOn(e -> e.verdict() == Verdict.FAIL)
                .extracting(Entry::path)
                .contains("jvp of vjp");
    }

    /** relu′(0) = 0 is a convention, and a jump has no slopes. */
    @Test
    void conventionsAndJumpsStayKinks() {
        assertThat(GradientCheck.of(x -> x.relu().sub(x.neg().relu()).sum())
                        .at(Tensor.of(0, 1))
                        .run()
                        .count(Verdict.FAIL))
                .isZero();
        GradientReport jump = GradientCheck.of(
                        x -> x.gt(0).sub(x.lt(0)).mul(3).add(x).sum())
                .at(Tensor.of(0, 1))
                .order(1)
                .run();
        assertThat(jump.count(Verdict.FAIL)).isZero();
        assertThat(jump.count(Verdict.KINK)).isPositive();
    }

    /** Nothing is known of a custom operation but its values, and no value says that a derivative is 0. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, -2, 3})
    void zerosBesideTheDiagonalPass(double x) {
        Elementwise cube = new Elementwise(v -> v * v * v, v -> v.square().mul(3));
        GradientReport report = GradientCheck.of(v -> cube.apply(v).square().sum())
                .at(Tensor.of(1.3, x))
                .strict()
                .run();
        assertThat(report.verify().verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void whereThereIsNoReferenceNoneIsPrinted() {
        GradientReport report =
                GradientCheck.of(x -> x.relu().sum()).at(Tensor.of(0)).order(1).run();
        Entry kink = report.entries().get(0);
        assertThat(kink.verdict()).isEqualTo(Verdict.KINK);
        assertThat(kink.reference()).isNaN();
        assertThat(ReportFiles.json(report))
                .contains("\"rule\":0.0,\"reference\":\"\",")
                .contains("\"ulps\":\"\"");
        assertThat(ReportFiles.csv(report)).contains(",0.0,,");
        assertThat(report.toString()).containsPattern("KINK +gradient +x\\[0\\] +0\\.0 +Infinity");
    }
}
