package dev.wengert.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/** Curves of closed form, smooth or disturbed near the point where they are to be differentiated. */
final class Curves {

    private Curves() {}

    /** A function with its derivative. */
    enum Form {
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
    record Term(double amplitude, Form form, double rate, double shift) {

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

    record Curve(List<Term> terms, double x, double h0) {

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
            double[] near = {error(0)};
            return NumericalDerivative.of(
                    h -> new double[] {at(h)}, new double[] {largestError()}, near, () -> near, h0);
        }
    }

    /** What is added to a smooth function, within or near the stencil. */
    enum Disturbance {
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

    /** A finite curve that shows its disturbance: what is smaller than a hundred times the rounding may be missed. */
    static Curve draw(Disturbance disturbance, RandomGenerator random) {
        while (true) {
            Curve curve = candidate(disturbance, random);
            if (curve.isFinite() && isVisible(disturbance, curve)) {
                return curve;
            }
        }
    }

    /** One or two smooth terms at a point of scale 0.1 to 100, and the disturbance; x + h is exact. */
    private static Curve candidate(Disturbance disturbance, RandomGenerator random) {
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

    private static boolean isVisible(Disturbance disturbance, Curve curve) {
        Term term = curve.terms().get(curve.terms().size() - 1);
        return disturbance == Disturbance.NONE
                || disturbance == Disturbance.KINK
                || term.size(curve.x()) >= 100 * curve.largestError();
    }
}
