package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.testing.Ratios;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bounds of extrapolated differences against the derivatives of closed forms. */
class NumericalDerivativeTest {

    /** A function with its derivative. */
    private enum Form {
        EXP(StrictMath::exp, StrictMath::exp),
        SIN(StrictMath::sin, StrictMath::cos),
        TANH(StrictMath::tanh, z -> 1 / (StrictMath.cosh(z) * StrictMath.cosh(z))),
        RECIPROCAL(z -> 1 / z, z -> -1 / (z * z)),
        CUBE(z -> z * z * z, z -> 3 * z * z),
        SQUARE(z -> z * z, z -> 2 * z),
        SOFTPLUS(
                z -> Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z))),
                z -> z < 0 ? StrictMath.exp(z) / (1 + StrictMath.exp(z)) : 1 / (1 + StrictMath.exp(-z))),
        GAUSSIAN(z -> StrictMath.exp(-z * z), z -> -2 * z * StrictMath.exp(-z * z)),
        LOG(StrictMath::log, z -> 1 / z),
        SQRT(Math::sqrt, z -> 0.5 / Math.sqrt(z)),
        LORENTZIAN(z -> 1 / (1 + z * z), z -> -2 * z / ((1 + z * z) * (1 + z * z))),
        ABS(Math::abs, Math::signum);

        private final DoubleUnaryOperator f;
        private final DoubleUnaryOperator derivative;

        Form(DoubleUnaryOperator f, DoubleUnaryOperator derivative) {
            this.f = f;
            this.derivative = derivative;
        }

        /** The distance over which it changes by as much as it does in proportion. */
        double extent(double z) {
            return switch (this) {
                case RECIPROCAL -> Math.abs(z);
                case LORENTZIAN -> Math.max(1, Math.abs(z));
                default -> 1;
            };
        }
    }

    /** {@code amplitude·form(rate·x + shift)}. */
    private record Term(double amplitude, Form form, double rate, double shift) {

        double at(double x) {
            return amplitude * form.f.applyAsDouble(rate * x + shift);
        }

        double derivative(double x) {
            return amplitude * rate * form.derivative.applyAsDouble(rate * x + shift);
        }

        /** What rounding does to rate·x + shift. */
        private double argumentError(double x) {
            return Math.ulp(rate * x) + Math.ulp(rate * x + shift);
        }

        double error(double x) {
            double slope = Math.abs(amplitude * form.derivative.applyAsDouble(rate * x + shift));
            return 3 * Math.ulp(at(x)) + slope * argumentError(x);
        }

        /** How far {@link #derivative} itself may be off. */
        double derivativeError(double x) {
            double z = rate * x + shift;
            double d = argumentError(x);
            double varies = form.derivative.applyAsDouble(z + d) - form.derivative.applyAsDouble(z - d);
            return 16 * Math.ulp(derivative(x)) + Math.abs(amplitude * rate * varies);
        }

        /** By how much the function changes where this term's derivative is what it is. */
        double size(double x) {
            double z = rate * x + shift;
            return Math.abs(amplitude)
                    * (form == Form.SIN ? 1 : form.extent(z) * Math.abs(form.derivative.applyAsDouble(z)));
        }
    }

    private record Curve(List<Term> terms, double x, double h0) {

        double at(double h) {
            return terms.stream().mapToDouble(t -> t.at(x + h)).sum();
        }

        double derivative() {
            return terms.stream().mapToDouble(t -> t.derivative(x)).sum();
        }

        double derivativeError() {
            return terms.stream().mapToDouble(t -> t.derivativeError(x)).sum();
        }

        double error(double h) {
            double size = terms.stream().mapToDouble(t -> Math.abs(t.at(x + h))).sum();
            return 1.5 * (terms.stream().mapToDouble(t -> t.error(x + h)).sum() + terms.size() * Math.ulp(size));
        }

        double largestError() {
            return Math.max(error(0), Math.max(error(h0), error(-h0)));
        }

        boolean isFinite() {
            return Double.isFinite(at(0) + at(h0) + at(-h0) + largestError() + derivative() + derivativeError());
        }

        NumericalDerivative differentiate() {
            return NumericalDerivative.of(
                    h -> new double[] {at(h)}, new double[] {largestError()}, new double[] {error(0)}, h0);
        }
    }

    /** What is added to a smooth function, within or near the stencil. */
    private enum Disturbance {
        NONE,
        KINK,
        POLE,
        OSCILLATION,
        /** An oscillation of which many steps that are powers of two are multiples. */
        DYADIC_OSCILLATION,
        STEP,
        BUMP;

        Term draw(double x, double h, RandomGenerator random) {
            double rate = power(-1, 7, random) / h;
            double side = random.nextBoolean() ? h : -h;
            return switch (this) {
                case NONE -> new Term(0, Form.SQUARE, 1, 0);
                case KINK -> new Term(power(-12, 1, random), Form.ABS, 1, -(x + side * power(-6, 0.5, random)));
                case POLE -> new Term(power(-6, 1, random), Form.RECIPROCAL, 1, -(x + side * power(-5, 1, random)));
                case OSCILLATION -> new Term(power(-10, 1, random), Form.SIN, rate, random.nextDouble(6.3));
                case DYADIC_OSCILLATION ->
                    new Term(
                            power(-10, 1, random),
                            Form.SIN,
                            2 * Math.PI * Math.scalb(1.0, random.nextInt(24)),
                            random.nextDouble(6.3));
                case STEP -> {
                    double at = x + random.nextGaussian() * h * power(-5, 0, random);
                    Form form = random.nextBoolean() ? Form.TANH : Form.SOFTPLUS;
                    yield new Term(power(-10, 1, random), form, rate, -rate * at);
                }
                case BUMP -> {
                    double at = x + random.nextGaussian() * h * power(-7, 0, random);
                    Form form = random.nextBoolean() ? Form.GAUSSIAN : Form.LORENTZIAN;
                    yield new Term(power(-10, 1, random), form, rate, -rate * at);
                }
            };
        }
    }

    private static double power(double from, double to, RandomGenerator random) {
        return StrictMath.pow(10, random.nextDouble(from, to));
    }

    /** One or two smooth terms at a point of scale 0.1 to 100, and the disturbance; x + h is exact. */
    private static Curve draw(Disturbance disturbance, RandomGenerator random) {
        double x = Math.scalb(Math.rint(Math.scalb(random.nextGaussian() * power(-1, 2, random), 30)), -30);
        double h0 = Math.scalb(1463.0 / 2048, Math.getExponent(0.25 * Math.max(1, Math.min(16, Math.abs(x)))));
        List<Term> terms = new ArrayList<>();
        for (int n = 1 + random.nextInt(2); n > 0; n--) {
            Form form = Form.values()[random.nextInt(Form.ABS.ordinal())];
            double rate = power(-1, 1, random) / (random.nextBoolean() ? 1 : Math.max(1, Math.abs(x)));
            terms.add(new Term(random.nextGaussian(), form, rate, random.nextBoolean() ? 0 : random.nextGaussian()));
        }
        terms.add(disturbance.draw(x, h0, random));
        while (!new Curve(terms, x, h0).isFinite() && h0 > 1e-9) {
            h0 /= 2;
        }
        return new Curve(terms, x, h0);
    }

    /** A disturbance that is smaller than a hundred times the rounding of the function may be missed. */
    private static boolean isVisible(Disturbance disturbance, Curve curve) {
        Term term = curve.terms().get(curve.terms().size() - 1);
        return disturbance == Disturbance.NONE
                || disturbance == Disturbance.KINK
                || term.size(curve.x()) >= 100 * curve.largestError();
    }

    @ParameterizedTest
    @EnumSource
    void trueErrorsAreUnderTheBounds(Disturbance disturbance, TestReporter reporter) {
        SplittableRandom random = new SplittableRandom(disturbance.ordinal());
        Ratios ratios = new Ratios();
        int cases = 0;
        int given = 0;
        while (cases < 20_000) {
            Curve curve = draw(disturbance, random);
            if (curve.isFinite() && isVisible(disturbance, curve)) {
                NumericalDerivative d = curve.differentiate();
                double error = Math.abs(d.value()[0] - curve.derivative());
                ratios.add(Math.max(0, error - curve.derivativeError()), d.bound()[0], curve);
                cases++;
                given += d.bound()[0] < Double.POSITIVE_INFINITY ? 1 : 0;
            }
        }
        reporter.publishEntry(
                disturbance.toString(), ratios + ", a bound in " + 100 * given / cases + " % of " + cases);
        assertThat(ratios.max()).as(ratios.worst()).isLessThanOrEqualTo(1);
        if (disturbance == Disturbance.NONE) {
            assertThat(given).isGreaterThan(cases * 999 / 1000);
            assertThat(ratios.quantile(0.5)).isGreaterThan(1e-3);
        }
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
