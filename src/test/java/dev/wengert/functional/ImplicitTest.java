package dev.wengert.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Derivative;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ImplicitTest {

    private static final UnaryOperator<Variable> SQRT =
            t -> Implicit.root(z -> z.square().sub(t), Variable.of(1.5));

    /** z with z = θ cos z. */
    private static final UnaryOperator<Variable> COSINE =
            t -> Implicit.fixedPoint(z -> z.cos().mul(t), Variable.of(0.5));

    private static double derivative(UnaryOperator<Variable> f, int order, double x) {
        UnaryOperator<Variable> g = f;
        for (int k = 0; k < order; k++) {
            Derivative d = Autodiff.grad(g);
            g = d::apply;
        }
        return g.apply(Variable.of(x)).item();
    }

    @Test
    void aRootHasDerivativesOfEveryOrder() {
        double z = Math.sqrt(2);
        assertThat(derivative(SQRT, 0, 2)).isCloseTo(z, within(Math.ulp(z)));
        assertThat(derivative(SQRT, 1, 2)).isCloseTo(1 / (2 * z), within(1e-15));
        assertThat(derivative(SQRT, 2, 2)).isCloseTo(-1 / (4 * z * z * z), within(1e-15));
        assertThat(derivative(SQRT, 3, 2)).isCloseTo(3 / (8 * Math.pow(z, 5)), within(1e-15));
    }

    /** With s = sin z and c = cos z: z′ = c/(1 + θs), and z″ = −z′(2s + z′θc)/(1 + θs). */
    @Test
    void aFixedPointHasDerivativesOfEveryOrder() {
        double t = 0.75;
        double z = derivative(COSINE, 0, t);
        double s = Math.sin(z);
        double c = Math.cos(z);
        double first = c / (1 + t * s);
        assertThat(z).isCloseTo(t * c, within(1e-15));
        assertThat(derivative(COSINE, 1, t)).isCloseTo(first, within(1e-15));
        assertThat(derivative(COSINE, 2, t)).isCloseTo(-first * (2 * s + first * t * c) / (1 + t * s), within(1e-14));
        UnaryOperator<Variable> asRoot = v -> Implicit.root(w -> w.sub(w.cos().mul(v)), Variable.of(0.5));
        for (int order = 0; order <= 3; order++) {
            assertThat(derivative(COSINE, order, t)).isCloseTo(derivative(asRoot, order, t), within(1e-13));
        }
    }

    @Test
    void theCheckerPassesThem() {
        passes(SQRT, 3);
        passes(COSINE, 2);
    }

    private static void passes(UnaryOperator<Variable> f, int order) {
        assertThat(GradientCheck.of(x -> f.apply(x.reshape()).exp())
                        .at(Tensor.of(0.75))
                        .order(order)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    /** The x and y of a circle and a hyperbola, {@code x² + y² = a, xy = b}: x is √((a + √(a² − 4b²))/2). */
    @Test
    void aSystemOfEquations() {
        UnaryOperator<Variable> implicit = p -> Implicit.root(
                        z -> {
                            Variable x = z.slice(0, 0, 1);
                            Variable y = z.slice(0, 1, 2);
                            return Variable.concat(
                                    0,
                                    x.square().add(y.square()).sub(p.slice(0, 0, 1)),
                                    x.mul(y).sub(p.slice(0, 1, 2)));
                        },
                        Variable.of(Tensor.of(2, 0.5)))
                .slice(0, 0, 1)
                .sum();
        UnaryOperator<Variable> explicit = p -> {
            Variable a = p.slice(0, 0, 1);
            Variable b = p.slice(0, 1, 2);
            return a.add(a.square().sub(b.square().mul(4)).sqrt()).div(2).sqrt().sum();
        };
        Tensor p = Tensor.of(5, 1);
        close(Autodiff.grad(implicit).apply(p), Autodiff.grad(explicit).apply(p), 1e-14);
        close(Autodiff.hessian(implicit).apply(p), Autodiff.hessian(explicit).apply(p), 1e-14);
        Tensor v = Tensor.of(0.5, -1);
        close(Autodiff.jvp(implicit, p, v), Autodiff.jvp(explicit, p, v), 1e-14);
    }

    @Test
    void theDerivativePassesToCapturedParameters() {
        Parameter w = new Parameter("w", Tensor.of(new double[][] {{0.25, -0.125}, {0.0625, 0.25}}));
        Parameter b = new Parameter("b", Tensor.of(0.5, -0.25));
        Variable z = Implicit.fixedPoint(
                v -> v.reshape(1, 2).affine(w.variable(), b.variable()).tanh().reshape(2),
                Variable.of(Tensor.zeros(2)));
        Variable unrolled = Variable.of(Tensor.zeros(2));
        for (int k = 0; k < 60; k++) {
            unrolled = unrolled.reshape(1, 2)
                    .affine(w.variable(), b.variable())
                    .tanh()
                    .reshape(2);
        }
        close(z.value(), unrolled.value(), 1e-15);
        var implicit = Autodiff.gradients(z.square().sum(), List.of(w, b));
        var explicit = Autodiff.gradients(unrolled.square().sum(), List.of(w, b));
        close(implicit.get(w), explicit.get(w), 1e-14);
        close(implicit.get(b), explicit.get(b), 1e-14);
        assertThat(GradientCheck.model(
                                () -> Implicit.fixedPoint(
                                                v -> v.reshape(1, 2)
                                                        .affine(w.variable(), b.variable())
                                                        .tanh()
                                                        .reshape(2),
                                                Variable.of(Tensor.zeros(2)))
                                        .square()
                                        .sum(),
                                List.of(w, b))
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aPlanSolvesAnew() {
        for (UnaryOperator<Variable> f : List.of(SQRT, COSINE)) {
            Derivative slope = Autodiff.grad(f);
            Plan plan = Tape.record(
                            x -> List.of(f.apply(x.get(0)), slope.apply(x.get(0))),
                            List.of(Tensor.scalar(0.5)),
                            List.of(Tensor.scalar(0.75)))
                    .compile();
            for (double t : new double[] {0.5, 0.9, 0.25}) {
                assertThat(plan.run(Tensor.scalar(t)))
                        .containsExactly(f.apply(Variable.of(t)).value(), slope.apply(Tensor.scalar(t)));
            }
        }
    }

    private static Variable v(double... x) {
        return Variable.of(Tensor.of(x));
    }

    private static void solves(UnaryOperator<Variable> f, Variable start, double... z) {
        double[] got = Implicit.root(f, start).value().toArray();
        for (int i = 0; i < z.length; i++) {
            assertThat(got[i]).isCloseTo(z[i], within(2 * Math.ulp(z[i])));
        }
    }

    /** A step may be small beside one unknown and large beside another. */
    @Test
    void eachUnknownHasItsOwnScale() {
        solves(z -> z.square().sub(v(1e-20, 1, 1e20)), v(1, 1, 1e10), 1e-10, 1, 1e10);
        solves(z -> z.square().sub(v(2e-20, 2, 2e20)), v(1, 1, 1e10), Math.sqrt(2e-20), Math.sqrt(2), Math.sqrt(2e20));
        solves(z -> z.square().sub(v(1e24, 2)), v(1e12, 1.5), 1e12, Math.sqrt(2));
        solves(z -> z.square().sub(v(1e28, 2)), v(1e14, 1.5), 1e14, Math.sqrt(2));
        assertThat(Implicit.fixedPoint(z -> z.mul(0.5).add(v(5e11, 0.5)), v(1e12, 0))
                        .value()
                        .toArray())
                .containsExactly(new double[] {1e12, 1}, within(1e-15 * 1e12));
        assertThat(Implicit.fixedPoint(z -> z.mul(0.5).add(v(5e11, 0.5)), v(1e12, 0))
                        .value()
                        .get(1))
                .isCloseTo(1, within(1e-15));
    }

    @Test
    void aRootMayBeZero() {
        SplittableRandom random = new SplittableRandom(1);
        for (int k = 0; k < 200; k++) {
            Variable w = Variable.of(Tensor.normal(random, 3, 3));
            Variable a = Variable.of(Tensor.normal(random, 3));
            Variable there = w.matmul(a.sin());
            Variable z = Implicit.root(q -> w.matmul(q.add(a).sin()).sub(there), v(0.01, 0.01, -0.01));
            double residual = w.matmul(z.add(a).sin()).sub(there).abs().max().item();
            assertThat(residual).isLessThan(1e-14);
            Variable c = Variable.of(0.9 * random.nextDouble());
            Variable zero = Implicit.fixedPoint(q -> q.add(c).cos().sub(c.cos()).mul(0.9), Variable.of(0.1));
            assertThat(Math.abs(zero.item())).isLessThan(1e-14);
        }
    }

    /** The steps of a rotation do not shrink in each element. */
    @Test
    void aRotationThatContracts() {
        double c = 0.9 * Math.sqrt(0.5);
        Variable m = Variable.of(Tensor.of(new double[][] {{c, -c}, {c, c}}));
        UnaryOperator<Variable> f = t -> Implicit.fixedPoint(q -> m.matmul(q).add(t), v(0, 0));
        Tensor g = Autodiff.grad(t -> f.apply(t).slice(0, 0, 1).sum()).apply(Tensor.of(0.3, 0.5));
        double det = (1 - c) * (1 - c) + c * c;
        close(g, Tensor.of((1 - c) / det, -c / det), 1e-14);
        assertThat(GradientCheck.of(t -> Implicit.fixedPoint(
                                        q -> m.matmul(q.tanh()).add(t), v(0, 0))
                                .square()
                                .sum())
                        .at(Tensor.of(0.3, 0.5))
                        .order(2)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aSlowIterationLosesItsShareOfTheDigits() {
        for (double rate : new double[] {0.9, 0.99, 0.999}) {
            UnaryOperator<Variable> f =
                    t -> Implicit.fixedPoint(z -> z.mul(rate).add(t), Variable.of(0));
            double right = 1 / (1 - rate);
            double error = 4e-16 / (1 - rate);
            assertThat(f.apply(Variable.of(1)).item() / right).isCloseTo(1, within(error));
            assertThat(derivative(f, 1, 1) / right).isCloseTo(1, within(error));
        }
    }

    @Test
    void nothingIsKeptOfTheIteration() {
        int n = 100_000;
        Variable zeros = Variable.of(Tensor.zeros(n));
        Variable z = Implicit.fixedPoint(q -> q.mul(0.5).add(1), zeros);
        assertThat(z.value().get(n - 1)).isEqualTo(2);
    }

    @Test
    void noDerivativePassesToTheStart() {
        assertThat(Autodiff.grad(x -> Implicit.root(z -> z.square().sub(2), x)).apply(Tensor.scalar(1)))
                .isEqualTo(Tensor.scalar(0));
        assertThat(Autodiff.grad(x -> Implicit.fixedPoint(z -> z.mul(0.5), x)).apply(Tensor.scalar(0)))
                .isEqualTo(Tensor.scalar(0));
        Parameter w = new Parameter("w", Tensor.scalar(2));
        Variable first = Implicit.root(z -> z.square().sub(w.variable()), Variable.of(1));
        w.set(Tensor.scalar(2.25));
        Variable second = Implicit.root(z -> z.square().sub(w.variable()), first);
        assertThat(Autodiff.gradients(second, List.of(w)).get(w).item()).isCloseTo(1 / 3.0, within(1e-15));
    }

    @Test
    void forwardModeSolvesForTheTangent() {
        assertThat(Autodiff.jvp(
                                t -> Implicit.fixedPoint(z -> z.mul(0.5).add(t), Variable.of(1e307)),
                                Tensor.scalar(1e306),
                                Tensor.scalar(1))
                        .item())
                .isCloseTo(2, within(1e-15));
        assertThat(Autodiff.jvp(SQRT, Tensor.scalar(2), Tensor.scalar(4)).item())
                .isCloseTo(Math.sqrt(2), within(1e-15));
        assertThat(Autodiff.jvp(COSINE, Tensor.scalar(0.75), Tensor.scalar(1)).item())
                .isCloseTo(derivative(COSINE, 1, 0.75), within(1e-15));
    }

    @Test
    void aSolutionThatIsNotFoundIsAnError() {
        for (UnaryOperator<Variable> none : List.<UnaryOperator<Variable>>of(
                z -> z.square().add(1),
                z -> z.sub(1).square().add(1e-20),
                z -> z.sub(1e6).abs().add(1e-4),
                z -> z.sub(1.7e9).square().add(0.01))) {
            assertThatExceptionOfType(ArithmeticException.class)
                    .isThrownBy(() -> Implicit.root(none, Variable.of(0.5)))
                    .withMessageMatching(
                            "root: (a step of Newton's method must bring the function nearer to 0, and step \\d+ did not;"
                                    + "|Newton's method must find a root within 100 steps, and found none;) start closer to a root"
                                    + "|root: the Jacobian must not be singular, .*");
        }
        thrown(
                () -> Implicit.root(z -> z.mul(100).exp().sub(1), Variable.of(7.07)),
                "root: the Jacobian must be finite, and is not; start closer to a root");
        thrown(
                () -> Implicit.root(z -> z.sqrt().add(1), Variable.of(0)),
                "root: the Jacobian must be finite, and is not; start closer to a root");
        thrown(
                () -> Implicit.root(z -> z.mul(0).add(1), Variable.of(0.5)),
                "root: the Jacobian must not be singular, got one of rank 0 for 1 unknowns; start elsewhere, or write an"
                        + " equation with simple roots");
        thrown(
                () -> Implicit.fixedPoint(z -> z.mul(2).add(1), Variable.of(0.5)),
                "fixedPoint: the iteration must stay finite, and did not after 1024 steps; the function is no contraction here");
        thrown(
                () -> Implicit.fixedPoint(z -> z.neg().add(1), Variable.of(0.25)),
                "fixedPoint: the iteration must converge within 100000 steps, and did not; the function is no contraction"
                        + " here, or a slow one");
        thrown(
                () -> Implicit.fixedPoint(z -> z.add(1e-10), Variable.of(1)),
                "fixedPoint: the iteration must converge within 100000 steps, and did not; the function is no contraction"
                        + " here, or a slow one");
        thrown(
                () -> Implicit.fixedPoint(z -> z.log(), Variable.of(-1)),
                "fixedPoint: the iteration must stay finite, and did not after 1 steps; the function is no contraction here");
        thrown(
                () -> Autodiff.grad(t -> Implicit.fixedPoint(z -> z.mul(0.5).add(t), Variable.of(1))
                                .sqrt())
                        .apply(Tensor.scalar(0)),
                "adjoint of fixedPoint: the iteration must stay finite, and did not after 1 steps; the function is no"
                        + " contraction here");
    }

    private static void thrown(org.assertj.core.api.ThrowableAssert.ThrowingCallable code, String message) {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(code).withMessageStartingWith(message);
    }

    @Test
    void shapesMustFit() {
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Implicit.root(Variable::sum, Variable.of(Tensor.of(1, 2))))
                .withMessage(
                        "root: the function must return as many numbers as there are unknowns, got [] for unknowns [2]");
        assertThatExceptionOfType(ShapeException.class)
                .isThrownBy(() -> Implicit.fixedPoint(Variable::sum, Variable.of(Tensor.of(1, 2))))
                .withMessage("fixedPoint: the function must return the shape of its argument, got [] for argument [2]");
    }

    private static void close(Tensor a, Tensor b, double error) {
        assertThat(a.shape()).isEqualTo(b.shape());
        assertThat(a.toArray()).containsExactly(b.toArray(), within(error));
    }
}
