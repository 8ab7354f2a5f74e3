package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses, their gradients, tangents and Hessian-vector products are those of PyTorch (losses.json), eager and replayed. What PyTorch
 * gives as NaN, a mean over nothing, is an error.
 */
class LossReferenceTest {
    private static final double RELATIVE = 1e-12;

    static Stream<ModelCase> cases() {
        return ModelCase.all("losses").stream();
    }

    static Stream<ModelCase> defined() {
        return cases().filter(c -> !isMeanOverNothing(c));
    }

    static Stream<ModelCase> meansOverNothing() {
        return cases().filter(LossReferenceTest::isMeanOverNothing);
    }

    private static boolean isMeanOverNothing(ModelCase c) {
        return Arrays.stream(c.tensor("output").toArray()).anyMatch(Double::isNaN);
    }

    // ---- the loss of a case ----

    /** A loss as a function of all that is given to it: the inputs of the case, and then its target. */
    private interface Formula {
        Variable at(List<Variable> x);
    }

    private static Formula formula(ModelCase c) {
        ModelCase o = c.options();
        String kind = o.text("loss", null);
        String how = o.text("reduction", null);
        Reduction reduction =
                how.equals("batchmean") ? Reduction.BATCH_MEAN : Reduction.valueOf(how.toUpperCase(Locale.ROOT));
        return switch (kind) {
            case "CrossEntropy", "CrossEntropyProbabilities", "NLL" ->
                of(classes(c, kind, o).reduction(reduction));
            case "BCEWithLogits" -> {
                BatchLoss loss =
                        c.has("posWeight") ? Loss.binaryCrossEntropy(c.tensor("posWeight")) : Loss.binaryCrossEntropy();
                yield c.has("weight")
                        ? x -> reduced(
                                loss.reduction(Reduction.NONE)
                                        .apply(x.get(0), x.get(1))
                                        .mul(Variable.of(c.tensor("weight"))),
                                reduction)
                        : of(loss.reduction(reduction));
            }
            case "BCE" -> of(Loss.binaryCrossEntropyOfProbabilities().reduction(reduction));
            case "MSE" -> of(Loss.mse().reduction(reduction));
            case "L1" -> of(Loss.l1().reduction(reduction));
            case "SmoothL1" -> of(Loss.smoothL1(o.number("beta")).reduction(reduction));
            case "Huber" -> of(Loss.huber(o.number("delta")).reduction(reduction));
            case "KLDiv" ->
                of((o.flag("logTarget") ? Loss.klDivergenceOfLogs() : Loss.klDivergence()).reduction(reduction));
            case "PoissonNLL" ->
                of((o.flag("logInput")
                                ? Loss.poissonNll(o.flag("full"))
                                : Loss.poissonNllOfRates(o.flag("full"), o.number("eps")))
                        .reduction(reduction));
            case "GaussianNLL" ->
                of(Loss.gaussianNll(o.flag("full"), o.number("eps")).reduction(reduction));
            case "HingeEmbedding" -> of(Loss.hingeEmbedding(o.number("margin")).reduction(reduction));
            case "MultiMargin" ->
                of(Loss.multiMargin(o.integer("p"), o.number("margin")).reduction(reduction));
            case "SoftMargin" -> of(Loss.softMargin().reduction(reduction));
            case "MarginRanking" -> of(Loss.marginRanking(o.number("margin")).reduction(reduction));
            default -> throw new AssertionError("there must be a loss for " + kind);
        };
    }

    private static CrossEntropy classes(ModelCase c, String kind, ModelCase o) {
        CrossEntropy loss = (kind.equals("NLL") ? Loss.nll() : Loss.crossEntropy())
                .labelSmoothing(o.number("labelSmoothing", 0))
                .classAxis(o.has("layout") ? 1 : -1);
        loss = c.has("weight") ? loss.classWeights(c.tensor("weight")) : loss;
        return o.has("ignoreIndex") ? loss.ignoreIndex(o.integer("ignoreIndex")) : loss;
    }

    private static Formula of(Loss loss) {
        return x -> loss.apply(x.get(0), x.get(1));
    }

    private static Formula of(PairLoss loss) {
        return x -> loss.apply(x.get(0), x.get(1), x.get(2));
    }

    private static Variable reduced(Variable x, Reduction reduction) {
        return switch (reduction) {
            case NONE -> x;
            case SUM -> x.sum();
            case MEAN -> x.mean();
            case BATCH_MEAN -> throw new AssertionError(reduction);
        };
    }

    // ---- what is compared ----

