package dev.wengert.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.GeneratedProgram.Operation;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Tensor;
import dev.wengert.testing.Ratios;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The running error analysis: the true errors of tapes, found with many digits, are under their bounds, and not far under. */
class ErrorBoundsTest {

    private static final BigArithmetic A = new BigArithmetic(60);

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 100})
    void randomProgramsStayWithinTheirBounds(double scale, TestReporter reporter) {
        Ratios ratios = new Ratios();
        Ratios perturbed = new Ratios();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 400; i++) {
            Tape tape = randomTape(scale, random);
            Tape derivative = i % 4 == 0 ? gradient(tape) : tape;
            if (isFinite(derivative.outputs())) {
                compare(derivative, 0, random, ratios);
                compare(derivative, 64, random, perturbed);
            }
        }
        reporter.publishEntry("random programs at scale " + scale, ratios.toString());
        reporter.publishEntry("with moved inputs, at scale " + scale, perturbed.toString());
        assertThat(ratios.max()).as(ratios.worst()).isLessThanOrEqualTo(1);
        assertThat(perturbed.max()).as(perturbed.worst()).isLessThanOrEqualTo(1);
    }

    /** The loss, its gradient and a product with its Hessian, of a model whose logits have a scale. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10, 100})
    void softmaxRegressionStaysWithinItsBounds(double scale, TestReporter reporter) {
        Ratios[] ratios = {new Ratios(), new Ratios(), new Ratios()};
        Ratios moved = new Ratios();
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 60; i++) {
            List<Tape> orders = softmaxRegression(scale, random);
            for (int order = 0; order < 3; order++) {
                compare(orders.get(order), 0, random, ratios[order]);
                compare(orders.get(order), 64, random, moved);
            }
        }
        for (int order = 0; order < 3; order++) {
            reporter.publishEntry(
                    "softmax regression, order " + order + ", logits of scale " + scale, ratios[order].toString());
            assertThat(ratios[order].max()).as(ratios[order].worst()).isLessThanOrEqualTo(1);
            assertThat(ratios[order].quantile(0.5)).isGreaterThan(1e-3);
        }
        reporter.publishEntry("with moved inputs", moved.toString());
        assertThat(moved.max()).as(moved.worst()).isLessThanOrEqualTo(1);
    }

    /** −∞ + x is −∞, whatever x is: the error of a masked logit is no error. */
    @Test
    void maskedClassesAreOffByNothing() {
        Variable x = Variable.of(Tensor.of(1, 2, 3));
        Variable mask = Variable.of(Tensor.of(0, Double.NEGATIVE_INFINITY, 0));
        Variable p = x.mul(0.1).add(mask).softmax();
        double[] bounds = new Evaluation(Tape.between(List.of(x), List.of(p)), List.of(x.value()))
                .errorBounds(List.of(Tensor.of(1e-16, 1e-16, 1e-16)))
                .get(0)
                .toArray();
        assertThat(bounds[0]).isBetween(1e-17, 1e-14);
        assertThat(bounds[1]).isBetween(0.0, 1e-300);
        assertThat(bounds[2]).isBetween(1e-17, 1e-14);
    }

    /** π/2 may lie on either side of its double. */
    @Test
    void aTangentBesideItsPoleHasNoBound() {
        Variable x = Variable.of(Math.PI / 2);
        for (double d : new double[] {1e-16, 1e-15}) {
            double bound = new Evaluation(Tape.between(x, x.tan()), List.of(x.value()))
                    .errorBounds(List.of(Tensor.scalar(d)))
                    .get(0)
                    .item();
            assertThat(bound).isInfinite();
        }
        Variable near = Variable.of(1.5);
        assertThat(new Evaluation(Tape.between(near, near.tan()), List.of(near.value()))
                        .errorBounds(List.of(Tensor.scalar(1e-9)))
                        .get(0)
                        .item())
                .isBetween(1.998e-7, 2.01e-7); // 1e-9·(1 + tan² 1.5)
    }

    /** The residual of a hopeless class, −t₀p₁ + t₁p₀, is off by what t₁ is off, however small beside the error of t₀. */
    @Test
    void aSmallErrorBesideALargeOneIsNotLost() {
        Variable o = Variable.of(Tensor.of(81.4, 0.03));
        Variable t = Variable.of(Tensor.of(0.025, 1e-37));
        List<Variable> residual = Tape.between(List.of(o, t), List.of(o.crossEntropy(t)))
                .pullback(List.of(Variable.of(1)))
                .subList(0, 1);
        double[] bounds = new Evaluation(Tape.between(List.of(o, t), residual), List.of(o.value(), t.value()))
                .errorBounds(List.of(Tensor.zeros(2), Tensor.of(7e-17, 2e-50)))
                .get(0)
                .toArray();
        assertThat(bounds[0]).isBetween(2e-50, 3e-50);
    }

    private static List<Tape> softmaxRegression(double scale, RandomGenerator random) {
        int n = 1 + random.nextInt(3);
        int d = 1 + random.nextInt(4);
        int q = 2 + random.nextInt(3);
        List<Variable> inputs = List.of(
                Variable.of(Tensor.normal(random, n, d)),
                Variable.of(Tensor.normal(random, d, q).map(v -> scale * v)),
                Variable.of(Tensor.normal(random, q).map(v -> scale * v)));
        Variable logits = inputs.get(0).affine(inputs.get(1), inputs.get(2));
        boolean labels = random.nextBoolean();
        Variable loss = labels
                ? logits.crossEntropyWithLabels(
                        Variable.of(Tensor.random(random, n).map(v -> Math.floor(q * v))))
                : logits.crossEntropy(
                        Variable.of(Tensor.normal(random, n, q)).softmax().detach());
        Tape tape = Tape.between(inputs, List.of(loss));
        Tape gradient = Tape.between(inputs, tape.pullback(List.of(Variable.of(1))));
        List<Variable> v = inputs.stream()
                .map(x -> Variable.of(Tensor.normal(random, x.shape().toArray())))
                .toList();
        return List.of(tape, gradient, Tape.between(inputs, gradient.pushforward(v)));
    }

    /** Up to six operations on a number, a vector and a matrix; the results of all of them, where they are finite. */
    private static Tape randomTape(double scale, RandomGenerator random) {
        List<Variable> inputs = List.of(
                Variable.of(Tensor.normal(random, 3).map(v -> scale * v)),
                Variable.of(Tensor.normal(random, 2, 3).map(v -> scale * v)),
                Variable.of(Tensor.scalar(scale * random.nextGaussian())));
        List<Variable> pool = new ArrayList<>(inputs);
        List<Variable> outputs = new ArrayList<>();
        Operation[] operations = Operation.values();
        while (outputs.size() < 6) {
            Operation operation = operations[random.nextInt(operations.length)];
            Variable a = pool.get(random.nextInt(pool.size()));
            Variable b = pool.get(random.nextInt(pool.size()));
            Variable y = operation == Operation.CUBE ? a : operation.apply(a, b);
            if (isFinite(List.of(y))) {
                pool.add(y);
                outputs.add(y);
            }
        }
        return Tape.between(inputs, outputs);
    }

    private static Tape gradient(Tape tape) {
        List<Variable> ones = tape.outputs().stream()
                .map(y -> Variable.of(Tensor.ones(y.shape())))
                .toList();
        return Tape.between(tape.inputs(), tape.pullback(ones));
    }

    private static boolean isFinite(List<Variable> y) {
        return y.stream().allMatch(v -> Arrays.stream(v.value().toArray()).allMatch(Double::isFinite));
    }

    private static void compare(Tape tape, double ulps, RandomGenerator random, Ratios ratios) {
        List<Tensor> x = tape.inputs().stream().map(Variable::value).toList();
        List<Tensor> moved = new ArrayList<>();
        List<Tensor> dx = new ArrayList<>();
        for (Tensor t : x) {
            Tensor m = t.map(v -> v + ulps * random.nextDouble(-1, 1) * Math.ulp(v));
            moved.add(m);
            double[] from = t.toArray();
            double[] to = m.toArray();
            double[] d = new double[from.length];
            Arrays.setAll(d, i -> Math.abs(to[i] - from[i]));
            dx.add(Tensor.of(t.shape(), d));
        }
        List<Tensor> computed = new Evaluation(tape, moved).outputs();
        List<Tensor> bounds = new Evaluation(tape, x).errorBounds(dx);
        List<BigReal[]> exact = new ExactEvaluation(
                        tape, x.stream().map(ErrorBoundsTest::exactly).toList(), A)
                .outputs();
        for (int o = 0; o < computed.size(); o++) {
            double[] y = computed.get(o).toArray();
            double[] bound = bounds.get(o).toArray();
            for (int k = 0; k < y.length; k++) {
                BigReal e = exact.get(o)[k];
                if (!e.isFinite()) {
                    // such as the root of a difference that is 0 in doubles and a little less in truth: then no bound
                    // is known
                    assertThat(Double.isFinite(y[k]) && Double.isFinite(bound[k]))
                            .isFalse();
                    continue;
                }
                double error =
                        new BigDecimal(y[k]).subtract(e.toBigDecimal()).abs().doubleValue();
                int output = o;
                int element = k;
                ratios.add(error, bound[k], new Object() {
                    @Override
                    public String toString() {
                        return "output " + output + "[" + element + "] = " + y[element] + ", exactly " + e + ", of\n"
                                + tape + "\nat " + x;
                    }
                });
            }
        }
    }

    private static BigReal[] exactly(Tensor x) {
        return Arrays.stream(x.toArray()).mapToObj(BigReal::of).toArray(BigReal[]::new);
    }
}
