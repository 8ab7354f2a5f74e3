package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.GradientReport;
import dev.wengert.check.Verdict;
import dev.wengert.functional.ParameterFunction;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold for every layer. */
class LayersTest {

    private static final Variable KEY = Variable.of(Key.of(7).tensor());

    /** A layer, an input, and what it is in print. */
    record Sample(Layer layer, Tensor x, String print) {
        /** In training; the key is always the same. */
        Variable train(Variable in) {
            return layer.apply(in, Context.training(KEY));
        }

        @Override
        public String toString() {
            return print;
        }
    }

    static Stream<Sample> samples() {
        RandomGenerator random = new SplittableRandom(1);
        Tensor rows = Tensor.normal(random, 3, 4);
        Tensor sequences = Tensor.normal(random, 2, 3, 4);
        Tensor signals = Tensor.normal(random, 2, 2, 6);
        Tensor images = Tensor.normal(random, 2, 2, 4, 4);
        Linear inner = new Linear("inner", 4, 4, random);
        return Stream.of(
                new Sample(new Linear("a", 4, 3, random), rows, "Linear(\"a\", 4 -> 3)"),
                new Sample(
                        new Linear("a", 4, 3, false, Initialiser.kaimingNormal(1), random),
                        rows,
                        "Linear(\"a\", 4 -> 3)"),
                new Sample(new LayerNorm("a", 4), rows, "LayerNorm(\"a\", [4])"),
                new Sample(new LayerNorm("a", 1e-3, false, 3, 4), sequences, "LayerNorm(\"a\", [3, 4])"),
                new Sample(new BatchNorm("a", 4), rows, "BatchNorm(\"a\", 4)"),
                new Sample(new BatchNorm("a", 2, 1e-3, Double.NaN, false), images, "BatchNorm(\"a\", 2)"),
                new Sample(new Dropout(0.5), rows, "Dropout(0.5)"),
                new Sample(new Conv1d("a", 2, 3, 3, random), signals, "Conv1d(\"a\", 2 -> 3, kernel 3)"),
                new Sample(
                        new Conv1d("a", 2, 4, 2, 2, 1, 2, 2, false, random),
                        signals,
                        "Conv1d(\"a\", 2 -> 4, kernel 2)"),
                new Sample(new Conv2d("a", 2, 3, 3, 2, 1, random), images, "Conv2d(\"a\", 2 -> 3, kernel [3, 3])"),
                new Sample(Conv1d.same("a", 2, 3, 2, random), signals, "Conv1d(\"a\", 2 -> 3, kernel 2)"),
                new Sample(Conv2d.same("a", 2, 1, 2, random), images, "Conv2d(\"a\", 2 -> 1, kernel [2, 2])"),
                new Sample(new MaxPool1d(2), signals, "MaxPool1d[kernel=2, stride=2, padding=0]"),
                new Sample(new MaxPool2d(3, 2, 1), images, "MaxPool2d[kernel=3, stride=2, padding=1]"),
                new Sample(new AvgPool1d(2), signals, "AvgPool1d[kernel=2, stride=2, padding=0]"),
                new Sample(new AvgPool2d(2, 1, 1), images, "AvgPool2d[kernel=2, stride=1, padding=1]"),
                new Sample(new Rnn("a", 4, 3, random), sequences, "Rnn(\"a\", 4 -> 3)"),
                new Sample(new Rnn("a", 4, 3, false, Variable::softplus, random), sequences, "Rnn(\"a\", 4 -> 3)"),
                new Sample(new Lstm("a", 4, 3, random), sequences, "Lstm(\"a\", 4 -> 3)"),
                new Sample(new Gru("a", 4, 3, random), sequences, "Gru(\"a\", 4 -> 3)"),
                new Sample(new Gru("a", 4, 3, false, random), sequences, "Gru(\"a\", 4 -> 3)"),
                new Sample(
                        new MultiHeadAttention("a", 4, 2, random), sequences, "MultiHeadAttention(\"a\", 4, 2 heads)"),
                new Sample(
                        Chain.of(inner, Variable::tanh, new Dropout(0.5)),
                        rows,
                        "Chain(Linear(\"inner\", 4 -> 4), function, Dropout(0.5))"),
                new Sample(
                        Layer.of((x, context) -> x.add(inner.apply(x, context)), inner),
                        rows,
                        "function of (Linear(\"inner\", 4 -> 4))"),
                new Sample(inner.frozen(), rows, "frozen Linear(\"inner\", 4 -> 4)"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void printsItself(Sample s) {
        assertThat(s.layer).hasToString(s.print);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void namesItsParametersUniquelyAndPutsItsOwnNameBeforeThem(Sample s) {
        List<Parameter> all = new ArrayList<>(s.layer.parameters());
        all.addAll(s.layer.state());
        assertThat(new HashSet<>(all.stream().map(Parameter::name).toList())).hasSameSizeAs(all);
        assertThat(all).allMatch(p -> p.name().matches("(a|inner)(\\.\\w+)+"));
        assertThat(s.layer.parameters()).isUnmodifiable();
        assertThat(s.layer.state()).isUnmodifiable();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void itsDerivativesInTheInputAreRightToOrderTwo(Sample s) {
        GradientReport report =
                GradientCheck.of(s::train).at(s.x).order(2).withoutReproducer().run();
        assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void itsDerivativesInTheParametersAreRightToOrderTwo(Sample s) {
        if (!s.layer.parameters().isEmpty()) {
            GradientReport report = GradientCheck.model(() -> s.train(Variable.of(s.x)), s.layer.parameters())
                    .order(2)
                    .withoutReproducer()
                    .run();
            assertThat(report.verdict()).as(report.toString()).isEqualTo(Verdict.PASS);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aPlanGivesTheSameBits(Sample s) {
        Tensor other = s.x.map(v -> 0.5 - v);
        Plan plan = Tape.record(in -> all(s, in.get(0)), List.of(s.x)).compile();
        assertThat(plan.run(other))
                .isEqualTo(
                        all(s, Variable.of(other)).stream().map(Variable::value).toList());
    }

    /** The output, the gradients of its squares in the input and the parameters, and new running statistics. */
    private static List<Variable> all(Sample s, Variable in) {
        Context context = Context.training(KEY);
        Variable y = s.layer.apply(in, context);
        List<Variable> x = new ArrayList<>(List.of(in));
        s.layer.parameters().forEach(p -> x.add(p.variable()));
        List<Variable> all = new ArrayList<>(List.of(y));
        all.addAll(Autodiff.gradients(y.square().sum(), x));
        all.addAll(context.updates().values());
        return all;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isTheSameOnTwoThreadsAtOnce(Sample s) {
        List<CompletableFuture<Tensor>> runs = Stream.of(1, 2, 3, 4)
                .map(i -> CompletableFuture.supplyAsync(
                        () -> s.train(Variable.of(s.x)).value()))
                .toList();
        Tensor expected = s.train(Variable.of(s.x)).value();
        assertThat(runs).allMatch(run -> run.join().equals(expected));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void takesAnEmptyBatchInInference(Sample s) {
        Variable x = Variable.of(Tensor.zeros(s.x.shape().with(0, 0)));
        Shape given = s.layer.apply(Variable.of(s.x), Context.inference()).shape();
        assertThat(s.layer.apply(x, Context.inference()).shape()).isEqualTo(given.with(0, 0));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void nanInOneExampleStaysThere(Sample s) {
        double[] values = s.x.toArray();
        Arrays.fill(values, 0, values.length / s.x.shape().extent(0), Double.NaN);
        Tensor y = s.layer
                .apply(Variable.of(Tensor.of(s.x.shape(), values)), Context.inference())
                .value();
        Tensor clean = s.layer.apply(Variable.of(s.x), Context.inference()).value();
        for (int i = 1; i < y.shape().extent(0); i++) {
            assertThat(y.row(i)).isEqualTo(clean.row(i));
        }
        assertThat(y.row(0).toArray()).contains(Double.NaN);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void hasAHessianInAllParameters(Sample s) {
        if (s.layer.parameters().isEmpty()) {
            return;
        }
        ParameterFunction loss =
                ParameterFunction.of(() -> s.train(Variable.of(s.x)).square().mean(), s.layer.parameters());
        Tensor hessian = Autodiff.hessian(loss).apply(loss.point());
        int n = loss.size();
        assertThat(hessian.shape()).isEqualTo(Shape.of(n, n));
        Tensor v = Tensor.normal(new SplittableRandom(3), n);
        double[] product = Variable.of(hessian).matmul(Variable.of(v)).value().toArray();
        double[] hvp = Autodiff.hvp(loss, loss.point(), v).toArray();
        for (int i = 0; i < n; i++) {
            assertThat(hvp[i]).isCloseTo(product[i], offset(1e-12));
        }
    }
}
