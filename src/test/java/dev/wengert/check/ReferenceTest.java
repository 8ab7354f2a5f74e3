package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.Functions.Function;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives found from values alone, against those that the rules give with 60 digits. */
class ReferenceTest {

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 100})
    void trueErrorsAreUnderTheBounds(double scale) {
        Bounds losses = Bounds.softmaxRegression(scale, 400, 5);
        Bounds compositions = Bounds.compositions(scale, 800, 5);
        assertThat(losses.parts()).hasSize(4);
        assertThat(compositions.parts()).hasSize(1);
        for (Bounds bounds : List.of(losses, compositions)) {
            bounds.parts()
                    .forEach((part, ratios) -> assertThat(ratios.max())
                            .as("%s: %s", part, ratios.worst())
                            .isLessThanOrEqualTo(1));
        }
        assertThat(losses.narrow()).isGreaterThan(scale <= 10 ? 0.8 : 0.4);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 100})
    void highPrecisionHas25Digits(double scale) {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 25; i++) {
            Function f = Functions.softmaxRegression(scale, random);
            Reference reference = differentiate(f);
            BigReal exact = f.exact(f.tangent(), 60)[0];
            BigDecimal value = reference.quotient(new BigArithmetic(100), 33)[0].toBigDecimal();
            double error = value.subtract(exact.toBigDecimal()).abs().doubleValue();
            assertThat(error).as("%s", f).isLessThanOrEqualTo(1e-25 * Math.abs(exact.toDouble()));
            reference.refine(100);
            assertThat(reference.bound(0)).isLessThanOrEqualTo(1e-15 * Math.abs(exact.toDouble()));
        }
    }

    private static Reference differentiate(Function f) {
        return Reference.of(f.program(), f.x(), f.direction(), Bounds.SETTINGS);
    }

    private static Reference along(UnaryOperator<Variable> f, double x) {
        Variable at = Variable.of(x);
        return differentiate(
                new Function(Tape.between(List.of(at), List.of(f.apply(at))), new double[] {x}, new double[] {1}));
    }

    /** 100 digits do not hold 1 + e⁻⁵⁰⁰: the derivative is not found to be 0, it is not found. */
    @Test
    void whatManyDigitsLoseIsInTheBound() {
        Reference reference = along(x -> x.exp().add(1).log(), -500);
        double exact = StrictMath.exp(-500);
        reference.refine(100);
        assertThat(reference.value(0)).isZero();
        assertThat(reference.bound(0)).isBetween(exact, 1e-20);
        reference.refine(400);
        assertThat(reference.value(0)).isBetween(exact * (1 - 1e-13), exact * (1 + 1e-13));
        assertThat(reference.bound(0)).isLessThan(1e-15 * exact);
    }

    /** The same beside another term, so that the function moves. */
    @Test
    void whatManyDigitsLoseBesideAnotherTermIsInTheBound() {
        Reference reference = along(x -> x.mul(1e-45).add(1e60).sub(1e60).add(x), 1);
        reference.refine(100);
        assertThat(Math.abs(reference.value(0) - 1)).isLessThanOrEqualTo(reference.bound(0));
        assertThat(reference.bound(0)).isGreaterThan(1e-45);
    }

    /** No step is as short as a wave: neither doubles nor 100 digits may claim to know its slope. */
    @Test
    void aSineThatIsTooFastForEveryStep() {
        Reference reference = along(x -> x.exp().sin().softplus(), 104.54597319655112);
        assertThat(reference.bound(0)).isEqualTo(Double.POSITIVE_INFINITY);
        reference.refine(100);
        assertThat(reference.bound(0)).isEqualTo(Double.POSITIVE_INFINITY);
        reference = along(x -> x.mul(1e40).sin(), 0);
        reference.refine(100);
        assertThat(reference.bound(0)).isEqualTo(Double.POSITIVE_INFINITY);
        reference.refine(200);
        assertThat(Math.abs(reference.value(0) - 1e40)).isLessThanOrEqualTo(reference.bound(0));
        assertThat(reference.bound(0)).isLessThan(1e25);
    }

    /** The quotient is h²; where the derivative is 10⁻¹²⁰, and not 0, it falls no further. */
    @Test
    void aFunctionAtRestHasTheDerivativeZero() {
        Reference cube = along(x -> x.pow(3), 0);
        cube.refine(200);
        assertThat(cube.isZero(0)).isTrue();
        Reference tilted = along(x -> x.pow(3).add(x.mul(1e-120)), 0);
        tilted.refine(200);
        assertThat(tilted.isZero(0)).isFalse();
    }
}
