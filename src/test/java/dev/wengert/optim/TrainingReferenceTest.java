package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.nn.Chain;
import dev.wengert.nn.LayerNorm;
import dev.wengert.nn.Linear;
import dev.wengert.nn.Loss;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole runs of training beside PyTorch's: every loss, every norm of the gradients, and what is learned at the end. */
class TrainingReferenceTest {

    private static final double TOLERANCE = 1e-12;

    private static final ModelCase DATA = ModelCase.notes("training").stream()
            .filter(Map.class::isInstance)
            .map(ModelCase::object)
            .findFirst()
            .orElseThrow();

    private final Tensor x = DATA.tensor("x");
    private final Tensor labels = Tensor.of(DATA.numbers("y"));

    /** What a run gave: the losses, the norms, and the parameters at the end. */
    private record Run(List<Double> losses, List<Double> norms, List<Tensor> end) {}

    static List<ModelCase> runs() {
        return ModelCase.all("training");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyNumberIsThatOfPyTorch(ModelCase reference) {
        Chain model = model(reference.tensors("start"));
        Run run = run(reference, model, optimiser(reference)::replayed);

        assertEachClose("losses", run.losses(), reference.numbers("losses"));
        if (reference.has("norms")) {
            assertEachClose("norms", run.norms(), reference.numbers("norms"));
        }
        Map<String, Tensor> end = reference.tensors("end");
        for (Parameter parameter : model.parameters()) {
            double[] expected = asHere(end.get(parameter.name())).toArray();
            assertAllClose(parameter.name(), parameter.value().toArray(), expected);
        }
        Variable logits = model.apply(Variable.of(x));
        double loss = logits.crossEntropyWithLabels(Variable.of(labels)).item();
        assertEachClose("final loss", List.of(loss), new double[] {reference.number("finalLoss")});
        Variable right = Variable.of(logits.value().argmax(-1)).eq(Variable.of(labels));
        assertThat(right.mean().item()).isEqualTo(reference.number("accuracy"));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void eagerAndReplayedRunsHaveTheSameBits(ModelCase reference) {
        Map<String, Tensor> start = reference.tensors("start");
        assertThat(run(reference, model(start), optimiser(reference)::eager))
                .isEqualTo(run(reference, model(start), optimiser(reference)::replayed));
    }

    private Run run(
            ModelCase reference,
            Chain model,
            BiFunction<Function<List<Variable>, Variable>, List<Parameter>, Step> optimiser) {
        Loss loss = Loss.crossEntropy().labelSmoothing(reference.number("labelSmoothing"));
        Step step = optimiser.apply(in -> loss.apply(model.apply(in.get(0)), in.get(1)), model.parameters());
        List<Double> losses = new ArrayList<>();
        List<Double> norms = new ArrayList<>();
        int size = reference.integer("batch");
        for (Object epoch : reference.list("order")) {
            int[] order = Arrays.stream(ModelCase.numbers(epoch))
                    .mapToInt(i -> (int) i)
                    .toArray();
            for (int from = 0; from < order.length; from += size) {
                int[] rows = Arrays.copyOfRange(order, from, Math.min(from + size, order.length));
                losses.add(step.run(x.rows(rows), labels.rows(rows)));
                norms.add(step.gradientNorm());
            }
        }
        return new Run(
                losses, norms, model.parameters().stream().map(Parameter::value).toList());
    }

    /** The settings of the generator, make_models.py, which are not in the file. */
    private static Optimiser optimiser(ModelCase reference) {
        return switch (reference.name()) {
            case "SGD nesterov" -> new Sgd(Rate.constant(0.1), Rate.constant(0.9), true, 0);
            case "AdamW cosine clip" ->
                new AdamW(Rate.cosine(0.02, 9)).weightDecay(0.05).clip(0.5);
            default -> throw new IllegalArgumentException(reference.name());
        };
    }

    private static Chain model(Map<String, Tensor> start) {
        Shape first = start.get("0.weight").shape();
        Shape last = start.get("3.weight").shape();
        SplittableRandom random = new SplittableRandom(1);
        Chain model = Chain.of(
                new Linear("0", first.extent(1), first.extent(0), random),
                Variable::tanh,
                new LayerNorm("2", first.extent(0)),
                new Linear("3", last.extent(1), last.extent(0), random));
        model.parameters().forEach(p -> p.set(asHere(start.get(p.name()))));
        return model;
    }

    /** PyTorch's weights of a linear layer are [out, in]. */
    private static Tensor asHere(Tensor value) {
        return value.shape().rank() == 2 ? Variable.of(value).transpose().value() : value;
    }

    /** Numbers, each relative to itself. */
    private static void assertEachClose(String what, List<Double> got, double[] expected) {
        assertThat(got).as(what).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertClose(what, i, got.get(i), expected[i], expected[i]);
        }
    }

    /** The elements of a tensor, relative to the largest one. */
    private static void assertAllClose(String what, double[] got, double[] expected) {
        assertThat(got).as(what).hasSameSizeAs(expected);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertClose(what, i, got[i], expected[i], largest);
        }
    }

    private static void assertClose(String what, int i, double got, double expected, double size) {
        assertThat(got).as("%s [%d]", what, i).isCloseTo(expected, Offset.offset(TOLERANCE * Math.abs(size)));
    }
}
