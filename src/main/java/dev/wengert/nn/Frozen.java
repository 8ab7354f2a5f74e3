package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import java.util.ArrayList;
import java.util.List;

/** A layer that is not trained. */
record Frozen(Layer layer) implements Layer {

    @Override
    public Variable apply(Variable x) {
        return layer.apply(x, Context.inference());
    }

    @Override
    public List<Parameter> state() {
        List<Parameter> all = new ArrayList<>(layer.parameters());
        all.addAll(layer.state());
        return Gathered.distinct("state", all);
    }

    @Override
    public Layer frozen() {
        return this;
    }

    @Override
    public String toString() {
        return "frozen " + Gathered.print(layer);
    }
}
