package dev.wengert.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Operations;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Sample;
import dev.wengert.autodiff.op.Samples;
import dev.wengert.autodiff.op.Single;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Accuracy is a second visit: an operation of the library works before it has an exact form and a bound. */
class OperationWithoutRowTest {

    @Test
    void everyOperationHasItsRows() {
        Set<String> without = new TreeSet<>();
        Set<Class<?>> seen = new HashSet<>();
        for (Sample sample : Samples.all()) {
            Op op = sample.op().orElse(null);
            if (op instanceof Primitive primitive) {
                seen.add(op instanceof Enum<?> constant ? constant.getDeclaringClass() : op.getClass());
                Shape[] s = sample.x().stream().map(Tensor::shape).toArray(Shape[]::new);
                double[][] x = sample.x().stream().map(Tensor::toArray).toArray(double[][]::new);
                BigReal[][] exactly = Arrays.stream(x)
                        .map(v -> Arrays.stream(v).mapToObj(BigReal::of).toArray(BigReal[]::new))
                        .toArray(BigReal[][]::new);
                Shape out = op.shape(s);
                double[] y = primitive.eval(out, x, s);
                if (ExactForms.of(op, out, exactly, s, new BigArithmetic(20)) == null
                        || Bounds.of(op, y, out, x, x, s) == null) {
                    without.add(op.label());
                }
            }
        }
        assertThat(seen).containsAll(Operations.classes());
        assertThat(without)
                .as("give these rows in ExactForms and Bounds, or name them in Operations until they have some")
                .isEqualTo(new TreeSet<>(Operations.WITHOUT_A_ROW));
    }

    /** {@code x³}, added with what the graph needs and no more; its derivative is told right or wrong by a factor. */
    private record Cube(double factor) implements Single {
        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            for (int k = 0; k < out.size(); k++) {
                y[k] = x[0][k] * x[0][k] * x[0][k];
            }
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square()).mul(3 * factor);
        }

        @Override
        public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
            return vjp(i, t, y, x);
        }
    }

    private static final Tensor X = Tensor.of(0.5, -2, 3);

    private static Variable loss(Variable x, double factor) {
        return new Cube(factor).apply(x).mul(x.sin()).sum();
    }

    @Test
    void itHasValuesAndDerivativesOfEveryOrder() {
        assertThat(new Cube(1).apply(Variable.of(X)).value()).isEqualTo(X.map(v -> v * v * v));
        assertThat(new Cube(1).apply(Variable.of(2)).item()).isEqualTo(8);
        Tensor second = Autodiff.hvp(v -> new Cube(1).apply(v).sum(), X, Tensor.ones(3));
        assertThat(second).isEqualTo(X.map(v -> 6 * v));
    }

    @Test
    void itIsReplayed() {
        Tensor other = Tensor.of(1, 0.25, -7);
        Tensor eager = Autodiff.grad(x -> loss(x, 1)).apply(other);
        assertThat(Tape.record(x -> Autodiff.grad(v -> loss(v, 1)).apply(x), X)
                        .compile()
                        .run(other))
                .containsExactly(eager);
    }

    @Test
    void itsErrorsAreEstimated() {
        Variable x = Variable.of(X);
        Tape tape = Tape.between(x, new Cube(1).apply(x));
        Tensor dx = X.map(v -> 1e-9);
        double[] bounds =
                new Evaluation(tape, List.of(X)).errorBounds(List.of(dx)).get(0).toArray();
        for (int k = 0; k < bounds.length; k++) {
            double moved = 3 * X.get(k) * X.get(k) * 1e-9;
            assertThat(bounds[k]).isBetween(moved, 3 * moved);
        }
    }

    @Test
    void itHasNoExactForm() {
        Variable x = Variable.of(2);
        Tape tape = Tape.between(x, new Cube(1).apply(x));
        assertThatThrownBy(() -> new ExactEvaluation(
                        tape, List.<BigReal[]>of(new BigReal[] {BigReal.of(2)}), new BigArithmetic(20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("evaluate: operation Cube has no exact form; implement ExactForm to give it one");
    }

    @Test
    void theCheckerPassesItByEstimateAndFindsItsFaults() {
        GradientReport right = GradientCheck.of(x -> loss(x, 1)).at(X).run();
        assertThat(right.verdict()).as(right.toString()).isEqualTo(Verdict.PASS);
        GradientReport wrong = GradientCheck.of(x -> loss(x, 1.001)).at(X).run();
        assertThat(wrong.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(wrong.blames()).singleElement().satisfies(blame -> {
            assertThat(blame.operation()).isEqualTo("Cube");
            assertThat(blame.what()).contains("vjp of Cube");
        });
    }

    @Test
    void aStatementOfItsErrorIsNotNeededForItsDerivative() {
        double[] g = Autodiff.grad(x -> loss(x, 1)).apply(X).toArray();
        for (int k = 0; k < g.length; k++) {
            double v = X.get(k);
            double truth = 3 * v * v * StrictMath.sin(v) + v * v * v * StrictMath.cos(v);
            assertThat(g[k]).isCloseTo(truth, within(4 * Math.ulp(27.0)));
        }
    }
}
