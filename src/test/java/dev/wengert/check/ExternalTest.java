package dev.wengert.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.hipparchus.analysis.differentiation.DSFactory;
import org.hipparchus.analysis.differentiation.DerivativeStructure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Derivatives from elsewhere: right ones pass and are asked for nothing beyond, wrong ones fail. */
class ExternalTest {

    /** {@code f(a, b, c) = sin(a) b² + exp(ac)}. */
    private static double f(double[] x) {
        return StrictMath.sin(x[0]) * x[1] * x[1] + StrictMath.exp(x[2] * x[0]);
    }

    private static double[] gradient(double[] x) {
        double e = StrictMath.exp(x[2] * x[0]);
        return new double[] {StrictMath.cos(x[0]) * x[1] * x[1] + x[2] * e, 2 * x[1] * StrictMath.sin(x[0]), x[0] * e};
    }

    private static double[][] hessian(double[] x) {
        double e = StrictMath.exp(x[2] * x[0]);
        double ab = 2 * x[1] * StrictMath.cos(x[0]);
        double ac = e + x[0] * x[2] * e;
        return new double[][] {
            {-StrictMath.sin(x[0]) * x[1] * x[1] + x[2] * x[2] * e, ab, ac},
            {ab, 2 * StrictMath.sin(x[0]), 0},
            {ac, 0, x[0] * x[0] * e}
        };
    }

    private static final double[] POINT = {0.5, 2, -1};

    private static UnaryOperator<double[]> wrong(int element, double factor) {
        return x -> {
            double[] g = gradient(x);
            g[element] *= factor;
            return g;
        };
    }

    private static External right() {
        return GradientCheck.external(ExternalTest::f, ExternalTest::gradient);
    }

    @Test
    void aRightGradientPassesAndIsAskedForNothingBeyond() {
        GradientReport report = right().at(POINT).strict().run();
        report.verify();
        assertThat(report.verdict()).isEqualTo(Verdict.PASS);
        assertThat(report.entries()).noneMatch(e -> e.order() > 1);
    }

