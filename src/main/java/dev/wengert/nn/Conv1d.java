package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.random.RandomGenerator;

/** Convolution of signals with filters: see {@link Variable#conv1d(Variable, int, int, int, int)}. */
public final class Conv1d implements Layer {

    private final Filters filters;
    private final int stride;
    private final int padding;
    private final int dilation;
    private final int groups;
    private final boolean same;

    /**
     * A layer of stride 1 without padding, with a bias of zeros. Weights are drawn uniformly from {@code ±√(6/(fanIn + fanOut))}, where fanIn
     * = channels·kernel and fanOut = outputs·kernel.
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the extent of a filter
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is less than 1
     */
    public Conv1d(String name, int channels, int outputs, int kernel, RandomGenerator random) {
        this(name, channels, outputs, kernel, 1, 0, random);
    }

    /**
     * A layer with a bias.
     *
     * @param name the name of the layer
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the extent of a filter
     * @param stride the step from place to place
     * @param padding how many zeros stand before the first element, and behind the last
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is out of range
     */
    public Conv1d(String name, int channels, int outputs, int kernel, int stride, int padding, RandomGenerator random) {
        this(name, channels, outputs, kernel, stride, padding, 1, 1, true, random);
    }

    /**
     * A layer.
     *
     * @param name the name of the layer
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the extent of a filter
     * @param stride the step from place to place
     * @param padding how many zeros stand before the first element, and behind the last
     * @param dilation the step from element to element of a filter
     * @param groups the number of groups of channels, each with filters of its own
     * @param bias whether there is a bias
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is out of range
     */
    public Conv1d(
            String name,
            int channels,
            int outputs,
            int kernel,
            int stride,
            int padding,
            int dilation,
            int groups,
            boolean bias,
            RandomGenerator random) {
        this(name, channels, outputs, kernel, stride, padding, dilation, groups, bias, false, random);
    }

    private Conv1d(
            String name,
            int channels,
            int outputs,
            int kernel,
            int stride,
            int padding,
            int dilation,
            int groups,
            boolean bias,
            boolean same,
            RandomGenerator random) {
        Label label = new Label("Conv1d", name);
        this.filters = new Filters(label, channels, outputs, new int[] {kernel}, groups, bias, random);
        label.positive("stride and dilation", stride, dilation);
        label.atLeast(0, "padding", padding);
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
        this.groups = groups;
        this.same = same;
    }

    /**
     * A layer of stride 1 with a bias and as much padding as keeps the extents: see {@link Variable#convSame1d(Variable)}.
     *
     * @param name the name of the layer
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the extent of a filter
     * @param random the generator that draws the weights
     * @return the layer, from [N, C, L] to [N, outputs, L]
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Conv1d same(String name, int channels, int outputs, int kernel, RandomGenerator random) {
        return new Conv1d(name, channels, outputs, kernel, 1, 0, 1, 1, true, true, random);
    }

    /**
     * What the filters give.
     *
     * @param x [N, C, L]
     * @return [N, outputs, ..]
     * @throws ShapeException if x has another shape, or is too short
     */
    @Override
    public Variable apply(Variable x) {
        Variable weight = filters.weightFor(x);
        return filters.plusBias(same ? x.convSame1d(weight) : x.conv1d(weight, stride, padding, dilation, groups));
    }

    /**
     * The filters.
     *
     * @return the weight, [outputs, channels/groups, kernel]
     */
    public Parameter weight() {
        return filters.weight();
    }

    /**
     * The bias.
     *
     * @return the bias, [outputs]
     * @throws IllegalStateException if there is none
     */
    public Parameter bias() {
        return filters.bias();
    }

    @Override
    public List<Parameter> parameters() {
        return filters.parameters();
    }

    @Override
    public String toString() {
        return filters.toString();
    }
}
