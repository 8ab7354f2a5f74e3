package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.hvp;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.math.Accuracy.atMost;
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
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;

/** MATH.md §7: the second derivatives of the cross-entropy, and those of order three and more. */
class S7SecondDerivativeProperties implements Batches {

    private static final BigDecimal HALF = BigDecimal.valueOf(0.5);

    /** One sample, masked or not, with a label or weights that are not negative. */
    @Provide
    Arbitrary<Classification> sample() {
        return Classifications.of(Logits.upTo(1, CLASSES).masked(), Targets.NON_NEGATIVE);
    }

    @Provide
    Arbitrary<Classification> labelled() {
        return Classifications.of(Logits.upTo(1, CLASSES).masked(), Targets.ONE_HOT);
    }

    @Provide
    Arbitrary<Classification> signedSample() {
        return Classifications.of(Logits.upTo(1, CLASSES), Targets.SIGNED);
    }

    @Provide
    Arbitrary<Classification> small() {
        return Classifications.of(Logits.upTo(1, 4).masked(), Targets.NON_NEGATIVE);
    }

    /** Logits of one sample within ±10 of each other: no eigenvalue is lost in the rounding of another. */
    @Provide
    Arbitrary<Tensor> mild() {
        return Logits.upTo(1, CLASSES).atLeast(2).filter(o -> spread(o.toArray()) <= 10);
    }

    private static double spread(double[] v) {
        return Arrays.stream(v).max().orElseThrow() - Arrays.stream(v).min().orElseThrow();
    }

    private static Variable loss(Variable o, Tensor y) {
        return o.crossEntropy(Variable.of(y), Reduction.SUM);
    }

    private static ExactSoftmax exact(Classification c) {
        return ExactSoftmax.rows(c).get(0);
    }

    private static Tensor hessianOf(Classification c) {
        return hessian(o -> loss(o, c.targets().row(0))).apply(c.logits().row(0));
    }

    private static int bound(Classification c) {
        return c.classes() + 16;
    }

    private static double[] vector(Classification c, Tensor vectors) {
        return Batches.like(c.logits(), vectors).row(0).toArray();
    }

    @Example
    void threeClasses() {
        Tensor o = Tensor.of(0, Math.log(2), Math.log(5));
        Tensor h = hessian(x -> x.crossEntropyWithLabels(Variable.of(0))).apply(o);
        Tensor expected = Tensor.of(new double[][] {{7, -2, -5}, {-2, 12, -10}, {-5, -10, 15}})
                .map(v -> v / 64);
        assertThat(h.equalsWithinUlps(expected, 2)).isTrue();
    }

    // ---- the entries ----

    @Property
    void theDiagonalIsPTimesOneMinusP(@ForAll("labelled") Classification c, @ForAll LossForm form) {
        Tensor h = hessian(o -> form.loss(o, c)).apply(c.logits()).reshape(c.classes(), c.classes());
        ExactSoftmax row = exact(c);
        for (int j = 0; j < row.q; j++) {
            close("∂²l/∂o²[" + j + "]", h.get(j, j), row.p(j).multiply(row.notP(j)), bound(c));
        }
    }

