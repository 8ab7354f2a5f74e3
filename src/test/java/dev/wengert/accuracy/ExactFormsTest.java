package dev.wengert.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Gaps;
import dev.wengert.autodiff.op.Independent;
import dev.wengert.autodiff.op.Operations;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Sample;
import dev.wengert.autodiff.op.Samples;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.autodiff.op.TotalWeight;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The two forms of every operation: what {@link Primitive#eval} computes in doubles is what {@link ExactForms} computes to many
 * digits, up to the error that {@link Bounds} states. Operations and shapes are those of {@link Samples}.
 */
class ExactFormsTest {

    private static final BigArithmetic A = new BigArithmetic(60);
    private static final double[] SCALES = {0.1, 1, 10, 100};
    private static final double[] SATURATED = {20, 36, 37, 40, 700, 709, 710, 745, 746, 1000, 1e5};
    private static final double[] SPECIAL = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, 1, -1};

    /** What operands are made of. */
    private enum Elements {
        REGULAR,
        TIED,
        SATURATED,
        MASKED,
        SPECIAL;

        double draw(double scale, RandomGenerator random) {
            double normal = random.nextGaussian();
            return switch (this) {
                case REGULAR -> scale * normal;
                case TIED -> scale * Math.rint(normal);
                case SATURATED ->
                    random.nextInt(3) > 0 ? normal : Math.signum(normal) * pick(ExactFormsTest.SATURATED, random);
                case MASKED -> random.nextInt(3) > 0 ? scale * normal : Double.NEGATIVE_INFINITY;
                case SPECIAL -> random.nextBoolean() ? normal : pick(ExactFormsTest.SPECIAL, random);
            };
        }

        private static double pick(double[] from, RandomGenerator random) {
            return from[random.nextInt(from.length)];
        }
    }

    static Stream<Sample> operations() {
        return Samples.all().stream()
                .filter(s ->
                        s.op().orElse(null) instanceof Primitive op && !Operations.WITHOUT_A_ROW.contains(op.label()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void bothFormsAgreeAtTheSample(Sample sample) {
        assertThat(differences(sample, sample.x())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void bothFormsAgreeWithinTheStatedError(Sample sample) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> differences = new ArrayList<>();
        for (Elements elements : Elements.values()) {
            for (double scale : SCALES) {
                for (int i = 0; i < 5; i++) {
                    differences.addAll(differences(sample, operands(sample, elements, scale, random)));
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    /** Each element is moved alone. What is kept of the evaluation before has the same digits as what would be computed. */
    @ParameterizedTest
    @MethodSource("operations")
    void anEvaluationCloseByIsThatOfItsPoint(Sample sample) {
        List<Variable> operands = sample.x().stream().map(Variable::of).toList();
        Variable y = sample.op().orElseThrow().apply(operands.toArray(Variable[]::new));
        Variable constant = Variable.of(Tensor.full(y.shape(), 2));
        Tape tape = Tape.between(operands, List.of(y.mul(constant), y));
        BigReal[][] x = exactly(sample.x().stream().map(Tensor::toArray).toArray(double[][]::new));
        ExactEvaluation near = new ExactEvaluation(tape, List.of(x), A);
        assertThat(near.at(List.of(x)).effort()).isZero();
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; !sample.inert().contains(i) && j < x[i].length; j++) {
                BigReal[][] moved = x.clone();
                moved[i] = x[i].clone();
                moved[i][j] = A.add(x[i][j], BigReal.of(1e-40));
                ExactEvaluation there = near.at(List.of(moved));
                ExactEvaluation fresh = new ExactEvaluation(tape, List.of(moved), A);
                for (int o = 0; o < 2; o++) {
                    assertThat(there.outputs().get(o))
                            .usingElementComparator((a, b) -> a.sameAs(b) ? 0 : 1)
                            .containsExactly(fresh.outputs().get(o));
                }
                assertThat(there.effort()).isLessThanOrEqualTo(fresh.effort());
            }
        }
    }

    private static List<Tensor> operands(Sample sample, Elements elements, double scale, RandomGenerator random) {
        List<Tensor> x = new ArrayList<>();
        for (int i = 0; i < sample.x().size(); i++) {
            boolean positive = sample.op().orElseThrow() == SoftmaxOp.REAL_SOFT_MAX && i == 1;
            Tensor at = sample.x().get(i);
            boolean weighted = isWeighted(sample, i);
            x.add(
                    positive
                            ? Tensor.scalar(StrictMath.exp(2 * random.nextGaussian()))
                            : sample.inert().contains(i) ? at : at.map(v -> draw(elements, weighted, scale, random)));
        }
        return x;
    }

    /** No negative zero, and no infinity for what is weighted with probabilities: the kernels promise nothing of it. */
    private static double draw(Elements elements, boolean weighted, double scale, RandomGenerator random) {
        double v = elements.draw(scale, random);
        return v == 0 ? 0 : weighted && Double.isInfinite(v) ? Double.NaN : v;
    }

    private static boolean isWeighted(Sample sample, int i) {
        return i == 1 && sample.op().orElseThrow() instanceof SoftmaxOp;
    }

    private static List<String> differences(Sample sample, List<Tensor> operands) {
        Primitive op = (Primitive) sample.op().orElseThrow();
        Shape[] s = operands.stream().map(Tensor::shape).toArray(Shape[]::new);
        double[][] x = operands.stream().map(Tensor::toArray).toArray(double[][]::new);
        Shape out = op.shape(s);
        boolean matrices = MatrixForms.has(op);
        double[] y;
        try {
            y = op.eval(out, x, s);
        } catch (ArithmeticException refused) {
            assertThat(matrices || op instanceof Gaps || op instanceof Independent)
                    .as("%s", refused)
                    .isTrue();
            return List.of();
        } catch (IllegalArgumentException refused) {
            assertThat(op).as("%s", refused).isInstanceOf(TotalWeight.class);
            return List.of();
        }
        if (matrices && !(isFinite(x) && isFinite(new double[][] {y}))) {
            return List.of(); // the order of elimination decides what becomes of infinity
        }
        BigReal[] exact = ExactForms.of(op, out, exactly(x), s, A);
        double[][] none = Arrays.stream(x).map(v -> new double[v.length]).toArray(double[][]::new);
        double[] bound = Bounds.of(op, y, out, x, none, s);
        List<String> differences = new ArrayList<>();
        for (int k = 0; k < y.length; k++) {
            if (!agree(y[k], exact[k], bound[k])) {
                differences.add(op.label() + operands + " [" + k + "]: computed " + y[k] + ", exactly " + exact[k]
                        + ", error " + error(y[k], exact[k]) + ", bound " + bound[k]);
            }
        }
        return differences;
    }

    private static boolean isFinite(double[][] x) {
        return Arrays.stream(x).flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
    }

    private static BigReal[][] exactly(double[][] x) {
        return Arrays.stream(x)
                .map(v -> Arrays.stream(v).mapToObj(BigReal::of).toArray(BigReal[]::new))
                .toArray(BigReal[][]::new);
    }

    /** Special values are facts; a result beyond the doubles is infinite in one form alone. */
    private static boolean agree(double y, BigReal exact, double bound) {
        if (Double.isNaN(y) || exact.isNaN()) {
            return Double.isNaN(y) && exact.isNaN();
        }
        if (Double.isInfinite(y)) {
            return exact.toDouble() == y;
        }
        return exact.isFinite() && error(y, exact) <= bound;
    }

    private static double error(double y, BigReal exact) {
        return Double.isFinite(y) && exact.isFinite()
                ? new BigDecimal(y).subtract(exact.toBigDecimal()).abs().doubleValue()
                : Double.NaN;
    }
}
