package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import java.util.List;
import java.util.function.BiFunction;

/** A layer made of others by a formula. */
record Composed(BiFunction<Variable, Context, Variable> formula, Gathered gathered) implements Layer {

    @Override
    public Variable apply(Variable x) {
        return apply(x, Context.NONE);
    }

    @Override
    public Variable apply(Variable x, Context context) {
        Given.value("layer", "x", x);
        Given.value("layer", "the context", context);
        return Given.result("layer", "a variable", formula.apply(x, context));
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
        return gathered.print("function of ");
    }
}