    @Property
    void offTheDiagonalItIsMinusTheProduct(@ForAll("labelled") Classification c, @ForAll LossForm form) {
        Tensor h = hessian(o -> form.loss(o, c)).apply(c.logits()).reshape(c.classes(), c.classes());
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                if (i != j) {
                    close(
                            "H[" + i + ", " + j + "]",
                            h.get(i, j),
                            row.p(i).multiply(row.p(j)).negate(),
                            bound(c));
                }
            }
        }
    }

    @Property
    void theWholeHessianIsSTimesTheCovariance(@ForAll("sample") Classification c) {
        everyEntry(c, exact(c).s);
    }

    /** For signed targets the sum S is as accurate as Σ|y| allows, and so is the Hessian. */
    @Property
    void theWholeHessianForTargetsOfEitherSign(@ForAll("signedSample") Classification c) {
        everyEntry(c, exact(c).absS);
    }

    private static void everyEntry(Classification c, BigDecimal scaleOfS) {
        Tensor h = hessianOf(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                BigDecimal entry = row.jacobian(i, j);
                String name = "H[" + i + ", " + j + "]";
                double factor = row.absS.doubleValue() * Accuracy.manyClasses(row.q);
                close(name, h.get(i, j), row.s.multiply(entry), bound(c), scaleOfS.multiply(entry), factor);
            }
        }
    }

    @Property(tries = 10)
    void theWholeHessianWithManyClasses(@ForAll("manyClasses") Classification c) {
        everyEntry(c, exact(c).s);
    }

    @Provide
    Arbitrary<Classification> manyClasses() {
        return Classifications.of(Logits.upTo(1, 40).atLeast(20).masked(), Targets.ONE_HOT);
    }

    /** ∇²L is the covariance of a one-hot draw x with distribution p, E[(x − p)(x − p)ᵀ], and ∇L its mean. */
    @Property
    void theHessianIsTheCovarianceOfAOneHotDraw(@ForAll("labelled") Classification c) {
        Tensor mean = grad(o -> o.logSumExp()).apply(c.logits().row(0));
        Tensor covariance = hessian(o -> o.logSumExp()).apply(c.logits().row(0));
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            int first = i;
            close("E[x]", mean.get(i), row.p(i), bound(c));
            for (int j = 0; j < row.q; j++) {
                int second = j;
                BigDecimal exact = row.sum(
                        draw -> row.p(draw).multiply(row.centered(draw, first)).multiply(row.centered(draw, second)));
                close("cov", covariance.get(i, j), exact, bound(c));
            }
        }
    }

    // ---- its structure ----

    @Property
    void theHessianIsSymmetric(@ForAll("sample") Classification c) {
        Tensor h = hessianOf(c);
        for (int i = 0; i < c.classes(); i++) {
            for (int j = 0; j < i; j++) {
                close("H[" + i + ", " + j + "]", h.get(i, j), Exact.of(h.get(j, i)), 2 * bound(c));
            }
        }
    }

    @Property
    void itsRowsSumToZero(@ForAll("sample") Classification c) {
        Tensor h = hessianOf(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            BigDecimal sum = BigDecimal.ZERO;
            for (int j = 0; j < row.q; j++) {
                sum = sum.add(Exact.of(h.get(i, j)));
            }
            BigDecimal bound = row.s.multiply(row.jacobian(i, i)).multiply(Exact.of(2 * bound(c) * Exact.U));
            assertThat(sum.abs()).isLessThanOrEqualTo(bound.add(Exact.of(1000 * Double.MIN_VALUE)));
        }
    }

    /** A shift of all logits changes nothing: H·1 = 0, here without any rounding. */
    @Property
    void itsProductWithAConstantVectorIsExactlyZero(
            @ForAll("masked") Classification c, @ForAll @IntRange(min = -9, max = 9) int k) {
        Tensor product = hvp(
                o -> loss(o, c.targets()), c.logits(), Tensor.full(c.logits().shape(), k / 3.0));
        assertThat(product.map(Math::abs)).isEqualTo(Tensor.zeros(c.logits().shape()));
    }

    @Property
    void itDependsOnTheTargetsThroughTheirSumAlone(
            @ForAll("labelled") Classification c, @ForAll @IntRange(max = 6) int k) {
        int other = Math.min(k, c.classes() - 1);
        Tensor moved = Variable.of(Tensor.of(other)).oneHot(c.classes()).value();
        assertThat(hessianOf(new Classification(c.logits(), moved))).isEqualTo(hessianOf(c));
    }

    @Property
    void itsTraceIsSTimesOneMinusTheSumOfSquares(@ForAll("sample") Classification c) {
        Tensor h = hessianOf(c);
        ExactSoftmax row = exact(c);
        double trace = IntStream.range(0, row.q).mapToDouble(i -> h.get(i, i)).sum();
        BigDecimal exact = row.s.multiply(row.sum(j -> row.p(j).multiply(row.notP(j))));
        // 1 − Σp² = Σ p(1 − p), in the form that does not cancel; the sum of q terms is rounded q times
        close("trace", trace, exact, bound(c) + row.q, exact, row.absS.doubleValue() * row.q);
        BigDecimal cancelling = BigDecimal.ONE.subtract(row.sum(j -> row.p(j).multiply(row.p(j))));
        close("trace", trace, row.s.multiply(cancelling), bound(c) + row.q, row.s);
    }

    /**
     * The eigenvalues, by Hipparchus, to a small multiple of q·u·‖H‖, and ‖H‖ ≤ S/2. It does not converge on entries whose squares
     * underflow; those are 0 to this accuracy.
     */
    private static double[] eigenvalues(Tensor h) {
        int q = h.shape().extent(0);
        double largest = Arrays.stream(h.toArray()).map(Math::abs).max().orElseThrow();
        if (largest < 0x1p-900) {
            return new double[q];
        }
        double[][] rows = new double[q][q];
        for (int i = 0; i < q; i++) {
            for (int j = 0; j <= i; j++) {
                double entry = Math.abs(h.get(i, j)) < largest * 0x1p-100 ? 0 : h.get(i, j) / largest;
                rows[i][j] = entry;
                rows[j][i] = entry;
            }
        }
        return Arrays.stream(new EigenDecompositionSymmetric(MatrixUtils.createRealMatrix(rows)).getEigenvalues())
                .map(v -> v * largest)
                .sorted()
                .toArray();
    }

    private static double tolerance(ExactSoftmax row) {
        return 10 * row.q * Exact.U * row.s.doubleValue();
    }

    @Property
    void itsEigenvaluesAreBetweenZeroAndHalfOfS(@ForAll("sample") Classification c) {
        ExactSoftmax row = exact(c);
        double s = row.s.doubleValue();
        assertThat(Arrays.stream(eigenvalues(hessianOf(c))))
                .allMatch(v -> -tolerance(row) <= v && v <= s / 2 + tolerance(row));
    }

    /** The bound S/2 is attained by two equal classes beside which the others vanish. */
    @Property
    void halfOfSIsTheEigenvalueOfTwoEqualClasses(@ForAll @IntRange(min = 2, max = 7) int q) {
        double[] o = new double[q];
        Arrays.fill(o, 2, q, Double.NEGATIVE_INFINITY);
        Tensor h = hessian(x -> x.logSumExp()).apply(Tensor.of(o));
        assertThat(eigenvalues(h)[q - 1]).isBetween(0.5 - 10 * q * Exact.U, 0.5 + 10 * q * Exact.U);
    }

    /**
     * H/S is diag p less a matrix of rank one, so its eigenvalues interlace with the probabilities: one is 0, and the next is at least
     * the smallest p. So its rank is q − 1.
     */
    @Property
    void itsRankIsOneLessThanTheNumberOfClasses(@ForAll("mild") Tensor o) {
        ExactSoftmax row =
                new ExactSoftmax(o.toArray(), Tensor.ones(o.shape().size()).toArray());
        double[] values = eigenvalues(hessian(x -> x.logSumExp()).apply(o.row(0)));
        double[] p = IntStream.range(0, row.q)
                .mapToDouble(j -> row.p(j).doubleValue())
                .sorted()
                .toArray();
        assertThat(Math.abs(values[0])).isLessThanOrEqualTo(tolerance(row));
        for (int i = 1; i < row.q; i++) {
            assertThat(values[i]).isBetween(p[i - 1] - tolerance(row), p[i] + tolerance(row));
            assertThat(values[i]).isGreaterThan(tolerance(row));
        }
    }

    /** Each masked class takes one away from the rank: its row and column are zeros. */
    @Property
    void aMaskedClassHasNoPartInTheHessian(@ForAll("sample") Classification c) {
        Tensor h = hessianOf(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                if (row.isMasked(i) || row.isMasked(j)) {
                    assertThat(h.get(i, j) == 0).isTrue();
                }
            }
        }
    }

    // ---- products and quadratic forms ----

    /** The terms of p∘(w − ⟨p,w⟩) with w = v − v_a, where a is the first of the largest logits (§9). */
    private static BigDecimal productScale(ExactSoftmax row, double[] v, int j) {
        int a = 0;
        for (int k = 1; k < row.q; k++) {
            a = row.isMasked(a) || !row.isMasked(k) && row.o(k).compareTo(row.o(a)) > 0 ? k : a;
        }
        BigDecimal va = Exact.of(v[a]);
        BigDecimal mean =
                row.sum(k -> row.p(k).multiply(Exact.of(v[k]).subtract(va).abs()));
        return row.p(j).multiply(Exact.of(v[j]).subtract(va).abs().add(mean));
    }

    private static BigDecimal product(ExactSoftmax row, double[] v, int j) {
        return row.p(j).multiply(row.deviation(v, j));
    }

    @Property
    void itsProductWithAVectorIsPTimesTheDeviationFromTheMean(
            @ForAll("sample") Classification c, @ForAll("vectors") Tensor vectors) {
        double[] v = vector(c, vectors);
        ExactSoftmax row = exact(c);
        Tensor product = hvp(o -> loss(o, c.targets().row(0)), c.logits().row(0), Tensor.of(v));
        for (int j = 0; j < row.q; j++) {
            BigDecimal exact = row.s.multiply(product(row, v, j));
            BigDecimal scale = row.s.multiply(productScale(row, v, j));
            close("Hv[" + j + "]", product.get(j), exact, bound(c), scale, 8 * row.absS.doubleValue());
        }
    }

    /** vᵀHv, as the second derivative along v; a sum of q products, whose terms are those of Hv times v. */
    @Property
    void itsQuadraticFormIsSTimesTheVariance(@ForAll("sample") Classification c, @ForAll("vectors") Tensor vectors) {
        double[] v = vector(c, vectors);
        ExactSoftmax row = exact(c);
        double form = alongLine(c, v, 2);
        BigDecimal exact = row.s.multiply(row.centralMoment(v, 2));
        BigDecimal scale = row.s.multiply(row.sum(j -> Exact.of(v[j]).abs().multiply(productScale(row, v, j))));
        close("vᵀHv", form, exact, bound(c) + row.q, scale, 64 * row.absS.doubleValue());
    }

    /** The derivative of some order of t ↦ l(o + tv) at t = 0. */
    private static double alongLine(Classification c, double[] v, int order) {
        Variable o = Variable.of(c.logits().row(0));
        UnaryOperator<Variable> f =
                t -> loss(o.add(t.mul(Variable.of(Tensor.of(v)))), c.targets().row(0));
        for (int i = 0; i < order; i++) {
            f = grad(f);
        }
        return f.apply(Variable.of(0)).item();
    }

    /** Popoviciu: the variance of what lies between two bounds is at most a quarter of the square of their distance. */
    @Property
    void itsQuadraticFormIsAtMostAQuarterOfTheSquareOfTheRange(
            @ForAll("sample") Classification c, @ForAll("vectors") Tensor vectors) {
        double[] v = vector(c, vectors);
        ExactSoftmax row = exact(c);
        BigDecimal range = Exact.of(Arrays.stream(v).max().orElseThrow())
                .subtract(Exact.of(Arrays.stream(v).min().orElseThrow()));
        BigDecimal scale = row.s.multiply(row.sum(j -> Exact.of(v[j]).abs().multiply(productScale(row, v, j))));
        double form = alongLine(c, v, 2);
        atMost(
                "vᵀHv",
                form,
                row.s.multiply(range).multiply(range).multiply(BigDecimal.valueOf(0.25)),
                bound(c) + row.q,
                scale);
        atMost("−vᵀHv", -form, BigDecimal.ZERO, bound(c) + row.q, scale);
    }

    /** The difference of two classes is Bernoulli under p: the bound of Popoviciu is attained at p = (½, ½). */
    @Example
    void popoviciuIsAttained() {
        Classification c = new Classification(Tensor.zeros(1, 2), Tensor.of(new double[][] {{1, 0}}));
        assertThat(alongLine(c, new double[] {3, -1}, 2)).isEqualTo(4);
    }

    @Property
    void theHessianIsSelfAdjoint(@ForAll("sample") Classification c, @ForAll("vectors") Tensor vectors) {
        ExactSoftmax row = exact(c);
        double[] u = vector(c, vectors);
        double[] v = Layers.cut(vectors, 2, c.classes()).row(1).toArray();
        Tensor hu = hvp(o -> loss(o, c.targets().row(0)), c.logits().row(0), Tensor.of(u));
        Tensor hv = hvp(o -> loss(o, c.targets().row(0)), c.logits().row(0), Tensor.of(v));
        BigDecimal difference = row.sum(j -> Exact.of(v[j])
                .multiply(Exact.of(hu.get(j)))
                .subtract(Exact.of(u[j]).multiply(Exact.of(hv.get(j)))));
        BigDecimal scale = row.sum(j -> Exact.of(v[j])
                .abs()
                .multiply(productScale(row, u, j))
                .add(Exact.of(u[j]).abs().multiply(productScale(row, v, j))));
        BigDecimal bound =
                row.s.multiply(scale).multiply(Exact.of(bound(c) * Exact.U)).add(Exact.of(1000 * Double.MIN_VALUE));
        assertThat(difference.abs()).isLessThanOrEqualTo(bound);
    }

    /** Hv by forward over reverse mode, and by the gradient of ⟨∇l, v⟩. */
    @Property
    void forwardOverReverseIsReverseOverReverse(@ForAll("sample") Classification c, @ForAll("vectors") Tensor vectors) {
        double[] v = vector(c, vectors);
        ExactSoftmax row = exact(c);
        Tensor product = grad(o -> grad((Variable x) -> loss(x, c.targets().row(0)))
                        .apply(o)
                        .mul(Variable.of(Tensor.of(v)))
                        .sum())
                .apply(c.logits().row(0));
        for (int j = 0; j < row.q; j++) {
            BigDecimal exact = row.s.multiply(product(row, v, j));
            BigDecimal scale = row.s.multiply(productScale(row, v, j));
            close("Hv[" + j + "]", product.get(j), exact, bound(c), scale, 8 * row.absS.doubleValue());
        }
    }

    // ---- order three and more ----

    /** Each of the two factors that are multiplied, and the sum over the classes, has the error of an entry of H. */
    private static int thirdBound(int q) {
        return 3 * (q + 16);
    }

    @Property(tries = 100)
    void theThirdDerivativeIsTheThirdCentralMoment(@ForAll("small") Classification c) {
        Tensor third = third(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                for (int k = 0; k < row.q; k++) {
                    BigDecimal exact = row.s.multiply(row.third(i, j, k));
                    BigDecimal scale = row.s.multiply(row.thirdScale(i, j, k));
                    String name = "T[" + i + ", " + j + ", " + k + "]";
                    close(name, third.get(i, j, k), exact, thirdBound(row.q), scale, 4 * row.absS.doubleValue());
                }
            }
        }
    }

    private static Tensor third(Classification c) {
        return jacobian(hessian(o -> loss(o, c.targets().row(0))))
                .apply(c.logits().row(0));
    }

    /** S(δ_ijk p_i − δ_ij p_i p_k − δ_ik p_i p_j − δ_jk p_i p_j + 2 p_i p_j p_k), as §7 writes it: up to the rounding of terms of size p. */
    @Property(tries = 100)
    void theThirdDerivativeIsThePolynomialOfTheProbabilities(@ForAll("small") Classification c) {
        Tensor third = third(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                for (int k = 0; k < row.q; k++) {
                    BigDecimal exact =
                            row.p(i).multiply(row.p(j)).multiply(row.p(k)).multiply(BigDecimal.valueOf(2));
                    exact = i == j && j == k ? exact.add(row.p(i)) : exact;
                    exact = i == j ? exact.subtract(row.p(i).multiply(row.p(k))) : exact;
                    exact = i == k ? exact.subtract(row.p(i).multiply(row.p(j))) : exact;
                    exact = j == k ? exact.subtract(row.p(i).multiply(row.p(j))) : exact;
                    close(
                            "T",
                            third.get(i, j, k),
                            row.s.multiply(exact),
                            thirdBound(row.q),
                            row.s.multiply(row.p(i)),
                            4 * row.absS.doubleValue());
                }
            }
        }
    }

    @Property(tries = 50)
    void theThirdDerivativeIsFullySymmetric(@ForAll("small") Classification c) {
        Tensor third = third(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                for (int k = 0; k < row.q; k++) {
                    BigDecimal scale = row.s.multiply(row.thirdScale(i, j, k));
                    close("T_jik", third.get(j, i, k), Exact.of(third.get(i, j, k)), 2 * thirdBound(row.q), scale, 64);
                    close("T_kij", third.get(k, i, j), Exact.of(third.get(i, j, k)), 2 * thirdBound(row.q), scale, 64);
                }
            }
        }
    }

    /** The Hessian does not feel a shift of the logits, and the last index of T is the direction of a step. */
    @Property(tries = 100)
    void itsContractionWithOneIsZero(@ForAll("small") Classification c) {
        Tensor third = third(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                BigDecimal sum = BigDecimal.ZERO;
                BigDecimal scale = BigDecimal.ZERO;
                for (int k = 0; k < row.q; k++) {
                    sum = sum.add(Exact.of(third.get(i, j, k)));
                    scale = scale.add(row.s.multiply(row.thirdScale(i, j, k)));
                }
                BigDecimal bound =
                        scale.multiply(Exact.of(thirdBound(row.q) * Exact.U)).add(Exact.of(1000 * Double.MIN_VALUE));
                assertThat(sum.abs()).isLessThanOrEqualTo(bound);
            }
        }
    }

    @Property
    void itsDiagonalIsPTimesOneMinusPTimesOneMinusTwoP(@ForAll("small") Classification c) {
        Tensor third = third(c);
        ExactSoftmax row = exact(c);
        for (int i = 0; i < row.q; i++) {
            BigDecimal pq = row.s.multiply(row.p(i)).multiply(row.notP(i));
            BigDecimal exact = pq.multiply(row.notP(i).subtract(row.p(i)));
            close("T[" + i + "]", third.get(i, i, i), exact, thirdBound(row.q), pq, 4 * row.absS.doubleValue());
        }
    }

    /**
     * L is the cumulant generating function of v under p: its derivatives along v are variance, third central moment, and
     * μ₄ − 3μ₂². An error of the probabilities is multiplied by at most (r − 1)! products of r deviations, each at most the range of v.
     */
    @Property(tries = 100)
    void derivativesAlongALineAreCumulants(@ForAll("labelled") Classification c, @ForAll("vectors") Tensor vectors) {
        double[] v = vector(c, vectors);
        ExactSoftmax row = exact(c);
        BigDecimal variance = row.centralMoment(v, 2);
        BigDecimal range =
                Exact.of(Arrays.stream(v).map(Math::abs).max().orElseThrow()).multiply(BigDecimal.valueOf(2));
        BigDecimal fourth = row.centralMoment(v, 4).subtract(variance.pow(2).multiply(BigDecimal.valueOf(3)));
        close("κ₂", alongLine(c, v, 2), variance, 2 * bound(c), range.pow(2), 64);
        close("κ₃", alongLine(c, v, 3), row.centralMoment(v, 3), 2 * 3 * bound(c), range.pow(3), 512);
        close("κ₄", alongLine(c, v, 4), fourth, 6 * 4 * bound(c), range.pow(4), 4096);
    }

    // ---- convexity ----

    private static double value(Tensor o, Tensor y) {
        return loss(Variable.of(o), y).item();
    }

    /** Midpoints of multiples of 2⁻¹⁰ are exact; each of the three losses has its own rounding. */
    @Property
    void theLossIsConvex(@ForAll("dyadicSample") Classification c, @ForAll("vectors") Tensor vectors) {
        Tensor o = c.logits();
        Tensor step = Batches.like(o, vectors).map(x -> Math.rint(x * 64) / 64);
        Tensor middle = Variable.of(o).add(Variable.of(step)).value();
        Tensor end = Variable.of(o).add(Variable.of(step).mul(2)).value();
        double mean = (value(o, c.targets()) + value(end, c.targets())) / 2;
        atMost("l(middle)", value(middle, c.targets()), Exact.of(mean), 2 * bound(c), Exact.of(mean));
    }

    @Provide
    Arbitrary<Classification> dyadicSample() {
        return Classifications.of(Logits.upTo(1, CLASSES).dyadic(), Targets.NON_NEGATIVE);
    }

    /** Convex and differentiable: the loss lies above its tangents. */
    @Property
    void theLossLiesAboveItsTangents(@ForAll("dyadicSample") Classification c, @ForAll("vectors") Tensor vectors) {
        Tensor o = c.logits();
        Tensor step = Batches.like(o, vectors).map(x -> Math.rint(x * 64) / 64);
        Tensor end = Variable.of(o).add(Variable.of(step)).value();
        ExactSoftmax row = exact(c);
        Tensor gradient = grad(x -> loss(x, c.targets())).apply(o);
        double[] g = gradient.toArray();
        double[] t = step.toArray();
        BigDecimal tangent = Exact.of(value(o, c.targets()));
        BigDecimal scale = tangent.add(Exact.of(value(end, c.targets())));
        for (int j = 0; j < g.length; j++) {
            tangent = tangent.add(Exact.of(g[j]).multiply(Exact.of(t[j])));
            scale = scale.add(row.gradientScale(j).multiply(Exact.of(t[j]).abs()));
        }
        atMost("−l", -value(end, c.targets()), tangent.negate(), bound(c), scale);
    }

    /** ‖∇L(o) − ∇L(o′)‖₂ ≤ ½‖o − o′‖₂. Each entry of the gradients is off by (q + 16)u at most. */
    @Property
    void theGradientIsHalfLipschitz(@ForAll("mild") Tensor o, @ForAll("vectors") Tensor vectors) {
        Tensor step = Batches.like(o, vectors);
        Tensor end = Variable.of(o).add(Variable.of(step)).value();
        Tensor from = grad(x -> x.logSumExp()).apply(o);
        Tensor to = grad(x -> x.logSumExp()).apply(end);
        BigDecimal change = squaredDistance(from, to);
        BigDecimal moved = squaredDistance(o, end);
        double slack = 2 * (o.shape().size() + 16) * Exact.U;
        double bound = Math.sqrt(moved.doubleValue()) / 2 * (1 + 4 * Exact.U) + slack;
        assertThat(Math.sqrt(change.doubleValue())).isLessThanOrEqualTo(bound);
    }

    private static BigDecimal squaredDistance(Tensor a, Tensor b) {
        double[] x = a.toArray();
        double[] y = b.toArray();
        return IntStream.range(0, x.length)
                .mapToObj(i -> Exact.of(x[i]).subtract(Exact.of(y[i])).pow(2))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** ½ is the best constant: a tiny step between two equal classes attains it. */
    @Example
    void theLipschitzConstantIsAttained() {
        double t = 0x1p-20;
        Tensor from = grad(x -> x.logSumExp()).apply(Tensor.of(0, 0));
        Tensor to = grad(x -> x.logSumExp()).apply(Tensor.of(t, -t));
        double change = Math.hypot(to.get(0) - from.get(0), to.get(1) - from.get(1));
        assertThat(change / Math.hypot(t, t)).isBetween(0.5 - 1e-9, 0.5);
    }

    /** The gradient at the mean of two targets is the mean of the gradients: three residuals, each with its rounding. */
    @Property
    void theGradientIsAffineInTheTargets(@ForAll("signedSample") Classification c, @ForAll("vectors") Tensor vectors) {
        Tensor other = Batches.like(c.logits(), vectors);
        Tensor mean = Variable.of(c.targets()).add(Variable.of(other)).div(2).value();
        Tensor atMean = grad(o -> loss(o, mean)).apply(c.logits());
        Tensor here = grad(o -> loss(o, c.targets())).apply(c.logits());
        Tensor there = grad(o -> loss(o, other)).apply(c.logits());
        ExactSoftmax first = exact(c);
        ExactSoftmax second = exact(new Classification(c.logits(), other));
        for (int j = 0; j < c.classes(); j++) {
            BigDecimal expected =
                    Exact.of(here.get(0, j)).add(Exact.of(there.get(0, j))).multiply(HALF);
            BigDecimal scale = first.gradientScale(j)
                    .add(second.gradientScale(j))
                    .add(first.p(j).multiply(first.absS.add(second.absS)));
            close("gradient", atMean.get(0, j), expected, 2 * bound(c), scale);
        }
    }

    // ---- the variance identity ----

    /**
     * (1/q)Σ(p_j − 1/q)² = (q−1)/q² − (1/q)Σ p_j(1 − p_j), with the second derivatives by autograd. The right side is a difference of
     * terms of size 1/q, of which the sum of derivatives has q + 16 roundings an entry and q of the sum.
     */
    @Property
    void theSpreadOfTheDistributionIsFixedByTheSecondDerivatives(
            @ForAll("labelled") Classification c, @ForAll LossForm form) {
        int q = c.classes();
        Tensor h = hessian(o -> form.loss(o, c)).apply(c.logits()).reshape(q, q);
        double trace = IntStream.range(0, q).mapToDouble(j -> h.get(j, j)).sum();
        double spread = (q - 1.0) / (q * q) - trace / q;
        ExactSoftmax row = exact(c);
        BigDecimal oneOverQ = Exact.div(BigDecimal.ONE, BigDecimal.valueOf(q));
        BigDecimal variance = row.sum(j -> row.p(j).subtract(oneOverQ).pow(2)).multiply(oneOverQ);
        close("variance of p over the classes", spread, variance, bound(c) + q + 4, oneOverQ);
    }

    /** The left side by the library's own variance: deviations of p from 1/q, each rounded as p is. */
    @Property
    void theVarianceOfTheProbabilitiesIsTheSameNumber(@ForAll("masked") Classification c) {
        Tensor variance = Variable.of(c.logits()).softmax().variance(-1).value();
        List<ExactSoftmax> rows = ExactSoftmax.rows(c);
        BigDecimal q = BigDecimal.valueOf(c.classes());
        for (int i = 0; i < c.rows(); i++) {
            ExactSoftmax row = rows.get(i);
            BigDecimal trace = row.sum(j -> row.p(j).multiply(row.notP(j)));
            BigDecimal exact =
                    Exact.div(Exact.div(q.subtract(BigDecimal.ONE), q).subtract(trace), q);
            close("variance", variance.get(i), exact, 2 * bound(c) + c.classes() + 4, Exact.div(BigDecimal.ONE, q));
        }
    }

    /** Where the model is certain the identity takes its largest value, (q−1)/q²; where all classes are equal, 0. */
    @Property
    void itsExtremesAreCertaintyAndIgnorance(@ForAll @IntRange(min = 2, max = 12) int q) {
        double[] certain = new double[q];
        certain[q - 1] = 1000;
        double largest = Variable.of(Tensor.of(certain)).softmax().variance().item();
        double exact = (q - 1.0) / (q * q);
        assertThat(Tensor.ulpDistance(largest, exact)).isLessThanOrEqualTo(4);
        double least = Variable.of(Tensor.zeros(q)).softmax().variance().item();
        assertThat(least).isBetween(0.0, Exact.U * Exact.U);
    }

    @Property
    void anImpossibleTargetDoesNotDisturbTheHessian(@ForAll("sample") Classification c) {
        Assume.that(exact(c).isImpossible());
        assertThat(value(c.logits(), c.targets())).isEqualTo(Double.POSITIVE_INFINITY);
        everyEntry(c, exact(c).s);
    }
}
