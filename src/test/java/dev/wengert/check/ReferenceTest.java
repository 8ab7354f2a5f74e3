package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Ratios;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives found from values alone, against those that the rules give with 60 digits. */
class ReferenceTest {

    private static final Settings SETTINGS =
            new Settings(1, 1e-6, 1, true, 400, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** A tape with the point at which it was recorded. */
    private static final class Case {
        private final Tape tape;
        private final Program program;
        private final double[] x;

        Case(List<Variable> inputs, Variable y) {
            this.tape = Tape.between(inputs, List.of(y));
            this.program = new Program(tape);
            this.x = Program.point(tape);
        }

        /** The derivative along a direction, to 60 digits. */
        BigReal[] exact(double[] direction) {
            List<Variable> v = Program.split(direction, tape.inputs()).stream()
                    .map(Variable::of)
                    .toList();
            Program tangent = new Program(Tape.between(tape.inputs(), tape.pushforward(v)));
            return tangent.evaluate(exactly(x), new BigArithmetic(60));
        }

        Reference differentiate(double[] direction) {
            return Reference.of(program, x, direction, SETTINGS);
        }

        @Override
        public String toString() {
            return tape + "\nat " + Arrays.toString(x);
        }
    }

    private static BigReal[] exactly(double[] x) {
        return Arrays.stream(x).mapToObj(BigReal::of).toArray(BigReal[]::new);
    }

    private static double error(double value, BigReal exact) {
        return new BigDecimal(value).subtract(exact.toBigDecimal()).abs().doubleValue();
    }

    private static Variable normal(double scale, RandomGenerator random, int... extents) {
        return Variable.of(Tensor.normal(random, extents).map(v -> scale * v));
    }

    /** Softmax regression: the loss in its data, weights and biases. */
    private static Case softmaxRegression(double scale, RandomGenerator random) {
        int n = 1 + random.nextInt(3);
        int d = 1 + random.nextInt(3);
        int q = 2 + random.nextInt(3);
        Variable x = normal(1, random, n, d);
        Variable w = normal(scale, random, d, q);
        Variable b = normal(scale, random, q);
        Variable logits = x.affine(w, b);
        Variable loss = random.nextBoolean()
                ? logits.crossEntropyWithLabels(
                        Variable.of(Tensor.random(random, n).map(v -> Math.floor(q * v))))
                : logits.crossEntropy(normal(1, random, n, q).softmax().detach());
        return new Case(List.of(x, w, b), loss);
    }

    /** A tensor of results: poles, kinks, steps and oscillations as near as chance has it. */
    private static Case composed(double scale, RandomGenerator random) {
        Variable x = normal(scale, random, 3);
        Variable w = normal(scale, random, 3);
        List<UnaryOperator<Variable>> functions = List.of(
                Variable::sin,
                Variable::tanh,
                Variable::exp,
                Variable::relu,
                Variable::abs,
                Variable::gelu,
                Variable::softplus,
                Variable::softmax,
                Variable::reciprocal,
                v -> v.square().add(0.01).log(),
                v -> v.pow(3),
                v -> v.maximum(w),
                v -> v.mul(w),
                v -> v.sub(w).clamp(-1, 1),
                v -> v.mul(10).sin().add(v),
                v -> v.square().sum().sqrt().mul(v),
                v -> v.square().add(1).reciprocal());
        Variable y = x;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            Variable next = functions.get(random.nextInt(functions.size())).apply(y);
            y = Arrays.stream(next.value().toArray()).allMatch(v -> Math.abs(v) < 1e100) ? next : y;
        }
        return new Case(List.of(x, w), y.add(x.mul(0)));
    }

    private static double[] direction(int n, RandomGenerator random) {
        double[] direction = new double[n];
        if (random.nextBoolean()) {
            direction[random.nextInt(n)] = 1;
        } else {
            Arrays.setAll(direction, i -> random.nextGaussian());
        }
        return direction;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 100})
    void trueErrorsAreUnderTheBounds(double scale, TestReporter reporter) {
        SplittableRandom random = new SplittableRandom(5);
        for (boolean regression : new boolean[] {true, false}) {
            Ratios ratios = new Ratios();
            int cases = 0;
            int narrow = 0;
            for (int i = 0; i < 800; i++) {
                Case c = regression ? softmaxRegression(scale, random) : composed(scale, random);
                double[] direction = direction(c.x.length, random);
                Reference reference = c.differentiate(direction);
                if (reference.kink() == null && reference.obstacle() == null) {
                    BigReal[] exact = c.exact(direction);
                    for (int k = 0; k < exact.length; k++) {
                        double bound = reference.bound(k);
                        ratios.add(
                                error(reference.value(k), exact[k]),
                                bound,
                                k + " of\n" + c + " along " + Arrays.toString(direction));
                        cases++;
                        narrow += bound <= 1e-6 * Math.abs(exact[k].toDouble()) ? 1 : 0;
                    }
                }
            }
            String name = (regression ? "softmax regression" : "compositions") + " at scale " + scale;
            reporter.publishEntry(name, ratios + ", " + 100 * narrow / cases + " % known to 1e-6");
            assertThat(ratios.max()).as(ratios.worst()).isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 100})
    void highPrecisionHas25Digits(double scale) {
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 25; i++) {
            Case c = softmaxRegression(scale, random);
            double[] direction = direction(c.x.length, random);
            Reference reference = c.differentiate(direction);
            BigReal exact = c.exact(direction)[0];
            BigDecimal value = reference.quotient(new BigArithmetic(100), 33)[0].toBigDecimal();
            double error = value.subtract(exact.toBigDecimal()).abs().doubleValue();
            assertThat(error)
                    .as("%s along %s", c, Arrays.toString(direction))
                    .isLessThanOrEqualTo(1e-25 * Math.abs(exact.toDouble()));
            reference.refine(100);
            assertThat(error(reference.value(0), exact)).isLessThanOrEqualTo(reference.bound(0));
            assertThat(reference.bound(0)).isLessThanOrEqualTo(1e-15 * Math.abs(exact.toDouble()));
        }
    }

    private static Reference along(UnaryOperator<Variable> f, double x) {
        Variable at = Variable.of(x);
        return new Case(List.of(at), f.apply(at)).differentiate(new double[] {1});
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
}
