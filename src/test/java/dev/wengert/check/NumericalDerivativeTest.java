package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.check.Curves.Curve;
import dev.wengert.check.Curves.Disturbance;
import dev.wengert.check.Curves.Form;
import dev.wengert.check.Curves.Term;
import dev.wengert.testing.Ratios;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bounds of extrapolated differences against the derivatives of closed forms. */
class NumericalDerivativeTest {

    @ParameterizedTest
    @EnumSource
    void trueErrorsAreUnderTheBounds(Disturbance disturbance) {
        Ratios ratios = Bounds.closedForms(disturbance, 2000, disturbance.ordinal());
        assertThat(ratios.max()).as(ratios.worst()).isLessThanOrEqualTo(1);
    }

    @Test
    void smoothCurvesHaveBoundsThatAreOfUse() {
        Ratios ratios = Bounds.closedForms(Disturbance.NONE, 2000, 1);
        assertThat(ratios.count()).isGreaterThan(1995);
        assertThat(ratios.quantile(0.5)).isGreaterThan(1e-3);
    }

    private static void assertBounded(double x, double h0, Term... terms) {
        Curve curve = new Curve(List.of(terms), x, h0);
        NumericalDerivative d = curve.differentiate();
        assertThat(Math.abs(d.value()[0] - curve.derivative()))
                .isLessThanOrEqualTo(d.bound()[0] + curve.derivativeError());
    }

    /** The slope is off by twice the kink's, and successive differences are those of the cube. */
    @Test
    void aKinkOutsideTheLastSteps() {
        assertBounded(
                0.1908909976482391,
                0.25,
                new Term(0.4809832683131322, Form.SIN, 6.0167075256629055, -0.825392458877703),
                new Term(3.020518758904315E-8, Form.ABS, 1, -0.19090561232746395));
    }

    /** At one of the steps what the forecast of F(0) misses by the kink, and by the next order, cancel. */
    @Test
    void aKinkThatCancels() {
        assertBounded(
                3.044353798031807E-4,
                0.1785888671875,
                new Term(0.024464772227081773, Form.GAUSSIAN, 0.9350745109476513, 0),
                new Term(1.5765895600752899E-12, Form.ABS, 1, -3.0482976847555316E-4));
    }

    /** The differences of the exponential converge so well that the sine, of which no step sees more than noise, is lost in them. */
    @Test
    void anOscillationFasterThanTheSteps() {
        assertBounded(
                -0.9217523951083422,
                0.25,
                new Term(1.3054295584330755, Form.EXP, 1.4908593954787657, 0),
                new Term(9.991792648768064E-9, Form.SIN, 8006.273289529355, 5.002501601236691));
    }

    /** All steps are multiples of the period: the sine is a constant to them. */
    @Test
    void anOscillationInStepWithTheSteps() {
        assertBounded(
                0.12094847951084375,
                0.25,
                new Term(-0.8368980537171671, Form.TANH, 0.31540098446626413, 0),
                new Term(0.3192157309449464, Form.SIN, 2 * Math.PI * 8192, 5.541566295055247));
    }

    /** The point is on the flank of a spike, and no other point of the stencil is. */
    @Test
    void aSpikeBetweenTheSteps() {
        assertBounded(
                -0.35164932906627655,
                0.25,
                new Term(0.6425570168553204, Form.RECIPROCAL, 0.17400869543286926, 0),
                new Term(-0.913000070913957, Form.EXP, 0.19888697222082705, 0),
                new Term(5.020300955236253E-7, Form.GAUSSIAN, 12979.219188565196, 4561.0961441360905));
    }

    /** Beside the exponential the pole is small where the steps are, and not at the point. */
    @Test
    void aPoleNearby() {
        assertBounded(
                3.70779969915747,
                0.5,
                new Term(-0.9463006258413886, Form.EXP, 7.687230069014332, -0.37190159588754484),
                new Term(0.002141071875537427, Form.RECIPROCAL, 1, -3.707806503625573));
    }

    @Test
    void aStepNearby() {
        assertBounded(
                0.6270947176963091,
                0.25,
                new Term(-1.2939602237137059, Form.EXP, 8.37408690750671, 0),
                new Term(2.993758368122884E-9, Form.SOFTPLUS, 54411.622107982665, -34120.35983136326));
    }

    /** The column of h² has nothing to shrink; that of h⁴ has. */
    @Test
    void aThirdDerivativeThatVanishes() {
        NumericalDerivative d = NumericalDerivative.of(
                h -> new double[] {1 / (1 + StrictMath.exp(-h)) + h * h * h / 48},
                new double[] {4e-16},
                new double[] {4e-16},
                () -> new double[] {4e-16},
                0.18);
        assertThat(Math.abs(d.value()[0] - 0.25)).isLessThanOrEqualTo(d.bound()[0]);
        assertThat(d.bound()[0]).isLessThan(1e-12);
    }

    @Test
    void everyComponentHasItsOwnStep() {
        NumericalDerivative d = NumericalDerivative.of(
                h -> new double[] {StrictMath.exp(h), StrictMath.exp(64 * h), 1, Math.abs(h - 1e-8)},
                new double[] {1e-15, 1e-10, 0, 1e-16},
                new double[] {1e-15, 1e-15, 0, 1e-16},
                () -> new double[] {1e-15, 1e-15, 0, 1e-16},
                0.18);
        assertThat(Math.abs(d.value()[0] - 1)).isLessThanOrEqualTo(d.bound()[0]);
        assertThat(d.bound()[0]).isLessThan(1e-12);
        assertThat(Math.abs(d.value()[1] - 64)).isLessThanOrEqualTo(d.bound()[1]);
        assertThat(d.step()[1]).isLessThan(d.step()[0]);
        assertThat(d.value()[2]).isZero();
        assertThat(d.bound()[2]).isZero();
        assertThat(d.bound()[3]).isEqualTo(Double.POSITIVE_INFINITY);
    }
}
