package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Functions that change shapes, cut and repeat: what NumPy 2.2 gives, and the transposes. */
class PiecesTest {

    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    private static Variable arange(int... extents) {
        Shape s = Shape.of(extents);
        return Variable.of(Tensor.of(s, Tensor.arange(0, s.size(), 1).toArray()));
    }

    private static Tensor matrix(double[]... rows) {
        return Tensor.of(rows);
    }

    private static double[] row(double... x) {
        return x;
    }

    @Test
    void shapesChange() {
        Variable x = arange(2, 1, 3);
        assertThat(x.flatten().shape()).isEqualTo(Shape.of(6));
        assertThat(x.flatten(-2).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(x.flatten(0))
                .isNotNull()
                .satisfies(y -> assertThat(y.value()).isEqualTo(Tensor.arange(0, 6, 1)));
        assertThat(Variable.of(3).flatten().value()).isEqualTo(Tensor.of(3));
        assertThat(arange(0, 2).flatten(1).shape()).isEqualTo(Shape.of(0, 2));
        assertThat(x.expandDims(0).shape()).isEqualTo(Shape.of(1, 2, 1, 3));
        assertThat(x.expandDims(-1).shape()).isEqualTo(Shape.of(2, 1, 3, 1));
        assertThat(x.expandDims(3).shape()).isEqualTo(Shape.of(2, 1, 3, 1));
        assertThat(x.squeeze().shape()).isEqualTo(Shape.of(2, 3));
        assertThat(x.squeeze(1).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(arange(1, 1).squeeze().shape()).isEqualTo(Shape.of());
        assertThat(arange(1, 1).squeeze(-1).shape()).isEqualTo(Shape.of(1));
        assertThat(Variable.of(3).squeeze().item()).isEqualTo(3);
    }

    @Test
    void partsJoinAgain() {
        Variable x = arange(2, 5);
        List<Variable> parts = x.split(-1, 1, 0, 4);
        assertThat(parts).extracting(Variable::shape).containsExactly(Shape.of(2, 1), Shape.of(2, 0), Shape.of(2, 4));
        assertThat(parts.get(2).value()).isEqualTo(matrix(row(1, 2, 3, 4), row(6, 7, 8, 9)));
        assertThat(Variable.concat(1, parts.toArray(Variable[]::new)).value()).isEqualTo(x.value());
        assertThat(arange(0).split(0)).isEmpty();
        assertThat(x.chunk(0, 2).get(1).value()).isEqualTo(matrix(row(5, 6, 7, 8, 9)));
        assertThat(arange(0, 2).chunk(0, 3)).hasSize(3);
        List<Variable> columns = x.unstack(1);
        assertThat(columns).hasSize(5);
        assertThat(columns.get(4).value()).isEqualTo(Tensor.of(4, 9));
        assertThat(Variable.stack(1, columns.toArray(Variable[]::new)).value()).isEqualTo(x.value());
        assertThat(arange(0, 2).unstack(0)).isEmpty();
    }

    @Test
    void anIndexOfAnAxisIsSelected() {
        Variable x = arange(2, 5);
        assertThat(x.select(1, 0).value()).isEqualTo(Tensor.of(0, 5));
        assertThat(x.select(-1, -1).value()).isEqualTo(Tensor.of(4, 9));
        assertThat(x.select(0, -2).value()).isEqualTo(Tensor.of(0, 1, 2, 3, 4));
        assertThat(x.select(0, 1).select(0, 3).value()).isEqualTo(Tensor.scalar(8));
        assertThat(arange(0, 2).select(1, 0).value()).isEqualTo(Tensor.zeros(0));
    }

    @Test
    void wholesAreRepeated() {
        Variable x = arange(2, 2);
        assertThat(x.tile(1, 2).value()).isEqualTo(matrix(row(0, 1, 0, 1), row(2, 3, 2, 3)));
        assertThat(x.tile(2).value()).isEqualTo(matrix(row(0, 1, 0, 1), row(2, 3, 2, 3)));
        assertThat(arange(2).tile(2, 2).value()).isEqualTo(matrix(row(0, 1, 0, 1), row(0, 1, 0, 1)));
        assertThat(x.tile(2, 1, 1).shape()).isEqualTo(Shape.of(2, 2, 2));
        assertThat(x.tile(0, 1).shape()).isEqualTo(Shape.of(0, 2));
        assertThat(x.tile().value()).isEqualTo(x.value());
        assertThat(Autodiff.grad(v -> v.tile(2, 3).sum()).apply(x.value())).isEqualTo(Tensor.full(Shape.of(2, 2), 6));
    }

    @Test
    void elementsAreAddedReversedAndRolled() {
        Variable x = arange(2, 3);
        assertThat(x.pad(1, 1, 0).value()).isEqualTo(matrix(row(0, 0, 1, 2), row(0, 3, 4, 5)));
        assertThat(x.pad(0, 0, 1, -INF).value()).isEqualTo(matrix(row(0, 1, 2), row(3, 4, 5), row(-INF, -INF, -INF)));
        assertThat(x.pad(0, 0, 0, 7).value()).isEqualTo(x.value());
        assertThat(x.flip().value()).isEqualTo(matrix(row(5, 4, 3), row(2, 1, 0)));
        assertThat(x.flip(-1).value()).isEqualTo(matrix(row(2, 1, 0), row(5, 4, 3)));
        assertThat(x.roll(1, 1).value()).isEqualTo(matrix(row(2, 0, 1), row(5, 3, 4)));
        assertThat(x.roll(1, -4).value()).isEqualTo(matrix(row(1, 2, 0), row(4, 5, 3)));
        assertThat(x.roll(0, 2).value()).isEqualTo(x.value());
        assertThat(arange(0).roll(0, 1).shape()).isEqualTo(Shape.of(0));
    }

    @Test
    void trianglesAndDiagonals() {
        Variable x = arange(3, 3);
        assertThat(x.tril(0).value()).isEqualTo(matrix(row(0, 0, 0), row(3, 4, 0), row(6, 7, 8)));
        assertThat(x.tril(-1).value()).isEqualTo(matrix(row(0, 0, 0), row(3, 0, 0), row(6, 7, 0)));
        assertThat(x.triu(1).value()).isEqualTo(matrix(row(0, 1, 2), row(0, 0, 5), row(0, 0, 0)));
        assertThat(x.triu(Integer.MIN_VALUE).value()).isEqualTo(x.value());
        assertThat(x.tril(Integer.MAX_VALUE).value()).isEqualTo(x.value());
        assertThat(x.diagonal().value()).isEqualTo(Tensor.of(0, 4, 8));
        assertThat(arange(2, 3).diagonal().value()).isEqualTo(Tensor.of(0, 4));
        assertThat(arange(3, 2).diagonal().value()).isEqualTo(Tensor.of(0, 3));
        assertThat(arange(2, 2, 2).diagonal().value()).isEqualTo(matrix(row(0, 3), row(4, 7)));
        assertThat(arange(0, 0).diagonal().shape()).isEqualTo(Shape.of(0));
        assertThat(Variable.of(Tensor.of(1, 2)).diag().value()).isEqualTo(matrix(row(1, 0), row(0, 2)));
        assertThat(arange(2, 2).diag().shape()).isEqualTo(Shape.of(2, 2, 2));
        assertThat(arange(2, 2).diag().diagonal().value())
                .isEqualTo(arange(2, 2).value());
        assertThat(arange(0).diag().shape()).isEqualTo(Shape.of(0, 0));
        assertThat(x.trace().item()).isEqualTo(12);
        assertThat(arange(2, 2, 2).trace().value()).isEqualTo(Tensor.of(3, 11));
        assertThat(Variable.of(Tensor.of(1, 2)).outer(arange(3)).value()).isEqualTo(matrix(row(0, 1, 2), row(0, 2, 4)));
        assertThat(arange(4, 1, 2).outer(arange(5, 3)).shape()).isEqualTo(Shape.of(4, 5, 2, 3));
    }

    /** As numpy.diagonal, numpy.diag and numpy.trace with an offset; stacks as torch.diagonal and torch.diag_embed. */
    @Test
    void diagonalsBesideTheMainOne() {
        Variable x = arange(3, 4);
        assertThat(x.diagonal(1).value()).isEqualTo(Tensor.of(1, 6, 11));
        assertThat(x.diagonal(3).value()).isEqualTo(Tensor.of(3));
        assertThat(x.diagonal(-1).value()).isEqualTo(Tensor.of(4, 9));
        assertThat(x.diagonal(Integer.MAX_VALUE).shape()).isEqualTo(Shape.of(0));
        assertThat(x.diagonal(Integer.MIN_VALUE).shape()).isEqualTo(Shape.of(0));
        assertThat(arange(2, 2, 2).diagonal(-1).value()).isEqualTo(matrix(row(2), row(6)));
        assertThat(x.trace(-1).item()).isEqualTo(13);
        assertThat(x.trace(9).item()).isZero();
        assertThat(arange(3).add(1).diag(1).value())
                .isEqualTo(matrix(row(0, 1, 0, 0), row(0, 0, 2, 0), row(0, 0, 0, 3), row(0, 0, 0, 0)));
        assertThat(arange(1).add(7).diag(-1).value()).isEqualTo(matrix(row(0, 0), row(7, 0)));
        assertThat(arange(2, 2).diag(-2).diagonal(-2).value())
                .isEqualTo(arange(2, 2).value());
        assertThat(arange(0).diag(2).value()).isEqualTo(Tensor.zeros(2, 2));
        assertThat(x.tril().value()).isEqualTo(x.tril(0).value());
        assertThat(x.triu().value()).isEqualTo(x.triu(0).value());
        assertThat(Autodiff.grad(v ->
                                v.diagonal(1).mul(Variable.of(Tensor.of(1, 2))).sum())
                        .apply(Tensor.ones(2, 3)))
                .isEqualTo(matrix(row(0, 1, 0), row(0, 0, 2)));
    }

    /** What is moved keeps its bits; what is left out is left out, were it NaN or ∞, and so is its perturbation. */
    @Test
    void nothingIsMultipliedByZero() {
        Tensor odd = matrix(row(-0.0, NAN), row(INF, -0.0));
        Variable x = Variable.of(odd);
        assertThat(x.tril(0).value()).isEqualTo(matrix(row(-0.0, 0), row(INF, -0.0)));
        assertThat(x.triu(1).value()).isEqualTo(matrix(row(0, NAN), row(0, 0)));
        assertThat(x.diagonal().value()).isEqualTo(Tensor.of(-0.0, -0.0));
        assertThat(Variable.of(Tensor.of(INF, -0.0)).diag().value()).isEqualTo(matrix(row(INF, 0), row(0, -0.0)));
        assertThat(x.trace().item()).isZero();
        assertThat(x.tile(1, 2).flip(0).roll(1, 1).value())
                .isEqualTo(matrix(row(-0.0, INF, -0.0, INF), row(NAN, -0.0, NAN, -0.0)));
        Tensor g = Autodiff.vjp(v -> v.tril(0), Tensor.zeros(2, 2), matrix(row(1, INF), row(NAN, 2)));
        assertThat(g).isEqualTo(matrix(row(1, 0), row(NAN, 2)));
    }

    /** The slices of one variable together are as many steps in the gradient as there are slices, and none has the size of the whole. */
    @Test
    void partsCostNoMoreThanTheWhole() {
        assertThat(wholes(64, x -> product(x.unstack(0)))).isEqualTo(wholes(8, x -> product(x.unstack(0))));
        assertThat(wholes(64, x -> product(x.chunk(0, 8)))).isEqualTo(wholes(8, x -> product(x.chunk(0, 8))));
    }

    private static Variable product(List<Variable> parts) {
        Variable y = parts.get(0);
        for (Variable part : parts.subList(1, parts.size())) {
            y = y.mul(part);
        }
        return y.sum();
    }

    private static long wholes(int n, UnaryOperator<Variable> f) {
        Tape gradient = Tape.record(x -> Autodiff.grad(f).apply(x), Tensor.ones(n, 3));
        return gradient.steps().stream()
                .filter(y -> y.shape().equals(Shape.of(n, 3)))
                .count();
    }
}
