package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.wengert.autodiff.Variable;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class InitialiserTest {

    /** Enough draws to see a bound or a variance that is wrong by a hundredth. */
    private static final int DRAWS = 200_000;

    @TestFactory
    List<DynamicTest> hasTheBoundsAndVariancesOfPyTorch() {
        List<DynamicTest> tests = new ArrayList<>();
        for (ModelCase c : ModelCase.all("initialisers")) {
            tests.add(DynamicTest.dynamicTest(c.name(), () -> {
                if (c.name().startsWith("orthogonal")) {
                    orthogonal(c);
                } else {
                    distribution(c);
                }
            }));
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void distribution(ModelCase c) {
        ModelCase expected = c.child("expected");
        double[] draws = initialiser(c.name())
                .draw(new SplittableRandom(1), fan(c, true), fan(c, false), DRAWS)
                .toArray();
        double mean = Arrays.stream(draws).average().orElseThrow();
        double variance =
                Arrays.stream(draws).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double required = expected.number("variance", expected.number("bound", 0) * expected.number("bound", 0) / 3);
        // five standard deviations of the mean; those of the variance are at most sqrt(2/n) of it
        assertThat(mean).isCloseTo(expected.number("mean", 0), offset(5 * Math.sqrt(required / DRAWS)));
        assertThat(variance).isCloseTo(required, offset(5 * Math.sqrt(2.0 / DRAWS) * required));
        if (expected.has("bound")) {
            double bound = expected.number("bound");
            assertThat(Arrays.stream(draws).map(Math::abs).max().orElseThrow())
                    .isBetween(0.9999 * bound, bound * (1 + 1e-15));
        }
    }

    /** In the mode fan-out the fans are exchanged. */
    private static int fan(ModelCase c, boolean in) {
        return c.integer(in == c.name().contains("fan_out") ? "fanOut" : "fanIn", 1);
    }

    private static Initialiser initialiser(String name) {
        String kind = name.replaceAll(" of \\[.*", "");
        return switch (kind) {
            case "xavier_uniform" -> Initialiser.xavierUniform();
            case "xavier_uniform gain tanh" -> Initialiser.xavierUniform(5.0 / 3);
            case "xavier_normal" -> Initialiser.xavierNormal(1);
            case "kaiming_uniform fan_in relu" -> Initialiser.kaimingUniform(Math.sqrt(2));
            case "kaiming_uniform a=sqrt5 (Linear's and Conv's default)", "Linear default bias" ->
                Initialiser.uniformByFan();
            case "kaiming_normal fan_out relu" -> Initialiser.kaimingNormal(Math.sqrt(2));
            case "kaiming_normal fan_in leaky 0.2" -> Initialiser.kaimingNormal(Math.sqrt(2 / 1.04));
            case "trunc_normal std 0.02 in [-2,2]" -> Initialiser.truncatedNormal(0, 0.02, -2, 2);
            case "normal 0.5, 2" -> Initialiser.normal(0.5, 2);
            default -> throw new AssertionError(kind);
        };
    }

    private static void orthogonal(ModelCase c) {
        int[] extents = Arrays.stream(c.numbers("shape")).mapToInt(v -> (int) v).toArray();
        Tensor q = Initialiser.orthogonal(c.number("gain")).draw(new SplittableRandom(1), 1, 1, extents);
        assertThat(q.shape()).isEqualTo(Shape.of(extents));
        Variable rows = Variable.of(q).reshape(extents[0], -1);
        boolean wide = extents[0] <= rows.shape().extent(1);
        Variable gram = wide ? rows.matmul(rows.transpose()) : rows.transpose().matmul(rows);
        double[] got = gram.value().toArray();
        double[] expected = c.tensor("gram").toArray();
        assertThat(got).hasSameSizeAs(expected);
        for (int i = 0; i < got.length; i++) {
            assertThat(got[i]).isCloseTo(expected[i], offset(1e-14));
        }
    }

    @Test
    void orthogonalRowsOfAnAlmostSingularDrawAreOrthogonalToTheLastDigits() {
        double[] q = Variable.of(Initialiser.orthogonal(1).draw(new SplittableRandom(1), 1, 1, 100, 100))
                .matmul(Variable.of(Initialiser.orthogonal(1).draw(new SplittableRandom(1), 1, 1, 100, 100))
                        .transpose())
                .sub(Variable.of(Tensor.eye(100)))
                .value()
                .toArray();
        assertThat(Arrays.stream(q).map(Math::abs).max().orElseThrow()).isLessThan(2e-15);
    }

    @Test
    void truncatedNumbersStayInTheBoundsFarFromTheMean() {
        double[] draws = Initialiser.truncatedNormal(0, 1, 3, 3.5)
                .draw(new SplittableRandom(1), 1, 1, 10_000)
                .toArray();
        assertThat(Arrays.stream(draws)).allMatch(v -> v >= 3 && v <= 3.5);
        assertThat(Arrays.stream(draws).min().orElseThrow()).isLessThan(3.001);
        // (phi(3) - phi(3.5))/(Phi(3.5) - Phi(3)) = 3.18318
        assertThat(Arrays.stream(draws).average().orElseThrow()).isCloseTo(3.18318, offset(0.01));
    }

    @Test
    void aUniformOneLiesBetweenItsBounds() {
        double[] draws = Initialiser.uniform(-1, 3)
                .draw(new SplittableRandom(1), 1, 1, 10_000)
                .toArray();
        assertThat(Arrays.stream(draws)).allMatch(v -> v >= -1 && v < 3);
        assertThat(Arrays.stream(draws).min().orElseThrow()).isLessThan(-0.99);
        assertThat(Arrays.stream(draws).max().orElseThrow()).isGreaterThan(2.99);
    }

    @Test
    void aConstantDrawsNothing() {
        SplittableRandom random = new SplittableRandom(1);
        assertThat(Initialiser.constant(0.5).draw(random, 1, 1, 2, 2)).isEqualTo(Tensor.full(Shape.of(2, 2), 0.5));
        assertThat(random.nextLong()).isEqualTo(new SplittableRandom(1).nextLong());
    }

    @Test
    void theSameSeedDrawsTheSameBits() {
        Tensor normal = Initialiser.normal(0, 1).draw(new SplittableRandom(1), 1, 1, 3);
        assertThat(normal).isEqualTo(Initialiser.normal(0, 1).draw(new SplittableRandom(1), 1, 1, 3));
        // recorded on JDK 17: any other version must give the same
        assertThat(normal.toArray()).containsExactly(NORMAL);
    }

    private static final double[] NORMAL = {0.8488226776009452, 1.3311643437297884, -0.08475018992401052};

    @Test
    void refusesWhatCannotBe() {
        refuses(
                () -> Initialiser.xavierUniform(-1),
                "xavierUniform: the gain must be a finite number of 0 or more, got -1.0");
        refuses(
                () -> Initialiser.normal(Double.NaN, 1),
                "normal: the size of the mean must be a finite number of 0 or more, got NaN");
        refuses(
                () -> Initialiser.normal(0, Double.POSITIVE_INFINITY),
                "normal: the standard deviation must be a finite number of 0 or more, got Infinity");
        refuses(
                () -> Initialiser.uniform(1, 1),
                "uniform: the bounds must be finite, the lower one first, got 1.0 and 1.0");
        refuses(
                () -> Initialiser.truncatedNormal(0, 1, 2, -2),
                "truncatedNormal: the bounds must be finite, the lower one first, got 2.0 and -2.0");
        refuses(
                () -> Initialiser.kaimingNormal(1).draw(new SplittableRandom(1), 0, 1, 2),
                "kaimingNormal: the fans must be 1 or more, got 0");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Initialiser.orthogonal(1).draw(new SplittableRandom(1), 1, 1, 3))
                .withMessage("orthogonal: there must be two axes or more, got [3]");
    }

    private static void refuses(ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }
}
