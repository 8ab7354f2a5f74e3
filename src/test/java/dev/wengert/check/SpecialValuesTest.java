package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Infinities and NaN on the tape must not make right operations look wrong. */
class SpecialValuesTest {

    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @Test
    void aMaskOfBothSignsOfTheCotangent() {
        Variable mask = Variable.of(Tensor.of(Shape.of(2, 3), 0, -INFINITY, -INFINITY, 0, 0, -INFINITY));
        GradientReport report = GradientCheck.of(
                        x -> x.mul(0.7).add(mask).softmax().square().sum())
                .at(Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aNumberBesideANaNIsNotCompared() {
        GradientReport report = GradientCheck.of(x -> x.tanh().sum())
                .at(Tensor.of(Double.NaN, 0.5, 0))
                .run();
        assertThat(report.blames()).isEmpty();
        assertThat(report.entries().stream().filter(e -> e.path().equals("gradient")))
                .extracting(Entry::verdict)
                .containsExactlyInAnyOrder(Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE);
        assertThat(report.entries()).extracting(Entry::note).contains("the function is NaN here");
    }

    @Test
    void aPointHasATensorForEachArgument() {
        assertThatNullPointerException()
                .isThrownBy(() -> GradientCheck.of(x -> x.sum()).at((Tensor) null))
                .withMessage("at: argument 0 must be a tensor, got null");
    }

    @Test
    void whereNoErrorIsBoundedTheReportSaysWhy() {
        GradientReport report =
                GradientCheck.of(x -> x.exp().sum()).at(Tensor.of(1000)).run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(report.entries())
                .filteredOn(e -> e.path().equals("gradient"))
                .extracting(Entry::note)
                .containsExactly("overflow: values are infinite here, so there is no bound of the errors");
    }

    @Test
    void aLinearFunctionHasADerivativeAtNaN() {
        GradientReport report = GradientCheck.of(x -> x.add(1).mul(3).sum())
                .at(Tensor.of(Double.NaN))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aNaNThatIsSwallowedIsFoundAmongNumbers() {
        GradientReport report = GradientCheck.of(
                        x -> new Ops.Swallowing().apply(x).sum())
                .at(Tensor.of(1, Double.NaN, 2))
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(report.entries()).extracting(Entry::note).contains("a NaN was swallowed");
        assertThat(report.blames()).extracting(Blame::operation).containsExactly("Swallowing");
    }

    /** Below 1e-308 digits get lost, and what was made of them is off by more than ulps. */
    @Test
    void anUnderflowIsNoFault() {
        for (double v = 26.4; v < 27.4; v += 0.0625) {
            GradientReport report = GradientCheck.ofAll(
                            x -> x.get(0).mul(x.get(1)).erf().softplus().sum())
                    .at(Tensor.of(v), Tensor.of(-1.01 * v))
                    .run();
            assertThat(report.count(Verdict.FAIL)).as("at %s", v).isZero();
            assertThat(report.blames()).as("at %s", v).isEmpty();
            report = GradientCheck.ofAll(x ->
                            x.get(0).square().neg().exp().mul(x.get(1)).sin().sum())
                    .at(Tensor.of(v), Tensor.of(-1.01 * v))
                    .run();
            assertThat(report.count(Verdict.FAIL)).as("at %s", v).isZero();
            assertThat(report.blames()).as("at %s", v).isEmpty();
        }
    }

    /** In one order the factors underflow to 5e-324, in the other to 0: bounds are those of arithmetic without underflow. */
    @Test
    void underflowIsNoFailure() {
        GradientReport report = GradientCheck.of(
                        x -> x.mul(0.6).mul(0.6).mul(Double.MIN_VALUE).sum())
                .at(Tensor.of(1, 2))
                .run();
        assertThat(report.count(Verdict.FAIL)).isZero();
        assertThat(report.blames()).isEmpty();
    }
}
