package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.gradients;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.autodiff.Autodiff.jvp;
import static dev.wengert.autodiff.Autodiff.vjp;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Reduction;
import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Classification;
import dev.wengert.jqwik.Classifications;
import dev.wengert.jqwik.Logits;
import dev.wengert.jqwik.Targets;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** MATH.md §6: the first derivatives of the cross-entropy, to the accuracy of §9. */
class S6FirstDerivativeProperties implements Batches, Layers {

    /** One sample of up to five classes. */
    @Provide
    Arbitrary<Classification> sample() {
        return Classifications.of(Logits.upTo(1, 5), Targets.NON_NEGATIVE);
    }

    private static Variable loss(Variable o, Tensor y) {
        return o.crossEntropy(Variable.of(y), Reduction.SUM);
    }

    private static Tensor gradient(Classification c) {
        return grad(o -> loss(o, c.targets())).apply(c.logits());
    }

    private static int bound(Classification c) {
        return c.classes() + 16;
    }

    @Example
    void softmaxMinusOneHot() {
        Tensor o = Tensor.of(0, Math.log(3));
        Tensor gradient = grad(x -> x.crossEntropyWithLabels(Variable.of(0))).apply(o);
        assertThat(gradient.equalsWithinUlps(Tensor.of(-0.75, 0.75), 1)).isTrue();
    }

    @Property
    void theGradientIsSoftmaxMinusOneHot(@ForAll("oneHot") Classification c, @ForAll LossForm form) {
        Tensor gradient = grad(o -> form.loss(o, c)).apply(c.logits());
        close("gradient", gradient, ExactSoftmax.rows(c), bound(c), ExactSoftmax::gradient);
    }

    @Property(tries = 30)
    void theGradientIsAlsoAccurateWithManyClasses(@ForAll("manyClasses") Classification c, @ForAll LossForm form) {
        Tensor gradient = grad(o -> form.loss(o, c)).apply(c.logits());
        close("gradient", gradient, ExactSoftmax.rows(c), bound(c), ExactSoftmax::gradient);
    }

    @Provide
    Arbitrary<Classification> manyClasses() {
        return Classifications.of(Logits.upTo(1, 120).atLeast(20), Targets.ONE_HOT);
    }

    @Property
    void theGradientIsSoftmaxMinusDistribution(@ForAll("distributions") Classification c) {
        close(
                "gradient",
                gradient(c),
                ExactSoftmax.rows(c),
                bound(c),
                ExactSoftmax::gradient,
                ExactSoftmax::gradientScale);
    }

    @Property
    void theGradientIsSTimesSoftmaxMinusTargets(@ForAll("signed") Classification c) {
        close(
                "gradient",
                gradient(c),
                ExactSoftmax.rows(c),
                bound(c),
                ExactSoftmax::gradient,
                ExactSoftmax::gradientScale);
    }

    /** Also where classes are −∞, and even where a target asks for one of those. */
    @Property
    void theGradientIsSoFarAsClassesAreMasked(@ForAll("maskedNonNegative") Classification c) {
        close(
                "gradient",
                gradient(c),
                ExactSoftmax.rows(c),
                bound(c),
                ExactSoftmax::gradient,
                ExactSoftmax::gradientScale);
    }

    /** 1/n is rounded, and so is the product with it. */
    @Property
    void theGradientOfTheMeanIsOneNthOfIt(@ForAll("oneHot") Classification c, @ForAll LossForm form) {
        Tensor gradient = grad(o -> form.loss(o, c, Reduction.MEAN)).apply(c.logits());
        BigDecimal n = BigDecimal.valueOf(c.rows());
        close("gradient", gradient, ExactSoftmax.rows(c), bound(c) + 2, (row, j) -> Exact.div(row.gradient(j), n));
    }

