package dev.wengert.optim;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Plan;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Gradient descent: {@code w ← w − rate·g}. It is stochastic if the gradients are those of random batches. */
public final class Sgd {

    private final double rate;

    /**
     * Gradient descent at a constant rate.
     *
     * @param rate the learning rate
     * @throws IllegalArgumentException unless the rate is positive and finite
     */
    public Sgd(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Sgd: the rate must be positive and finite, got " + rate);
        }
        this.rate = rate;
    }

    /**
     * Moves parameters against their gradients.
     *
     * @param gradients a gradient for each parameter, as {@link dev.wengert.autodiff.Autodiff#gradients} returns them
     * @throws ShapeException if a gradient does not have the shape of its parameter. Whatever is thrown, no parameter has moved then
     */
    public void step(Map<Parameter, Tensor> gradients) {
        update(Given.map("step: gradient", Parameter.class, Tensor.class, gradients));
    }

    private void update(Map<Parameter, Tensor> gradients) {
        Map<Parameter, Tensor> moved = new LinkedHashMap<>();
        gradients.forEach((parameter, gradient) -> {
            Tensor value = parameter.value();
            if (!gradient.shape().equals(value.shape())) {
                throw new ShapeException(
                        "step",
                        "a gradient must have the shape of its parameter",
                        "parameter " + parameter + " and gradient " + gradient.shape());
            }
            moved.put(
                    parameter, moved(Variable.of(value), Variable.of(gradient)).value());
        });
        Parameter.setAll(moved);
    }

    private Variable moved(Variable parameter, Variable gradient) {
        return parameter.sub(gradient.mul(rate));
    }

    /**
     * A plan that replays whole training steps. Each run computes the loss and its gradients and moves the parameters. It gives the
     * same bits as {@link #step} on the gradients of the loss, and allocates nothing. The inputs of the plan are those of the loss;
     * its output is the loss before the move.
     *
     * <pre>{@code
     * Plan step = new Sgd(0.1).plan(
     *         in -> layer.apply(in.get(0)).crossEntropyWithLabels(in.get(1)), layer.parameters(), features, labels);
     * step.set(0, features);
     * step.set(1, labels);
     * step.run();
     * double loss = step.get(0).item();
     * }</pre>
     *
     * @param loss the loss, a function of a batch that returns a single number. It is recorded, so shapes and control flow are frozen; and it is
     *     recorded twice, to find what would be frozen and is drawn anew in each run, such as a mask of a dropout: pass that as an input
     * @param parameters the parameters that are moved
     * @param examples an example of each input, of the shape that all later inputs will have
     * @return the plan; see {@link Tape#compile(List)} for its effect on the parameters
     * @throws ShapeException if the loss is anything but one number
     * @throws IllegalStateException if a step, a constant, a parameter or an output differs between the recordings
     */
    public Plan plan(Function<List<Variable>, Variable> loss, Collection<Parameter> parameters, Tensor... examples) {
        Given.value("plan", "the loss", loss);
        List<Tensor> inputs = Given.array("plan: example", Tensor.class, examples);
        List<Parameter> distinct = Given.list("plan: parameter", Parameter.class, parameters).stream()
                .distinct()
                .toList();
        Tape tape = Tape.record(
                in -> {
                    List<Variable> leaves =
                            distinct.stream().map(Parameter::variable).toList();
                    List<Variable> results = new ArrayList<>();
                    results.add(Given.result("plan", "a variable", loss.apply(in)));
                    List<Variable> gradients = Autodiff.gradients(results.get(0), leaves);
                    for (int i = 0; i < leaves.size(); i++) {
                        results.add(moved(leaves.get(i), gradients.get(i)));
                    }
                    return results;
                },
                inputs,
                inputs);
        return tape.compile(distinct);
    }
}
