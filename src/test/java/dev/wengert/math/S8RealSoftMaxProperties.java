package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.grad;
import static dev.wengert.autodiff.Autodiff.hessian;
import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.autodiff.Autodiff.jvp;
import static dev.wengert.math.Accuracy.atMost;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Doubles;
import dev.wengert.jqwik.Logits;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** MATH.md §8: the logarithm of a sum of exponentials, which is a smooth maximum, and softmin. */
class S8RealSoftMaxProperties implements Batches {

    /** One row of logits, masked or not. */
    @Provide
    Arbitrary<Tensor> row() {
        return Logits.upTo(1, CLASSES).masked().map(o -> o.row(0));
    }

    @Provide
    Arbitrary<Tensor> finiteRow() {
        return Logits.upTo(1, CLASSES).atLeast(2).map(o -> o.row(0));
    }

    @Provide
    Arbitrary<Tensor> dyadicRow() {
        return Logits.upTo(1, CLASSES).dyadic().map(o -> o.row(0));
    }

    @Provide
    Arbitrary<Double> lambdas() {
        return Doubles.between(0x1p-10, 0x1p10);
    }

    @Provide
    Arbitrary<Double> numbers() {
        return Doubles.between(-0x1p20, 0x1p20);
    }

    private static ExactSoftmax exact(Tensor o) {
        return new ExactSoftmax(o.toArray(), new double[o.shape().size()]);
    }

    private static double realSoftMax(Tensor o, double lambda) {
        return Variable.of(o).realSoftMax(lambda).item();
    }

    private static double logSumExp(Tensor o) {
        return Variable.of(o).logSumExp().item();
    }

    private static int bound(Tensor o) {
        return o.shape().size() + 16;
    }

    private static double max(Tensor o) {
        return Arrays.stream(o.toArray()).max().orElseThrow();
    }

    /** max(|m|, log(q)/λ), the scale of §9. */
    private static BigDecimal scale(Tensor o, double lambda) {
        return Exact.of(Math.max(Math.abs(max(o)), Math.log(o.shape().size()) / lambda));
    }

    /** The real softmax in exact arithmetic. */
    private static BigDecimal exactRealSoftMax(Tensor o, double lambda) {
        return exact(o).max().add(Exact.div(exact(o).times(lambda).gap(), Exact.of(lambda)));
    }

    // ---- values and bounds ----

    @Example
    void ofTwoNumbers() {
        Variable ab = Variable.of(Tensor.of(0, Math.log(3)));
        assertThat(Tensor.ulpDistance(ab.logSumExp().item(), Math.log(4))).isLessThanOrEqualTo(1);
    }

    @Property
    void itIsTheLogarithmOfTheSumOfExponentials(@ForAll("row") Tensor o) {
        close("L", logSumExp(o), exact(o).logSumExp(), bound(o), scale(o, 1));
    }

    @Property
    void itIsTheSameWithATemperature(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        close("L(λo)/λ", realSoftMax(o, lambda), exactRealSoftMax(o, lambda), bound(o), scale(o, lambda), 1 / lambda);
    }

    @Property
    void temperatureOneIsTheLogarithmOfTheSumOfExponentials(@ForAll("row") Tensor o) {
        assertThat(realSoftMax(o, 1)).isEqualTo(logSumExp(o));
    }

    /** Above the maximum, or at it where what is above is lost in rounding. */
    @Property
    void itIsAboveTheMaximum(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        double value = realSoftMax(o, lambda);
        assertThat(value).isGreaterThanOrEqualTo(max(o));
        BigDecimal gap = Exact.div(exact(o).times(lambda).gap(), Exact.of(lambda));
        if (gap.compareTo(Exact.of(2 * Math.ulp(max(o)))) > 0) {
            assertThat(value).isGreaterThan(max(o));
        }
    }

    /** One ulp of the larger of the two terms: where they cancel that is more than one of the sum. */
    private static double ulp(Tensor o, double lambda) {
        return Math.ulp(scale(o, lambda).doubleValue());
    }

