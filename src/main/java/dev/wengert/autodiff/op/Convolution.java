package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.kernel.Convolutions;
import dev.wengert.kernel.Geometry;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.List;

/**
 * Convolution of images, as the three bilinear operations that one trilinear form of an image x, weights w and an output y has: {@code y(x,
 * w)}, {@code x(y, w)}, which is the transposed convolution, and {@code w(x, y)}. The derivatives of each are the other two.
 */
public record Convolution(Kind kind, Geometry geometry) implements Primitive {

    /** What the operation gives; its operands are the other two, in this order: image, output, weight. */
    public enum Kind {
        OUTPUT,
        IMAGE,
        WEIGHT
    }

    @Override
    public Shape shape(Shape... x) {
        Primitive.arity(this, 2, x);
        Geometry g = geometry;
        Shape image = kind == Kind.IMAGE ? null : x[0];
        Shape output = kind == Kind.OUTPUT ? null : x[kind == Kind.IMAGE ? 0 : 1];
        Shape weight = kind == Kind.WEIGHT ? null : x[1];
        boolean fits = (image == null || ends(image, g.h(), g.w()) && image.extent(1) % g.groups() == 0)
                && (output == null || ends(output, g.outH(), g.outW()) && output.extent(1) % g.groups() == 0)
                && (weight == null || ends(weight, g.kernelH(), g.kernelW()) && weight.extent(0) % g.groups() == 0)
                && (image == null || weight == null || image.extent(1) == weight.extent(1) * g.groups())
                && (output == null || weight == null || output.extent(1) == weight.extent(0))
                && (image == null || output == null || image.extent(0) == output.extent(0));
        if (!fits) {
            throw new ShapeException(label(), "the operands must fit " + g, x[0] + " and " + x[1]);
        }
        return switch (kind) {
            case OUTPUT -> Shape.of(label(), image.extent(0), weight.extent(0), g.outH(), g.outW());
            case IMAGE -> Shape.of(label(), output.extent(0), weight.extent(1) * g.groups(), g.h(), g.w());
            case WEIGHT -> Shape.of(label(), output.extent(1), image.extent(1) / g.groups(), g.kernelH(), g.kernelW());
        };
    }

    private static boolean ends(Shape s, int h, int w) {
        return s.rank() == 4 && s.extent(2) == h && s.extent(3) == w;
    }

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        int batch = s[0].extent(0);
        int in = in(s);
        int channels = out(s);
        switch (kind) {
            case OUTPUT -> Convolutions.output(geometry, batch, in, channels, x[0], x[1], y, work);
            case IMAGE -> Convolutions.image(geometry, batch, in, channels, x[0], x[1], y, work);
            default -> Convolutions.weight(geometry, batch, in, channels, x[0], x[1], y, work);
        }
    }

    /** The number of channels of the image. */
    private int in(Shape... s) {
        return kind == Kind.IMAGE ? s[1].extent(1) * geometry.groups() : s[0].extent(1);
    }

    /** The number of channels of the output. */
    private int out(Shape... s) {
        return kind == Kind.WEIGHT ? s[1].extent(1) : s[1].extent(0);
    }

    @Override
    public int[] workLengths(Shape... s) {
        return Convolutions.workLengths(geometry, s[0].extent(0), in(s), out(s));
    }

    /** The largest number of products that are summed for an element of the result. */
    public int terms(Shape... s) {
        Geometry g = geometry;
        return switch (kind) {
            case OUTPUT -> s[1].extent(1) * g.kernelH() * g.kernelW();
            case IMAGE -> s[1].extent(0) / g.groups() * g.kernelH() * g.kernelW();
            case WEIGHT -> s[0].extent(0) * g.outH() * g.outW();
        };
    }

    @Override
    public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        Variable other = x.get(1 - i);
        return switch (kind) {
            case OUTPUT -> i == 0 ? to(Kind.IMAGE, g, other) : to(Kind.WEIGHT, other, g);
            case IMAGE -> i == 0 ? to(Kind.OUTPUT, g, other) : to(Kind.WEIGHT, g, other);
            case WEIGHT -> i == 0 ? to(Kind.IMAGE, other, g) : to(Kind.OUTPUT, other, g);
        };
    }

    @Override
    public Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return i == 0 ? apply(t, x.get(1)) : apply(x.get(0), t);
    }

    private Variable to(Kind result, Variable left, Variable right) {
        return new Convolution(result, geometry).apply(left, right);
    }

    @Override
    public String label() {
        return switch (kind) {
            case OUTPUT -> "conv";
            case IMAGE -> "convTranspose";
            case WEIGHT -> "convWeight";
        };
    }
}
