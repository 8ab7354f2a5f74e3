package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Scans: values of NumPy 2.2 and PyTorch's conventions, zeros and infinities, and the cost of gradients. */
class RecurrenceTest {

    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    private static Variable v(double... x) {
        return Variable.of(Tensor.of(x));
    }

    private static Tensor matrix(double[]... rows) {
        return Tensor.of(rows);
    }

    private static double[] row(double... x) {
        return x;
    }

    @Test
    void scansGoAlongAnAxis() {
        Variable x = Variable.of(matrix(row(1, 2, 3), row(4, 5, 6)));
        assertThat(x.cumSum(0).value()).isEqualTo(matrix(row(1, 2, 3), row(5, 7, 9)));
        assertThat(x.cumSum(-1).value()).isEqualTo(matrix(row(1, 3, 6), row(4, 9, 15)));
        assertThat(x.cumProd(0).value()).isEqualTo(matrix(row(1, 2, 3), row(4, 10, 18)));
        assertThat(x.cumProd(1).value()).isEqualTo(matrix(row(1, 2, 6), row(4, 20, 120)));
        Variable h = Variable.linearRecurrence(1, x, x.mul(10), v(1, -1));
        assertThat(h.value()).isEqualTo(matrix(row(11, 42, 156), row(36, 230, 1440)));
        Variable none = Variable.of(Tensor.zeros(2, 0));
        assertThat(none.cumProd(1).shape()).isEqualTo(Shape.of(2, 0));
        assertThat(none.cumSum(1).shape()).isEqualTo(Shape.of(2, 0));
        assertThat(none.logCumSumExp(1).shape()).isEqualTo(Shape.of(2, 0));
        assertThat(Variable.linearRecurrence(1, none, none, v(1, 1)).shape()).isEqualTo(Shape.of(2, 0));
        assertThat(v(-0.0, -0.0).cumSum(0).value()).isEqualTo(Tensor.of(-0.0, -0.0));
        assertThat(v(-0.0, 2, -3).cumProd(0).value()).isEqualTo(Tensor.of(-0.0, -0.0, 0.0));
        assertThat(v(1, -0.0, 5).cumProd(0).value()).isEqualTo(Tensor.of(1, -0.0, -0.0));
        assertThat(v(1, INF, 2, -INF, 1).cumSum(0).value()).isEqualTo(Tensor.of(1, INF, INF, NAN, NAN));
    }

    /** Of a, b and the initial value: h = a₁(a₀c + b₀) + b₁ has the third derivative 1 in a₀, a₁ and c, and no other. */
    @Test
    void theThirdDerivativeOfARecurrence() {
        UnaryOperator<Variable> last = x -> Variable.linearRecurrence(
                        0, x.slice(0, 0, 2), x.slice(0, 2, 4), x.slice(0, 4, 5).squeeze())
                .slice(0, 1, 2)
                .sum();
        UnaryOperator<Variable> inFirst =
                x -> Autodiff.grad(last).apply(x).slice(0, 0, 1).sum();
        UnaryOperator<Variable> inSecond =
                x -> Autodiff.grad(inFirst).apply(x).slice(0, 1, 2).sum();
        assertThat(Autodiff.grad(last).apply(Tensor.of(2, 3, 5, 7, 11))).isEqualTo(Tensor.of(33, 27, 3, 1, 6));
        assertThat(Autodiff.grad(inFirst).apply(Tensor.of(2, 3, 5, 7, 11))).isEqualTo(Tensor.of(0, 11, 0, 0, 3));
        assertThat(Autodiff.grad(inSecond).apply(Tensor.of(2, 3, 5, 7, 11))).isEqualTo(Tensor.of(0, 0, 0, 0, 1));
    }