    /** To 1 ulp of the bound as doubles have it, with the library's logarithm: another one may be an ulp off to the other side. */
    @Property
    void itIsAtMostLogQOverLambdaAboveIt(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        double log = Variable.of(o.shape().size() - 1).log1p().item();
        assertThat(realSoftMax(o, lambda)).isLessThanOrEqualTo(max(o) + log / lambda + ulp(o, lambda));
    }

    /** StrictMath.log(3) is below log 3, our log1p(2) above it, both by half an ulp; that makes two ulps of a third of it. */
    @Example
    void threeEqualLogitsAtTemperatureThree() {
        assertThat(realSoftMax(Tensor.zeros(3), 3))
                .isEqualTo(Variable.of(2).log1p().item() / 3)
                .isEqualTo(StrictMath.log(3) / 3 + 2 * Math.ulp(0.366));
        itIsAtMostLogQOverLambdaAboveIt(Tensor.zeros(3), 3);
    }

    private static BigDecimal upperBound(Tensor o, double lambda) {
        return exact(o).max().add(logQOverLambda(o, lambda));
    }

    private static BigDecimal logQOverLambda(Tensor o, double lambda) {
        return Exact.div(Exact.log(BigDecimal.valueOf(o.shape().size())), Exact.of(lambda));
    }

    /** 2u for log1p, which is good to an ulp, u for the quotient, and u of the sum (a little more, for products of those). */
    private static BigDecimal rounding(Tensor o, double lambda) {
        BigDecimal sum = upperBound(o, lambda).abs();
        return logQOverLambda(o, lambda)
                .multiply(BigDecimal.valueOf(3))
                .add(sum)
                .multiply(Exact.of(1.001 * Exact.U));
    }

    @Property
    void itsBoundHoldsInRealNumbersButForTheRoundings(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        BigDecimal bound = upperBound(o, lambda).add(rounding(o, lambda));
        assertThat(Exact.of(realSoftMax(o, lambda))).isLessThanOrEqualTo(bound);
    }

    /** The upper bound is attained where all logits are equal. */
    @Property
    void equalLogitsAttainTheBound(
            @ForAll("numbers") double x, @ForAll @IntRange(min = 1, max = 9) int q, @ForAll("lambdas") double lambda) {
        Tensor o = Tensor.zeros(q).map(zero -> x);
        BigDecimal error =
                Exact.of(realSoftMax(o, lambda)).subtract(upperBound(o, lambda)).abs();
        assertThat(error).isLessThanOrEqualTo(rounding(o, lambda));
    }

    /** Found on a fresh seed: the sum lies in another binade than its terms. */
    @Example
    void equalLogitsAttainTheBoundAcrossABinade() {
        equalLogitsAttainTheBound(1, 3, 0.75);
        equalLogitsAttainTheBound(114, 3, 0.005859375);
    }

    /** And only there: a logit that is lower by d takes (1 − e⁻ᵈ)/q from the sum, relatively. */
    @Property
    void unequalLogitsStayBelowTheBound(@ForAll("finiteRow") Tensor o) {
        ExactSoftmax row = exact(o);
        BigDecimal q = BigDecimal.valueOf(row.q);
        BigDecimal missing =
                row.sum(j -> BigDecimal.ONE.subtract(Exact.exp(row.o(j).subtract(row.max()))));
        BigDecimal bound = row.max().add(Exact.log(q)).subtract(Exact.div(missing, q));
        atMost("L", logSumExp(o), bound, bound(o), scale(o, 1));
    }

    /** As λ grows it falls to the maximum, and reaches it where log(q)/λ is lost in rounding. */
    @Property
    void itTendsToTheMaximum(@ForAll("row") Tensor o) {
        double before = Double.POSITIVE_INFINITY;
        for (int k = -10; k <= 70; k++) {
            double value = realSoftMax(o, Math.scalb(1.0, k));
            assertThat(Math.nextDown(value)).isLessThanOrEqualTo(before);
            assertThat(value - max(o))
                    .isLessThanOrEqualTo(Math.scalb(Math.log(o.shape().size()), -k) + Math.ulp(value));
            before = value;
        }
        if (Math.abs(max(o)) > 1e-3) {
            assertThat(before).isEqualTo(max(o));
        }
    }

