package dev.wengert.autodiff.op;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
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
}
