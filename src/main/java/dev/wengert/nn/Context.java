package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether a layer is applied in training or in inference. In training it gives each layer that draws a key of its own, and collects the new
 * values of running statistics; the layers themselves never change.
 *
 * <p>A {@code Step} of the package {@code optim} makes a context for each step, and sets the running statistics. In a loop of one's own:
 *
 * <pre>{@code
 * Context context = Context.training(key.fold(step));
 * Variable loss = model.apply(x, context).crossEntropyWithLabels(labels);
 * optimiser.step(Autodiff.gradients(loss, model.parameters()));
 * context.updates().forEach((parameter, value) -> parameter.set(value.value()));
 * }</pre>
 *
 * <p>A context serves one application of a model, on one thread. In the body of one of {@code Loops} a layer is applied once, when the body is
 * recorded: what it draws is the same in each round, and running statistics cannot be updated there.
 */
public final class Context {

    /** Stands where there is no context: it can be handed on, and not asked. */
    static final Context NONE = new Context(null);

    /** The key of training; null in inference. */
    private final Variable key;

    private final Map<Parameter, Variable> updates = new LinkedHashMap<>();
    private int drawn;

    private Context(Variable key) {
        this.key = key;
    }

    /**
     * Training. What is drawn is a function of the key, and of the order in which layers ask.
     *
     * @param key the key of this application: a constant, also of a plan
     * @return the context of one application of a model
     */
    public static Context training(Key key) {
        return training(Variable.of(Given.value("training", "the key", key).tensor()));
    }

    /**
     * Training. What is drawn is a function of the key, and of the order in which layers ask.
     *
     * @param key the two words of a {@link Key}, of shape [2]: an input of a plan, or computed from one
     * @return the context of one application of a model
     * @throws ShapeException if the key has another shape
     */
    public static Context training(Variable key) {
        Shape shape = Given.value("training", "the key", key).shape();
        if (!shape.equals(Shape.of(2))) {
            throw new ShapeException("training", "the key must have shape [2]", shape.toString());
        }
        return new Context(key);
    }

    /**
     * Inference: nothing is dropped, and running statistics are used as they are.
     *
     * @return the context of one application of a model
     */
    public static Context inference() {
        return new Context(null);
    }

    /**
     * Whether this is training.
     *
     * @return whether it is
     * @throws IllegalStateException if a layer asks that was applied without a context
     */
    public boolean isTraining() {
        if (this == NONE) {
            throw missing("isTraining");
        }
        return key != null;
    }

    /**
     * A key that was not given out before.
     *
     * @return the key, of shape [2]
     * @throws IllegalStateException in inference, where nothing is drawn
     */
    public Variable key() {
        requireTraining("key", "draws");
        return Variable.foldKey(key, drawn++);
    }

    /**
     * The value of a running statistic, as changed so far in this context.
     *
     * @param statistic a parameter of a layer's state
     * @return what the last {@link #update} gave, or else the parameter's variable
     */
    public Variable current(Parameter statistic) {
        Variable updated = updates.get(Given.value("current", "the statistic", statistic));
        return updated != null ? updated : statistic.variable();
    }

    /**
     * Collects a new value of a running statistic.
     *
     * @param statistic a parameter of a layer's state
     * @param value its new value
     * @throws ShapeException if the value has another shape
     * @throws IllegalStateException in inference, where nothing changes
     */
    public void update(Parameter statistic, Variable value) {
        requireTraining("update", "changes");
        Shape required =
                Given.value("update", "the statistic", statistic).variable().shape();
        Shape got = Given.value("update", "the value", value).shape();
        if (!got.equals(required)) {
            throw new ShapeException(
                    "update",
                    "the new value must have the shape of the statistic",
                    "statistic " + statistic + " and value " + got);
        }
        updates.put(statistic, value);
    }

    /**
     * The new values of running statistics.
     *
     * @return what was collected, in order
     */
    public Map<Parameter, Variable> updates() {
        return Collections.unmodifiableMap(updates);
    }

    /** What a layer says that differs between training and inference, and was applied without a context. */
    static IllegalStateException missing(String layer) {
        return new IllegalStateException(layer
                + ": a layer that differs between training and inference must be applied with a context;"
                + " call apply(x, context) with Context.training(key) or Context.inference()");
    }

    private void requireTraining(String caller, String what) {
        if (!isTraining()) {
            throw new IllegalStateException(
                    caller + ": the context must be one of training, got inference, where nothing " + what
                            + "; ask isTraining first");
        }
    }
}
