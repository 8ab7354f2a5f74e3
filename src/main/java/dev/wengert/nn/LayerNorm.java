package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layer normalisation: {@code (x − mean)/√(variance + ε)·w + b} over the last axes (Ba et al. 2016). The variance is divided by n. Where all
 * elements are equal, the result is b.
 */
public final class LayerNorm implements Layer {

    private final Label label;
    private final double eps;
    private final Shape normalized;
    private final Parameter weight; // null if there is none
    private final Parameter bias;

    /**
     * A layer with ε = 10⁻⁵, a weight of ones and a bias of zeros.
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
     * @param normalizedShape the extents of the last axes
     * @throws ShapeException if an extent is less than 1, or there is none
     */
    public LayerNorm(String name, int... normalizedShape) {
        this(name, 1e-5, true, normalizedShape);
    }

    /**
     * A layer.
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
     * @param eps ε, what is added to the variance
     * @param affine whether there is a weight and a bias
     * @param normalizedShape the extents of the last axes
     * @throws ShapeException if an extent is less than 1, or there is none
     * @throws IllegalArgumentException if ε is not positive
     */
    public LayerNorm(String name, double eps, boolean affine, int... normalizedShape) {
        this.label = new Label("LayerNorm", name);
        this.normalized = Shape.of(label.toString(), normalizedShape);
        this.eps = label.positiveNumber("eps", eps);
        if (normalized.rank() == 0 || normalized.size() == 0) {
            throw label.shape("the normalized shape must have an extent, and none that is 0", normalized);
        }
        this.weight = affine ? new Parameter(label.parameter("weight"), Tensor.ones(normalized)) : null;
        this.bias = affine ? new Parameter(label.parameter("bias"), Tensor.zeros(normalized)) : null;
    }

    /**
     * The normalised x.
     *
     * @param x its last axes have the normalized shape
     * @return of the same shape
     * @throws ShapeException if the last axes have another shape
     */
    @Override
    public Variable apply(Variable x) {
        Shape got = Given.value(label.toString(), "x", x).shape();
        int[] axes = IntStream.range(-normalized.rank(), 0).toArray();
        if (got.rank() < axes.length || !IntStream.of(axes).allMatch(i -> got.extent(i) == normalized.extent(i))) {
            throw label.shape("x must be [.., " + normalized.toString().substring(1), got);
        }
        Variable y =
                x.sub(x.mean(true, axes)).mul(x.variance(true, axes).add(eps).rsqrt());
        return weight == null ? y : y.mul(weight.variable()).add(bias.variable());
    }

    /**
     * The weight w.
     *
     * @return the weight, of the normalized shape
     * @throws IllegalStateException if there is none
     */
    public Parameter weight() {
        return label.present("weight", weight);
    }

    /**
     * The bias b.
     *
     * @return the bias, of the normalized shape
     * @throws IllegalStateException if there is none
     */
    public Parameter bias() {
        return label.present("bias", bias);
    }

    @Override
    public List<Parameter> parameters() {
        return weight == null ? List.of() : List.of(weight, bias);
    }

    @Override
    public String toString() {
        return label.with(normalized);
    }
}
