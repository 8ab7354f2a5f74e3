package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.io.Weights;
import dev.wengert.nn.Chain;
import dev.wengert.nn.Dropout;
import dev.wengert.nn.Linear;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimiserTest {

    /** Every rule, with all that it can keep. */
    static Stream<Arguments> rules() {
        Map<String, Supplier<Optimiser>> rules = new LinkedHashMap<>();
        Rate rate = step -> 0.05 / (1 + step);
        rules.put("SGD", () -> new Sgd(rate));
        rules.put("momentum", () -> new Sgd(rate, Rate.constant(0.9)));
        rules.put("dampening", () -> new Sgd(rate, Rate.constant(0.9), false, 0.3));
        rules.put("Nesterov", () -> new Sgd(rate, step -> 0.9 - 0.01 * step, true, 0));
        rules.put("Adam", () -> new Adam(rate).weightDecay(0.1));
        rules.put("AMSGrad", () -> new Adam(rate).amsgrad());
        rules.put("AdamW", () -> new AdamW(rate));
        rules.put("NAdam", () -> new NAdam(rate, 0.9, 0.99, 1e-8, 0.004));
        rules.put("RAdam", () -> new RAdam(rate, 0.9, 0.9, 1e-8));
        rules.put("Adamax", () -> new Adamax(rate, 0.9, 0.99, 1e-8));
        rules.put("RMSProp", () -> new RmsProp(rate, 0.9, 1e-3, 0.5, true));
        rules.put("Adagrad", () -> new Adagrad(rate, 0.1, 0.1, 1e-10));
        rules.put("Adadelta", () -> new Adadelta(rate, 0.9, 1e-3));
        rules.put("ASGD", () -> new Asgd(rate, 0.1, 0.75, 5));
        rules.put("Rprop", () -> new Rprop(0.1));
        return rules.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    /** The loss after 20 steps as a function of the start and of the rate. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theGradientThroughTwentyStepsIsRight(String name, Supplier<Optimiser> rule) {
        assertThat(GradientCheck.ofAll(in -> afterTwentySteps(rule.get(), in.get(0), in.get(1)))
                        .at(Tensor.of(0.7, -1.3, 0.2), Tensor.scalar(0.04))
                        .order(1)
                        .run()
                        .verdict())
                .hasToString("PASS");
    }

    private static Variable afterTwentySteps(Optimiser rule, Variable start, Variable rate) {
        Variable w = start;
        List<Variable> state = new ArrayList<>();
        rule.initial(start.shape()).forEach(tensor -> state.add(Variable.of(tensor)));
        for (int step = 0; step < 20; step++) {
            List<Variable> rates = new ArrayList<>(List.of(rate));
            if (rule.schedules().size() > 1) {
                rates.add(Variable.of(rule.schedules().get(1).at(step)));
            }
            List<Variable> moved =
                    rule.update(w, Autodiff.grad(OptimiserTest::valley).apply(w), state, rates);
            w = moved.get(0);
            state.clear();
            state.addAll(moved.subList(1, moved.size()));
        }
        return valley(w);
    }

    private static Variable valley(Variable w) {
        return w.sub(Variable.of(Tensor.of(1, 0.5, -2)))
                .square()
                .add(w.sin())
                .mul(Variable.of(Tensor.of(1, 2, 0.5)))
                .sum();
    }

    /** A run that stops and goes on elsewhere, eager at first and replayed after that. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void aRunThatIsResumedHasTheSameBits(String name, Supplier<Optimiser> rule) {
        Supplier<Optimiser> whole = () -> rule.get().clip(0.7).accumulate(2).average(0.9);
        Model once = new Model();
        Step step = once.step(whole.get(), true);
        for (int i = 0; i < 10; i++) {
            step.run(once.x(i), once.labels(i));
        }
        Model first = new Model();
        Step before = first.step(whole.get(), false);
        for (int i = 0; i < 5; i++) {
            before.run(first.x(i), first.labels(i));
        }
        Weights weights = Weights.of(first.layer.parameters());
        Weights state = Weights.of(before.state());
        Model second = new Model();
        Step after = second.step(whole.get(), true);
        weights.into(second.layer.parameters());
        state.into(after.state());
        for (int i = 5; i < 10; i++) {
            after.run(second.x(i), second.labels(i));
        }
        assertThat(Weights.of(second.layer.parameters())).isEqualTo(Weights.of(once.layer.parameters()));
        assertThat(Weights.of(after.state())).isEqualTo(Weights.of(step.state()));
    }

    private static final class Model {
        private final Chain layer;

        Model() {
            SplittableRandom random = new SplittableRandom(3);
            layer = Chain.of(
                    new Linear("one", 4, 5, random), Variable::tanh, new Dropout(0.3), new Linear("two", 5, 3, random));
        }

        Step step(Optimiser optimiser, boolean replayed) {
            return replayed
                    ? optimiser.replayed(
                            (in, context) -> layer.apply(in.get(0), context).crossEntropyWithLabels(in.get(1)),
                            layer.parameters(),
                            Key.of(7))
                    : optimiser.eager(
                            (in, context) -> layer.apply(in.get(0), context).crossEntropyWithLabels(in.get(1)),
                            layer.parameters(),
                            Key.of(7));
        }

        /** Batches of two sizes. */
        Tensor x(int batch) {
            return Tensor.normal(new SplittableRandom(batch), 6 - batch % 3, 4);
        }

        Tensor labels(int batch) {
            return Tensor.of(Arrays.copyOf(new double[] {0, 1, 2, 0, 1, 2}, 6 - batch % 3));
        }
    }

    static Stream<ModelCase> clippings() {
        return ModelCase.all("clipping").stream();
    }

    @ParameterizedTest
    @MethodSource("clippings")
    void gradientsAreClippedAsPyTorchDoes(ModelCase reference) {
        List<Variable> gradients = reference.list("gradients").stream()
                .map(json -> Variable.of(ModelCase.tensor(json)))
                .toList();
        double p = reference.text("kind", "").equals("value") ? Clipping.BY_VALUE : reference.number("norm");
        Moves moves = new Moves();
        Clipping clipping = new Clipping(reference.number("max"), p);
        List<Variable> clipped = clipping.apply(moves, gradients, Variable.of(clipping.limit()));
        boolean finite = gradients.stream()
                .allMatch(g -> Arrays.stream(g.value().toArray()).allMatch(Double::isFinite));
        if (finite && reference.number("totalNorm", 0) == Double.POSITIVE_INFINITY) {
            // the squares overflow in PyTorch, which sets all gradients to 0; our norm is right, and so is what is
            // clipped
            assertThat(moves.norm().item()).isFinite();
            assertClose(Clipping.norm(clipped, p).item(), clipping.limit());
            return;
        }
        if (p != Clipping.BY_VALUE) {
            assertClose(moves.norm().item(), reference.number("totalNorm"));
        }
        for (int i = 0; i < clipped.size(); i++) {
            double[] expected =
                    ModelCase.tensor(reference.list("clipped").get(i)).toArray();
            double[] got = clipped.get(i).value().toArray();
            for (int k = 0; k < got.length; k++) {
                assertClose(got[k], expected[k]);
            }
        }
    }

    private static void assertClose(double got, double expected) {
        if (Double.isFinite(expected)) {
            assertThat(got).isCloseTo(expected, Offset.offset(1e-14 * Math.abs(expected)));
        } else {
            assertThat(got).isEqualTo(Double.valueOf(expected));
        }
    }

    private final Parameter w = new Parameter("w", Tensor.of(1, 2));
    private final Parameter b = new Parameter("b", Tensor.scalar(3));

    @Test
    void severalBatchesMakeAStepOfTheirMean() {
        Optimiser optimiser = new Sgd(0.5).accumulate(3);
        Step step = optimiser.replayed(in -> w.variable().mul(in.get(0)).sum(), List.of(w));
        step.run(Tensor.of(1, 0));
        step.run(Tensor.of(2, 0));
        assertThat(w.value()).isEqualTo(Tensor.of(1, 2));
        assertThat(optimiser.count()).isZero();
        step.run(Tensor.of(3, 6));
        assertThat(w.value()).isEqualTo(Tensor.of(0, 1));
        assertThat(optimiser.count()).isEqualTo(1);
        optimiser.step(Map.of(w, Tensor.of(6, 0)));
        optimiser.step(Map.of(w, Tensor.of(0, 0)));
        optimiser.step(Map.of(w, Tensor.of(0, 3)));
        assertThat(w.value()).isEqualTo(Tensor.of(-1, 0.5));
    }

    @Test
    void averagesFollowTheParameters() {
        Optimiser optimiser = new Sgd(1).average(0.75);
        optimiser.step(Map.of(w, Tensor.of(4, 0)));
        assertThat(optimiser.averages(List.of(w))).isEqualTo(Map.of(w, Tensor.of(0, 2)));
        optimiser.step(Map.of(w, Tensor.of(-7, 0)));
        assertThat(optimiser.averages(List.of(w))).isEqualTo(Map.of(w, Tensor.of(1, 2)));
    }

    @Test
    void theNormBeforeClippingIsKnown() {
        Step step =
                new Sgd(1).clip(1).replayed(in -> w.variable().mul(in.get(0)).sum(), List.of(w));
        assertThat(step.gradientNorm()).isNaN();
        step.run(Tensor.of(3, 4));
        assertThat(step.gradientNorm()).isEqualTo(5);
        assertThat(w.value().get(0)).isCloseTo(1 - 3 / (5 + 1e-6), Offset.offset(1e-15));
    }

    /** An element whose gradient is 0 in the first step moves by rate/ε per gradient, and makes no NaN of other derivatives. */
    @Test
    void derivativesThroughAGradientOf0() {
        Rate rate = Rate.constant(0.125);
        for (Optimiser rule : List.of(
                new Adam(rate, 0.5, 0.5, 0.25),
                new Adam(rate, 0.5, 0.5, 0.25).amsgrad(),
                new Adagrad(rate, 0, 0, 0.25),
                new NAdam(rate, 0.5, 0.5, 0.25, 0.004),
                new RAdam(rate, 0.5, 0.999, 0.25),
                new RmsProp(rate, 0.5, 0.25, 0, false),
                new RmsProp(rate, 0.5, 0.25, 0, true))) {
            Tensor w = Tensor.of(1, 1);
            List<Variable> before =
                    rule.initial(w.shape()).stream().map(Variable::of).toList();
            List<Variable> rates = List.of(Variable.of(0.125));
            Tensor gradient = Autodiff.grad(g -> {
                        List<Variable> first = rule.update(Variable.of(w), g, before, rates);
                        List<Variable> state = first.subList(1, first.size());
                        return rule.update(first.get(0), g, state, rates).get(0).sum();
                    })
                    .apply(Tensor.of(0, 1));
            assertThat(Arrays.stream(gradient.toArray()).allMatch(Double::isFinite))
                    .as(rule.getClass().getSimpleName())
                    .isTrue();
            if (rule instanceof Adagrad) {
                assertThat(gradient.get(0)).isEqualTo(-1);
            }
        }
    }

    /** The variance of gradients that are all the same is less than 0 by rounding. */
    @Test
    void centredRmsPropOfAConstantGradient() {
        RmsProp rule = new RmsProp(Rate.constant(0.125), 0.99, 1e-3, 0, true);
        Parameter w = new Parameter("w", Tensor.of(1));
        Step step = rule.replayed(x -> w.variable().mul(0.1).sum(), List.of(w));
        for (int i = 0; i < 5000; i++) {
            step.run();
        }
        assertThat(w.value().get(0)).isFinite();
    }

    @Test
    void theRateFollowsItsSchedule() {
        Optimiser optimiser = new Sgd(step -> step + 1);
        Step step = optimiser.replayed(in -> b.variable().mul(in.get(0)), List.of(b));
        step.run(Tensor.scalar(1));
        assertThat(b.value().item()).isEqualTo(2);
        assertThat(optimiser.rate()).isEqualTo(2);
        step.run(Tensor.scalar(1));
        assertThat(b.value().item()).isEqualTo(0);
    }

    @Test
    void groupsHaveRatesAndDecayOfTheirOwn() {
        Optimiser optimiser = new Sgd(1).group(new Sgd(step -> 10 * (step + 1)).weightDecay(1), List.of(b));
        Map<Parameter, Tensor> gradients = Map.of(w, Tensor.of(1, 1), b, Tensor.scalar(2));
        optimiser.step(gradients);
        assertThat(w.value()).isEqualTo(Tensor.of(0, 1));
        assertThat(b.value().item()).isEqualTo(3 - 10 * (2 + 3));
    }

    @Test
    void aRunThatThrowsMovesNothing() {
        for (boolean replayed : new boolean[] {false, true}) {
            Optimiser optimiser = new Adam(0.1);
            Step step = replayed
                    ? optimiser.replayed(in -> w.variable().gather(in.get(0)).sum(), List.of(w))
                    : optimiser.eager(in -> w.variable().gather(in.get(0)).sum(), List.of(w));
            step.run(Tensor.of(0, 1));
            Weights before = Weights.of(step.state());
            Tensor value = w.value();
            assertThatIllegalArgumentException().isThrownBy(() -> step.run(Tensor.of(0, 7)));
            assertThat(Weights.of(step.state())).isEqualTo(before);
            assertThat(w.value()).isEqualTo(value);
            step.run(Tensor.of(1, 1));
            assertThat(optimiser.count()).isEqualTo(2);
        }
    }

    @Test
    void aStepWithinAStepIsRefused() {
        Step[] step = new Step[1];
        step[0] = new Sgd(1)
                .eager(
                        in -> {
                            step[0].run(in.get(0).value());
                            return in.get(0);
                        },
                        List.of(w));
        assertThatIllegalStateException()
                .isThrownBy(() -> step[0].run(Tensor.scalar(1)))
                .withMessage(
                        "run: a step does one thing at a time, and it is busy, on another thread or around this call;"
                                + " make a step for each model");
    }

    @Test
    void wrongOptionsAreRefused() {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("Sgd: the weight decay must be finite and at least 0, got -1.0", () -> new Sgd(1).weightDecay(-1));
        calls.put("Adam: the limit of clipping must be positive, got 0.0", () -> new Adam(1).clip(0));
        calls.put("Adam: the power of the norm must be 1 or more, got 0.5", () -> new Adam(1).clip(1, 0.5));
        calls.put("Adam: the limit of clipping must be positive, got NaN", () -> new Adam(1).clipValue(Double.NaN));
        calls.put("Adam: the number of batches of a step must be 1 or more, got 0", () -> new Adam(1).accumulate(0));
        calls.put(
                "Adam: the decay of the average must be above 0 and less than 1, got 1.0",
                () -> new Adam(1).average(1));
        calls.put(
                "group: a parameter can be in one group, got w again",
                () -> new Sgd(1).group(new Sgd(2), List.of(w)).group(new Sgd(3), List.of(b, w)));
        calls.put(
                "group: clipping, accumulation, averages and groups belong to all parameters, got a rule that has them;"
                        + " set them on the optimiser that the group is added to",
                () -> new Sgd(1).group(new Sgd(2).clip(1), List.of(w)));
        calls.put("Sgd: the momentum must be at least 0 and less than 1, got 1.0", () -> new Sgd(1, 1));
        calls.put(
                "Sgd: the dampening must be 0 with Nesterov's rule, got 0.1",
                () -> new Sgd(Rate.constant(1), Rate.constant(0.9), true, 0.1));
        calls.put("Adam: epsilon must be positive and finite, got 0.0", () -> new Adam(Rate.constant(1), 0.9, 0.9, 0));
        calls.put(
                "Rprop: the factors must be between 0 and 1, and above 1, got 2.0 and 1.2",
                () -> new Rprop(1, 2, 1.2, 1e-6, 50));
        calls.put(
                "Rprop: the smallest step size must be at most the largest, got 2.0 and 1.0",
                () -> new Rprop(1, 0.5, 1.2, 2, 1));
        calls.forEach((message, call) ->
                assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
    }

    @Test
    void optionsComeBeforeTheFirstStep() {
        Optimiser used = new Adam(1);
        used.step(Map.of(w, Tensor.of(0, 0)));
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("weightDecay", () -> used.weightDecay(1));
        calls.put("maximize", used::maximize);
        calls.put("clip", () -> used.clip(1));
        calls.put("clipValue", () -> used.clipValue(1));
        calls.put("accumulate", () -> used.accumulate(2));
        calls.put("average", () -> used.average(0.5));
        calls.put("group", () -> used.group(new Sgd(1), List.of(b)));
        calls.put("amsgrad", ((Adam) used)::amsgrad);
        calls.forEach((option, call) -> assertThatIllegalStateException()
                .isThrownBy(call)
                .withMessage(option + ": options must be set before the first step, got one for an optimiser with a"
                        + " state; make a new optimiser"));
        assertThatIllegalStateException()
                .isThrownBy(() -> used.averages(List.of(w)))
                .withMessage("averages: this optimiser keeps no averages; call average(decay) when it is made");
    }

    /** Else an option of all parameters would be ignored, and the state would be that of another rule. */
    @Test
    void optionsOfARuleComeBeforeItsGroup() {
        Adam rule = new Adam(1);
        new Sgd(1).group(rule, List.of(w));
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("weightDecay", () -> rule.weightDecay(1));
        calls.put("maximize", rule::maximize);
        calls.put("clip", () -> rule.clip(1));
        calls.put("accumulate", () -> rule.accumulate(2));
        calls.put("average", () -> rule.average(0.5));
        calls.put("group", () -> rule.group(new Sgd(1), List.of(b)));
        calls.put("amsgrad", rule::amsgrad);
        calls.forEach((option, call) -> assertThatIllegalStateException()
                .isThrownBy(call)
                .withMessage(option + ": options of a rule must be set before it is the rule of a group, got one for"
                        + " such a rule; make a new optimiser"));
    }

    @Test
    void parametersOfAStepHaveDifferentNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Sgd(1).eager(in -> w.variable().sum(), List.of(w, w, new Parameter("w", Tensor.scalar(1)))))
                .withMessage(
                        "eager: parameters must have different names, got two called w; give the layers different names");
    }

    @Test
    void aRateThatIsNegativeOrNoNumberMovesNothing() {
        for (double wrong : new double[] {-0.5, Double.NaN}) {
            Optimiser optimiser = new Sgd((Rate) step -> step == 1 ? wrong : 1);
            Step step = optimiser.replayed(in -> b.variable().mul(1), List.of(b));
            b.set(Tensor.scalar(3));
            step.run();
            String message = "step: a rate must be at least 0, got " + wrong + " after 1 steps";
            assertThatIllegalArgumentException().isThrownBy(step::run).withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> optimiser.step(Map.of(b, Tensor.scalar(1))))
                    .withMessage(message);
            assertThat(b.value().item()).isEqualTo(2);
            assertThat(optimiser).hasToString("Sgd, 1 steps");
            assertThat(step).hasToString("replayed step of 1 parameters by Sgd, 1 steps");
        }
    }

    @Test
    void aStepNeedsAParameter() {
        Linear linear = new Linear("one", 2, 2, new SplittableRandom(1));
        Chain lost = Chain.of(x -> linear.apply(x));
        String message = ": there must be a parameter to train, got none; a lambda that applies a layer hides the"
                + " layer's parameters: use the layer itself, or Layer.of(formula, layers)";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sgd(1).eager(in -> lost.apply(in.get(0)).sum(), lost.parameters()))
                .withMessage("eager" + message);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Sgd(1).replayed(in -> lost.apply(in.get(0)).sum(), lost.parameters()))
                .withMessage("replayed" + message);
    }

    @Test
    void aStepOfOneParameterNeedsItsStateAndRates() {
        Variable x = Variable.of(Tensor.of(1, 2));
        Variable rate = Variable.of(0.1);
        Sgd momentum = new Sgd(0.1, 0.9);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put(
                "update: the gradient must be [2], got [1]",
                () -> momentum.update(x, Variable.of(Tensor.of(1)), List.of(x), List.of(rate, rate)));
        calls.put(
                "update: there must be 1 parts of the state for Sgd, got 0",
                () -> momentum.update(x, x, List.of(), List.of(rate, rate)));
        calls.put(
                "update: the momentum_buffer must be [2], got []",
                () -> momentum.update(x, x, List.of(rate), List.of(rate, rate)));
        calls.put(
                "update: there must be 2 rates for Sgd, got 1", () -> momentum.update(x, x, List.of(x), List.of(rate)));
        calls.put("update: the rate must be [], got [2]", () -> momentum.update(x, x, List.of(x), List.of(rate, x)));
        calls.forEach((message, call) ->
                assertThatIllegalArgumentException().isThrownBy(call).withMessage(message));
    }

    @Test
    void inputsMustBeTensors() {
        Step step = new Sgd(1).replayed(in -> w.variable().mul(in.get(0)).sum(), List.of(w));
        assertThatNullPointerException()
                .isThrownBy(() -> step.run((Tensor) null))
                .withMessage("run: input 0 must be a tensor, got null");
        step.run(Tensor.of(0, 0));
    }

    /** What a rule keeps is called as in PyTorch. */
    @Test
    void theStateHasNames() {
        Step step = new Adam(0.1)
                .accumulate(2)
                .average(0.5)
                .eager(in -> w.variable().sum(), List.of(w));
        assertThat(step.state().stream().map(Parameter::name))
                .containsExactly(
                        "optimiser.step",
                        "optimiser.batch",
                        "w.step",
                        "w.exp_avg",
                        "w.exp_avg_sq",
                        "w.gradient",
                        "w.average");
    }
}
