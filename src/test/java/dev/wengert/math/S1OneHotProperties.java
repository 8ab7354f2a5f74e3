package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Variable;
import dev.wengert.data.OneHot;
import dev.wengert.jqwik.Classification;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Shapes;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** MATH.md §1: one-hot labels, as an operation of the graph. */
class S1OneHotProperties implements Batches {

    private static final int LABELS = 8;

    /** Labels 0 to 7, of any shape. */
    @Provide
    Arbitrary<Tensor> labels() {
        return Tensors.of(Shapes.upTo(3, 4).orEmpty(), Doubles.between(0, LABELS - 0.5))
                .map(t -> t.map(c -> Math.floor(Math.abs(c))));
    }

    @Provide
    Arbitrary<Double> numbers() {
        return Doubles.any().near(0, 1, 2, 3);
    }

    @Provide
    Arbitrary<Tensor> matrices() {
        return Tensors.of(Shape.of(CLASSES, 3), Doubles.finite());
    }

    private static Tensor encode(Tensor labels, int classes) {
        return Variable.of(labels).oneHot(classes).value();
    }

    @Example
    void catChickenDog() {
        assertThat(encode(Tensor.of(0, 1, 2), 3)).isEqualTo(Tensor.of(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}
        }));
    }

    @Property
    void oneAtTheClassZeroElsewhere(@ForAll("labels") Tensor labels, @ForAll @IntRange(max = 3) int more) {
        int q = LABELS + more;
        Tensor y = encode(labels, q);
        assertThat(y.shape()).isEqualTo(labels.shape().concat(Shape.of(q)));
        double[] classes = labels.toArray();
        double[] ones = y.toArray();
        for (int k = 0; k < ones.length; k++) {
            assertThat(ones[k]).isEqualTo(classes[k / q] == k % q ? 1 : 0);
        }
    }

    @Property
    void decodingUndoesEncoding(@ForAll("labels") Tensor labels) {
        assertThat(encode(labels, LABELS).argmax(-1)).isEqualTo(labels);
    }

    @Property
    void encodingUndoesDecoding(@ForAll("oneHot") Classification c) {
        assertThat(encode(c.labels(), c.classes())).isEqualTo(c.targets());
    }

    @Property
    void theGraphAndTheDataSetEncodeAlike(@ForAll("labels") Tensor labels) {
        assertThat(encode(labels, LABELS)).isEqualTo(OneHot.encode(labels, LABELS));
    }

    @Property
    void whatIsNoClassIsRefused(@ForAll("numbers") double label, @ForAll @IntRange(min = 1, max = 4) int q) {
        Assume.that(!(label >= 0 && label < q && label == Math.rint(label)));
        assertThatThrownBy(() -> encode(Tensor.of(0, label), q))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("oneHot: every class must be a whole number in 0.." + (q - 1) + ", got " + label
                        + " at position 1");
    }

    /** All pairs of classes are equally far apart: no order is implied. */
    @Property
    void classesHaveNoOrder(@ForAll @IntRange(max = 7) int a, @ForAll @IntRange(max = 7) int b) {
        Assume.that(a != b);
        double[] difference = Variable.of(encode(Tensor.scalar(a), LABELS))
                .sub(Variable.of(encode(Tensor.scalar(b), LABELS)))
                .value()
                .toArray();
        assertThat(Arrays.stream(difference).map(v -> v * v).sum()).isEqualTo(2);
    }

    /** Renaming the classes renames the columns. */
    @Property
    void renamingClassesPermutesColumns(@ForAll("labels") Tensor labels, @ForAll @IntRange(max = 7) int shift) {
        Variable renamed = Variable.of(labels.map(c -> (c + shift) % LABELS)).oneHot(LABELS);
        Variable y = Variable.of(labels).oneHot(LABELS);
        Variable rolled = Variable.concat(-1, y.slice(-1, LABELS - shift, LABELS), y.slice(-1, 0, LABELS - shift));
        assertThat(renamed.value()).isEqualTo(rolled.value());
    }

    @Property
    void encodingIsFlat(@ForAll("labels") Tensor labels) {
        assertThat(grad(c -> c.oneHot(LABELS).sum()).apply(labels)).isEqualTo(Tensor.zeros(labels.shape()));
    }

    /** The product of a one-hot row with a matrix picks a row of the matrix, as gather does. */
    @Property
    void theProductWithAMatrixPicksRows(@ForAll("oneHot") Classification c, @ForAll("matrices") Tensor matrix) {
        Variable w = Variable.of(matrix).slice(0, 0, c.classes());
        Variable picked = Variable.of(c.targets()).matmul(w);
        assertThat(picked.sub(w.gather(Variable.of(c.labels()))).value()).isEqualTo(Tensor.zeros(picked.shape()));
    }
}