    /** As λ falls to 0 it tends to log(q)/λ plus the mean of the logits, to second order in λ. */
    @Property
    void farFromTheMaximumItIsTheMean(@ForAll("dyadicRow") Tensor o) {
        double lambda = 0x1p-40;
        int q = o.shape().size();
        double mean = Arrays.stream(o.toArray()).sum() / q;
        double excess = exactRealSoftMax(o, lambda)
                .subtract(Exact.div(Exact.log(BigDecimal.valueOf(q)), Exact.of(lambda)))
                .doubleValue();
        double range = max(o) - Arrays.stream(o.toArray()).min().orElseThrow();
        assertThat(excess - mean).isBetween(-1e-12 * range, lambda * range * range / 8 + 1e-12 * range);
        double value = realSoftMax(o, lambda);
        close("L(λo)/λ", value, exactRealSoftMax(o, lambda), bound(o), scale(o, lambda), 1 / lambda);
    }

    @Property
    void onlyPositiveTemperaturesAreTaken(@ForAll("lambdas") double lambda) {
        assertThatThrownBy(() -> realSoftMax(Tensor.of(1, 2), -lambda))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("realSoftMax: lambda must be positive, got " + -lambda);
    }

    // ---- derivatives ----

    @Property
    void itsGradientIsSoftmax(@ForAll("row") Tensor o) {
        assertThat(grad(x -> x.logSumExp()).apply(o))
                .isEqualTo(Variable.of(o).softmax().value());
    }

    /** −z_j = λ(m − o_j), rounded twice: p_j = exp(z_j)/Σ exp(z_k) has 2|z_j|u of it, and 2u·Σ p_k|z_k| ≤ 2u·log q from the sum. */
    private static double bound(ExactSoftmax scaled, int j) {
        double z = scaled.isMasked(j) ? 0 : scaled.max().subtract(scaled.o(j)).doubleValue();
        return scaled.q + 16 + 2 * Math.min(z, 750) + 2 * Math.log(scaled.q);
    }

    @Property
    void itsGradientWithATemperatureIsSoftmaxOfLambdaO(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        Tensor gradient = grad(x -> x.realSoftMax(lambda)).apply(o);
        ExactSoftmax scaled = exact(o).times(lambda);
        for (int j = 0; j < scaled.q; j++) {
            close("∂/∂o[" + j + "]", gradient.get(j), scaled.p(j), bound(scaled, j));
        }
    }

    /** λ(diag p − ppᵀ): an entry has the errors of two probabilities. */
    @Property(tries = 100)
    void itsHessianWithATemperatureIsLambdaTimesTheCovariance(
            @ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        Tensor h = hessian(x -> x.realSoftMax(lambda)).apply(o);
        ExactSoftmax scaled = exact(o).times(lambda);
        for (int i = 0; i < scaled.q; i++) {
            for (int j = 0; j < scaled.q; j++) {
                // of 1 − p_i the error is that of the largest of the other probabilities
                double largest = 0;
                for (int k = 0; k < scaled.q; k++) {
                    largest = Math.max(largest, scaled.p(k).signum() == 0 ? 0 : bound(scaled, k));
                }
                BigDecimal exact = scaled.jacobian(i, j).multiply(Exact.of(lambda));
                close("H[" + i + ", " + j + "]", h.get(i, j), exact, 2 * largest, exact, lambda);
            }
        }
    }

