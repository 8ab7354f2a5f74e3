package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NewtonCgTest {

    @Test
    void findsTheMinimumOfRosenbrocksFunction() {
        Minimum m = new NewtonCg().minimise(LbfgsTest::rosenbrock, Tensor.of(-1.2, 1));
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(m.point().get(0)).isCloseTo(1, within(2.6e-8)); // the smallest eigenvalue is 0.3994
        assertThat(m.point().get(1)).isCloseTo(1, within(2.6e-8));
        assertThat(m.iterations()).isLessThan(40);
    }

    /** Each step reduces the gradient to the root of its norm, or to a half: 4, 2, 1, 1/2, 0.35, 0.2, 0.1, 0.03, 5e-3, 4e-4, 8e-6, 2e-8, 3e-12. */
    @Test
    void aQuadraticFunctionNeedsFewSteps() {
        Variable a = Variable.of(Tensor.of(new double[][] {{4, 1, 0}, {1, 3, 1}, {0, 1, 2}}));
        Variable b = Variable.of(Tensor.of(1, 2, 3));
        UnaryOperator<Variable> f = x -> x.matmul(a.matmul(x)).mul(0.5).sub(b.matmul(x));
        Minimum m = new NewtonCg().radius(100).minimise(f, Tensor.zeros(3));
        double[] expected = a.solve(b).value().toArray();
        assertThat(Vectors.largest(Vectors.add(m.point().toArray(), -1, expected)))
                .isLessThan(1e-8);
        assertThat(m.iterations()).isLessThanOrEqualTo(12);
    }

    /** Newton's method with the whole Hessian finds the same weights of a logistic regression. */
    @Test
    void fitsALogisticRegression() {
        SplittableRandom random = new SplittableRandom(5);
        Variable x = Variable.of(Tensor.normal(random, 60, 3));
        Variable signs = Variable.of(Tensor.normal(random, 60).map(Math::signum));
        UnaryOperator<Variable> loss = w -> x.matmul(w)
                .mul(signs)
                .logSigmoid()
                .sum()
                .neg()
                .add(w.square().sum().mul(0.05));
        Variable w = Variable.of(Tensor.zeros(3));
        for (int k = 0; k < 10; k++) {
            Variable g = Variable.of(Autodiff.grad(loss).apply(w.value()));
            w = w.sub(Variable.of(Autodiff.hessian(loss).apply(w.value())).solve(g));
        }
        Minimum m = new NewtonCg().minimise(loss, Tensor.zeros(3));
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(Vectors.largest(
                        Vectors.add(m.point().toArray(), -1, w.value().toArray())))
                .isLessThan(1e-8);
        // the model is linear, so that the Gauss-Newton matrix is the Hessian
        Minimum g = new NewtonCg()
                .minimise(
                        v -> Variable.concat(0, x.matmul(v).mul(signs), v),
                        z -> z.slice(0, 0, 60)
                                .logSigmoid()
                                .sum()
                                .neg()
                                .add(z.slice(0, 60, 63).square().sum().mul(0.05)),
                        Tensor.zeros(3));
        assertThat(Vectors.largest(
                        Vectors.add(g.point().toArray(), -1, w.value().toArray())))
                .isLessThan(1e-8);
        assertThat(new Lbfgs().minimise(loss, Tensor.zeros(3)).value()).isCloseTo(m.value(), within(1e-12));
    }

    /** x² − y² + y⁴/4 has a saddle at 0 and minima at y = ±√2. */
    @Test
    void leavesSaddles() {
        UnaryOperator<Variable> f = v -> {
            Variable x = v.slice(0, 0, 1).square();
            Variable y = v.slice(0, 1, 2).square();
            return x.sub(y).add(y.square().mul(0.25)).sum();
        };
        for (Tensor start : new Tensor[] {Tensor.of(1, 0), Tensor.of(0, 0), Tensor.of(1, 1e-9), Tensor.of(0.3, 0.4)}) {
            Minimum m = new NewtonCg().minimise(f, start);
            assertThat(m.reason()).as("%s", m).isEqualTo(StopReason.GRADIENT);
            assertThat(m.point().get(0)).isCloseTo(0, within(1e-8));
            assertThat(Math.abs(m.point().get(1))).isCloseTo(Math.sqrt(2), within(1e-8));
        }
    }

    /** (x + y − 1)² is least on a line: the step is the shortest one to it. */
    @Test
    void aSingularHessianWillDo() {
        UnaryOperator<Variable> f = v -> v.sum().sub(1).square();
        Minimum m = new NewtonCg().minimise(f, Tensor.of(3, 0));
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(m.point().get(0)).isCloseTo(2, within(1e-8));
        assertThat(m.point().get(1)).isCloseTo(-1, within(1e-8));
        // the Hessian vanishes at the minimum
        Minimum fourth = new NewtonCg().minimise(v -> v.pow(4).sum(), Tensor.of(2, -1));
        assertThat(fourth.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(Vectors.largest(fourth.gradient().toArray())).isLessThanOrEqualTo(1e-8);
    }

    @Test
    void endsWhereRoundingEndsIt() {
        // the tolerance cannot be met: one unit in the last place of the point changes the gradient by 1e-4
        UnaryOperator<Variable> f = x ->
                x.sub(1 / 3.0).square().sum().mul(1e12).add(x.sub(0.1).cos().sum());
        Minimum m = new NewtonCg().gradientTolerance(0).minimise(f, Tensor.of(2, 3));
        assertThat(m.reason()).isIn(StopReason.VALUE, StopReason.STEP);
        assertThat(m.point().get(0)).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void goesBackFromPointsThatAreNotFinite() {
        UnaryOperator<Variable> f = x -> x.log().neg().add(x).sum();
        Minimum m = new NewtonCg().radius(1000).minimise(f, Tensor.of(30));
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(m.point().item()).isCloseTo(1, within(1e-7));
    }

    /** Gradients whose squares overflow have steps, too. */
    @Test
    void descendsFromLargeGradients() {
        for (double scale : new double[] {1e150, 1e200, 1e300}) {
            Minimum m =
                    new NewtonCg().minimise(x -> x.sub(3).square().mul(scale).sum(), Tensor.of(5, 6));
            assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
            assertThat(m.point()).isEqualTo(Tensor.of(3, 3));
        }
        Minimum m = new NewtonCg().minimise(x -> x.cosh().sum(), Tensor.of(700));
        assertThat(m.reason()).isEqualTo(StopReason.GRADIENT);
        assertThat(m.value()).isEqualTo(1);
    }

    /** The curvature of |x|^1.5 at 0 is infinite, and its product with a direction is NaN. */
    @Test
    void doesNotConvergeWhereTheHessianIsNotFinite() {
        Minimum m = new NewtonCg()
                .minimise(
                        x -> x.slice(0, 0, 1)
                                .sub(3)
                                .square()
                                .add(x.slice(0, 1, 2).pow(1.5))
                                .sum(),
                        Tensor.of(0, 0));
        assertThat(m.reason()).isEqualTo(StopReason.NOT_FINITE);
        assertThat(m.gradient().get(0)).isEqualTo(-6);
    }

    @Test
    void eagerAndReplayedAreTheSameBits() {
        Minimum replayed = new NewtonCg().minimise(LbfgsTest::rosenbrock, Tensor.of(-1.2, 1));
        Minimum eager = new NewtonCg().eager().minimise(LbfgsTest::rosenbrock, Tensor.of(-1.2, 1));
        assertThat(eager.point()).isEqualTo(replayed.point());
        assertThat(eager.gradient()).isEqualTo(replayed.gradient());
    }

    @Test
    void fitsParameters() {
        Parameter w = new Parameter("w", Tensor.of(5, 5));
        new NewtonCg().minimise(() -> LbfgsTest.rosenbrock(w.variable()), List.of(w));
        assertThat(w.value().get(0)).isCloseTo(1, within(2.6e-8));
    }

    @Test
    void endsWithItsIterations() {
        Minimum m = new NewtonCg().iterations(2).minimise(LbfgsTest::rosenbrock, Tensor.of(-1.2, 1));
        assertThat(m.reason()).isEqualTo(StopReason.ITERATIONS);
        assertThat(m.iterations()).isEqualTo(2);
    }

    @Test
    void refusesBadInput() {
        assertThatThrownBy(() -> new NewtonCg().minimise(x -> x, Tensor.of(1, 2)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("minimise: the function must return a single number, got [2]; sum it");
        assertThatThrownBy(() -> new NewtonCg().minimise(x -> x.log().sum(), Tensor.of(-1)))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("minimise: the value of the function at the start must be finite, got NaN");
        assertThatThrownBy(() -> new NewtonCg().radius(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("radius: the radius must be positive and at most 1.0E10, got NaN");
    }
}
