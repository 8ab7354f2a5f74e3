package dev.wengert.io;

import dev.wengert.autodiff.Parameter;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of parameters by name: an immutable snapshot. Of a model that is trained it takes the parameters, the layers' state and the
 * step's state.
 *
 * <pre>{@code
 * Weights best = Weights.of(mlp.parameters());
 * best.into(mlp.parameters());
 * }</pre>
 */
public final class Weights {

    private final Map<String, Tensor> tensors;

    private Weights(Map<String, Tensor> tensors) {
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * The present values of parameters.
     *
     * @param parameters the parameters
     * @return the snapshot
     * @throws IllegalArgumentException if two parameters have one name
     */
    public static Weights of(Collection<Parameter> parameters) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        byName("weights", parameters).forEach((name, parameter) -> tensors.put(name, parameter.value()));
        return new Weights(tensors);
    }

    /**
     * Values that come from elsewhere.
     *
     * @param tensors the values by name
     * @return the weights
     */
    public static Weights of(Map<String, Tensor> tensors) {
        return new Weights(new LinkedHashMap<>(Given.map("weights: value", String.class, Tensor.class, tensors)));
    }

    /**
     * Sets parameters to these values: all of them, or, if anything is thrown, none.
     *
     * @param parameters the parameters
     * @throws IllegalArgumentException if there is no value for a parameter, no parameter for a value, or two parameters have one name
     * @throws ShapeException if a value has another shape than its parameter
     */
    public void into(Collection<Parameter> parameters) {
        Map<String, Parameter> byName = byName("into", parameters);
        List<String> missing = new ArrayList<>(byName.keySet());
        missing.removeAll(tensors.keySet());
        List<String> extra = new ArrayList<>(tensors.keySet());
        extra.removeAll(byName.keySet());
        if (!missing.isEmpty() || !extra.isEmpty()) {
            throw new IllegalArgumentException("into: there must be one value for each parameter, got "
                    + (missing.isEmpty() ? "" : "none for " + names(missing))
                    + (missing.isEmpty() || extra.isEmpty() ? "" : ", and ")
                    + (extra.isEmpty() ? "" : "values without a parameter for " + names(extra))
                    + (missing.isEmpty() ? "; only(parameters) leaves such values out" : ""));
        }
        set(byName);
    }

    /**
     * These values for some parameters: part of a model from a larger one.
     *
     * @param parameters the parameters
     * @return the values of the parameters that have one here
     * @throws IllegalArgumentException if two parameters have one name
     */
    public Weights only(Collection<Parameter> parameters) {
        Map<String, Tensor> kept = new LinkedHashMap<>(tensors);
        kept.keySet().retainAll(byName("only", parameters).keySet());
        return new Weights(kept);
    }

    private void set(Map<String, Parameter> byName) {
        Map<Parameter, Tensor> values = new LinkedHashMap<>();
        byName.forEach((name, parameter) -> {
            Shape required = parameter.variable().shape();
            Tensor value = tensors.get(name);
            if (!value.shape().equals(required)) {
                throw new ShapeException(
                        "into",
                        "a value must have the shape of its parameter",
                        "parameter " + parameter + " and value " + value.shape());
            }
            values.put(parameter, value);
        });
        Parameter.setAll(values);
    }

    /**
     * The values.
     *
     * @return the values by name, in order
     */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    private static Map<String, Parameter> byName(String caller, Collection<Parameter> parameters) {
        return Given.byName(
                caller,
                Given.list(caller + ": parameter", Parameter.class, parameters),
                Parameter::name,
                "give layers and schedules different names, and take the weights of each optimiser alone");
    }

    private static String names(List<String> names) {
        String shown = String.join(", ", names.stream().limit(5).map(Text::name).toList());
        return names.size() > 5 ? shown + " and " + (names.size() - 5) + " more" : shown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Weights weights && tensors.equals(weights.tensors);
    }

    @Override
    public int hashCode() {
        return tensors.hashCode();
    }

    /** The names and shapes. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        tensors.forEach((name, tensor) -> lines.add(Text.name(name) + " " + tensor.shape()));
        return "Weights(" + String.join(", ", lines) + ")";
    }
}
