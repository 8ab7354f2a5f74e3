package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Geometry;
import dev.wengert.tensor.ShapeException;
import java.util.Arrays;

/**
 * Convolutions of signals (one axis) and images (two axes) as they are called: it checks the shapes and the options. An option for axes is
 * one number for all, or one for each.
 */
public final class Conv {

    private final String op;
    private final boolean transposed;
    private final int axes;
    private final Variable x;
    private final Variable weight;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;
    private final int groups;

    private Conv(
            String name,
            int axes,
            Variable x,
            Variable weight,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups) {
        this.op = name + axes + "d";
        this.transposed = name.equals("convTranspose");
        this.axes = axes;
        this.x = x;
        this.weight = weight;
        Operands.require(op, 1, weight);
        this.stride = Operands.perAxis(op, axes, "stride", 1, stride);
        this.padding = Operands.perAxis(op, axes, "padding", 0, padding);
        this.dilation = Operands.perAxis(op, axes, "dilation", 1, dilation);
        this.groups = Operands.perAxis(op, 1, "groups", 1, groups)[0];
        requireChannels();
    }

    /** A convolution with options that are equal for all axes. */
    public static Variable of(
            int axes, Variable x, Variable weight, int stride, int padding, int dilation, int groups) {
        return of(axes, x, weight, new int[] {stride}, new int[] {padding}, new int[] {dilation}, groups);
    }

    /** A convolution. */
    public static Variable of(
            int axes, Variable x, Variable weight, int[] stride, int[] padding, int[] dilation, int groups) {
        return new Conv("conv", axes, x, weight, stride, padding, dilation, groups).output();
    }

    /** A convolution whose result has the extents of the operand. Where the zeros are odd in number, one more stands behind the last element. */
    public static Variable same(int axes, Variable x, Variable weight, int dilation, int groups) {
        int[] one = {1};
        int[] apart = {dilation};
        Conv conv = new Conv("convSame", axes, x, weight, one, new int[] {0}, apart, groups);
        int[] padding = new int[axes];
        Variable even = x;
        for (int d = 0; d < axes; d++) {
            long zeros = Math.max(0, conv.reach(d) - 1);
            padding[d] = (int) Math.min(zeros / 2, Integer.MAX_VALUE);
            even = Pieces.pad(even, d + 2, 0, (int) (zeros % 2));
        }
        return new Conv("convSame", axes, even, weight, one, padding, apart, groups).output();
    }

    /** A transposed convolution with options that are equal for all axes. */
    public static Variable transposed(
            int axes,
            Variable x,
            Variable weight,
            int stride,
            int padding,
            int outputPadding,
            int groups,
            int dilation) {
        return transposed(
                axes, x, weight, new int[] {stride}, new int[] {padding}, new int[] {outputPadding}, groups, new int[] {
                    dilation
                });
    }

    /** A transposed convolution. */
    public static Variable transposed(
            int axes,
            Variable x,
            Variable weight,
            int[] stride,
            int[] padding,
            int[] outputPadding,
            int groups,
            int[] dilation) {
        Conv conv = new Conv("convTranspose", axes, x, weight, stride, padding, dilation, groups);
        return conv.apply(
                Convolution.Kind.IMAGE, conv.image(Operands.perAxis(conv.op, axes, "outputPadding", 0, outputPadding)));
    }

    private void requireChannels() {
        String places = axes == 1 ? "length]" : "height, width]";
        if (x.shape().rank() != axes + 2 || weight.shape().rank() != axes + 2) {
            throw new ShapeException(
                    op,
                    "the operand must be [batch, channels, " + places + " and the weight "
                            + (transposed ? "[channels, out/groups, " : "[out, channels/groups, ") + places,
                    got());
        }
        int channels = x.shape().extent(1);
        int kernels = weight.shape().extent(0);
        String got = got() + " with groups " + groups;
        if (channels % groups != 0 || kernels % groups != 0) {
            throw new ShapeException(op, "groups must divide the channels and the first extent of the weight", got);
        }
        if (transposed && kernels != channels) {
            throw new ShapeException(op, "the weight must have as many channels as the operand", got);
        }
        if (!transposed && weight.shape().extent(1) != channels / groups) {
            throw new ShapeException(op, "the weight must have as many channels as the operand in each group", got);
        }
    }

    private String got() {
        return "operand " + x.shape() + " and weight " + weight.shape();
    }

    private int kernel(int d) {
        return weight.shape().extent(d + 2);
    }

    /** How many elements a kernel spans. */
    private long reach(int d) {
        return (kernel(d) - 1L) * dilation[d] + 1;
    }

    /** The extents of the result of a transposed convolution. */
    private int[] image(int... more) {
        int[] image = new int[axes];
        for (int d = 0; d < axes; d++) {
            if (more[d] >= stride[d]) {
                throw new IllegalArgumentException(
                        op + ": outputPadding must be less than the stride, got outputPadding " + more[d]
                                + " and stride " + stride[d]);
            }
            int n = x.shape().extent(d + 2);
            long padded = (n - 1L) * stride[d] + reach(d) + more[d];
            long extent = padded - 2L * padding[d];
            if (n < 1 || kernel(d) < 1 || extent < 1 || padded > Integer.MAX_VALUE) {
                throw new ShapeException(
                        op,
                        "operand and kernel must have an element, and the result, without its padding, an extent of 1 or"
                                + " more that fits an int",
                        got() + " with stride " + stride[d] + ", padding " + padding[d] + " and dilation "
                                + dilation[d]);
            }
            image[d] = (int) extent;
        }
        return image;
    }

    private Variable output() {
        return apply(Convolution.Kind.OUTPUT, Arrays.copyOfRange(x.shape().toArray(), 2, axes + 2));
    }

    /** A signal is an image of one row. */
    private Variable apply(Convolution.Kind kind, int... image) {
        for (int d = 0; d < axes; d++) {
            long padded = image[d] + 2L * padding[d];
            if (kernel(d) < 1 || reach(d) > padded || padded > Integer.MAX_VALUE) {
                throw new ShapeException(
                        op,
                        "the kernel must have an element, and fit into the padded operand",
                        got() + " with padding " + padding[d] + " and dilation " + dilation[d]);
            }
        }
        int last = axes - 1;
        boolean signal = axes == 1;
        Convolution convolution = new Convolution(
                kind,
                new Geometry(
                        signal ? 1 : image[0],
                        image[last],
                        signal ? 1 : kernel(0),
                        kernel(last),
                        signal ? 1 : stride[0],
                        stride[last],
                        signal ? 0 : padding[0],
                        padding[last],
                        signal ? 1 : dilation[0],
                        dilation[last],
                        groups));
        return signal
                ? convolution.apply(x.expandDims(2), weight.expandDims(2)).squeeze(2)
                : convolution.apply(x, weight);
    }
}
