package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.hvp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Autodiff;
import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Classification;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** MATH.md §4: a batch is its samples, one by one, to the last bit. */
class S4MinibatchProperties implements Batches, Layers {

    /** Applies a function to a batch and to each of its samples alone: the same bits. */
    private static void rowByRow(UnaryOperator<Variable> f, Tensor batch) {
        Tensor together = f.apply(Variable.of(batch)).value();
        for (int i = 0; i < batch.shape().extent(0); i++) {
            Tensor alone = f.apply(Variable.of(batch.rows(i, i + 1))).value();
            assertThat(together.rows(i, i + 1)).as("sample %d", i).isEqualTo(alone);
        }
    }

    private static Classification sample(Classification c, int i) {
        return new Classification(c.logits().rows(i, i + 1), c.targets().rows(i, i + 1));
    }

    @Property
    void outputs(@ForAll("layers") Layer l) {
        rowByRow(x -> x.affine(Variable.of(l.w()), Variable.of(l.b())), l.x());
    }

    @Property
    void outputsOfAProductWithoutBias(@ForAll("layers") Layer l) {
        rowByRow(x -> x.matmul(Variable.of(l.w())), l.x());
    }

    @Property
    void probabilities(@ForAll("masked") Classification c) {
        rowByRow(Variable::softmax, c.logits());
        rowByRow(Variable::logSoftmax, c.logits());
        rowByRow(Variable::softmin, c.logits());
    }

    @Property
    void logarithmsOfSums(@ForAll("masked") Classification c) {
        rowByRow(o -> o.logSumExp(-1), c.logits());
        rowByRow(o -> o.realSoftMax(2.5), c.logits());
    }

    @Property
    void losses(@ForAll("masked") Classification c, @ForAll LossForm form) {
        Tensor losses = form.loss(Variable.of(c.logits()), c, Reduction.NONE).value();
        assertThat(losses.shape()).isEqualTo(Shape.of(c.rows()));
        for (int i = 0; i < c.rows(); i++) {
            Classification one = sample(c, i);
            assertThat(form.loss(Variable.of(one.logits()), one).item()).isEqualTo(losses.get(i));
        }
    }

    @Property
    void gradients(@ForAll("maskedNonNegative") Classification c) {
        Tensor together = grad(o -> o.crossEntropy(Variable.of(c.targets()), Reduction.SUM))
                .apply(c.logits());
        for (int i = 0; i < c.rows(); i++) {
            Classification one = sample(c, i);
            Tensor alone = grad(o -> o.crossEntropy(Variable.of(one.targets()), Reduction.SUM))
                    .apply(one.logits());
            assertThat(together.rows(i, i + 1)).isEqualTo(alone);
        }
    }

    @Property
    void productsWithTheHessian(
            @ForAll("masked") Classification c, @ForAll("vectors") Tensor vectors, @ForAll LossForm form) {
        Tensor v = Batches.like(c.logits(), vectors);
        Tensor together = hvp(o -> form.loss(o, c), c.logits(), v);
        for (int i = 0; i < c.rows(); i++) {
            Classification one = sample(c, i);
            assertThat(together.rows(i, i + 1)).isEqualTo(hvp(o -> form.loss(o, one), one.logits(), v.rows(i, i + 1)));
        }
    }

