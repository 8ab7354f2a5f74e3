package dev.wengert.jqwik;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tensors that broadcast against each other. Shrinking removes an index or an axis from all tensors that have it. */
final class BroadcastableTensors extends SimplifyingArbitrary<List<Tensor>> {

    private final int count;
    private final Shapes shapes;
    private final Doubles elements;

    BroadcastableTensors(int count, Shapes shapes, Doubles elements) {
        this.count = count;
        this.shapes = shapes;
        this.elements = elements;
    }

    @Override
    public List<Tensor> draw(RandomGenerator random) {
        Shape result = shapes.draw(random);
        List<Tensor> tensors = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            int missing = random.nextInt(3) == 0 ? random.nextInt(result.rank() + 1) : 0;
            int[] extents = IntStream.range(missing, result.rank())
                    .map(d -> random.nextInt(4) == 0 ? 1 : result.extent(d))
                    .toArray();
            tensors.add(Tensors.draw(Shape.of(extents), elements, random));
        }
        return List.copyOf(tensors);
    }

    @Override
    public Stream<List<Tensor>> simpler(List<Tensor> tensors) {
        int rank = tensors.stream().mapToInt(t -> t.shape().rank()).max().orElseThrow();
        Stream<List<Tensor>> together = IntStream.rangeClosed(1, rank).boxed().flatMap(d -> smaller(tensors, d));
        Stream<List<Tensor>> alone = IntStream.range(0, tensors.size())
                .boxed()
                .flatMap(k -> Stream.concat(narrower(tensors.get(k)), Slices.simplerElements(tensors.get(k), elements))
                        .map(t -> IntStream.range(0, tensors.size())
                                .mapToObj(i -> i == k ? t : tensors.get(i))
                                .toList()));
        return Stream.concat(together, alone).filter(this::contains);
    }

    private boolean contains(List<Tensor> tensors) {
        Shape result = Shape.of();
        for (Tensor t : tensors) {
            result = Shape.broadcast("simpler", result, t.shape());
        }
        return shapes.contains(result);
    }

    /** The tensors without one index, or without one axis, whose place is counted from the end. */
    private static Stream<List<Tensor>> smaller(List<Tensor> tensors, int fromEnd) {
        int extent = tensors.stream()
                .filter(t -> t.shape().rank() >= fromEnd)
                .mapToInt(t -> t.shape().extent(-fromEnd))
                .filter(e -> e != 1)
                .findFirst()
                .orElse(1);
        Stream<List<Tensor>> axis = extent == 0
                ? Stream.empty()
                : Stream.of(tensors.stream()
                        .map(t -> t.shape().rank() < fromEnd
                                ? t
                                : Slices.first(t, t.shape().rank() - fromEnd))
                        .toList());
        Stream<List<Tensor>> index = IntStream.range(0, extent == 1 ? 0 : extent)
                .mapToObj(i -> tensors.stream()
                        .map(t -> t.shape().rank() < fromEnd || t.shape().extent(-fromEnd) == 1
                                ? t
                                : Slices.without(t, t.shape().rank() - fromEnd, i))
                        .toList());
        return Stream.concat(axis, index);
    }

    /** The tensors with one of them cut to extent 1 along an axis, or without its leading axis of extent 1. */
    private static Stream<Tensor> narrower(Tensor x) {
        Stream<Tensor> single = IntStream.range(0, x.shape().rank())
                .filter(d -> x.shape().extent(d) > 1)
                .mapToObj(d -> Slices.keep(x, d, i -> i == 0));
        boolean leading = x.shape().rank() > 0 && x.shape().extent(0) == 1;
        return Stream.concat(leading ? Stream.of(Slices.first(x, 0)) : Stream.empty(), single);
    }

    @Override
    public long[] complexity(List<Tensor> tensors) {
        long[] sum = new long[4];
        for (Tensor t : tensors) {
            long[] c = Tensors.complexityOf(t);
            for (int i = 0; i < c.length; i++) {
                sum[i] += c[i];
            }
        }
        return sum;
    }
}
