package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Layers one after the other: {@code fₙ(…f₂(f₁(x)))}. */
public final class Chain implements Layer {

    private final List<Layer> layers;
    private final List<Parameter> parameters;
    private final List<Parameter> state;

    private Chain(List<Layer> layers, List<Parameter> parameters, List<Parameter> state) {
        this.layers = layers;
        this.parameters = parameters;
        this.state = state;
    }

    /**
     * Layers one after the other.
     *
     * @param layers the layers, the first one first; of none the chain is the identity
     * @return the chain
     * @throws IllegalArgumentException if two parameters have one name
     */
    public static Chain of(Layer... layers) {
        List<Layer> given = Given.array("chain: layer", Layer.class, layers);
        List<Parameter> parameters = Gathered.of("chain", layers, layer -> layer.parameters());
        List<Parameter> state = Gathered.of("chain", layers, layer -> layer.state());
        List<Parameter> all = new ArrayList<>(parameters);
        all.addAll(state);
        Gathered.distinct("chain", all);
        return new Chain(given, parameters, state);
    }

    @Override
    public Variable apply(Variable x) {
        Variable y = Given.value("chain", "x", x);
        for (Layer layer : layers) {
            y = layer.apply(y);
        }
        return y;
    }

    @Override
    public Variable apply(Variable x, Context context) {
        Variable y = Given.value("chain", "x", x);
        Given.value("chain", "the context", context);
        for (Layer layer : layers) {
            y = layer.apply(y, context);
        }
        return y;
    }

    /**
     * The layers of the chain.
     *
     * @return the layers, the first one first
     */
    public List<Layer> layers() {
        return layers;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public List<Parameter> state() {
        return state;
    }

    @Override
    public String toString() {
        return layers.stream()
                .map(layer -> layer.getClass().isHidden() ? "function" : layer.toString())
                .collect(Collectors.joining(", ", "Chain(", ")"));
    }
}
