package dev.wengert.autodiff.op;

import static dev.wengert.autodiff.op.Naive.at;
import static dev.wengert.autodiff.op.Naive.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Shapes;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * What methods with axes and shapes do, for any axes and shapes, against loops over indices.
 *
 * <p>Elements are multiples of 1/8 up to 8, so that sums and products of them are exact in any order: results are compared bit for bit.
 */
class AxesProperties {

    private static double eighths(double x) {
        return Math.rint(8 * x) / 8 + 0.0; // no −0.0, on whose sums one may differ
    }

    @Provide
    Arbitrary<Tensor> tensors() {
        return Tensors.of(Shapes.upTo(4, 4).orEmpty(), Doubles.between(-8, 8)).map(x -> x.map(AxesProperties::eighths));
    }

    @Provide
    Arbitrary<Tensor> withAxes() {
        return Tensors.of(Shapes.upTo(4, 4).orEmpty().atLeast(1), Doubles.between(-8, 8))
                .map(x -> x.map(AxesProperties::eighths));
    }

    @Provide
    Arbitrary<List<Tensor>> triples() {
        return Tensors.broadcastable(3, Shapes.upTo(3, 3).orEmpty(), Doubles.between(-8, 8))
                .map(t -> t.stream().map(x -> x.map(AxesProperties::eighths)).toList());
    }

    private static Variable v(Tensor x) {
        return Variable.of(x);
    }

    // ---- reductions ----

