package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.hvp;
import static dev.wengert.autodiff.Autodiff.jvp;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Classification;
import dev.wengert.reference.SoftmaxReference;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case that mpmath computed with 1500 digits, alone and in a batch, through every way to write the loss. The references are
 * rounded to doubles, which adds one u to the bounds of MATH.md §9.
 */
class SoftmaxReferenceTest {

    private static final List<SoftmaxReference> CASES = SoftmaxReference.all();

    static List<SoftmaxReference> cases() {
        return CASES;
    }

    private static int bound(int q) {
        return q + 16 + 1;
    }

    private static Classification batch(List<SoftmaxReference> cases) {
        int q = cases.get(0).logits().shape().size();
        Shape shape = Shape.of(cases.size(), q);
        double[] o = cases.stream()
                .flatMapToDouble(c -> Arrays.stream(c.logits().toArray()))
                .toArray();
        double[] y = cases.stream()
                .flatMapToDouble(c -> Arrays.stream(c.target().toArray()))
                .toArray();
        return new Classification(Tensor.of(shape, o), Tensor.of(shape, y));
    }

    /** The ways to write the loss of a batch: labels can stand for one-hot targets alone. */
    private static List<LossForm> forms(Classification c) {
        Tensor oneHot = Variable.of(c.labels()).oneHot(c.classes()).value();
        return c.targets().equals(oneHot) ? List.of(LossForm.values()) : List.of(LossForm.TARGETS);
    }

    /** Holds a batch to its references. */
    private static void holds(List<SoftmaxReference> cases) {
        Classification c = batch(cases);
        probabilities(cases, c);
        for (LossForm form : forms(c)) {
            Tensor losses =
                    form.loss(Variable.of(c.logits()), c, Reduction.NONE).value();
            Tensor gradient = grad(o -> form.loss(o, c)).apply(c.logits());
            Tensor[] columns = hessianColumns(c, form);
            for (int i = 0; i < cases.size(); i++) {
                SoftmaxReference expected = cases.get(i);
                ExactSoftmax row = ExactSoftmax.rows(c).get(i);
                close("loss", losses.get(i), Exact.of(expected.loss()), bound(row.q));
                for (int j = 0; j < row.q; j++) {
                    close(
                            "gradient",
                            gradient.get(i, j),
                            Exact.of(expected.gradient().get(j)),
                            bound(row.q),
                            row.gradientScale(j));
                    hessianColumn(expected, row, columns[j].row(i), j);
                }
            }
        }
    }

    private static void probabilities(List<SoftmaxReference> cases, Classification c) {
        Variable o = Variable.of(c.logits());
        Tensor p = o.softmax().value();
        Tensor logSumExp = o.logSumExp(-1).value();
        Tensor variance = o.softmax().variance(-1).value();
        for (int i = 0; i < cases.size(); i++) {
            SoftmaxReference expected = cases.get(i);
            int q = c.classes();
            double m = Arrays.stream(expected.logits().toArray()).max().orElseThrow();
            BigDecimal scale = Exact.of(Math.max(Math.abs(m), Math.log(q)));
            close("L", logSumExp.get(i), Exact.of(expected.logSumExp()), bound(q), scale);
            // deviations of p from 1/q, squared: twice the error of p, and q roundings of the sum
            close(
                    "variance",
                    variance.get(i),
                    Exact.of(expected.classVariance()),
                    2 * bound(q) + q + 4,
                    Exact.of(1.0 / q));
            for (int j = 0; j < q; j++) {
                close("p", p.get(i, j), Exact.of(expected.softmax().get(j)), bound(q));
            }
        }
    }

    /** Column j of the Hessian of every sample: the product with the j-th unit vector. */
    private static Tensor[] hessianColumns(Classification c, LossForm form) {
        return IntStream.range(0, c.classes())
                .mapToObj(j -> {
                    Tensor unit = Variable.of(Tensor.zeros(c.rows()).map(zero -> j))
                            .oneHot(c.classes())
                            .value();
                    return hvp(o -> form.loss(o, c), c.logits(), unit);
                })
                .toArray(Tensor[]::new);
    }

