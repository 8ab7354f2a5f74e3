package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Tensor;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Right operations of the library at points where doubles do badly: found by an attack, and never to be called wrong. */
class FalseAlarmsTest {

    private static GradientReport check(Function<Variable, Variable> f, double... x) {
        return GradientCheck.of(f::apply).at(Tensor.of(x)).run();
    }

    private static void isNotBlamed(Function<Variable, Variable> f, double... x) {
        GradientReport report = check(f, x);
        assertThat(report.count(Verdict.FAIL)).as(report.toString()).isZero();
        assertThat(report.blames()).as(report.toString()).isEmpty();
    }

    private static void isAKink(Function<Variable, Variable> f, double... x) {
        isNotBlamed(f, x);
        GradientReport report = check(f, x);
        assertThat(report.count(Verdict.KINK)).as(report.toString()).isPositive();
    }

    @Test
    void squaresThatUnderflowBesideZero() {
        isNotBlamed(x -> x.square().sum(), 1e-70, 0);
    }

    @Test
    void squaresThatUnderflowBesideZeroFarther() {
        isNotBlamed(x -> x.square().sum(), 1e-120, 0);
    }

    @Test
    void theVarianceOfTinyNumbers() {
        isNotBlamed(x -> x.variance(), 1e-100, 2e-100, 3e-100);
    }

    @Test
    void aSineOfATinyNumberSquared() {
        isNotBlamed(x -> x.sin().square().sum(), 1e-80, 0);
    }

    @Test
    void aMeanSquaredErrorWithATinyInput() {
        isNotBlamed(x -> x.sub(Variable.of(Tensor.of(0, 1))).square().mean(), 1e-80, 0);
    }

    @Test
    void squaresOfNumbersOfManySizes() {
        isNotBlamed(x -> x.square().sum(), -2.3e-294, 1.9e-211);
    }

    @Test
    void theLogarithmOfASoftmaxThatUnderflows() {
        isNotBlamed(x -> x.softmax().log().sum(), -356, 0);
    }

    @Test
    void theLogarithmOfATinyNumber() {
        isNotBlamed(x -> x.log().sum(), 1e-155, 1);
    }

    @Test
    void theReciprocalOfATinyNumber() {
        isNotBlamed(x -> x.reciprocal().sum(), 1e-105, 1);
    }

    @Test
    void theLogarithmOfASigmoidThatUnderflows() {
        isNotBlamed(x -> x.sigmoid().log().sum(), -360, 2);
    }

    /** The value is wrong, by 1, and no operation is to blame. */
    @Test
    void theSquareOfASmallReciprocal() {
        GradientReport report = check(x -> x.exp().add(1).log().sum(), 400);
        assertThat(report.blames()).as(report.toString()).isEmpty();
        assertThat(report.entries()).extracting(Entry::note).anyMatch(n -> n.startsWith("underflow in "));
    }

    @Test
    void aRootAtItsEdge() {
        isNotBlamed(x -> x.sqrt().sum(), 0, 2);
    }

    @Test
    void powersAtTheirEdge() {
        isNotBlamed(x -> x.pow(0.5).sum(), 0, 2);
        isNotBlamed(x -> x.pow(1.5).sum(), 0, 2);
    }

    @Test
    void aRootOfAnAbsoluteValue() {
        isNotBlamed(x -> x.abs().sqrt().sum(), 0, 2);
    }

    @Test
    void aNormAtZero() {
        isNotBlamed(x -> x.square().sum().sqrt(), 0, 0);
    }

    @Test
    void piecewiseLinearOperationsAtNaN() {
        isNotBlamed(x -> x.relu().sum(), Double.NaN);
        isNotBlamed(x -> x.abs().sum(), Double.NaN);
        isNotBlamed(x -> x.max(), Double.NaN);
        isNotBlamed(x -> x.log().clamp(-1, 1).sum(), -1);
        isNotBlamed(x -> x.log().leakyRelu(0.1).sum(), -1, 2);
        isNotBlamed(x -> x.relu().sum(), Double.NaN, 1);
    }

    @Test
    void aKinkWhereTheStepIsLost() {
        isAKink(x -> x.clamp(-1e17, 1e17).sum(), 1e17);
    }

    @Test
    void aKinkBehindADifferenceWhereTheStepIsLost() {
        isAKink(x -> x.sub(1e16).relu().sum(), 1e16);
    }

    @Test
    void aKinkInsideAGelu() {
        isNotBlamed(x -> x.gelu().sum(), 1e100);
    }

    @Test
    void aSmoothPointCloseToAKink() {
        for (double v : new double[] {1e-14, -1e-20, 1e-200}) {
            GradientReport report = check(x -> x.relu().sum(), v);
            assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    void theConstantOfErfHasMoreDigitsThanADouble() {
        isNotBlamed(x -> x.erf().sub(x.mul(1.1283791670955126)).sum(), 1e-6);
    }

    @Test
    void zeroTimesALogarithmOfNegativeNumbers() {
        isNotBlamed(x -> x.log().mul(x.relu()).sum(), -1, 2);
        isNotBlamed(x -> x.log().mul(x.gt(0)).sum(), -1, 2);
    }

    @Test
    void aTieOfLogitsSoLargeThatNoStepMovesThem() {
        isNotBlamed(x -> x.softmax().mul(Variable.of(Tensor.of(1, 0))).sum(), 1e30, 1e30);
    }
}
