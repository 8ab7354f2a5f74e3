package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Batch normalisation: {@code (x − mean)/√(variance + ε)·w + b} for each channel (Ioffe and Szegedy 2015). Training takes mean and variance
 * from the batch, the variance divided by n, and moves the running ones towards these; inference takes the running ones. The running
 * variance is the unbiased one, divided by n − 1.
 */
public final class BatchNorm implements Layer {

    private final Label label;
    private final int channels;
    private final double eps;
    private final double momentum; // NaN for the mean over all batches
    private final Parameter weight; // null if there is none
    private final Parameter bias;
    private final Parameter mean;
    private final Parameter variance;
    private final Parameter batches;

    /**
     * A layer with ε = 10⁻⁵, momentum 0.1, a weight of ones and a bias of zeros.
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}, and its state is
     *     {@code name.running_mean}, {@code name.running_var} and {@code name.num_batches_tracked}
     * @param channels the number of channels
     * @throws IllegalArgumentException if there is no channel
     */
    public BatchNorm(String name, int channels) {
        this(name, channels, 1e-5, 0.1, true);
    }

    /**
     * A layer.
     *
     * @param name the name of the layer
     * @param channels the number of channels
     * @param eps ε, what is added to the variance
     * @param momentum the weight of a batch in the running statistics, from 0 to 1; NaN for the mean over all batches
     * @param affine whether there is a weight and a bias
     * @throws IllegalArgumentException if there is no channel, ε is not positive, or the momentum is out of range
     */
    public BatchNorm(String name, int channels, double eps, double momentum, boolean affine) {
        this.label = new Label("BatchNorm", name);
        this.channels = channels;
        label.positive("channels", channels);
        this.eps = label.positiveNumber("eps", eps);
        this.momentum = momentum;
        if (momentum < 0 || momentum > 1) {
            throw new IllegalArgumentException(
                    label + ": momentum must be from 0 to 1, or NaN for the mean over all batches, got " + momentum);
        }
        this.weight = affine ? new Parameter(label.parameter("weight"), Tensor.ones(channels)) : null;
        this.bias = affine ? new Parameter(label.parameter("bias"), Tensor.zeros(channels)) : null;
        this.mean = new Parameter(label.parameter("running_mean"), Tensor.zeros(channels));
        this.variance = new Parameter(label.parameter("running_var"), Tensor.ones(channels));
        this.batches = new Parameter(label.parameter("num_batches_tracked"), Tensor.scalar(0));
    }

    /** Throws: what this does depends on the context. */
    @Override
    public Variable apply(Variable x) {
        throw Context.missing(label.toString());
    }

    /**
     * The normalised x.
     *
     * @param x [N, C, ..]
     * @param context training, which collects new running statistics, or inference
     * @return of the same shape
     * @throws ShapeException if x has another number of channels, or in training fewer than two values for each
     */
    @Override
    public Variable apply(Variable x, Context context) {
        Shape got = Given.value(label.toString(), "x", x).shape();
        if (got.rank() < 2 || got.extent(1) != channels) {
            throw label.shape("x must be [N, " + channels + ", ..]", got);
        }
        if (!Given.value(label.toString(), "the context", context).isTraining()) {
            return normalised(x, mean.variable(), variance.variable());
        }
        if (got.size() < 2 * channels) {
            throw label.shape(
                    "x must have two values or more for each channel in training, which have a variance", got);
        }
        int[] axes = IntStream.range(0, got.rank()).filter(i -> i != 1).toArray();
        Variable count = context.current(batches).add(1);
        Variable part = Double.isNaN(momentum) ? count.reciprocal() : Variable.of(momentum);
        Variable m = x.mean(axes);
        context.update(mean, moved(context.current(mean), m, part));
        context.update(variance, moved(context.current(variance), x.variance(1, false, axes), part));
        context.update(batches, count);
        return normalised(x, m, x.variance(axes));
    }

    private static Variable moved(Variable running, Variable batch, Variable part) {
        return part.rsub(1).mul(running).add(part.mul(batch));
    }

    private Variable normalised(Variable x, Variable m, Variable v) {
        int[] column = new int[x.shape().rank() - 1];
        Arrays.fill(column, 1);
        column[0] = channels;
        Variable y = x.sub(m.reshape(column)).mul(v.add(eps).rsqrt().reshape(column));
        return weight == null
                ? y
                : y.mul(weight.variable().reshape(column)).add(bias.variable().reshape(column));
    }

    /**
     * The weight w.
     *
     * @return the weight, [channels]
     * @throws IllegalStateException if there is none
     */
    public Parameter weight() {
        return label.present("weight", weight);
    }

    /**
     * The bias b.
     *
     * @return the bias, [channels]
     * @throws IllegalStateException if there is none
     */
    public Parameter bias() {
        return label.present("bias", bias);
    }

    @Override
    public List<Parameter> parameters() {
        return weight == null ? List.of() : List.of(weight, bias);
    }

    /** The running mean, the running variance, and the number of batches that they come from. */
    @Override
    public List<Parameter> state() {
        return List.of(mean, variance, batches);
    }

    @Override
    public String toString() {
        return label.with(channels);
    }
}
