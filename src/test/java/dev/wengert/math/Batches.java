package dev.wengert.math;

import dev.wengert.jqwik.Classification;
import dev.wengert.jqwik.Classifications;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Logits;
import dev.wengert.jqwik.Targets;
import dev.wengert.jqwik.Tensors;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

/** The cases that the properties of MATH.md share, by the names that {@code @ForAll} gives. */
interface Batches {

    int ROWS = 4;
    int CLASSES = 7;

    /** Finite logits of all scales, with labels. */
    @Provide
    default Arbitrary<Classification> oneHot() {
        return Classifications.of(Logits.upTo(ROWS, CLASSES), Targets.ONE_HOT);
    }

    /** Finite logits of all scales, with distributions. */
    @Provide
    default Arbitrary<Classification> distributions() {
        return Classifications.of(Logits.upTo(ROWS, CLASSES), Targets.DISTRIBUTION);
    }

    /** Finite logits of all scales, with targets that are not negative. */
    @Provide
    default Arbitrary<Classification> nonNegative() {
        return Classifications.of(Logits.upTo(ROWS, CLASSES), Targets.NON_NEGATIVE);
    }

    /** Finite logits of all scales, with targets of either sign. */
    @Provide
    default Arbitrary<Classification> signed() {
        return Classifications.of(Logits.upTo(ROWS, CLASSES), Targets.SIGNED);
    }

    /** Logits some of which are −∞, with labels that may ask for one of those. */
    @Provide
    default Arbitrary<Classification> masked() {
        return Classifications.of(Logits.upTo(ROWS, CLASSES).masked(), Targets.ONE_HOT);
    }

    /** Logits some of which are −∞, with targets that are not negative and may ask for those. */
    @Provide
    default Arbitrary<Classification> maskedNonNegative() {
        return Classifications.of(Logits.upTo(ROWS, CLASSES).masked(), Targets.NON_NEGATIVE);
    }

    /** Logits alone. */
    @Provide
    default Arbitrary<Tensor> logits() {
        return Logits.upTo(ROWS, CLASSES);
    }

    /** Logits of at least two classes, which are multiples of 2⁻¹⁰: sums and differences are exact. */
    @Provide
    default Arbitrary<Tensor> dyadic() {
        return Logits.upTo(ROWS, CLASSES).dyadic();
    }

    /** A matrix to cut vectors from: see {@link #like}. */
    @Provide
    default Arbitrary<Tensor> vectors() {
        return Tensors.of(Shape.of(ROWS, CLASSES), Doubles.between(-4, 4));
    }

    /** The first rows and columns of a matrix, as many as another has. */
    static Tensor like(Tensor other, Tensor matrix) {
        return Layers.cut(matrix, other.shape().extent(0), other.shape().extent(1));
    }
}