    /** The results of a case by name, as a function of what is given to its loss. */
    private static List<Variable> results(ModelCase c, List<Variable> given) {
        int inputs = c.tensors("inputs").size();
        List<Variable> x = given.subList(0, inputs);
        Variable y = formula(c).at(given);
        Tape loss = Tape.between(x, List.of(y));
        List<Variable> gradients = loss.pullback(List.of(Variable.of(c.tensor("cotangent"))));
        List<Variable> results = new ArrayList<>(List.of(y));
        results.addAll(gradients);
        if (c.has("direction")) {
            List<Variable> direction =
                    c.tensors("direction").values().stream().map(Variable::of).toList();
            results.addAll(loss.pushforward(direction));
            if (c.has("hvp")) {
                results.addAll(Tape.between(x, gradients).pushforward(direction));
            }
        }
        return results;
    }

    private static List<Tensor> given(ModelCase c) {
        List<Tensor> given = new ArrayList<>(c.tensors("inputs").values());
        for (String name : List.of("labels", "target")) {
            if (c.has(name)) {
                given.add(c.tensor(name));
            }
        }
        return given;
    }

    private static List<Tensor> expected(ModelCase c) {
        List<Tensor> expected = new ArrayList<>(List.of(c.tensor("output")));
        expected.addAll(inOrder(c, "gradients"));
        if (c.has("direction")) {
            expected.add(c.tensor("tangent"));
            expected.addAll(inOrder(c, "hvp"));
        }
        return expected;
    }

    private static List<Tensor> inOrder(ModelCase c, String what) {
        Map<String, Tensor> all = c.tensors(what);
        return all.isEmpty()
                ? List.of()
                : c.tensors("inputs").keySet().stream().map(all::get).toList();
    }

    /**
     * For the entropy of probabilities, PyTorch takes tangents and Hessian-vector products from another formula than gradients, with p + ε
     * and 1 − p + ε for p and 1 − p, ε = 1e-12. Its tangent is then not the product of its gradient with the direction.
     */
    private static double allowed(ModelCase c, int result) {
        double[] p = c.tensors("inputs").values().iterator().next().toArray();
        return c.options().text("loss", null).equals("BCE") && result > 1
                ? RELATIVE
                        + Arrays.stream(p)
                                .map(v -> 2 * 1e-12 / v + 2 * 1e-12 / (1 - v))
                                .max()
                                .orElseThrow()
                : RELATIVE;
    }

    /** Within 1e-12 of each number, or, where terms cancel, of the largest of its tensor. */
    private static void requireEqual(ModelCase c, List<Tensor> got) {
        List<Tensor> expected = expected(c);
        assertThat(got).hasSameSizeAs(expected);
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i).shape()).isEqualTo(expected.get(i).shape());
            double[] want = expected.get(i).toArray();
            double largest = Arrays.stream(want).map(Math::abs).max().orElse(0);
            for (int k = 0; k < want.length; k++) {
                assertThat(Math.abs(got.get(i).toArray()[k] - want[k]))
                        .as(
                                "result %d, element %d: %s, PyTorch gives %s",
                                i, k, got.get(i).toArray()[k], want[k])
                        .isLessThanOrEqualTo(allowed(c, i) * largest);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("defined")
    void aLossAndItsDerivativesAreThoseOfPyTorch(ModelCase c) {
        requireEqual(
                c,
                results(c, given(c).stream().map(Variable::of).toList()).stream()
                        .map(Variable::value)
                        .toList());
    }

    /** Recorded with other numbers, the plan has the bits of the eager run. */
    @ParameterizedTest
    @MethodSource("defined")
    void aPlanTakesNewPredictionsAndTargets(ModelCase c) {
        List<Tensor> here = given(c);
        Function<List<Variable>, List<Variable>> f = x -> results(c, x);
        List<Tensor> other = new ArrayList<>(here);
        other.replaceAll(LossReferenceTest::reversed);
        assertThat(Tape.record(f, other).compile().run(here.toArray(Tensor[]::new)))
                .isEqualTo(results(c, here.stream().map(Variable::of).toList()).stream()
                        .map(Variable::value)
                        .toList());
    }

    private static Tensor reversed(Tensor x) {
        double[] values = x.toArray();
        double[] reversed = new double[values.length];
        Arrays.setAll(reversed, k -> values[values.length - 1 - k]);
        return Tensor.of(x.shape(), reversed);
    }

    @ParameterizedTest
    @MethodSource("meansOverNothing")
    void aMeanOverNothingIsAnError(ModelCase c) {
        List<Tensor> given = given(c);
        String message = "crossEntropy: the weights of a mean must add up to more than 0, got 0.0;"
                + " leave out a batch in which nothing counts, or take the sum";
        assertThatThrownBy(() -> results(c, given.stream().map(Variable::of).toList()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        Shape labels = given.get(1).shape();
        var plan = Tape.record((List<Variable> x) -> results(c, x), List.of(given.get(0), Tensor.zeros(labels)))
                .compile();
        assertThatThrownBy(() -> plan.run(given.toArray(Tensor[]::new)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
