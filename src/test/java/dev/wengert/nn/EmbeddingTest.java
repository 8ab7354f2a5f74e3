package dev.wengert.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EmbeddingTest {

    private final Embedding padded = new Embedding("words", 4, 2, -1, new SplittableRandom(1));
    private final Variable words = Variable.of(Tensor.of(new double[][] {{0, 3}, {2, 0}}));

    @Test
    void isRowsOfATable() {
        padded.weight().set(Tensor.of(new double[][] {{1, 2}, {3, 4}, {5, 6}, {0, 0}}));
        assertThat(padded.apply(words).value()).isEqualTo(Tensor.of(new double[][][] {{{1, 2}, {0, 0}}, {{5, 6}, {1, 2}}
        }));
        assertThat(padded.apply(Variable.of(2)).value()).isEqualTo(Tensor.of(5, 6));
        assertThat(padded.apply(Variable.of(Tensor.zeros(0))).shape()).isEqualTo(Shape.of(0, 2));
    }

    @Test
    void theRowOfPaddingIsZerosWithoutAGradient() {
        assertThat(padded.weight().value().row(3)).isEqualTo(Tensor.zeros(2));
        assertThat(padded.weight().value().row(0)).isNotEqualTo(Tensor.zeros(2));
        Tensor g = Autodiff.gradients(padded.apply(words).add(1).square().sum(), List.of(padded.weight()))
                .get(padded.weight());
        assertThat(g.row(3)).isEqualTo(Tensor.zeros(2));
        assertThat(g.row(1)).isEqualTo(Tensor.zeros(2));
        assertThat(g.row(0)).isNotEqualTo(Tensor.zeros(2));
    }

    @Test
    void theSameSeedDrawsTheOtherRowsAsWithoutPadding() {
        Embedding plain = new Embedding("words", 4, 2, new SplittableRandom(1));
        for (int i = 0; i < 3; i++) {
            assertThat(padded.weight().value().row(i))
                    .isEqualTo(plain.weight().value().row(i));
        }
    }

    @Test
    void anInitialiserDrawsTheTable() {
        Embedding plain = new Embedding("words", 4, 2, new SplittableRandom(1));
        Embedding small = new Embedding("words", 4, 2, Initialiser.normal(0, 0.25), new SplittableRandom(1));
        assertThat(small.weight().value()).isEqualTo(plain.weight().value().map(v -> v / 4));
    }

    @Test
    void itsDerivativesAreRightToOrderTwo() {
        Embedding plain = new Embedding("words", 4, 2, new SplittableRandom(1));
        assertThat(GradientCheck.model(() -> plain.apply(words).sin().sum(), plain.parameters())
                        .order(2)
                        .withoutReproducer()
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void refusesWhatIsNoRow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> padded.apply(Variable.of(4)))
                .withMessageStartingWith("gather: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Embedding("words", 4, 2, 4, new SplittableRandom(1)))
                .withMessage("Embedding \"words\": the row of padding must be from -4 to 3, got 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Embedding("words", 4, 2, -5, new SplittableRandom(1)))
                .withMessage("Embedding \"words\": the row of padding must be from -4 to 3, got -5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Embedding("words", 4, 0, new SplittableRandom(1)))
                .withMessage("Embedding \"words\": rows and width must be 1 or more, got [4, 0]");
        assertThat(padded).hasToString("Embedding(\"words\", 4 -> 2)");
    }
}
