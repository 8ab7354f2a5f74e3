package dev.wengert.jqwik;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Steps from a tensor to simpler ones: they remove indices and axes, and simplify elements. */
final class Slices {

    private Slices() {}

    /** The tensor with only those indices of an axis that a predicate accepts. */
    static Tensor keep(Tensor x, int axis, IntPredicate index) {
        int inner = 1;
        for (int d = axis + 1; d < x.shape().rank(); d++) {
            inner *= x.shape().extent(d);
        }
        int width = inner;
        int extent = x.shape().extent(axis);
        double[] elements = x.toArray();
        double[] kept = IntStream.range(0, elements.length)
                .filter(i -> index.test(i / width % extent))
                .mapToDouble(i -> elements[i])
                .toArray();
        int count = (int) IntStream.range(0, extent).filter(index).count();
        return Tensor.of(x.shape().with(axis, count), kept);
    }

    static Tensor without(Tensor x, int axis, int index) {
        return keep(x, axis, i -> i != index);
    }

    /** The tensor at the first index of an axis, without that axis. */
    static Tensor first(Tensor x, int axis) {
        int[] extents = IntStream.range(0, x.shape().rank())
                .filter(d -> d != axis)
                .map(x.shape()::extent)
                .toArray();
        return keep(x, axis, i -> i == 0).reshape(Shape.of(extents));
    }

    static Tensor with(Tensor x, int element, double value) {
        double[] elements = x.toArray();
        elements[element] = value;
        return Tensor.of(x.shape(), elements);
    }

    /** All tensors with one element simplified. */
    static Stream<Tensor> simplerElements(Tensor x, Doubles elements) {
        double[] e = x.toArray();
        return IntStream.range(0, e.length)
                .boxed()
                .flatMap(i -> elements.simpler(e[i]).map(v -> with(x, i, v)));
    }

    /** The sum of the complexities of the elements. */
    static long complexityOfElements(Tensor x) {
        return Arrays.stream(x.toArray()).mapToLong(Doubles::complexityOf).sum();
    }
}