    /** Every entry is within its bound, so their exact sum is within the sum of the bounds. */
    @Property
    void theGradientSumsToZero(@ForAll("signed") Classification c) {
        Tensor gradient = gradient(c);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            ExactSoftmax row = rows.get(i);
            BigDecimal sum = Arrays.stream(gradient.row(i).toArray())
                    .mapToObj(Exact::of)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal scale = row.sum(row::gradientScale);
            BigDecimal spacings = Exact.of(Double.MIN_VALUE).multiply(BigDecimal.valueOf(64));
            assertThat(sum.abs())
                    .isLessThanOrEqualTo(
                            scale.multiply(Exact.of(bound(c) * Exact.U)).add(spacings));
        }
    }

    @Property
    void theGradientIsTheSameForLabelsAndForTargets(@ForAll("masked") Classification c) {
        Tensor byLabels = grad(o -> LossForm.LABELS.loss(o, c)).apply(c.logits());
        assertThat(byLabels).isEqualTo(gradient(c));
    }

    @Property
    void theDerivativeInATargetIsMinusLogP(@ForAll("signed") Classification c) {
        Tensor gradient = grad(y -> Variable.of(c.logits()).crossEntropy(y, Reduction.SUM))
                .apply(c.targets());
        close("∂l/∂y", gradient, ExactSoftmax.rows(c), bound(c), ExactSoftmax::minusLogP);
    }

    /** The loss is linear in the targets, so its derivative along t is the loss of t: the bound of §9 for targets of either sign. */
    @Property
    void theDerivativeAlongTargetsIsTheirLoss(@ForAll("signed") Classification c, @ForAll("vectors") Tensor vectors) {
        Variable o = Variable.of(c.logits());
        Tensor at = Batches.like(c.logits(), vectors);
        Tensor forward = jvp(y -> o.crossEntropy(y, Reduction.NONE), at, c.targets());
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            close(
                    "⟨∂l/∂y, t⟩",
                    forward.get(i),
                    rows.get(i).loss(),
                    bound(c),
                    rows.get(i).lossScale());
        }
    }

    /** ∂²l/∂o_j∂y_k = p_j − δ_jk: the targets of the gradient in the logits. */
    @Property
    void theMixedDerivativeIsPMinusTheIdentity(@ForAll("sample") Classification c) {
        Variable o = Variable.of(c.logits().row(0));
        Tensor mixed = jacobian(y -> grad(x -> x.crossEntropy(y)).apply(o))
                .apply(c.targets().row(0));
        minusCentered("∂²l/∂o∂y", mixed, ExactSoftmax.rows(c).get(0), false);
    }

    /** The same the other way round: the logits of the gradient in the targets. */
    @Property
    void theMixedDerivativeIsTheSameInEitherOrder(@ForAll("sample") Classification c) {
        Variable y = Variable.of(c.targets().row(0));
        Tensor mixed = jacobian(o -> grad(t -> o.crossEntropy(t)).apply(y))
                .apply(c.logits().row(0));
        minusCentered("∂²l/∂y∂o", mixed, ExactSoftmax.rows(c).get(0), true);
    }

    private static void minusCentered(String what, Tensor mixed, ExactSoftmax row, boolean targetsFirst) {
        for (int j = 0; j < row.q; j++) {
            for (int k = 0; k < row.q; k++) {
                double entry = targetsFirst ? mixed.get(k, j) : mixed.get(j, k);
                close(what + "[" + j + ", " + k + "]", entry, row.centered(k, j).negate(), row.q + 16);
            }
        }
    }

    /** Row by row, in reverse mode through the gradient: what comes back to the targets is ⟨p, g⟩ − g, because S depends on y. */
    @Property
    void theMixedDerivativeIsTheSameInReverseMode(@ForAll("sample") Classification c) {
        Variable o = Variable.of(c.logits().row(0));
        ExactSoftmax row = ExactSoftmax.rows(c).get(0);
        for (int j = 0; j < row.q; j++) {
            Tensor unit = Variable.of(j).oneHot(row.q).value();
            Tensor ofTargets =
                    vjp(y -> grad(x -> x.crossEntropy(y)).apply(o), c.targets().row(0), unit);
            Variable y = Variable.of(c.targets().row(0));
            Tensor ofLogits =
                    vjp(x -> grad(t -> x.crossEntropy(t)).apply(y), c.logits().row(0), unit);
            for (int k = 0; k < row.q; k++) {
                close("∂²l/∂o∂y", ofTargets.get(k), row.centered(k, j).negate(), row.q + 16);
                close("∂²l/∂y∂o", ofLogits.get(k), row.centered(j, k).negate(), row.q + 16);
            }
        }
    }

    /** The residual is linear in the targets, so this derivative does not depend on them: not a bit. */
    @Property
    void theMixedDerivativeDoesNotDependOnTheTargets(
            @ForAll("sample") Classification c, @ForAll("vectors") Tensor others) {
        Variable o = Variable.of(c.logits());
        Tensor at = jacobian(y -> grad(x -> x.crossEntropy(y)).apply(o)).apply(c.targets());
        Tensor elsewhere = jacobian(y -> grad(x -> x.crossEntropy(y)).apply(o)).apply(Batches.like(c.logits(), others));
        assertThat(at).isEqualTo(elsewhere);
    }

    /**
     * ∂l/∂W = Xᵀ(diag(S)P − Y), ∂l/∂b = 1ᵀ(diag(S)P − Y), ∂l/∂X = (diag(S)P − Y)Wᵀ, exactly where the computed logits are. Each is a
     * sum of products with residuals: (q + 16)u for the residual, and one u for each term that is added.
     */
    @Property
    void theGradientsOfTheLayer(@ForAll("layers") Layer l) {
        List<Variable> leaves = List.of(Variable.of(l.x()), Variable.of(l.w()), Variable.of(l.b()));
        Variable o = leaves.get(0).affine(leaves.get(1), leaves.get(2));
        List<Variable> g = gradients(loss(o, l.y()), leaves);
        List<ExactSoftmax> rows = ExactSoftmax.rows(o.value(), l.y());
        for (int j = 0; j < l.classes(); j++) {
            BigDecimal[] one = sums(l.samples(), j, rows, i -> 1);
            close("∂l/∂b", g.get(2).value().get(j), one[0], l.classes() + 16 + l.samples(), one[1]);
            for (int k = 0; k < l.features(); k++) {
                int feature = k;
                BigDecimal[] x = sums(l.samples(), j, rows, i -> l.x().get(i, feature));
                close("∂l/∂W", g.get(1).value().get(k, j), x[0], l.classes() + 16 + l.samples(), x[1]);
            }
        }
        for (int i = 0; i < l.samples(); i++) {
            ExactSoftmax row = rows.get(i);
            for (int k = 0; k < l.features(); k++) {
                int feature = k;
                BigDecimal exact = row.sum(j -> row.gradient(j).multiply(Exact.of(l.w().get(feature, j))));
                BigDecimal scale = row.sum(j -> row.gradientScale(j)
                        .multiply(Exact.of(l.w().get(feature, j)).abs()));
                close("∂l/∂X", g.get(0).value().get(i, k), exact, 2 * l.classes() + 16, scale);
            }
        }
    }

    /** A number of a sample that multiplies its residual. */
    private interface Factor {
        double of(int sample);
    }

    /** The sum over the samples of a factor times the residual of a class, and the same of scales. */
    private static BigDecimal[] sums(int samples, int j, List<ExactSoftmax> rows, Factor factor) {
        BigDecimal exact = BigDecimal.ZERO;
        BigDecimal scale = BigDecimal.ZERO;
        for (int i = 0; i < samples; i++) {
            BigDecimal f = Exact.of(factor.of(i));
            exact = exact.add(rows.get(i).gradient(j).multiply(f));
            scale = scale.add(rows.get(i).gradientScale(j).multiply(f.abs()));
        }
        return new BigDecimal[] {exact, scale};
    }

    /** For one sample, the Hessian in W is S(diag p − ppᵀ) ⊗ xxᵀ: two more products than in the logits. */
    @Property(tries = 50)
    void theHessianInTheWeightsIsAKroneckerProduct(@ForAll("layers") Layer l) {
        Variable x = Variable.of(l.x().rows(0, 1));
        Variable b = Variable.of(l.b());
        Tensor hessian = hessian(w -> loss(x.affine(w, b), l.y().rows(0, 1))).apply(l.w());
        ExactSoftmax row = ExactSoftmax.rows(x.affine(Variable.of(l.w()), b).value(), l.y().rows(0, 1))
                .get(0);
        for (int k = 0; k < l.features(); k++) {
            for (int m = 0; m < l.features(); m++) {
                BigDecimal xx = Exact.of(l.x().get(0, k)).multiply(Exact.of(l.x().get(0, m)));
                for (int i = 0; i < row.q; i++) {
                    for (int j = 0; j < row.q; j++) {
                        BigDecimal exact = row.s.multiply(row.jacobian(i, j)).multiply(xx);
                        close("∂²l/∂W²", hessian.get(k, i, m, j), exact, row.q + 18, exact, 16);
                    }
                }
            }
        }
    }

    /** In the biases it is the sum over the samples of the Hessians in the logits. */
    @Property(tries = 50)
    void theHessianInTheBiasesIsASumOverTheSamples(@ForAll("layers") Layer l) {
        Variable x = Variable.of(l.x());
        Variable w = Variable.of(l.w());
        Tensor hessian = hessian(b -> loss(x.affine(w, b), l.y())).apply(l.b());
        List<ExactSoftmax> rows =
                ExactSoftmax.rows(x.affine(w, Variable.of(l.b())).value(), l.y());
        for (int i = 0; i < l.classes(); i++) {
            for (int j = 0; j < l.classes(); j++) {
                BigDecimal exact = BigDecimal.ZERO;
                for (ExactSoftmax row : rows) {
                    exact = exact.add(row.s.multiply(row.jacobian(i, j)));
                }
                close("∂²l/∂b²", hessian.get(i, j), exact, l.classes() + 16 + l.samples());
            }
        }
    }

    /** Forward mode gives the derivative along v, ⟨∇l, v⟩: the residuals' errors, and a sum of q terms a sample. */
    @Property
    void theDerivativeAlongADirectionIsItsProductWithTheGradient(
            @ForAll("signed") Classification c, @ForAll("vectors") Tensor vectors) {
        Tensor v = Batches.like(c.logits(), vectors);
        Tensor directional = jvp(o -> o.crossEntropy(Variable.of(c.targets()), Reduction.NONE), c.logits(), v);
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        for (int i = 0; i < c.rows(); i++) {
            ExactSoftmax row = rows.get(i);
            double[] t = v.row(i).toArray();
            BigDecimal exact = row.sum(j -> row.gradient(j).multiply(Exact.of(t[j])));
            BigDecimal scale =
                    row.sum(j -> row.gradientScale(j).multiply(Exact.of(t[j]).abs()));
            close("⟨∇l, v⟩", directional.get(i), exact, bound(c) + row.q, scale, 4 * row.q * row.absS.doubleValue());
        }
    }
}
