package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/** The fully connected layer {@code O = XW + b} (MATH.md §2, §4). */
public final class Linear implements Layer {

    private final Label label;
    private final int features;
    private final Parameter weight;
    private final Parameter bias; // null if there is none

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
        this(name, inputs, outputs, true, Initialiser.xavierUniform(), random);
    }

    /**
     * A layer with or without a bias, which is zeros.
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
     * @param inputs d, the number of features
     * @param outputs q, the number of outputs
     * @param bias whether there is a bias
     * @param initialiser draws the weights
     * @param random the generator
     * @throws IllegalArgumentException if inputs or outputs is less than 1
     */
    public Linear(String name, int inputs, int outputs, boolean bias, Initialiser initialiser, RandomGenerator random) {
        if (inputs < 1 || outputs < 1) {
            throw new IllegalArgumentException("Linear: inputs and outputs must be 1 or more, got " + inputs
                    + " inputs and " + outputs + " outputs");
        }
        this.label = new Label("Linear", name);
        this.features = inputs;
        Given.value("Linear", "the generator", random);
        Tensor drawn =
                Given.value("Linear", "the initialiser", initialiser).draw(random, inputs, outputs, inputs, outputs);
        this.weight = new Parameter(label.parameter("weight"), drawn);
        this.bias = bias ? new Parameter(label.parameter("bias"), Tensor.zeros(outputs)) : null;
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
        Shape got = Given.value(label.toString(), "x", x).shape();
        if (got.rank() == 0 || got.extent(-1) != features) {
            throw label.shape("x must be [.., " + features + "]", got);
        }
        return bias == null ? x.matmul(weight.variable()) : x.affine(weight.variable(), bias.variable());
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
     * @throws IllegalStateException if there is none
     */
    public Parameter bias() {
        return label.present("bias", bias);
    }

    @Override
    public List<Parameter> parameters() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public String toString() {
        return label.with(features + " -> " + weight.value().shape().extent(1));
    }
}