    /** λ is a power of two, so that λo is exact: d/dλ L(λo) = ⟨softmax(λo), o⟩, a sum of q products. */
    @Property
    void theDerivativeInLambdaIsTheMeanLogit(
            @ForAll("finiteRow") Tensor o, @ForAll @IntRange(min = -8, max = 8) int log2) {
        double lambda = Math.scalb(1.0, log2);
        double slope = grad(t -> Variable.of(o).mul(t).logSumExp())
                .apply(Tensor.scalar(lambda))
                .item();
        ExactSoftmax scaled = exact(o).times(lambda);
        BigDecimal exact = scaled.sum(j -> scaled.p(j).multiply(Exact.of(o.get(j))));
        BigDecimal size =
                scaled.sum(j -> scaled.p(j).multiply(Exact.of(o.get(j)).abs()));
        close("⟨softmax(λo), o⟩", slope, exact, bound(o) + scaled.q, size, 1e6);
    }

    /** The same from λ·(L(λo)/λ), also where a logit is −∞: its probability is 0, and it contributes nothing. */
    @Property
    void classesOfProbabilityZeroContributeNothingToIt(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        double slope = grad(t -> t.mul(Variable.of(o).realSoftMax(t)))
                .apply(Tensor.scalar(lambda))
                .item();
        ExactSoftmax scaled = exact(o).times(lambda);
        BigDecimal exact = scaled.sum(
                j -> scaled.isMasked(j) ? BigDecimal.ZERO : scaled.p(j).multiply(Exact.of(o.get(j))));
        close("⟨softmax(λo), o⟩", slope, exact, entropyBound(scaled), scale(o, lambda), 16 / lambda);
    }

    /** Σ p_k z_k − log Σ exp(z_k), all of one sign; the errors of p_k are those of {@link #bound(ExactSoftmax, int)}. */
    private static double entropyBound(ExactSoftmax scaled) {
        double largest = 0;
        for (int k = 0; k < scaled.q; k++) {
            largest = Math.max(largest, bound(scaled, k));
        }
        return largest + scaled.q + 4;
    }

    @Property
    void theDerivativeOfRealSoftMaxInLambdaIsMinusTheEntropyOverLambdaSquared(
            @ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        double slope = grad(t -> Variable.of(o).realSoftMax(t))
                .apply(Tensor.scalar(lambda))
                .item();
        ExactSoftmax scaled = exact(o).times(lambda);
        BigDecimal exact = Exact.div(scaled.entropy(), Exact.of(lambda).pow(2)).negate();
        assertThat(slope).isLessThanOrEqualTo(0);
        close("−H(p)/λ²", slope, exact, entropyBound(scaled), exact, 1024 / (lambda * lambda));
    }

    @Property
    void itsDerivativeInLambdaIsTheSameByForwardMode(@ForAll("row") Tensor o, @ForAll("lambdas") double lambda) {
        double forward = jvp(t -> Variable.of(o).realSoftMax(t), Tensor.scalar(lambda), Tensor.scalar(1))
                .item();
        double reverse = grad(t -> Variable.of(o).realSoftMax(t))
                .apply(Tensor.scalar(lambda))
                .item();
        assertThat(forward == reverse).isTrue();
    }

    // ---- what a maximum does ----

    /** Logits and shift are multiples of 2⁻¹⁰: o + c is exact. */
    @Property
    void aShiftOfAllLogitsShiftsIt(
            @ForAll("dyadicRow") Tensor o, @ForAll @IntRange(min = -1 << 30, max = 1 << 30) int k) {
        double c = k * 0x1p-10;
        Tensor shifted = o.map(x -> x + c);
        close("L(o + c)", logSumExp(shifted), exact(o).logSumExp().add(Exact.of(c)), bound(o), scale(shifted, 1));
    }

    /** Between two multiples of 2⁻¹⁰, whose midpoint is exact. */
    @Property
    void itIsConvex(@ForAll("dyadicRow") Tensor o, @ForAll("vectors") Tensor vectors) {
        Tensor step = Layers.cut(vectors, 1, o.shape().size()).row(0).map(x -> Math.rint(x * 512) / 512);
        Tensor middle = Variable.of(o).add(Variable.of(step)).value();
        Tensor end = Variable.of(middle).add(Variable.of(step)).value();
        BigDecimal mean = Exact.of(logSumExp(o)).add(Exact.of(logSumExp(end))).multiply(BigDecimal.valueOf(0.5));
        BigDecimal scale = scale(o, 1).add(scale(middle, 1)).add(scale(end, 1));
        atMost("L(middle)", logSumExp(middle), mean, bound(o), scale);
    }

