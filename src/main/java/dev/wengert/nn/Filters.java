package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** What convolutions share: the weight [out, in/groups, k..] and the bias [out]. */
final class Filters {

    private final Label label;
    private final int channels;
    private final int axes;
    private final Parameter weight;
    private final Parameter bias; // null if there is none

    Filters(Label label, int channels, int outputs, int[] kernel, int groups, boolean bias, RandomGenerator random) {
        this.label = label;
        this.channels = channels;
        this.axes = kernel.length;
        label.positive("channels and outputs", channels, outputs);
        label.positive("the kernel", kernel);
        label.positive("groups", groups);
        if (channels % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException(label + ": groups must divide channels and outputs, got " + groups
                    + " groups, " + channels + " channels and " + outputs + " outputs");
        }
        Given.value(label.toString(), "the generator", random);
        Shape each = Shape.of(label.toString(), kernel);
        Shape shape = Shape.of(outputs, channels / groups).concat(label.toString(), each);
        int fanIn = shape.size() / outputs;
        int fanOut = Shape.of(label.toString(), outputs, each.size()).size();
        Tensor drawn = Initialiser.xavierUniform().draw(random, fanIn, fanOut, shape.toArray());
        this.weight = new Parameter(label.parameter("weight"), drawn);
        this.bias = bias ? new Parameter(label.parameter("bias"), Tensor.zeros(outputs)) : null;
    }

    /** Requires [N, C, L] or [N, C, H, W]. */
    Variable weightFor(Variable x) {
        Shape got = Given.value(label.toString(), "x", x).shape();
        if (got.rank() != axes + 2 || got.extent(1) != channels) {
            throw label.shape("x must be [N, " + channels + (axes == 1 ? ", L]" : ", H, W]"), got);
        }
        return weight.variable();
    }

    Variable plusBias(Variable y) {
        int[] column = new int[axes + 1];
        Arrays.fill(column, 1);
        column[0] = y.shape().extent(1);
        return bias == null ? y : y.add(bias.variable().reshape(column));
    }

    Parameter weight() {
        return weight;
    }

    Parameter bias() {
        return label.present("bias", bias);
    }

    List<Parameter> parameters() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public String toString() {
        Shape shape = weight.value().shape();
        int[] kernel = Arrays.copyOfRange(shape.toArray(), 2, shape.rank());
        return label.with(
                channels + " -> " + shape.extent(0) + ", kernel " + (axes == 1 ? kernel[0] : Arrays.toString(kernel)));
    }
}
