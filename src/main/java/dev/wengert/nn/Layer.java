package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A function of a variable, with parameters of its own. A lambda is a layer without any.
 *
 * <p>A layer that does the same in training and in inference has {@link #apply(Variable)} alone. One that differs, such as {@link Dropout},
 * refuses it, and does its work in {@link #apply(Variable, Context)}. So nothing is ever switched, and a call that loses the context fails
 * instead of training without it.
 *
 * <pre>{@code
 * Layer mlp = Chain.of(new Linear("one", 64, 32, random), Variable::relu, new Dropout(0.2), new Linear("two", 32, 10, random));
 * Variable logits = mlp.apply(x, Context.inference());
 * }</pre>
 */
@FunctionalInterface
public interface Layer {

    /**
     * The layer's outputs.
     *
     * @param x the inputs
     * @return the outputs
     * @throws IllegalStateException if the layer differs between training and inference
     */
    Variable apply(Variable x);

    /**
     * The layer's outputs in training or in inference.
     *
     * @param x the inputs
     * @param context training, with a key for what is drawn, or inference
     * @return the outputs
     */
    default Variable apply(Variable x, Context context) {
        Given.value("layer", "x", x);
        Given.value("layer", "the context", context);
        return apply(x);
    }

    /**
     * The layer's outputs in inference, as numbers.
     *
     * @param x the inputs
     * @return the outputs
     */
    default Tensor predict(Tensor x) {
        return apply(Variable.of(Given.value("predict", "x", x)), Context.inference())
                .value();
    }

    /**
     * The parameters that are trained.
     *
     * @return the parameters, in a fixed order
     */
    default List<Parameter> parameters() {
        return List.of();
    }

    /**
     * What is saved with the parameters and is not trained: running statistics, and parameters that are {@linkplain #frozen() frozen}.
     *
     * @return the parameters, in a fixed order
     */
    default List<Parameter> state() {
        return List.of();
    }

    /**
     * This layer as one that is not trained: its parameters belong to its state, and it always does what it does in inference.
     *
     * @return a layer on the same parameters
     */
    default Layer frozen() {
        return new Frozen(this);
    }

    /**
     * A table of the parameters and the state: names, shapes, how many numbers, and whether they are trained.
     *
     * @return the table
     */
    default String summary() {
        return Summary.ofParameters(this);
    }

    /**
     * A layer made of others by a formula, such as a residual block:
     *
     * <pre>{@code
     * Layer residual = Layer.of((x, context) -> x.add(block.apply(x, context)), block);
     * }</pre>
     *
     * <p>Without a context the formula gets one that it can hand on; a layer that asks it throws.
     *
     * @param formula the outputs from inputs and context
     * @param layers the layers that the formula applies
     * @return a layer with their parameters and their state
     * @throws IllegalArgumentException if two parameters have one name
     */
    static Layer of(BiFunction<Variable, Context, Variable> formula, Layer... layers) {
        return new Composed(Given.value("layer", "the formula", formula), Gathered.of("layer", layers));
    }

    /**
     * The parameters of several layers that are trained.
     *
     * @param layers the layers; one that is given twice, or shared, counts once
     * @return their parameters, in order
     * @throws IllegalArgumentException if two parameters have one name
     */
    static List<Parameter> parameters(Layer... layers) {
        return Gathered.of("parameters", layers).parameters();
    }

    /**
     * What of several layers is saved and not trained.
     *
     * @param layers the layers; one that is given twice, or shared, counts once
     * @return their state, in order
     * @throws IllegalArgumentException if two parameters have one name
     */
    static List<Parameter> state(Layer... layers) {
        return Gathered.of("state", layers).state();
    }
}
