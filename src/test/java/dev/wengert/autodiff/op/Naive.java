package dev.wengert.autodiff.op;

import dev.wengert.kernel.Geometry;
import dev.wengert.kernel.Threefry;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Tensors by formulas over indices: slow, plain, and without a line of the library's kernels. */
final class Naive {

    private Naive() {}

    /** The tensor whose element at every index is what the formula says. */
    static Tensor tensor(Shape shape, ToDoubleFunction<int[]> formula) {
        return Tensor.of(shape, indices(shape).stream().mapToDouble(formula).toArray());
    }

    /** All indices of a shape, in row-major order. */
    static List<int[]> indices(Shape shape) {
        List<int[]> indices = new ArrayList<>();
        for (int l = 0; l < shape.size(); l++) {
            int[] index = new int[shape.rank()];
            int rest = l;
            for (int d = shape.rank() - 1; d >= 0; d--) {
                index[d] = rest % shape.extent(d);
                rest /= shape.extent(d);
            }
            indices.add(index);
        }
        return indices;
    }

    /** The element that broadcasting brings to an index: axes are aligned at the last one, and an extent of 1 is repeated. */
    static double at(Tensor x, int... index) {
        int rank = x.shape().rank();
        int[] own = new int[rank];
        for (int d = 0; d < rank; d++) {
            own[d] = x.shape().extent(d) == 1 ? 0 : index[index.length - rank + d];
        }
        return x.get(own);
    }

    /** The index with one entry replaced; a negative axis counts from the end. */
    static int[] with(int[] index, int axis, int value) {
        int[] result = index.clone();
        result[axis < 0 ? axis + index.length : axis] = value;
        return result;
    }

    /** The indices of {@code shape} that broadcasting brings together at an index of {@code to}. */
    static List<int[]> group(Shape shape, Shape to, int... index) {
        int left = shape.rank() - to.rank();
        return indices(shape).stream()
                .filter(i -> {
                    boolean meets = true;
                    for (int d = 0; d < to.rank(); d++) {
                        meets &= to.extent(d) == 1 || i[left + d] == index[d];
                    }
                    return meets;
                })
                .toList();
    }

    /** Element {@code at} of n random numbers, as the documentation of {@link dev.wengert.tensor.Key} states the layout. */
    static double draw(Draw.Kind kind, int k0, int k1, int at, int n) {
        return switch (kind) {
            case UNIFORM -> upper(Threefry.block(k0, k1, at, 0), 53);
            case BITS -> {
                long block = Threefry.block(k0, k1, at / 2, 1);
                yield Integer.toUnsignedLong((int) (at % 2 == 0 ? block : block >>> 32)) / 0x1p32;
            }
            case NORMAL -> {
                double u = upper(Threefry.block(k0, k1, at / 2 * 2, 2), 53);
                double angle = 2 * Math.PI * upper(Threefry.block(k0, k1, at / 2 * 2 + 1, 2), 53);
                yield Math.sqrt(-2 * StrictMath.log(1 - u))
                        * (at % 2 == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
            }
            case GUMBEL -> -StrictMath.log(-StrictMath.log(upper(Threefry.block(k0, k1, at, 3), 52) + 0x1p-53));
            case PERMUTATION -> {
                List<Integer> order = new ArrayList<>();
                for (int i = 0; i < n; i++) {
                    order.add(i);
                }
                for (int i = n - 1; i > 0; i--) {
                    Collections.swap(order, i, (int) Math.floor((i + 1) * upper(Threefry.block(k0, k1, i, 4), 53)));
                }
                yield order.get(at);
            }
        };
    }

    /** The upper bits of a block as a number in [0, 1). */
    private static double upper(long block, int bits) {
        return (double) (block >>> (64 - bits)) / (1L << bits);
    }

    /** An element of a convolution, of its image or of its weights: the products of the other two that belong to it. Padding is zeros. */
    static double convolution(Convolution.Kind kind, Geometry g, Tensor left, Tensor right, int... index) {
        Shape image = kind == Convolution.Kind.IMAGE ? null : left.shape();
        Shape weight = kind == Convolution.Kind.WEIGHT ? null : right.shape();
        int out = weight == null ? right.shape().extent(1) : weight.extent(0);
        int depth = weight == null ? image.extent(1) / g.groups() : weight.extent(1);
        Shape products = Shape.of(left.shape().extent(0), out, depth, g.kernelH(), g.kernelW(), g.outH(), g.outW());
        double sum = 0;
        for (int[] p : indices(products)) {
            int[] y = {p[0], p[1], p[5], p[6]};
            int[] w = {p[1], p[2], p[3], p[4]};
            int[] x = {
                p[0],
                p[1] / (out / g.groups()) * depth + p[2],
                p[5] * g.strideH() + p[3] * g.dilationH() - g.padH(),
                p[6] * g.strideW() + p[4] * g.dilationW() - g.padW()
            };
            boolean inside = x[2] >= 0 && x[2] < g.h() && x[3] >= 0 && x[3] < g.w();
            int[] to = kind == Convolution.Kind.OUTPUT ? y : kind == Convolution.Kind.IMAGE ? x : w;
            if (Arrays.equals(to, index)) {
                sum += kind == Convolution.Kind.IMAGE
                        ? left.get(y) * right.get(w)
                        : (inside ? left.get(x) : 0) * right.get(kind == Convolution.Kind.OUTPUT ? w : y);
            }
        }
        return sum;
    }
}