    @Test
    void aRightHessianPasses() {
        GradientReport report =
                right().hessian(ExternalTest::hessian).at(POINT).strict().run();
        report.verify();
        assertThat(report.entries()).anyMatch(e -> e.path().equals("Hessian symmetry"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 2, 1.01, 1 + 1e-6, 1 + 1e-9})
    void aWrongGradientFailsAndItsElementIsNamed(double factor) {
        for (int element = 0; element < 3; element++) {
            GradientReport report = GradientCheck.external(ExternalTest::f, wrong(element, factor))
                    .at(POINT)
                    .run();
            assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
            assertThat(report.blames().get(0).what())
                    .isEqualTo("vjp of function, input 0, element [" + element + "]: it is not what differences give");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 2, 1.01, 1 + 1e-6})
    void aWrongHessianFails(double factor) {
        for (int element : new int[] {0, 1, 2, 4, 8}) {
            External check = right().hessian(x -> {
                double[][] h = hessian(x);
                h[element / 3][element % 3] *= factor;
                return h;
            });
            assertThat(check.at(POINT).run().verdict())
                    .as("element %d", element)
                    .isEqualTo(Verdict.FAIL);
            assertThat(check.at(POINT).order(1).run().verdict()).isEqualTo(Verdict.PASS);
        }
    }

    @Test
    void numbersAtOnePoint() {
        External f = GradientCheck.external(ExternalTest::f);
        GradientReport report = f.atNumbers(POINT, gradient(POINT)).run();
        report.verify();
        assertThat(report.facts()).contains("the gradient is known at this point alone: nothing is tested close by");
        double[] off = wrong(2, 1.001).apply(POINT);
        assertThat(f.atNumbers(POINT, off).run().verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void aGradientThatIsRightAtThePointAloneFails() {
        GradientReport report = GradientCheck.external(x -> x[0] * x[0], x -> new double[] {2})
                .at(1)
                .run();
        assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
    }

    /** The noise of single precision is measured: a right gradient passes to its digits, and one that is 5 % off does not. */
    @Test
    void valuesInSinglePrecision() {
        for (double stated : new double[] {Double.NaN, 0x1p-24}) {
            External right = GradientCheck.external(x -> (float) f(x), ExternalTest::gradient);
            External wrong = GradientCheck.external(x -> (float) f(x), wrong(1, 1.05));
            if (!Double.isNaN(stated)) {
                right = right.error(stated);
                wrong = wrong.error(stated);
            }
            assertThat(right.at(POINT).accuracy(1e-2).run().verdict()).isEqualTo(Verdict.PASS);
            assertThat(right.at(POINT).run().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
            assertThat(wrong.at(POINT).accuracy(1e-2).run().verdict()).isEqualTo(Verdict.FAIL);
        }
    }

    /** 1e6 + sin(a) − 1e6 has lost ten digits, which only the scale of its terms tells. */
    @Test
    void anErrorRelativeToAScale() {
        External f =
                GradientCheck.external(x -> 1e6 + StrictMath.sin(x[0]) - 1e6, x -> new double[] {StrictMath.cos(x[0])});
        assertThat(f.error(0x1p-53).at(1).accuracy(1e-3).run().verdict()).isNotEqualTo(Verdict.PASS);
        assertThat(f.error(0x1p-53, 1e6).at(1).accuracy(1e-3).run().verdict()).isEqualTo(Verdict.PASS);
        assertThat(f.at(1).accuracy(1e-3).run().verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aJacobian() {
        UnaryOperator<double[]> polar =
                x -> new double[] {x[0] * StrictMath.cos(x[1]), x[0] * StrictMath.sin(x[1]), x[0]};
        GradientCheck.externalJacobian(polar, x -> new double[][] {
                    {StrictMath.cos(x[1]), -x[0] * StrictMath.sin(x[1])},
                    {StrictMath.sin(x[1]), x[0] * StrictMath.cos(x[1])},
                    {1, 0}
                })
                .at(2, 0.7)
                .run()
                .verify();
        for (int element = 0; element < 6; element++) {
            int k = element;
            GradientReport report = GradientCheck.externalJacobian(polar, x -> {
                        double[][] j = {
                            {StrictMath.cos(x[1]), -x[0] * StrictMath.sin(x[1])},
                            {StrictMath.sin(x[1]), x[0] * StrictMath.cos(x[1])},
                            {1, 0}
                        };
                        j[k / 2][k % 2] += 1e-6;
                        return j;
                    })
                    .at(2, 0.7)
                    .run();
            assertThat(report.verdict()).isEqualTo(Verdict.FAIL);
        }
    }

    @Test
    void aLinearFunctionAndItsTranspose() {
        UnaryOperator<double[]> a = x -> new double[] {x[0] + 2 * x[1], 3 * x[2], x[1] - x[2], x[0]};
        UnaryOperator<double[]> transpose = y -> new double[] {y[0] + y[3], 2 * y[0] + y[2], 3 * y[1] - y[2]};
        GradientCheck.adjoint(a, transpose).at(1, 2, 3).run().verify();
        GradientReport wrong = GradientCheck.adjoint(a, y ->
                        new double[] {y[0] + y[3], 2 * y[0] + y[2], 3 * y[1] + y[2]})
                .at(1, 2, 3)
                .run();
        assertThat(wrong.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(GradientCheck.adjoint(x -> new double[] {x[0] * x[0]}, UnaryOperator.identity())
                        .at(1)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    /** Derivatives of another library, which shares no code with this one. */
    @Test
    void derivativesOfHipparchus() {
        DSFactory second = new DSFactory(3, 2);
        GradientCheck.external(ExternalTest::f, x -> gradient(hipparchus(second, x)))
                .hessian(x -> hessian(hipparchus(second, x)))
                .at(POINT)
                .run()
                .verify();
    }

    private static DerivativeStructure hipparchus(DSFactory factory, double[] x) {
        DerivativeStructure a = factory.variable(0, x[0]);
        DerivativeStructure b = factory.variable(1, x[1]);
        DerivativeStructure c = factory.variable(2, x[2]);
        return a.sin().multiply(b).multiply(b).add(a.multiply(c).exp());
    }

    private static double[] gradient(DerivativeStructure y) {
        return new double[] {
            y.getPartialDerivative(1, 0, 0), y.getPartialDerivative(0, 1, 0), y.getPartialDerivative(0, 0, 1)
        };
    }

    private static double[][] hessian(DerivativeStructure y) {
        double ab = y.getPartialDerivative(1, 1, 0);
        double ac = y.getPartialDerivative(1, 0, 1);
        double bc = y.getPartialDerivative(0, 1, 1);
        return new double[][] {
            {y.getPartialDerivative(2, 0, 0), ab, ac},
            {ab, y.getPartialDerivative(0, 2, 0), bc},
            {ac, bc, y.getPartialDerivative(0, 0, 2)}
        };
    }

    @Test
    void kinksAreKinks() {
        assertThat(GradientCheck.external(x -> Math.abs(x[0]), x -> new double[] {Math.signum(x[0])})
                        .at(0)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.KINK);
    }

    @Test
    void codeThatChangesItsArgumentChangesACopy() {
        double[] point = POINT.clone();
        GradientCheck.external(
                        x -> {
                            double y = f(x);
                            Arrays.fill(x, Double.NaN);
                            return y;
                        },
                        x -> {
                            double[] g = gradient(x);
                            Arrays.fill(x, Double.NaN);
                            return g;
                        })
                .at(point)
                .run()
                .verify();
        assertThat(point).containsExactly(POINT);
    }

    @Test
    void badInput() {
        External f = GradientCheck.external(ExternalTest::f);
        assertThatThrownBy(() -> f.at(1, 2, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "at: there must be a gradient to check; give it with gradient(…), or its numbers with atNumbers(…)");
        assertThatThrownBy(() -> right().at()).hasMessage("at: the point must have at least 1 element, got none");
        assertThatThrownBy(() -> f.gradient(x -> new double[2]).at(1, 2, 3))
                .hasMessage("external: the gradient must have 3 elements at this point, got 2");
        assertThatThrownBy(() -> f.gradient(x -> null).at(1, 2, 3))
                .hasMessage("external: the gradient must have 3 elements at this point, got null");
        assertThatThrownBy(() -> f.atNumbers(POINT, new double[1]))
                .hasMessage("external: the gradient must have 3 elements at this point, got 1");
        assertThatThrownBy(() ->
                        right().hessian(x -> new double[][] {{1}, {1, 2}}).at(1, 2, 3))
                .hasMessage("external: all rows of the Hessian must have the same number of elements, got 1 and 2");
        assertThatThrownBy(() -> right().hessian(x -> new double[2][3]).at(1, 2, 3))
                .hasMessage("external: the Hessian must have 9 elements at this point, got 6");
        assertThatThrownBy(
                        () -> GradientCheck.adjoint(x -> x, x -> new double[1]).at(1, 2))
                .hasMessage("external: the transpose must have 2 elements at this point, got 1");
        assertThatThrownBy(() -> GradientCheck.adjoint(x -> null, x -> x).at(1, 2))
                .hasMessage("external: the function must have at least 1 element at this point, got null");
        assertThatThrownBy(() -> GradientCheck.adjoint(x -> x, x -> x).hessian(x -> new double[1][1]))
                .hasMessage("hessian: the function must give a number, got one that gives a vector");
        assertThatThrownBy(() -> right().at(POINT).order(2).run())
                .hasMessage("run: the order must be at most 1, the highest of which a derivative was given, got 2");
        for (double error : List.of(-1.0, 1.0, Double.NaN)) {
            assertThatThrownBy(() -> f.error(error))
                    .hasMessage("error: the relative error must be 0 or more, and less than 1, got " + error);
        }
        assertThatThrownBy(() -> f.error(0, Double.POSITIVE_INFINITY))
                .hasMessage("error: the scale must be 0 or more, and finite, got Infinity");
    }
}