    /** Some axes, in any order, some counted from the end; often none, which means all. */
    private static int[] someAxes(Tensor x, Random random) {
        int rank = x.shape().rank();
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, random);
        return axes.stream()
                .limit(random.nextInt(rank + 1))
                .mapToInt(d -> random.nextBoolean() ? d : d - rank)
                .toArray();
    }

    /** What a function makes of the elements that meet in each element of the result. */
    private static Tensor reduced(Tensor x, boolean keep, int[] axes, ToDoubleFunction<double[]> f) {
        Shape s = x.shape();
        boolean[] gone = new boolean[s.rank()];
        IntStream.of(axes.length == 0 ? IntStream.range(0, s.rank()).toArray() : axes)
                .forEach(d -> gone[d < 0 ? d + s.rank() : d] = true);
        Shape kept = Shape.of(
                IntStream.range(0, s.rank()).map(d -> gone[d] ? 1 : s.extent(d)).toArray());
        Shape dropped = Shape.of(IntStream.range(0, s.rank())
                .filter(d -> !gone[d])
                .map(s::extent)
                .toArray());
        Tensor result = Naive.tensor(
                kept,
                i -> f.applyAsDouble(Naive.group(s, kept, i).stream()
                        .mapToDouble(j -> at(x, j))
                        .toArray()));
        return keep ? result : result.reshape(dropped);
    }

    private static double mean(double... x) {
        return DoubleStream.of(x).sum() / x.length;
    }

    @Property
    void sumsAndMeans(@ForAll("tensors") Tensor x, @ForAll boolean keep, @ForAll Random random) {
        int[] axes = someAxes(x, random);
        assertThat(v(x).sum(keep, axes).value())
                .isEqualTo(reduced(x, keep, axes, e -> DoubleStream.of(e).sum()));
        assertThat(v(x).mean(keep, axes).value()).isEqualTo(reduced(x, keep, axes, AxesProperties::mean));
    }

    @Property
    void extrema(@ForAll("tensors") Tensor x, @ForAll boolean keep, @ForAll Random random) {
        int[] axes = someAxes(x, random);
        Tensor counts = reduced(x, keep, axes, e -> e.length);
        Assume.that(DoubleStream.of(counts.toArray()).allMatch(n -> n > 0));
        assertThat(v(x).max(keep, axes).value())
                .isEqualTo(reduced(x, keep, axes, e -> DoubleStream.of(e).reduce(-9, Math::max)));
        assertThat(v(x).min(keep, axes).value())
                .isEqualTo(reduced(x, keep, axes, e -> DoubleStream.of(e).reduce(9, Math::min)));
    }

    /** The mean is rounded, and the squares and their mean are: a few ulps of the largest square that can be. */
    @Property
    void variances(@ForAll("tensors") Tensor x, @ForAll boolean keep, @ForAll Random random) {
        int[] axes = someAxes(x, random);
        requireClose(
                v(x).variance(keep, axes).value(),
                reduced(
                        x,
                        keep,
                        axes,
                        e -> mean(DoubleStream.of(e)
                                .map(a -> (a - mean(e)) * (a - mean(e)))
                                .toArray())),
                8 * Math.ulp(256.0));
    }

    /** MATH.md §9: (q + 16)u of the result, which is at most 8 + log 256; the plain formula is as good at this scale. */
    @Property
    void logSumExps(@ForAll("tensors") Tensor x, @ForAll boolean keep, @ForAll Random random) {
        int[] axes = someAxes(x, random);
        requireClose(
                v(x).logSumExp(keep, axes).value(),
                reduced(
                        x,
                        keep,
                        axes,
                        e -> Math.log(DoubleStream.of(e).map(Math::exp).sum())),
                2 * (256 + 16) * 0x1p-53 * 14);
    }

    private static void requireClose(Tensor actual, Tensor expected, double bound) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int[] i : Naive.indices(expected.shape())) {
            double difference = Math.abs(actual.get(i) - expected.get(i));
            assertThat(Double.compare(actual.get(i), expected.get(i)) == 0 || difference <= bound)
                    .as("%s is %s at %s", actual, expected, Arrays.toString(i))
                    .isTrue();
        }
    }

    // ---- numbers and broadcasting ----

    @Property
    void numbersStandOnEitherSide(@ForAll("tensors") Tensor x) {
        assertThat(v(x).add(0.75).value()).isEqualTo(x.map(e -> e + 0.75));
        assertThat(v(x).sub(0.75).value()).isEqualTo(x.map(e -> e - 0.75));
        assertThat(v(x).rsub(0.75).value()).isEqualTo(x.map(e -> 0.75 - e));
        assertThat(v(x).mul(0.75).value()).isEqualTo(x.map(e -> e * 0.75));
        assertThat(v(x).div(0.75).value()).isEqualTo(x.map(e -> e / 0.75));
        assertThat(v(x).rdiv(0.75).value()).isEqualTo(x.map(e -> 0.75 / e));
        assertThat(v(x).reciprocal().value()).isEqualTo(x.map(e -> 1 / e));
        assertThat(v(x).maximum(0.75).value()).isEqualTo(x.map(e -> Math.max(e, 0.75)));
        assertThat(v(x).minimum(0.75).value()).isEqualTo(x.map(e -> Math.min(e, 0.75)));
        assertThat(v(x).ge(0.75).value()).isEqualTo(x.map(e -> e >= 0.75 ? 1 : 0));
        assertThat(v(x).ne(0.75).value()).isEqualTo(x.map(e -> e != 0.75 ? 1 : 0));
    }

    @Property
    void arithmeticBroadcasts(@ForAll("triples") List<Tensor> t) {
        requirePair(t, Variable::add, (a, b) -> a + b);
        requirePair(t, Variable::sub, (a, b) -> a - b);
        requirePair(t, Variable::mul, (a, b) -> a * b);
        requirePair(t, Variable::div, (a, b) -> a / b);
        requirePair(t, Variable::maximum, Math::max);
        requirePair(t, Variable::gt, (a, b) -> a > b ? 1.0 : 0.0);
    }

    private static void requirePair(List<Tensor> t, BinaryOperator<Variable> op, BinaryOperator<Double> f) {
        Tensor a = t.get(0);
        Tensor b = t.get(1);
        Shape shape = Shape.broadcast("test", a.shape(), b.shape());
        assertThat(op.apply(v(a), v(b)).value()).isEqualTo(Naive.tensor(shape, i -> f.apply(at(a, i), at(b, i))));
    }

    @Property
    void whereBroadcasts(@ForAll("triples") List<Tensor> t) {
        Shape shape = t.stream().map(Tensor::shape).reduce(Shape.of(), (a, b) -> Shape.broadcast("test", a, b));
        assertThat(Variable.where(v(t.get(0)), v(t.get(1)), v(t.get(2))).value())
                .isEqualTo(Naive.tensor(shape, i -> at(t.get(at(t.get(0), i) != 0 ? 1 : 2), i)));
        assertThat(v(t.get(0)).broadcastTo(shape).value()).isEqualTo(Naive.tensor(shape, i -> at(t.get(0), i)));
    }

    /** Undone in the sweep: what was repeated gathers the sum of its cotangents. */
    @Property
    void cotangentsOfWhatWasRepeatedAreAdded(@ForAll("triples") List<Tensor> t) {
        List<Variable> x = t.stream().map(Variable::of).toList();
        Shape shape = t.stream().map(Tensor::shape).reduce(Shape.of(), (a, b) -> Shape.broadcast("test", a, b));
        Variable y = x.get(0).mul(x.get(1)).add(x.get(2)).sum();
        List<Variable> g = Autodiff.gradients(y, x);
        requireSum(g.get(0), t.get(0), shape, i -> at(t.get(1), i));
        requireSum(g.get(1), t.get(1), shape, i -> at(t.get(0), i));
        requireSum(g.get(2), t.get(2), shape, i -> 1);
    }

    private static void requireSum(Variable g, Tensor of, Shape from, ToDoubleFunction<int[]> term) {
        Tensor expected = Naive.tensor(
                of.shape(),
                i -> Naive.group(from, of.shape(), i).stream().mapToDouble(term).sum());
        assertThat(g.value().ulpDistance(expected))
                .as("%s is %s", g.value(), expected)
                .isZero();
    }

    // ---- rearrangements ----

    @Property
    void permutations(@ForAll("tensors") Tensor x, @ForAll Random random) {
        int rank = x.shape().rank();
        List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.shuffle(axes, random);
        int[] given =
                axes.stream().mapToInt(d -> random.nextBoolean() ? d : d - rank).toArray();
        Shape shape = Shape.of(axes.stream().mapToInt(x.shape()::extent).toArray());
        assertThat(v(x).permute(given).value()).isEqualTo(Naive.tensor(shape, i -> {
            int[] from = new int[rank];
            IntStream.range(0, rank).forEach(d -> from[axes.get(d)] = i[d]);
            return x.get(from);
        }));
    }

    @Property
    void transposes(@ForAll("tensors") Tensor x) {
        int rank = x.shape().rank();
        Assume.that(rank >= 2);
        Shape shape =
                x.shape().with(-1, x.shape().extent(-2)).with(-2, x.shape().extent(-1));
        assertThat(v(x).transpose().value())
                .isEqualTo(Naive.tensor(shape, i -> x.get(with(with(i, -1, i[rank - 2]), -2, i[rank - 1]))));
    }

    @Property
    void reshapes(@ForAll("withAxes") Tensor x) {
        Shape s = x.shape();
        assertThat(v(x).reshape(s.size(), 1).value()).isEqualTo(Tensor.of(Shape.of(s.size(), 1), x.toArray()));
        if (s.size() > 0) {
            int[] extents = s.toArray();
            extents[extents.length - 1] = -1;
            assertThat(v(x).reshape(-1).reshape(extents).value()).isEqualTo(x);
        }
    }

    @Property
    void slicesAndTheirConcatenation(@ForAll("withAxes") Tensor x, @ForAll Random random) {
        int rank = x.shape().rank();
        int axis = random.nextInt(rank);
        int given = random.nextBoolean() ? axis : axis - rank;
        int extent = x.shape().extent(axis);
        int from = random.nextInt(extent + 1);
        int to = from + random.nextInt(extent - from + 1);
        Variable middle = v(x).slice(given, from, to);
        assertThat(middle.value())
                .isEqualTo(Naive.tensor(x.shape().with(axis, to - from), i -> x.get(with(i, axis, i[axis] + from))));
        assertThat(Variable.concat(given, v(x).slice(given, 0, from), middle, v(x).slice(given, to, extent))
                        .value())
                .isEqualTo(x);
    }

    /** Single columns are written eight at a time, wider parts one by one. */
    @Property
    void manyColumnsAmongWiderParts(@ForAll @IntRange(max = 5) int rows, @ForAll Random random) {
        int width = random.nextInt(60) + 1;
        Tensor x = Naive.tensor(Shape.of(rows, width), i -> 100 * i[0] + i[1]);
        List<Variable> parts = new ArrayList<>();
        for (int from = 0; from < width; ) {
            int to = random.nextInt(6) > 0 ? from + 1 : Math.min(width, from + random.nextInt(4));
            parts.add(v(x).slice(1, from, to));
            from = to;
        }
        assertThat(Variable.concat(1, parts.toArray(Variable[]::new)).value()).isEqualTo(x);
    }

    @Property
    void stacks(@ForAll("tensors") Tensor x, @ForAll @IntRange(min = 1, max = 20) int count, @ForAll Random random) {
        int rank = x.shape().rank() + 1;
        int axis = random.nextInt(rank);
        List<Tensor> parts =
                IntStream.range(0, count).mapToObj(k -> x.map(e -> e + k)).toList();
        Variable stacked = Variable.stack(
                random.nextBoolean() ? axis : axis - rank,
                parts.stream().map(Variable::of).toArray(Variable[]::new));
        assertThat(stacked.shape().extent(axis)).isEqualTo(count);
        for (int k = 0; k < count; k++) {
            assertThat(stacked.slice(axis, k, k + 1).reshape(x.shape()).value()).isEqualTo(parts.get(k));
        }
    }

    /** Rows of an index of any shape; adding them back is the transpose: ⟨gather(x), u⟩ = ⟨x, scatterAdd(u)⟩. */
    @Property
    void gathersAndScatters(@ForAll("withAxes") Tensor x, @ForAll("tensors") Tensor like, @ForAll Random random) {
        int rows = x.shape().extent(0);
        Assume.that(rows > 0 || like.shape().size() == 0);
        Tensor index = like.map(e -> random.nextInt(rows));
        int lead = index.shape().rank();
        Variable y = v(x).gather(v(index));
        Shape row = Shape.of(IntStream.of(x.shape().toArray()).skip(1).toArray());
        assertThat(y.value()).isEqualTo(Naive.tensor(index.shape().concat(row), i -> {
            int[] from = new int[x.shape().rank()];
            from[0] = (int) index.get(Arrays.copyOf(i, lead));
            System.arraycopy(i, lead, from, 1, from.length - 1);
            return x.get(from);
        }));
        Tensor u = y.value().map(e -> eighths(random.nextInt(64) / 8.0 - 4));
        Tensor back = v(u).scatterAdd(v(index), rows).value();
        assertThat(back.shape()).isEqualTo(x.shape());
        assertThat(dot(y.value(), u)).isEqualTo(dot(x, back));
    }

    private static double dot(Tensor a, Tensor b) {
        return IntStream.range(0, a.shape().size())
                .mapToDouble(l -> a.toArray()[l] * b.toArray()[l])
                .sum();
    }

    // ---- products ----

    /** NumPy's rule: a vector on the left is a row, on the right a column, and its axis disappears; leading axes broadcast. */
    @Property
    void matrixProducts(
            @ForAll("triples") List<Tensor> stacks,
            @ForAll @IntRange(max = 3) int n,
            @ForAll @IntRange(max = 3) int k,
            @ForAll @IntRange(max = 3) int m,
            @ForAll boolean row,
            @ForAll boolean column,
            @ForAll Random random) {
        Shape left = row ? Shape.of(k) : stacks.get(0).shape().concat(Shape.of(n, k));
        Shape right = column ? Shape.of(k) : stacks.get(1).shape().concat(Shape.of(k, m));
        Tensor a = Naive.tensor(left, i -> random.nextInt(64) / 8.0 - 4);
        Tensor b = Naive.tensor(right, i -> random.nextInt(64) / 8.0 - 4);
        Shape stack = Shape.broadcast(
                "test",
                row ? Shape.of() : stacks.get(0).shape(),
                column ? Shape.of() : stacks.get(1).shape());
        Shape result = stack.concat(row ? Shape.of() : Shape.of(n)).concat(column ? Shape.of() : Shape.of(m));
        assertThat(v(a).matmul(v(b)).value()).isEqualTo(Naive.tensor(result, i -> {
            int[] lead = Arrays.copyOf(i, stack.rank());
            int r = row ? -1 : i[stack.rank()];
            int c = column ? -1 : i[i.length - 1];
            return IntStream.range(0, k)
                            .mapToDouble(l -> (row ? a.get(l) : stacked(a, lead, r, l))
                                    * (column ? b.get(l) : stacked(b, lead, l, c)))
                            .sum()
                    + 0;
        }));
    }

    /** An element of a matrix in a stack that broadcasts. */
    private static double stacked(Tensor x, int[] lead, int row, int column) {
        int rank = x.shape().rank();
        int[] i = new int[rank];
        for (int d = 0; d < rank - 2; d++) {
            i[d] = x.shape().extent(d) == 1 ? 0 : lead[lead.length - (rank - 2) + d];
        }
        i[rank - 2] = row;
        i[rank - 1] = column;
        return x.get(i);
    }

    /** Also where products are rounded. */
    @Property
    void affineHasTheBitsOfProductAndSum(
            @ForAll("withAxes") Tensor like,
            @ForAll @IntRange(max = 3) int q,
            @ForAll boolean matrix,
            @ForAll Random random) {
        Tensor x = like.map(e -> random.nextGaussian());
        Tensor weight = Naive.tensor(Shape.of(x.shape().extent(-1), q), i -> random.nextGaussian());
        Tensor bias =
                Naive.tensor(matrix && x.shape().rank() > 1 ? Shape.of(1, q) : Shape.of(q), i -> random.nextGaussian());
        assertThat(v(x).affine(v(weight), v(bias)).value())
                .isEqualTo(v(x).matmul(v(weight)).add(v(bias)).value());
    }

    // ---- the softmax family along an axis ----

    /** Along an axis is line by line, bit for bit. */
    @Property
    void softmaxAlongAnAxis(@ForAll("withAxes") Tensor x, @ForAll Random random) {
        int rank = x.shape().rank();
        int axis = random.nextInt(rank);
        int given = random.nextBoolean() ? axis : axis - rank;
        requireLines(x, axis, v(x).softmax(given), Variable::softmax);
        requireLines(x, axis, v(x).logSoftmax(given), Variable::logSoftmax);
        requireLines(x, axis, v(x).softmin(given), line -> line.neg().softmax());
    }

    private static void requireLines(Tensor x, int axis, Variable y, UnaryOperator<Variable> f) {
        Function<int[], Tensor> line =
                i -> Naive.tensor(Shape.of(x.shape().extent(axis)), l -> x.get(with(i, axis, l[0])));
        assertThat(y.value())
                .isEqualTo(Naive.tensor(
                        x.shape(), i -> f.apply(v(line.apply(i))).value().get(i[axis])));
    }
}