    /** No sample feels another: the Hessian of a batch has a block for each sample, and zeros elsewhere. */
    @Property(tries = 50)
    void theHessianIsBlockDiagonal(@ForAll("masked") Classification c, @ForAll LossForm form) {
        int n = c.rows();
        int q = c.classes();
        Tensor together = hessian(o -> form.loss(o, c)).apply(c.logits()).reshape(n, q, n, q);
        for (int i = 0; i < n; i++) {
            Classification one = sample(c, i);
            Tensor alone = hessian(o -> form.loss(o, one)).apply(one.logits()).reshape(q, q);
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < q; j++) {
                    Tensor row = together.row(i).row(j).row(k);
                    assertThat(row.map(Math::abs))
                            .isEqualTo(i == k ? alone.row(j).map(Math::abs) : Tensor.zeros(q));
                }
            }
        }
    }

    @Property
    void theGradientOfTheFeatures(@ForAll("layers") Layer l) {
        UnaryOperator<Variable> loss = x ->
                x.affine(Variable.of(l.w()), Variable.of(l.b())).logSumExp(-1).sum();
        rowByRow(x -> grad(loss).apply(x), l.x());
    }

    /** A permuted batch has permuted results. */
    @Property
    void theOrderOfSamplesDoesNotMatter(@ForAll("masked") Classification c, @ForAll Random random) {
        List<Integer> order = IntStream.range(0, c.rows()).boxed().collect(Collectors.toList());
        Collections.shuffle(order, random);
        int[] rows = order.stream().mapToInt(i -> i).toArray();
        Variable losses = Variable.of(c.logits()).crossEntropy(Variable.of(c.targets()), Reduction.NONE);
        Variable permuted = Variable.of(c.logits().rows(rows))
                .crossEntropy(Variable.of(c.targets().rows(rows)), Reduction.NONE);
        assertThat(permuted.value()).isEqualTo(losses.value().rows(rows));
    }

    /** b is broadcast over the rows: the same as a bias for each sample. */
    @Property
    void theBiasIsBroadcast(@ForAll("layers") Layer l) {
        Variable x = Variable.of(l.x());
        Variable w = Variable.of(l.w());
        Variable b = Variable.of(l.b());
        Variable spread = b.broadcastTo(l.samples(), l.classes());
        assertThat(x.matmul(w).add(b).value()).isEqualTo(x.matmul(w).add(spread).value());
        assertThat(x.affine(w, b).value()).isEqualTo(x.matmul(w).add(b).value());
    }

    /** The gradient of W is a sum over the samples: a sample that comes twice counts twice. */
    @Property
    void aSampleThatComesTwiceCountsTwice(@ForAll("layers") Layer l) {
        Tensor x = l.x().rows(0, 1);
        Tensor y = l.y().rows(0, 1);
        int[] twice = {0, 0};
        Tensor once = gradientOfWeights(x, y, l);
        assertThat(gradientOfWeights(x.rows(twice), y.rows(twice), l)).isEqualTo(once.map(g -> g * 2));
    }

    private static Tensor gradientOfWeights(Tensor x, Tensor y, Layer l) {
        Variable w = Variable.of(l.w());
        Variable o = Variable.of(x).affine(w, Variable.of(l.b()));
        return Autodiff.gradients(o.crossEntropy(Variable.of(y), Reduction.SUM), List.of(w))
                .get(0)
                .value();
    }

    /** The mean is the sum over n, and so is its gradient: 1/n is rounded, and the product with it. */
    @Property
    void theMeanIsTheSumOverTheSamples(@ForAll("oneHot") Classification c, @ForAll LossForm form) {
        double sum = form.loss(Variable.of(c.logits()), c, Reduction.SUM).item();
        assertThat(form.loss(Variable.of(c.logits()), c, Reduction.MEAN).item()).isEqualTo(sum / c.rows());
        Tensor ofSum = grad(o -> form.loss(o, c, Reduction.SUM)).apply(c.logits());
        Tensor ofMean = grad(o -> form.loss(o, c, Reduction.MEAN)).apply(c.logits());
        assertThat(ofMean.equalsWithinUlps(ofSum.map(g -> g / c.rows()), 2)).isTrue();
    }

    @Example
    void aBatchWithoutSamples() {
        Variable o = Variable.of(Tensor.zeros(0, 3));
        Variable y = Variable.of(Tensor.zeros(0, 3));
        assertThat(o.softmax().value()).isEqualTo(Tensor.zeros(0, 3));
        assertThat(o.crossEntropy(y, Reduction.NONE).value()).isEqualTo(Tensor.zeros(0));
        assertThat(o.crossEntropy(y, Reduction.SUM).item()).isEqualTo(0);
        assertThat(o.crossEntropy(y).item()).isNaN();
        assertThat(grad(x -> x.crossEntropy(y, Reduction.SUM)).apply(Tensor.zeros(0, 3)))
                .isEqualTo(Tensor.zeros(0, 3));
    }
}