    private static void hessianColumn(SoftmaxReference expected, ExactSoftmax row, Tensor column, int j) {
        if (expected.hessian().isPresent()) {
            for (int i = 0; i < row.q; i++) {
                close("H", column.get(i), Exact.of(expected.hessian().get().get(i, j)), bound(row.q));
            }
        } else {
            close("H", column.get(j), row.s.multiply(row.jacobian(j, j)), bound(row.q));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void alone(SoftmaxReference expected) {
        holds(List.of(expected));
    }

    @TestFactory
    Stream<DynamicTest> inABatch() {
        Map<Integer, List<SoftmaxReference>> bySize = CASES.stream()
                .collect(Collectors.groupingBy(c -> c.logits().shape().size()));
        return bySize.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey() + " classes", () -> holds(e.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> oneHotInABatch() {
        Map<Integer, List<SoftmaxReference>> bySize = CASES.stream()
                .filter(c -> forms(batch(List.of(c))).size() > 1)
                .collect(Collectors.groupingBy(c -> c.logits().shape().size()));
        return bySize.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey() + " classes", () -> holds(e.getValue())));
    }

    /** The Hessian as a whole, by the verb for it. */
    @ParameterizedTest
    @MethodSource("cases")
    void wholeHessian(SoftmaxReference expected) {
        Tensor h = hessian(o -> o.crossEntropy(Variable.of(expected.target()))).apply(expected.logits());
        int q = expected.logits().shape().size();
        assertThat(h.shape()).isEqualTo(Shape.of(q, q));
        ExactSoftmax row =
                new ExactSoftmax(expected.logits().toArray(), expected.target().toArray());
        for (int j = 0; j < q; j++) {
            int column = j;
            double[] entries =
                    IntStream.range(0, q).mapToDouble(i -> h.get(i, column)).toArray();
            hessianColumn(expected, row, Tensor.of(entries), j);
        }
    }

    /** T_jjj as the derivative of H_jj along the j-th axis; an entry is a product of three factors like those of H. */
    @ParameterizedTest
    @MethodSource("cases")
    void thirdDiagonal(SoftmaxReference expected) {
        int q = expected.logits().shape().size();
        Variable y = Variable.of(expected.target());
        ExactSoftmax row =
                new ExactSoftmax(expected.logits().toArray(), expected.target().toArray());
        for (int j = 0; j < q; j++) {
            Tensor unit = Variable.of(j).oneHot(q).value();
            Tensor third =
                    jvp(o -> hvp((Variable x) -> x.crossEntropy(y), o, Variable.of(unit)), expected.logits(), unit);
            BigDecimal scale = row.s.multiply(row.jacobian(j, j));
            close("third", third.get(j), Exact.of(expected.thirdDiagonal().get(j)), 3 * bound(q), scale);
        }
    }

    /** The references themselves agree with the reference of the properties, to the rounding of both to doubles. */
    @ParameterizedTest
    @MethodSource("cases")
    void theTwoReferencesAgree(SoftmaxReference expected) {
        ExactSoftmax row =
                new ExactSoftmax(expected.logits().toArray(), expected.target().toArray());
        assertThat(row.loss().doubleValue()).isEqualTo(expected.loss());
        assertThat(row.logSumExp().doubleValue()).isEqualTo(expected.logSumExp());
        for (int j = 0; j < row.q; j++) {
            assertThat(row.p(j).doubleValue()).isEqualTo(expected.softmax().get(j));
            assertThat(row.gradient(j).doubleValue())
                    .isEqualTo(expected.gradient().get(j));
        }
    }

    @Test
    void noCaseIsMissing() {
        assertThat(CASES).hasSize(48);
        assertThat(CASES.stream().filter(c -> c.hessian().isPresent())).hasSizeGreaterThan(30);
    }
}
