package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/** The fully connected layer {@code O = XW + b} (MATH.md §2, §4). */
public final class Linear implements Layer {

    private final String name;
    private final int features;
    private final Parameter weight;
    private final Parameter bias;

    /**
     * A layer with weights drawn uniformly from {@code ±√(6/(inputs + outputs))} (Glorot and Bengio 2010) and a bias of zeros.
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
     * @param inputs d, the number of features
     * @param outputs q, the number of outputs
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if inputs or outputs is less than 1
     */
    public Linear(String name, int inputs, int outputs, RandomGenerator random) {
        if (inputs < 1 || outputs < 1) {
            throw new IllegalArgumentException("Linear: inputs and outputs must be 1 or more, got " + inputs
                    + " inputs and " + outputs + " outputs");
        }
        this.name = Given.value("Linear", "the name", name);
        this.features = inputs;
        double bound = Math.sqrt(6.0 / ((double) inputs + outputs));
        Tensor uniform = Tensor.random(Given.value("Linear", "the generator", random), inputs, outputs);
        this.weight = new Parameter(name + ".weight", uniform.map(v -> (2 * v - 1) * bound));
        this.bias = new Parameter(name + ".bias", Tensor.zeros(outputs));
    }

    /**
     * The layer's outputs.
     *
     * @param x [.., d]
     * @return [.., q]
     * @throws ShapeException if x has another number of features
     */
    @Override
    public Variable apply(Variable x) {
        Shape got = Given.value("linear layer " + Text.name(name), "x", x).shape();
        if (got.rank() == 0 || got.extent(-1) != features) {
            throw new ShapeException(
                    "linear layer " + Text.name(name), "x must be [.., " + features + "]", got.toString());
        }
        return x.affine(weight.variable(), bias.variable());
    }

    /**
     * The weights W.
     *
     * @return the weights, [d, q]
     */
    public Parameter weight() {
        return weight;
    }

    /**
     * The bias b.
     *
     * @return the bias, [q]
     */
    public Parameter bias() {
        return bias;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight, bias);
    }
}
