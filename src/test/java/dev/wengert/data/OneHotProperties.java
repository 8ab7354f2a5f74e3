package dev.wengert.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** One-hot labels: MATH.md, section 1. */
class OneHotProperties {
    /** Labels of any shape up to rank 3, among a number of classes. */
    record Labels(Tensor labels, int classes) {}

    @Provide
    Arbitrary<Labels> labels() {
        Arbitrary<int[]> shapes =
                Arbitraries.integers().between(0, 5).array(int[].class).ofMaxSize(3);
        return Arbitraries.integers()
                .between(1, 12)
                .flatMap(classes -> shapes.flatMap(extents -> {
                    Shape shape = Shape.of(extents);
                    Arbitrary<Integer> labels = Arbitraries.integers().between(0, classes - 1);
                    return labels.list()
                            .ofSize(shape.size())
                            .map(list -> new Labels(
                                    Tensor.of(
                                            shape,
                                            list.stream().mapToDouble(i -> i).toArray()),
                                    classes));
                }));
    }

    @Property
    void decodingUndoesEncoding(@ForAll("labels") Labels l) {
        assertThat(OneHot.decode(OneHot.encode(l.labels, l.classes))).isEqualTo(l.labels);
    }

    @Property
    void everyVectorHasItsOneAtTheClass(@ForAll("labels") Labels l) {
        Tensor y = OneHot.encode(l.labels, l.classes);
        assertThat(y.shape()).isEqualTo(l.labels.shape().concat(Shape.of(l.classes)));
        double[] labels = l.labels.toArray();
        double[] ones = y.toArray();
        for (int i = 0; i < ones.length; i++) {
            assertThat(ones[i]).isEqualTo(i % l.classes == labels[i / l.classes] ? 1 : 0);
        }
    }

    @Property
    void whatIsNoClassIsRefused(@ForAll double label, @ForAll @IntRange(min = 1, max = 1000) int classes) {
        Assume.that(!(label >= 0 && label <= classes - 1 && label == Math.floor(label)));
        assertThatThrownBy(() -> OneHot.encode(Tensor.of(0, label), classes))
                .hasMessage(
                        "encode: labels must be whole numbers in 0.." + (classes - 1) + ", got " + label + " at [1]");
    }
}
