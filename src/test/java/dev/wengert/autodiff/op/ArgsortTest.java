package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sorting and what is made of it, against NumPy 2.2 and the JDK; ties, NaN and other orders on replay. */
class ArgsortTest {

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

    /** Weights that tell the places apart. */
    private static Variable weighted(Variable y) {
        return y.mul(Variable.of(Tensor.arange(1, y.shape().extent(-1) + 1, 1))).sum();
    }

    @Test
    void equalElementsKeepTheirOrderAndNansComeLast() {
        Variable x = v(2, NAN, -0.0, 2, 0, -INF, NAN, INF);
        assertThat(x.argsort(0).value()).isEqualTo(Tensor.of(5, 2, 4, 0, 3, 7, 1, 6));
        assertThat(x.sort(0).value()).isEqualTo(Tensor.of(-INF, -0.0, 0, 2, 2, INF, NAN, NAN));
        assertThat(x.argsort(0, true).value()).isEqualTo(Tensor.of(7, 0, 3, 2, 4, 5, 1, 6));
        assertThat(x.sort(0, true).value()).isEqualTo(Tensor.of(INF, 2, 2, -0.0, 0, -INF, NAN, NAN));
        assertThat(x.topK(0, 3).value()).isEqualTo(Tensor.of(INF, 2, 2));
        assertThat(x.argTopK(0, 3).value()).isEqualTo(Tensor.of(7, 0, 3));
    }

    @Test
    void axesAreSortedByThemselves() {
        Variable x = Variable.of(matrix(row(3, 1, 2), row(0, 5, 4)));
        assertThat(x.sort(0).value()).isEqualTo(matrix(row(0, 1, 2), row(3, 5, 4)));
        assertThat(x.sort(-1).value()).isEqualTo(matrix(row(1, 2, 3), row(0, 4, 5)));
        assertThat(x.topK(1, 2).value()).isEqualTo(matrix(row(3, 2), row(5, 4)));
        assertThat(x.topK(0, 0).shape()).isEqualTo(Shape.of(0, 3));
        assertThat(x.takeAlong(1, x.argsort(1)).value()).isEqualTo(x.sort(1).value());
        assertThat(Variable.of(Tensor.zeros(2, 0)).sort(1).shape()).isEqualTo(Shape.of(2, 0));
    }

