package dev.wengert.accuracy;

import dev.wengert.autodiff.op.Convolution;
import dev.wengert.kernel.Geometry;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Exact forms of convolutions: sums of the products that the elements of image, output and weight have in common. */
final class ConvolutionForms {

    private final BigReal[] left;
    private final BigReal[] right;
    private final List<List<BigReal>> lefts = new ArrayList<>();
    private final List<List<BigReal>> rights = new ArrayList<>();

    private ConvolutionForms(BigReal[] left, BigReal[] right, int size) {
        this.left = left;
        this.right = right;
        for (int i = 0; i < size; i++) {
            lefts.add(new ArrayList<>());
            rights.add(new ArrayList<>());
        }
    }

    /** See {@link ExactForms#of(dev.wengert.autodiff.Op, Shape, BigReal[][], Shape[], BigArithmetic)}. */
    static BigReal[] exact(Convolution op, Shape out, BigReal[][] x, Shape[] s, BigArithmetic a) {
        ConvolutionForms form = new ConvolutionForms(x[0], x[1], out.size());
        Geometry g = op.geometry();
        Shape image = op.kind() == Convolution.Kind.IMAGE ? out : s[0];
        Shape weight = op.kind() == Convolution.Kind.WEIGHT ? out : s[1];
        int[] to = {weight.extent(0), weight.extent(1), g.kernelH(), g.kernelW(), g.outH(), g.outW()};
        for (int n = 0; n < image.extent(0); n++) {
            for (int l = 0; l < weight.size() * g.outH() * g.outW(); l++) {
                int[] at = index(l, to);
                int row = at[4] * g.strideH() + at[2] * g.dilationH() - g.padH();
                int column = at[5] * g.strideW() + at[3] * g.dilationW() - g.padW();
                int channel = at[0] / (to[0] / g.groups()) * to[1] + at[1];
                boolean inside = row >= 0 && row < g.h() && column >= 0 && column < g.w();
                int pixel = inside ? ((n * image.extent(1) + channel) * g.h() + row) * g.w() + column : -1;
                int result = ((n * to[0] + at[0]) * g.outH() + at[4]) * g.outW() + at[5];
                form.add(op.kind(), pixel, result, l / (g.outH() * g.outW()));
            }
        }
        BigReal[] y = new BigReal[out.size()];
        for (int i = 0; i < y.length; i++) {
            BigReal[] p = form.lefts.get(i).toArray(new BigReal[0]);
            BigReal[] q = form.rights.get(i).toArray(new BigReal[0]);
            y[i] = a.dot(p, 0, 1, q, 0, 1, p.length);
        }
        return y;
    }

    private static int[] index(int l, int... extents) {
        int[] index = new int[extents.length];
        int rest = l;
        for (int d = extents.length - 1; d >= 0; d--) {
            index[d] = rest % extents[d];
            rest /= extents[d];
        }
        return index;
    }

    private void add(Convolution.Kind kind, int pixel, int result, int weight) {
        switch (kind) {
            case OUTPUT -> add(result, pixel < 0 ? BigReal.ZERO : left[pixel], right[weight]);
            case IMAGE -> {
                if (pixel >= 0) {
                    add(pixel, left[result], right[weight]);
                }
            }
            default -> add(weight, pixel < 0 ? BigReal.ZERO : left[pixel], right[result]);
        }
    }

    private void add(int to, BigReal p, BigReal q) {
        lefts.get(to).add(p);
        rights.get(to).add(q);
    }
}
