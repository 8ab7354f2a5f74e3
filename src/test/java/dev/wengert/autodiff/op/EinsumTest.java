package dev.wengert.autodiff.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.wengert.autodiff.Variable;
import dev.wengert.check.GradientCheck;
import dev.wengert.check.Verdict;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums over indices beside nested loops. */
class EinsumTest {

    private static final Map<Character, Integer> EXTENTS = Map.of('b', 2, 'i', 3, 'j', 4, 'k', 2, 'l', 1, 'm', 3);

    private static Tensor[] operands(String inputs) {
        SplittableRandom random = new SplittableRandom(3);
        return Arrays.stream(inputs.split(",", -1))
                .map(letters -> Tensor.normal(
                        random, letters.chars().map(c -> EXTENTS.get((char) c)).toArray()))
                .toArray(Tensor[]::new);
    }

    /** All combinations of indices, each added where it belongs. */
    private static Tensor naive(String inputs, String output, Tensor... x) {
        Map<Character, Integer> all = new TreeMap<>();
        inputs.replace(",", "").chars().forEach(c -> all.put((char) c, EXTENTS.get((char) c)));
        List<Character> letters = List.copyOf(all.keySet());
        Shape loops = Shape.of(letters.stream().mapToInt(all::get).toArray());
        Shape out = Shape.of(output.chars().map(c -> EXTENTS.get((char) c)).toArray());
        double[] sum = new double[out.size()];
        String[] groups = inputs.split(",", -1);
        for (int[] index : Naive.indices(loops)) {
            double product = 1;
            for (int i = 0; i < groups.length; i++) {
                product *= x[i].get(groups[i]
                        .chars()
                        .map(c -> index[letters.indexOf((char) c)])
                        .toArray());
            }
            int at = 0;
            for (char c : output.toCharArray()) {
                at = at * EXTENTS.get(c) + index[letters.indexOf(c)];
            }
            sum[at] += product;
        }
        return Tensor.of(out, sum);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ij,jk->ik",
                "ij,jk->ki",
                "bij,bjk->bik",
                "bij,bj->bi",
                "i,i->",
                "i,j->ij",
                "ij->ji",
                "ij->",
                "ij->j",
                "im->im",
                "mm->m",
                "mm->",
                "mim->i",
                "bij,bjk,k->bi",
                "ij,ij->ij",
                "ij,kl->ijkl",
                "bij,bkj->bik",
                "ij,kj,im->mk",
                ",ij->ij",
                "->",
                "ijk,jkb->ib",
                "mbm,mi->bi",
                "i,i,i->i"
            })
    void sumsAreThoseOfNestedLoops(String equation) {
        String[] sides = equation.split("->", -1);
        Tensor[] x = operands(sides[0]);
        Tensor expected = naive(sides[0], sides[1], x);
        Tensor got = Variable.einsum(
                        equation,
                        IntStream.range(0, x.length)
                                .mapToObj(i -> Variable.of(x[i]))
                                .toArray(Variable[]::new))
                .value();
        assertThat(got.shape()).isEqualTo(expected.shape());
        assertThat(got.toArray()).containsExactly(expected.toArray(), within(1e-14));
    }

    @Test
    void withoutAnArrowTheResultHasTheLettersThatAppearOnce() {
        Variable a = Variable.of(Tensor.of(new double[][] {{1, 2}, {3, 4}}));
        assertThat(Variable.einsum("ii", a).item()).isEqualTo(5);
        assertThat(Variable.einsum("ba", a).value()).isEqualTo(a.transpose().value());
        assertThat(Variable.einsum("ij, jk", a, a).value())
                .isEqualTo(a.matmul(a).value());
    }

    @Test
    void emptySumsAreZero() {
        Variable none = Variable.of(Tensor.zeros(2, 0));
        assertThat(Variable.einsum("ij,kj->ik", none, none).value()).isEqualTo(Tensor.zeros(2, 2));
        assertThat(none.tensordot(none.transpose(), 1).value()).isEqualTo(Tensor.zeros(2, 2));
    }

    @Test
    void derivativesAreThoseOfProducts() {
        Tensor[] x = operands("bij,bjk,mm");
        assertThat(GradientCheck.ofAll(v -> Variable.einsum("bij,bjk,mm->bk", v.get(0), v.get(1), v.get(2))
                                .square()
                                .sum())
                        .order(2)
                        .at(x)
                        .run()
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void tensordotSumsOverNeighbouringAxes() {
        Tensor[] x = operands("ijk,jkb");
        Variable a = Variable.of(x[0]);
        Variable b = Variable.of(x[1]);
        assertThat(a.tensordot(b, 2).value().toArray())
                .containsExactly(naive("ijk,jkb", "ib", x).toArray(), within(1e-14));
        assertThat(a.tensordot(b, 0).shape()).isEqualTo(Shape.of(3, 4, 2, 4, 2, 2));
        assertThat(Variable.of(2).tensordot(Variable.of(3), 0).item()).isEqualTo(6);
    }

    @Test
    void whatIsNoEquationIsNamed() {
        Variable a = Variable.of(Tensor.zeros(2, 2));
        assertThatThrownBy(() -> Variable.einsum("i1->i", a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "einsum: the equation must have letters for axes, commas between operands and -> before the result,"
                                + " as in ij,jk->ik, got i1->i");
        assertThatThrownBy(() -> Variable.einsum("ij,jk->ik", a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("einsum: there must be letters for each operand, got 2 groups of letters and 1 operands");
        assertThatThrownBy(() -> Variable.einsum("ij->k", a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "einsum: each letter of the result must be one of an operand, and stand there once, got k in k");
    }
}
