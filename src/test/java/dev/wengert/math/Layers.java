package dev.wengert.math;

import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;

/** One layer with a batch of features and of targets, by the names that {@code @ForAll} gives. */
interface Layers {

    int MOST = 5;

    /**
     * The layer {@code O = XW + b}.
     *
     * @param x features, [n, d]
     * @param w weights, [d, q]
     * @param b biases, [q]
     * @param y targets, [n, q], not negative
     */
    record Layer(Tensor x, Tensor w, Tensor b, Tensor y) {
        int samples() {
            return x.shape().extent(0);
        }

        int features() {
            return x.shape().extent(1);
        }

        int classes() {
            return b.shape().extent(0);
        }
    }

    /** Layers of all sizes, with numbers up to 4. */
    @Provide
    default Arbitrary<Layer> layers() {
        return layers(Doubles.between(-4, 4));
    }

    /** Layers of small integers: all sums and products are exact. */
    @Provide
    default Arbitrary<Layer> integerLayers() {
        return layers(Doubles.between(-8, 8)).map(l -> new Layer(whole(l.x), whole(l.w), whole(l.b), l.y));
    }

    /** Matrices of small integers, to {@link #cut} from. */
    @Provide
    default Arbitrary<Tensor> integerMatrices() {
        return Tensors.of(Shape.of(MOST, MOST), Doubles.between(-8, 8)).map(Layers::whole);
    }

    private static Arbitrary<Layer> layers(Doubles elements) {
        Arbitrary<Integer> size = Arbitraries.integers().between(1, MOST);
        Arbitrary<Tensor> matrix = Tensors.of(Shape.of(MOST, MOST), elements);
        Arbitrary<Tensor> targets = Tensors.of(Shape.of(MOST, MOST), Doubles.between(0, 2));
        return Combinators.combine(size, size, size, matrix, matrix, matrix, targets)
                .as((n, d, q, x, w, b, y) ->
                        new Layer(cut(x, n, d), cut(w, d, q), cut(b, 1, q).row(0), cut(y, n, q)));
    }

    private static Tensor whole(Tensor t) {
        return t.map(Math::rint);
    }

    /** The upper left corner of a matrix. */
    static Tensor cut(Tensor matrix, int rows, int columns) {
        double[] corner = new double[rows * columns];
        Arrays.setAll(corner, k -> matrix.get(k / columns, k % columns));
        return Tensor.of(Shape.of(rows, columns), corner);
    }
}
