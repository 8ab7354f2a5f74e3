package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;

/** Layers one after the other: {@code fₙ(…f₂(f₁(x)))}. */
public final class Chain implements Layer {

    private final Gathered gathered;

    private Chain(Gathered gathered) {
        this.gathered = gathered;
    }

    /**
     * Layers one after the other.
     *
     * @param layers the layers, the first one first; of none the chain is the identity
     * @return the chain
     * @throws IllegalArgumentException if two parameters have one name
     */
    public static Chain of(Layer... layers) {
        return new Chain(Gathered.of("chain", layers));
    }

    @Override
    public Variable apply(Variable x) {
        Variable y = Given.value("chain", "x", x);
        for (Layer layer : gathered.layers()) {
            y = Given.result("chain", "a variable", layer.apply(y));
        }
        return y;
    }

    @Override
    public Variable apply(Variable x, Context context) {
        Variable y = Given.value("chain", "x", x);
        Given.value("chain", "the context", context);
        for (Layer layer : gathered.layers()) {
            y = Given.result("chain", "a variable", layer.apply(y, context));
        }
        return y;
    }

    /**
     * The layers of the chain.
     *
     * @return the layers, the first one first
     */
    public List<Layer> layers() {
        return gathered.layers();
    }

    /**
     * A table of the layers: how each prints itself, the shape that it gives to an example in inference, its number of parameters with its
     * state, and how many of them are trained.
     *
     * @param example an input
     * @return the table
     */
    public String summary(Variable example) {
        return Summary.ofLayers(this, Given.value("summary", "the example", example));
    }

    @Override
    public List<Parameter> parameters() {
        return gathered.parameters();
    }

    @Override
    public List<Parameter> state() {
        return gathered.state();
    }

    @Override
    public String toString() {
        return gathered.print("Chain");
    }
}
