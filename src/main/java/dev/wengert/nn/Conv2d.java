package dev.wengert.nn;

import dev.wengert.autodiff.Parameter;
import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.message.Text;
import dev.wengert.tensor.ShapeException;
import java.util.List;
import java.util.random.RandomGenerator;

/** Convolution of images with filters: see {@link Variable#conv2d(Variable, int[], int[], int[], int)}. */
public final class Conv2d implements Layer {

    private final Filters filters;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;
    private final int groups;
    private final boolean same;

    /**
     * A layer of stride 1 without padding, with a bias of zeros. Weights are drawn uniformly from {@code ±√(6/(fanIn + fanOut))}, where fanIn
     * = channels·kernel² and fanOut = outputs·kernel².
     *
     * @param name the name of the layer; its parameters are {@code name.weight} and {@code name.bias}
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the height and the width of a filter
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is less than 1
     */
    public Conv2d(String name, int channels, int outputs, int kernel, RandomGenerator random) {
        this(name, channels, outputs, kernel, 1, 0, random);
    }

    /**
     * A layer with a bias.
     *
     * @param name the name of the layer
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the height and the width of a filter
     * @param stride the step from place to place
     * @param padding how many zeros stand before the first row and column, and behind the last
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is out of range
     */
    public Conv2d(String name, int channels, int outputs, int kernel, int stride, int padding, RandomGenerator random) {
        this(name, channels, outputs, two(kernel), two(stride), two(padding), two(1), 1, true, random);
    }

    /**
     * A layer. Each list has a number for rows and one for columns.
     *
     * @param name the name of the layer
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the extents of a filter
     * @param stride the steps from place to place
     * @param padding how many zeros stand before the first, and behind the last
     * @param dilation the steps from element to element of a filter
     * @param groups the number of groups of channels, each with filters of its own
     * @param bias whether there is a bias
     * @param random the generator that draws the weights
     * @throws IllegalArgumentException if a number is out of range
     */
    public Conv2d(
            String name,
            int channels,
            int outputs,
            int[] kernel,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups,
            boolean bias,
            RandomGenerator random) {
        this(name, channels, outputs, kernel, stride, padding, dilation, groups, bias, false, random);
    }

    private Conv2d(
            String name,
            int channels,
            int outputs,
            int[] kernel,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups,
            boolean bias,
            boolean same,
            RandomGenerator random) {
        Label label = new Label("Conv2d", name);
        int[] extents = pair(label, "the kernel", kernel);
        this.stride = pair(label, "stride", stride);
        this.padding = pair(label, "padding", padding);
        this.dilation = pair(label, "dilation", dilation);
        this.groups = groups;
        this.same = same;
        this.filters = new Filters(label, channels, outputs, extents, groups, bias, random);
        label.positive("stride", this.stride);
        label.positive("dilation", this.dilation);
        label.atLeast(0, "padding", this.padding);
    }

    /**
     * A layer of stride 1 with a bias and as much padding as keeps the extents: see {@link Variable#convSame2d(Variable)}.
     *
     * @param name the name of the layer
     * @param channels C, the number of channels
     * @param outputs the number of filters
     * @param kernel the height and the width of a filter
     * @param random the generator that draws the weights
     * @return the layer, from [N, C, H, W] to [N, outputs, H, W]
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static Conv2d same(String name, int channels, int outputs, int kernel, RandomGenerator random) {
        return new Conv2d(name, channels, outputs, two(kernel), two(1), two(0), two(1), 1, true, true, random);
    }

    private static int[] two(int n) {
        return new int[] {n, n};
    }

    private static int[] pair(Label label, String what, int[] numbers) {
        int[] copy = Given.value(label.toString(), what, numbers).clone();
        if (copy.length != 2) {
            throw new IllegalArgumentException(label + ": " + what
                    + " must have a number for rows and one for columns, got " + Text.numbers(copy));
        }
        return copy;
    }

    /**
     * What the filters give.
     *
     * @param x [N, C, H, W]
     * @return [N, outputs, .., ..]
     * @throws ShapeException if x has another shape, or is too small
     */
    @Override
    public Variable apply(Variable x) {
        Variable weight = filters.weightFor(x);
        return filters.plusBias(same ? x.convSame2d(weight) : x.conv2d(weight, stride, padding, dilation, groups));
    }

    /**
     * The filters.
     *
     * @return the weight, [outputs, channels/groups, height, width]
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
