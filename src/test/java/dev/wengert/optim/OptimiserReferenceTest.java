package dev.wengert.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.reference.ModelCase;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimisers beside PyTorch's, on a small network: losses, parameters after each step, and the state at the end. */
class OptimiserReferenceTest {

    /** Relative to the largest element of a tensor: the rules divide by roots of squares, which keep the digits of the gradients. */
    private static final double TOLERANCE = 1e-12;

    private static final ModelCase PROBLEM = ModelCase.notes("optimisers").stream()
            .filter(Map.class::isInstance)
            .map(ModelCase::object)
            .findFirst()
            .orElseThrow();

    private final Variable x = Variable.of(PROBLEM.tensor("X"));
    private final Variable labels = Variable.of(Tensor.of(PROBLEM.numbers("y")));
    private final List<Parameter> parameters = PROBLEM.tensors("start").entrySet().stream()
            .map(entry -> new Parameter(entry.getKey(), entry.getValue()))
            .toList();

    static Stream<ModelCase> steps() {
        return ModelCase.all("optimisers").stream().filter(c -> c.has("gradients"));
    }

    static Stream<ModelCase> stepsOfAllParameters() {
        return steps().filter(c -> c.list("gradients").stream().noneMatch(step -> ((List<?>) step).contains(null)));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stepsByGradientsAreThoseOfPyTorch(ModelCase reference) {
        Optimiser optimiser = optimiser(reference);
        for (int t = 0; t < reference.list("after").size(); t++) {
            Variable loss = loss();
            assertThat(loss.item()).isCloseTo(reference.numbers("losses")[t], within(1));
            Map<Parameter, Tensor> gradients = Autodiff.gradients(loss, parameters);
            List<?> given = (List<?>) reference.list("gradients").get(t);
            for (int i = 0; i < parameters.size(); i++) {
                if (given.get(i) == null) {
                    gradients.remove(parameters.get(i));
                }
            }
            optimiser.step(gradients);
            assertParameters(reference, t);
        }
        assertState(reference, optimiser);
    }

    @ParameterizedTest
    @MethodSource("stepsOfAllParameters")
    void replayedStepsAreThoseOfPyTorch(ModelCase reference) {
        Optimiser optimiser = optimiser(reference);
        Step step = optimiser.replayed(in -> loss(), parameters);
        for (int t = 0; t < reference.list("after").size(); t++) {
            assertThat(step.run()).isCloseTo(reference.numbers("losses")[t], within(1));
            assertParameters(reference, t);
        }
        assertState(reference, optimiser);
    }

    @ParameterizedTest
    @MethodSource("stepsOfAllParameters")
    void eagerAndReplayedStepsHaveTheSameBits(ModelCase reference) {
        Step eager = optimiser(reference).eager(in -> loss(), parameters);
        List<Double> losses = new ArrayList<>();
        for (int t = 0; t < 20; t++) {
            losses.add(eager.run());
        }
        List<Tensor> end = new ArrayList<>();
        parameters.forEach(p -> end.add(p.value()));
        eager.state().forEach(p -> end.add(p.value()));
        for (Parameter parameter : parameters) {
            parameter.set(PROBLEM.tensors("start").get(parameter.name()));
        }
        Step replayed = optimiser(reference).replayed(in -> loss(), parameters);
        for (int t = 0; t < 20; t++) {
            assertThat(replayed.run()).isEqualTo(losses.get(t));
        }
        List<Tensor> got = new ArrayList<>();
        parameters.forEach(p -> got.add(p.value()));
        replayed.state().forEach(p -> got.add(p.value()));
        assertThat(got).isEqualTo(end);
    }

    private Variable loss() {
        Variable hidden = x.matmul(variable(0)).add(variable(1)).tanh();
        return hidden.matmul(variable(2)).add(variable(3)).crossEntropyWithLabels(labels);
    }

    private Variable variable(int i) {
        return parameters.get(i).variable();
    }

    private void assertParameters(ModelCase reference, int t) {
        double[] after = ModelCase.numbers(reference.list("after").get(t));
        int at = 0;
        for (Parameter parameter : parameters) {
            double[] got = parameter.value().toArray();
            assertClose(parameter + " after step " + t, got, Arrays.copyOfRange(after, at, at + got.length));
            at += got.length;
        }
    }

    private void assertState(ModelCase reference, Optimiser optimiser) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        optimiser.state(parameters).forEach(p -> state.put(p.name(), p.value()));
        for (Parameter parameter : parameters) {
            ModelCase expected = reference.child("state").child(parameter.name());
            for (String slot : optimiser.slots()) {
                if (slot.equals("step") && !expected.has(slot)) {
                    continue; // with a dampening we count steps; PyTorch has no buffer before the first one
                }
                Tensor got = state.get(parameter.name() + "." + slot);
                if (got.shape().rank() == 0) {
                    assertThat(got.item()).as(slot).isCloseTo(expected.number(slot), within(expected.number(slot)));
                } else {
                    assertClose(slot, got.toArray(), expected.tensor(slot).toArray());
                }
            }
        }
    }