    @Property
    void itIsOneLipschitzInTheMaxNorm(@ForAll("dyadicRow") Tensor o, @ForAll("vectors") Tensor vectors) {
        Tensor step = Layers.cut(vectors, 1, o.shape().size()).row(0).map(x -> Math.rint(x * 512) / 512);
        Tensor end = Variable.of(o).add(Variable.of(step)).value();
        BigDecimal change =
                Exact.of(logSumExp(end)).subtract(Exact.of(logSumExp(o))).abs();
        BigDecimal largest =
                Exact.of(Arrays.stream(step.toArray()).map(Math::abs).max().orElseThrow());
        BigDecimal slack = scale(o, 1).add(scale(end, 1)).multiply(Exact.of(bound(o) * Exact.U));
        assertThat(change).isLessThanOrEqualTo(largest.add(slack));
    }

    /** A larger logit makes it larger: its gradient is not negative. */
    @Property
    void itGrowsWithEveryLogit(@ForAll("row") Tensor o, @ForAll @IntRange(max = 6) int at) {
        double[] larger = o.toArray();
        int j = Math.min(at, larger.length - 1);
        larger[j] = Math.max(larger[j], -1e300) + 1;
        assertThat(Math.nextUp(logSumExp(Tensor.of(larger)))).isGreaterThanOrEqualTo(logSumExp(o));
    }

    /** softplus(x) = L(0, x). */
    @Property
    void ofZeroAndXItIsSoftplus(@ForAll("numbers") double x) {
        double softplus = Variable.of(x).softplus().item();
        close("softplus", softplus, exact(Tensor.of(0, x)).logSumExp(), 18, scale(Tensor.of(0, x), 1));
    }

    /** Over both axes it is what it is over one after the other: the errors of the rows pass, and those of the last step. */
    @Property
    void itMayBeTakenAxisByAxis(@ForAll("logits") Tensor o) {
        int n = o.shape().extent(0);
        int q = o.shape().extent(1);
        Tensor all = o.reshape(n * q);
        close(
                "L over rows, columns",
                Variable.of(o).logSumExp(-1).logSumExp().item(),
                exact(all).logSumExp(),
                n + q + 32,
                scale(all, 1));
        close("L over both", Variable.of(o).logSumExp(0, 1).item(), exact(all).logSumExp(), n * q + 16, scale(all, 1));
    }

    // ---- softmin ----

    @Property
    void softminIsSoftmaxOfTheNegative(@ForAll("logits") Tensor o) {
        assertThat(Variable.of(o).softmin().value())
                .isEqualTo(Variable.of(o).neg().softmax().value());
    }

    @Property
    void softminIsTheExponentialOfMinusOOverTheirSum(@ForAll("logits") Tensor o) {
        Tensor negative = o.map(x -> -x);
        List<ExactSoftmax> rows = ExactSoftmax.rows(negative, Tensor.zeros(o.shape()));
        close("softmin", Variable.of(o).softmin().value(), rows, o.shape().extent(1) + 16, ExactSoftmax::p);
    }

    @Property
    void softminFavoursTheSmallest(@ForAll("logits") Tensor o) {
        Variable p = Variable.of(o).softmin();
        Tensor smallest = Variable.of(o).neg().value().argmax(-1);
        Variable chosen =
                p.mul(Variable.of(smallest).oneHot(o.shape().extent(1))).sum(-1);
        assertThat(chosen.value()).isEqualTo(p.max(-1).value());
    }

    /** Its Jacobian is that of softmax at −o, negated. */
    @Property
    void theJacobianOfSoftminIsMinusTheCovariance(@ForAll("finiteRow") Tensor o) {
        Tensor jacobian = jacobian(x -> x.softmin()).apply(o);
        ExactSoftmax row = exact(o.map(x -> -x));
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                close("J", jacobian.get(i, j), row.jacobian(i, j).negate(), bound(o));
            }
        }
    }
}