    /** The product of all is x₁x₃ times the others, two of which may be 0. */
    @Test
    void cumProdIsRightAtZerosInEveryOrder() {
        Tensor x = Tensor.of(2, 0, 3, 0, 5);
        UnaryOperator<Variable> last = y -> y.cumProd(0).slice(0, 4, 5).sum();
        UnaryOperator<Variable> inZero =
                y -> Autodiff.grad(last).apply(y).slice(0, 1, 2).sum();
        assertThat(Autodiff.grad(last).apply(x)).isEqualTo(Tensor.zeros(5));
        assertThat(Autodiff.grad(inZero).apply(x)).isEqualTo(Tensor.of(0, 0, 0, 30, 0));
        assertThat(Autodiff.hvp(inZero, x, Tensor.of(0, 0, 0, 1, 0))).isEqualTo(Tensor.of(15, 0, 10, 0, 6));
        assertThat(GradientCheck.of(y -> y.cumProd(0).sum()).at(x).run().verdict())
                .isEqualTo(Verdict.PASS);
    }

    /** The first factor of a recurrence without an initial value, and zeros, are not multiplied by infinite perturbations. */
    @Test
    void whatTakesNoPartIsNotMultiplied() {
        Variable h = new Recurrence(0, false).apply(v(INF, 2), v(3, 1));
        assertThat(h.value()).isEqualTo(Tensor.of(3, 7));
        Tensor g = Autodiff.vjp(a -> new Recurrence(0, false).apply(a, v(3, 1)), Tensor.of(1, 2), Tensor.of(INF, 1));
        assertThat(g).isEqualTo(Tensor.of(0, 3));
    }

    @Test
    void logarithmsOfSumsNeitherOverflowNorLoseWhatIsSmall() {
        assertThat(v(1000, 1000, -1000).logCumSumExp(0).value())
                .satisfies(y -> assertThat(y.equalsWithinUlps(
                                Tensor.of(1000, 1000 + StrictMath.log(2), 1000 + StrictMath.log(2)), 1))
                        .isTrue());
        assertThat(v(0, -50).logCumSumExp(0).value().get(1)).isEqualTo(StrictMath.exp(-50));
        assertThat(v(-INF, -INF, 1, -INF).logCumSumExp(0).value()).isEqualTo(Tensor.of(-INF, -INF, 1, 1));
        assertThat(v(1, INF, 1).logCumSumExp(0).value()).isEqualTo(Tensor.of(1, INF, INF));
        assertThat(v(1, NAN, INF).logCumSumExp(0).value()).isEqualTo(Tensor.of(1, NAN, NAN));
        UnaryOperator<Variable> last = x -> x.logCumSumExp(0).slice(0, 3, 4).sum();
        Tensor masked = Tensor.of(-INF, -INF, 1, -INF);
        assertThat(Autodiff.grad(last).apply(masked)).isEqualTo(Tensor.of(0, 0, 1, 0));
        assertThat(Autodiff.hvp(last, masked, Tensor.ones(4))).isEqualTo(Tensor.zeros(4));
    }

    /** Twice the elements cost twice the gradient, in all orders. */
    @Test
    void gradientsCostAsMuchAsValues() {
        List<UnaryOperator<Variable>> scans = List.of(
                x -> x.cumSum(0).square().sum(),
                x -> x.cumProd(0).sum(),
                x -> x.logCumSumExp(0).sum(),
                x -> Variable.linearRecurrence(0, x, x.square(), Variable.of(1)).sum());
        for (UnaryOperator<Variable> f : scans) {
            assertThat(elements(f, 2000)).isLessThanOrEqualTo(2 * elements(f, 1000) + 100);
            UnaryOperator<Variable> second =
                    x -> Autodiff.grad(f).apply(x).square().sum();
            assertThat(elements(second, 2000)).isLessThanOrEqualTo(2 * elements(second, 1000) + 100);
        }
    }

    private static long elements(UnaryOperator<Variable> f, int n) {
        Tape gradient = Tape.record(x -> Autodiff.grad(f).apply(x), Tensor.full(Shape.of(n), 0.5));
        return gradient.steps().stream().mapToLong(y -> y.shape().size()).sum();
    }
}