    /** Each element to the tolerance, relative to the largest one. */
    private static void assertClose(String what, double[] got, double[] expected) {
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        for (int i = 0; i < expected.length; i++) {
            assertThat(got[i]).as("%s [%d]", what, i).isCloseTo(expected[i], within(largest));
        }
    }

    private static Offset<Double> within(double size) {
        return Offset.offset(TOLERANCE * Math.abs(size));
    }

    private Optimiser optimiser(ModelCase reference) {
        ModelCase o = reference.options();
        double lr = o.number("lr");
        Rate rate = reference.has("rates") ? scheduled(reference.list("rates")) : Rate.constant(lr);
        double[] betas = o.has("betas") ? o.numbers("betas") : new double[] {0.9, 0.999};
        double epsilon = o.number("eps", 1e-8);
        Optimiser optimiser = switch (reference.name().split("[ ,]")[0]) {
            case "SGD" ->
                o.has("momentum")
                        ? new Sgd(
                                rate, Rate.constant(o.number("momentum")), o.flag("nesterov"), o.number("dampening", 0))
                        : new Sgd(rate);
            case "Adam" -> amsgrad(o, new Adam(rate, betas[0], betas[1], epsilon));
            case "AdamW" -> amsgrad(o, new AdamW(rate, betas[0], betas[1], epsilon));
            case "RMSprop" ->
                new RmsProp(rate, o.number("alpha", 0.99), epsilon, o.number("momentum", 0), o.flag("centered"));
            case "Adagrad" ->
                new Adagrad(
                        rate,
                        o.number("lr_decay", 0),
                        o.number("initial_accumulator_value", 0),
                        o.number("eps", 1e-10));
            case "Adadelta" -> new Adadelta(rate, o.number("rho", 0.9), o.number("eps", 1e-6));
            case "NAdam" -> new NAdam(rate, betas[0], betas[1], epsilon, o.number("momentum_decay", 0.004));
            case "RAdam" -> new RAdam(rate, betas[0], betas[1], epsilon);
            case "Adamax" -> new Adamax(rate, betas[0], betas[1], epsilon);
            case "ASGD" -> new Asgd(lr);
            case "Rprop" -> new Rprop(lr);
            default -> throw new IllegalArgumentException(reference.name());
        };
        if (o.has("weight_decay")) {
            optimiser.weightDecay(o.number("weight_decay"));
        }
        if (o.flag("maximize")) {
            optimiser.maximize();
        }
        if (reference.name().contains("clip norm")) {
            optimiser.clip(Double.parseDouble(reference.name().replaceAll(".*clip norm ", "")));
        }
        if (reference.name().contains("two groups")) {
            Optimiser biases = new AdamW(2 * lr).weightDecay(0);
            optimiser.weightDecay(0.05).group(biases, List.of(parameters.get(1), parameters.get(3)));
        }
        return optimiser;
    }

    /** The rates of the first group; the last one stays. */
    private static Rate scheduled(List<Object> rates) {
        double[] numbers =
                rates.stream().mapToDouble(rate -> ModelCase.numbers(rate)[0]).toArray();
        return step -> numbers[(int) Math.min(step, numbers.length - 1)];
    }

    private static Optimiser amsgrad(ModelCase o, Adam adam) {
        return o.flag("amsgrad") ? adam.amsgrad() : adam;
    }
}