    /** Every length around those of the runs, with many ties. */
    @Test
    void theOrderIsThatOfAStableSort() {
        SplittableRandom random = new SplittableRandom(3);
        for (int n : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 100, 1000, 4097}) {
            double[] x = random.doubles(n, 0, n)
                    .map(Math::rint)
                    .map(e -> e / 4)
                    .map(Math::rint)
                    .toArray();
            double[] order = IntStream.range(0, n)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> x[i]))
                    .mapToDouble(i -> i)
                    .toArray();
            assertThat(v(x).argsort(0).value()).isEqualTo(Tensor.of(order));
        }
    }

    @Test
    void quantilesAreThoseOfNumPy() {
        Variable x = Variable.of(matrix(row(3, -4, 12.5), row(0.5, 7, 2)));
        assertThat(x.median().item()).isEqualTo(2.5);
        assertThat(x.median(0).value()).isEqualTo(Tensor.of(1.75, 1.5, 7.25));
        assertThat(x.median(true, 1).value()).isEqualTo(matrix(row(3), row(2)));
        assertThat(x.quantile(0).item()).isEqualTo(-4);
        assertThat(x.quantile(1).item()).isEqualTo(12.5);
        assertThat(x.quantile(0.25, 1).value()).isEqualTo(Tensor.of(-0.5, 1.25));
        assertThat(x.quantile(0.9, true, 0, 1).value()).isEqualTo(matrix(row(9.75)));
        assertThat(Variable.of(7).median().item()).isEqualTo(7);
        assertThat(v(1, INF).median().item()).isEqualTo(INF);
        assertThat(v(-INF, 1, 2).median().item()).isEqualTo(1);
        assertThat(v(1, NAN, 2).median().item()).isNaN();
        assertThat(v(NAN).quantile(0.3).item()).isNaN();
        assertThat(Variable.of(Tensor.zeros(0, 2)).median(1).shape()).isEqualTo(Shape.of(0));
    }

    @Test
    void elementsAreTakenAndPutBack() {
        Variable x = Variable.of(matrix(row(1, 2), row(3, 4), row(5, 6)));
        Variable index = Variable.of(matrix(row(2, 0), row(2, 1)));
        assertThat(x.takeAlong(0, index).value()).isEqualTo(matrix(row(5, 2), row(5, 4)));
        assertThat(x.takeAlong(0, index).scatterAddAlong(0, index, 3).value())
                .isEqualTo(matrix(row(0, 2), row(0, 4), row(10, 0)));
        assertThat(x.pick(v(1, 0, 1)).value()).isEqualTo(Tensor.of(2, 3, 6));
        assertThat(v(1, 2, 3).pick(Variable.of(2)).item()).isEqualTo(3);
        assertThat(x.gather(1, v(1, 1, 0)).value()).isEqualTo(matrix(row(2, 2, 1), row(4, 4, 3), row(6, 6, 5)));
        assertThat(x.gather(-1, Variable.of(1)).value()).isEqualTo(Tensor.of(2, 4, 6));
        assertThat(x.gather(0, v(1)).value()).isEqualTo(x.gather(v(1)).value());
        Variable stack = Variable.of(Tensor.arange(0, 24, 1).reshape(2, 3, 4));
        assertThat(stack.gather(1, Variable.of(Tensor.zeros(5, 6))).shape()).isEqualTo(Shape.of(2, 5, 6, 4));
        assertThat(stack.gather(1, v(2)).value()).isEqualTo(stack.slice(1, 2, 3).value());
        assertThat(stack.gather(2, v(2)).value()).isEqualTo(stack.slice(2, 2, 3).value());
    }

    /** Value, gradient and a product with the Hessian, at points that are sorted in other orders, and at ties. */
    @Test
    void replayFollowsAnotherOrder() {
        UnaryOperator<Variable> f = x -> weighted(x.square().sort(0))
                .add(x.topK(0, 2).exp().sum())
                .add(x.quantile(0.4).square())
                .add(x.median().exp());
        Plan plan = Tape.record(
                        x -> List.of(
                                f.apply(x.get(0)),
                                Autodiff.grad(f).apply(x.get(0)),
                                Autodiff.hvp(f, x.get(0), Variable.of(Tensor.of(1, -1, 2, 0.5)))),
                        List.of(Tensor.of(1, 2, 3, 4)))
                .compile();
        for (Tensor x : List.of(Tensor.of(4, 1, -3, 2), Tensor.of(1, 1, 2, 2), Tensor.of(-1, 1, 0, 5))) {
            assertThat(plan.run(x))
                    .containsExactly(
                            f.apply(Variable.of(x)).value(),
                            Autodiff.grad(f).apply(x),
                            Autodiff.hvp(f, x, Tensor.of(1, -1, 2, 0.5)));
        }
    }

    /** At a tie, the derivative is that of the stable order. */
    @Test
    void theDerivativeFollowsTheElements() {
        assertThat(Autodiff.grad(x -> weighted(x.sort(0))).apply(Tensor.of(5, 2, 5, 2)))
                .isEqualTo(Tensor.of(3, 1, 4, 2));
        assertThat(Autodiff.grad(x -> weighted(x.sort(0, true))).apply(Tensor.of(5, 2, 5, 2)))
                .isEqualTo(Tensor.of(1, 3, 2, 4));
        assertThat(Autodiff.grad(x -> x.topK(0, 1).sum()).apply(Tensor.of(5, 2, 5)))
                .isEqualTo(Tensor.of(1, 0, 0));
        assertThat(Autodiff.grad(x -> x.median()).apply(Tensor.of(3, 3, 1, 8))).isEqualTo(Tensor.of(0.5, 0.5, 0, 0));
        assertThat(Autodiff.grad(x -> x.argsort(0).sum()).apply(Tensor.of(3, 1)))
                .isEqualTo(Tensor.of(0, 0));
    }

    private static GradientReport check(UnaryOperator<Variable> f, double... x) {
        return GradientCheck.of(f).at(Tensor.of(x)).run();
    }

    /** The kinks do not count for the verdict on the whole, if there are other entries. */
    private static void requireKinks(boolean some, UnaryOperator<Variable> f, double... x) {
        GradientReport report = check(f, x);
        assertThat(report.verdict()).as("%s", report).isEqualTo(Verdict.PASS);
        assertThat(report.count(Verdict.KINK) > 0).as("%s", report).isEqualTo(some);
    }

    @Test
    void theCheckerSeesTies() {
        requireKinks(false, x -> weighted(x.sort(0)), 3, 1, 2);
        requireKinks(true, x -> weighted(x.sort(0)), 3, 1, 3);
        requireKinks(true, x -> weighted(x.exp().sort(0, true)), 3, 1, 3);
        requireKinks(true, x -> x.topK(0, 1).sum(), 3, 1, 3);
        requireKinks(false, x -> x.median(), 3, 1, 2);
        requireKinks(false, x -> x.quantile(0.3), 3, 1, 2, 7);
    }

    /** A function that does not tell tied elements apart has a derivative. */
    @Test
    void theCheckerPassesTiesThatDoNotMatter() {
        requireKinks(false, x -> x.sort(0).square().sum(), 3, 1, 3);
        requireKinks(false, x -> x.median(), 3, 1, 2, 3, -4);
    }

    /** Elements that only the errors of earlier steps may hold apart. */
    @Test
    void theCheckerFindsNoFaultNearTies() {
        double close = Math.nextUp(1.0);
        assertThat(check(x -> weighted(x.sin().exp().sort(0)), 1, close, 3).verdict())
                .isNotEqualTo(Verdict.FAIL);
        assertThat(check(x -> weighted(x.sin().exp().sort(0)), 1, 1.001, 3).verdict())
                .isEqualTo(Verdict.PASS);
        assertThat(check(x -> x.sin().exp().sort(0).square().sum(), 1, close, 3).verdict())
                .isNotEqualTo(Verdict.FAIL);
    }
}
