package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.hipparchus.linear.DiagonalMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresOptimizer;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.util.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevenbergMarquardtTest {

    // ---- NIST ----

    /** NIST certifies 11 digits of parameters, deviations and sums. */
    @ParameterizedTest
    @CsvSource({"Hahn1, 0", "Hahn1, 1", "Kirby2, 0", "Kirby2, 1", "MGH17, 0", "MGH17, 1"})
    void theRegressionsOfNist(String name, int start) {
        NistProblem problem = new NistProblem(name);
        LeastSquaresFit fit = new LevenbergMarquardt().fit(problem.residuals(), Tensor.of(problem.column(start)));
        assertThat(fit.minimum().reason()).isEqualTo(StopReason.GRADIENT);
        requireDigits(fit.point(), problem.column(2), 10);
        requireDigits(fit.deviations(), problem.column(3), 10);
        assertThat(NistProblem.digits(fit.sumOfSquares(), problem.sumOfSquares)).isGreaterThan(10);
    }

    private static void requireDigits(Tensor values, double[] certified, double digits) {
        for (int i = 0; i < certified.length; i++) {
            assertThat(NistProblem.digits(values.get(i), certified[i]))
                    .as("digits of %d", i)
                    .isGreaterThanOrEqualTo(digits);
        }
    }

    /**
     * The residuals of Lanczos1 are near 8e-14, beside values of up to 2.5: doubles leave them two or three digits. The sum of squares is
     * held to the bound that this makes, the deviations, which are proportional to its root, to half of it. The parameters have their digits
     * none the less, since rounding moves them by a small part of their deviations.
     */
    @ParameterizedTest
    @CsvSource({"0", "1"})
    void residualsThatAreNearlyRounding(int start) {
        NistProblem problem = new NistProblem("Lanczos1");
        LeastSquaresFit fit = new LevenbergMarquardt().fit(problem.residuals(), Tensor.of(problem.column(start)));
        assertThat(fit.minimum().reason()).isEqualTo(StopReason.VALUE);
        requireDigits(fit.point(), problem.column(2), 10);
        // a residual rounds by a few units of the terms that it is the difference of: three products, their sums, and y
        double s = Math.sqrt(problem.sumOfSquares);
        double rounding = 0;
        for (double y : problem.y()) {
            rounding = Math.hypot(rounding, 2 * 0x1p-53 * y);
        }
        double bound = (2 * s * rounding + rounding * rounding) / problem.sumOfSquares;
        assertThat(bound).isLessThan(0.01);
        assertThat(fit.sumOfSquares()).isCloseTo(problem.sumOfSquares, within(bound * problem.sumOfSquares));
        requireDigits(fit.deviations(), problem.column(3), -Math.log10(bound / 2));
    }

    // ---- Hipparchus ----

    @ParameterizedTest
    @CsvSource({"Kirby2", "MGH17"})
    void hipparchusFindsTheSame(String name) {
        NistProblem problem = new NistProblem(name);
        UnaryOperator<Variable> residuals = problem.residuals();
        Tensor start = Tensor.of(problem.column(1));
        LeastSquaresOptimizer.Optimum optimum = new LevenbergMarquardtOptimizer()
                .optimize(new LeastSquaresBuilder()
                        .start(start.toArray())
                        .target(new double[problem.rows.size()])
                        .weight(new DiagonalMatrix(
                                Tensor.ones(problem.rows.size()).toArray()))
                        .model(point -> jet(residuals, point))
                        .maxEvaluations(1000)
                        .maxIterations(1000)
                        .build());
        LeastSquaresFit fit = new LevenbergMarquardt().fit(residuals, start);
        // Hipparchus stops where the sum of squares changes by less than 1e-10 of itself: within 1e-4 of a deviation
        double[] deviations = fit.deviations().toArray();
        for (int i = 0; i < deviations.length; i++) {
            assertThat(fit.point().get(i)).isCloseTo(optimum.getPoint().getEntry(i), within(1e-4 * deviations[i]));
        }
        double s = optimum.getCost() / Math.sqrt(fit.degreesOfFreedom());
        assertThat(fit.residualDeviation()).isCloseTo(s, within(1e-9 * s));
        RealVector sigma = optimum.getSigma(1e-30).mapMultiply(s);
        for (int i = 0; i < deviations.length; i++) {
            assertThat(deviations[i]).isCloseTo(sigma.getEntry(i), within(1e-3 * deviations[i]));
        }
    }

    private static Pair<RealVector, org.hipparchus.linear.RealMatrix> jet(UnaryOperator<Variable> f, RealVector point) {
        Tensor x = Tensor.of(point.toArray());
        Tensor jacobian = Autodiff.jacobian(f).apply(x);
        double[][] rows = new double[jacobian.shape().extent(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = jacobian.row(i).toArray();
        }
        return new Pair<>(
                MatrixUtils.createRealVector(f.apply(Variable.of(x)).value().toArray()),
                MatrixUtils.createRealMatrix(rows));
    }

    // ---- other problems ----

    /** The mean of numbers has the deviation s/√m. */
    @Test
    void aMeanHasItsTextbookDeviation() {
        Variable y = Variable.of(Tensor.of(1, 2, 4, 9));
        LeastSquaresFit fit = new LevenbergMarquardt().fit(b -> y.sub(b), Tensor.scalar(0));
        assertThat(fit.point()).isEqualTo(Tensor.scalar(4));
        assertThat(fit.sumOfSquares()).isEqualTo(38);
        assertThat(fit.degreesOfFreedom()).isEqualTo(3);
        assertThat(fit.residualDeviation()).isCloseTo(Math.sqrt(38.0 / 3), within(1e-15));
        assertThat(fit.deviations().item()).isCloseTo(Math.sqrt(38.0 / 12), within(1e-15));
        assertThat(fit.covariance().shape()).isEqualTo(Shape.of(1, 1));
    }

    /** Rosenbrock's function is the sum of squares of 1 − a and 10 (b − a²): as many residuals as parameters. */
    @Test
    void residualsCanVanish() {
        UnaryOperator<Variable> f = x -> {
            Variable a = x.slice(0, 0, 1);
            Variable b = x.slice(0, 1, 2);
            return Variable.concat(0, a.rsub(1), b.sub(a.square()).mul(10));
        };
        LeastSquaresFit fit = new LevenbergMarquardt().fit(f, Tensor.of(-1.2, 1));
        assertThat(fit.minimum().reason().isConverged()).isTrue();
        assertThat(fit.point().get(0)).isCloseTo(1, within(1e-15));
        assertThat(fit.point().get(1)).isCloseTo(1, within(2e-15));
        assertThat(fit.sumOfSquares()).isLessThan(1e-29);
        assertThatThrownBy(fit::deviations)
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("deviations: there must be more residuals than parameters, got 2 and 2");
    }

    @Test
    void saysWhichParameterIsNotDetermined() {
        Variable x = Variable.of(Tensor.of(1, 2, 3, 4));
        Variable y = Variable.of(Tensor.of(2, 4, 7, 8));
        LeastSquaresFit fit = new LevenbergMarquardt()
                .fit(b -> b.slice(0, 0, 1).add(b.slice(0, 1, 2)).mul(x).sub(y), Tensor.of(1, 0.5));
        assertThat(fit.point().get(0) + fit.point().get(1)).isCloseTo(63.0 / 30, within(1e-9));
        assertThatThrownBy(fit::covariance)
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(
                        "deviations: the residuals must determine all parameters, got column 1 of the Jacobian as a combination of those"
                                + " before it");
    }

    @Test
    void goesBackFromPointsThatAreNotFinite() {
        // the first step of Gauss and Newton leads to a logarithm of a negative number
        LeastSquaresFit fit = new LevenbergMarquardt().fit(x -> x.log(), Tensor.of(20));
        assertThat(fit.point().item()).isCloseTo(1, within(1e-15));
    }

    @Test
    void eagerAndReplayedAreTheSameBits() {
        NistProblem problem = new NistProblem("MGH17");
        Tensor start = Tensor.of(problem.column(1));
        LeastSquaresFit replayed = new LevenbergMarquardt().fit(problem.residuals(), start);
        LeastSquaresFit eager = new LevenbergMarquardt().eager().fit(problem.residuals(), start);
        assertThat(eager.point()).isEqualTo(replayed.point());
        assertThat(eager.covariance()).isEqualTo(replayed.covariance());
        UnaryOperator<Variable> decides =
                x -> x.item() > 1 ? x.sub(2) : x.sub(2).mul(3);
        assertThat(new LevenbergMarquardt()
                        .eager()
                        .fit(decides, Tensor.scalar(-4))
                        .point())
                .isEqualTo(Tensor.scalar(2));
        assertThatThrownBy(() -> new LevenbergMarquardt().fit(decides, Tensor.scalar(-4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("or differentiate eagerly");
    }

    @Test
    void fitsParameters() {
        Parameter slope = new Parameter("slope", Tensor.scalar(0));
        Parameter height = new Parameter("height", Tensor.scalar(0));
        Variable x = Variable.of(Tensor.of(0, 1, 2, 3));
        Variable y = Variable.of(Tensor.of(1, 3, 5, 7));
        LeastSquaresFit fit = new LevenbergMarquardt()
                .fit(() -> slope.variable().mul(x).add(height.variable()).sub(y), List.of(slope, height));
        assertThat(slope.value().item()).isCloseTo(2, within(1e-15));
        assertThat(height.value().item()).isCloseTo(1, within(1e-15));
        assertThat(fit.point().shape()).isEqualTo(Shape.of(2));
    }

    /** Constant residuals, and a root at which the derivative vanishes: numbers underflow on the way. */
    @Test
    void endsWhereDerivativesVanish() {
        Tensor start = Tensor.of(new double[][] {{0, 1, 0}, {1, 0, 1}});
        assertThat(new LevenbergMarquardt().fit(x -> Variable.of(1), start).point())
                .isEqualTo(start);
        assertThat(new LevenbergMarquardt().fit(x -> x.square().sum(), start).sumOfSquares())
                .isLessThan(1e-100);
        assertThat(new LevenbergMarquardt()
                        .fit(x -> x.square().sum(), Tensor.scalar(1.5))
                        .sumOfSquares())
                .isLessThan(1e-100);
        assertThat(new LevenbergMarquardt()
                        .fit(x -> x.square().sum(), Tensor.ones(2, 1, 5, 7))
                        .sumOfSquares())
                .isLessThan(1e-100);
    }

    /** At a minimum with no more residuals than parameters, no part of the residuals is a measure for the other. */
    @Test
    void fewResidualsNeedNotVanish() {
        List<UnaryOperator<Variable>> functions = List.of(
                x -> x.square().sum().add(4),
                x -> x.square().sum().add(1e-3),
                x -> x.square().add(1),
                LevenbergMarquardtTest::freudensteinAndRoth);
        for (UnaryOperator<Variable> f : functions) {
            Minimum m = new LevenbergMarquardt().fit(f, Tensor.of(0.5, -2)).minimum();
            assertThat(m.reason()).isEqualTo(StopReason.VALUE);
            assertThat(Math.max(
                            Math.abs(m.gradient().get(0)), Math.abs(m.gradient().get(1))))
                    .isLessThan(1e-4);
        }
        Minimum stationary = new LevenbergMarquardt()
                .fit(x -> x.square().add(1), Tensor.of(0))
                .minimum();
        assertThat(stationary.reason()).isEqualTo(StopReason.GRADIENT);
    }

    /** Its local minimum is 48.98 (J. J. Moré, B. S. Garbow and K. E. Hillstrom, Testing unconstrained optimization software, 1981). */
    private static Variable freudensteinAndRoth(Variable x) {
        Variable a = x.slice(0, 0, 1);
        Variable b = x.slice(0, 1, 2);
        return Variable.concat(
                0,
                a.sub(13).add(b.rsub(5).mul(b).sub(2).mul(b)),
                a.sub(29).add(b.add(1).mul(b).sub(14).mul(b)));
    }

    @Test
    void endsWithItsIterations() {
        NistProblem problem = new NistProblem("MGH17");
        LeastSquaresFit fit =
                new LevenbergMarquardt().iterations(3).fit(problem.residuals(), Tensor.of(problem.column(0)));
        assertThat(fit.minimum().reason()).isEqualTo(StopReason.ITERATIONS);
        assertThat(fit.minimum().iterations()).isEqualTo(3);
        assertThat(fit.toString())
                .startsWith("least squares of 33 residuals, 28 degrees of freedom\nvalue ")
                .contains("not converged: all iterations were used");
    }

    @Test
    void refusesWhatItCannotFit() {
        LevenbergMarquardt lm = new LevenbergMarquardt();
        assertThatThrownBy(() -> lm.fit(x -> x.slice(0, 0, 0), Tensor.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("fit: the function must return residuals, got none");
        assertThatThrownBy(() -> lm.fit(x -> x, Tensor.zeros(0)))
                .hasMessage("fit: the start must have elements, got one of shape [0]");
        assertThatThrownBy(() -> lm.fit(x -> x.log(), Tensor.of(1, -1)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("fit: the residuals at the start must be finite, got NaN as residual 1");
        assertThatThrownBy(() -> lm.fit(x -> x.sqrt(), Tensor.of(0)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(
                        "fit: the Jacobian at the start must be finite, got Infinity as a derivative of residual 0");
        assertThatThrownBy(() -> lm.tolerance(-1))
                .hasMessage("tolerance: the tolerance must be finite and at least 0, got -1.0");
    }
}
