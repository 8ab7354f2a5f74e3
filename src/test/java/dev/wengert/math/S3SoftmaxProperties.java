package dev.wengert.math;

import static dev.wengert.autodiff.Autodiff.jacobian;
import static dev.wengert.autodiff.Autodiff.jvp;
import static dev.wengert.autodiff.Autodiff.vjp;
import static dev.wengert.math.Accuracy.close;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.autodiff.Variable;
import dev.wengert.jqwik.Logits;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** MATH.md §3: softmax. */
class S3SoftmaxProperties implements Batches {

    private static final int PRECISION = 16;

    @Provide
    Arbitrary<Tensor> maskedLogits() {
        return Logits.upTo(ROWS, CLASSES).masked();
    }

    @Provide
    Arbitrary<Tensor> manyClasses() {
        return Logits.upTo(1, 120).atLeast(20).masked();
    }

    @Provide
    Arbitrary<Tensor> twoClasses() {
        return Logits.upTo(ROWS, 2).atLeast(2);
    }

    @Provide
    Arbitrary<Tensor> sample() {
        return Logits.upTo(1, CLASSES).masked();
    }

    private static Tensor softmax(Tensor o) {
        return Variable.of(o).softmax().value();
    }

    private static List<ExactSoftmax> exact(Tensor o) {
        return ExactSoftmax.rows(o, Tensor.zeros(o.shape()));
    }

    private static int bound(Tensor o) {
        return o.shape().extent(1) + PRECISION;
    }

    @Example
    void threeClasses() {
        Tensor p = softmax(Tensor.of(Math.log(1), Math.log(2), Math.log(5)));
        assertThat(p.equalsWithinUlps(Tensor.of(0.125, 0.25, 0.625), 2)).isTrue();
    }

    @Property
    void probabilitiesAreExponentialsOverTheirSum(@ForAll("maskedLogits") Tensor o) {
        close("p", softmax(o), exact(o), bound(o), ExactSoftmax::p);
    }

    @Property(tries = 30)
    void theyAreAlsoWithManyClasses(@ForAll("manyClasses") Tensor o) {
        close("p", softmax(o), exact(o), bound(o), ExactSoftmax::p);
    }

    @Property
    void logarithmsAreAsAccurateAsProbabilities(@ForAll("logits") Tensor o) {
        Tensor logP = Variable.of(o).logSoftmax().value();
        close("log p", logP, exact(o), bound(o), (row, j) -> row.minusLogP(j).negate());
    }

    @Property
    void probabilitiesAreBetweenZeroAndOne(@ForAll("maskedLogits") Tensor o) {
        assertThat(Arrays.stream(softmax(o).toArray())).allMatch(p -> 0 <= p && p <= 1);
        assertThat(Arrays.stream(Variable.of(o).logSoftmax().value().toArray())).allMatch(logP -> logP <= 0);
    }

    /** Each probability is within (q + 16)u of itself, so their exact sum is as near to 1. */
    @Property
    void probabilitiesSumToOne(@ForAll("maskedLogits") Tensor o) {
        for (int i = 0; i < o.shape().extent(0); i++) {
            BigDecimal sum = Arrays.stream(softmax(o).row(i).toArray())
                    .mapToObj(BigDecimal::new)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal error = sum.subtract(BigDecimal.ONE).abs();
            assertThat(error).isLessThanOrEqualTo(Exact.of(bound(o) * Exact.U));
        }
    }

    @Property
    void orderIsKept(@ForAll("maskedLogits") Tensor o) {
        for (int i = 0; i < o.shape().extent(0); i++) {
            double[] x = o.row(i).toArray();
            double[] p = softmax(o).row(i).toArray();
            for (int j = 0; j < x.length; j++) {
                for (int k = 0; k < x.length; k++) {
                    assertThat(x[j] < x[k] ? p[j] <= p[k] : x[j] > x[k] || p[j] == p[k])
                            .isTrue();
                }
            }
        }
    }

    /** Also of logits that are next to each other among the doubles, whose probabilities differ in the last bit or not at all. */
    @Property
    void orderIsKeptAmongNeighbours(@ForAll("logits") Tensor logits, @ForAll @IntRange(max = 2) int above) {
        double[] o = logits.row(0).toArray();
        double max = Arrays.stream(o).max().orElseThrow();
        double[] x = Arrays.copyOf(o, o.length + 4);
        for (int i = 0; i < 4; i++) {
            x[o.length + i] = i == 0 ? o[0] : Math.nextDown(x[o.length + i - 1]);
        }
        x[above % o.length] = max;
        double[] p = softmax(Tensor.of(x)).toArray();
        for (int i = o.length + 1; i < x.length; i++) {
            assertThat(p[i]).isLessThanOrEqualTo(p[i - 1]);
        }
    }

    /** Found by search: an exponential good to one ulp gave the smaller of these two neighbours the larger probability. */
    @Example
    void orderIsKeptOfTwoNeighboursOnBothSidesOfAStep() {
        double[] p =
                softmax(Tensor.of(0, -0.6348910331726074, -0.6348910331726073)).toArray();
        assertThat(p[1]).isLessThanOrEqualTo(p[2]);
    }

    /** Neighbours about short numbers, where an implementation by tables or steps goes from one cell to the next. */
    @Property(tries = 1000)
    void orderIsKeptAboutShortNumbers(
            @ForAll @IntRange(min = 1, max = 1 << 22) int k, @ForAll @IntRange(min = 8, max = 22) int bits) {
        double[] x = new double[64];
        x[1] = -Math.min(k * Math.scalb(1.0, -bits), 740);
        for (int i = 0; i < x.length / 2; i++) {
            x[1] = Math.nextDown(x[1]);
        }
        for (int i = 2; i < x.length; i++) {
            x[i] = Math.nextUp(x[i - 1]);
        }
        double[] p = softmax(Tensor.of(x)).toArray();
        for (int i = 2; i < x.length; i++) {
            assertThat(p[i]).isGreaterThanOrEqualTo(p[i - 1]);
        }
    }

    @Property
    void theLargestLogitIsAmongTheMostProbable(@ForAll("maskedLogits") Tensor o) {
        Variable predicted = Variable.of(o.argmax(-1)).oneHot(o.shape().extent(1));
        Variable p = Variable.of(o).softmax();
        assertThat(predicted.mul(p).sum(-1).value()).isEqualTo(p.max(-1).value());
    }

    /** Logits and shift are multiples of 2⁻¹⁰, so that o + c is exact; then nothing at all changes. */
    @Property
    void aShiftChangesNothing(@ForAll("dyadic") Tensor o, @ForAll @IntRange(min = -1 << 30, max = 1 << 30) int shift) {
        assertThat(softmax(o.map(x -> x + shift * 0x1p-10))).isEqualTo(softmax(o));
    }

    @Property
    void permutedLogitsHavePermutedProbabilities(@ForAll("maskedLogits") Tensor o, @ForAll Random random) {
        int q = o.shape().extent(1);
        List<Integer> order = IntStream.range(0, q).boxed().collect(Collectors.toList());
        Collections.shuffle(order, random);
        double[] permuted = new double[o.shape().size()];
        Arrays.setAll(permuted, k -> o.get(k / q, order.get(k % q)));
        Tensor p = softmax(Tensor.of(o.shape(), permuted));
        close("permuted p", p, exact(o), bound(o), (row, j) -> row.p(order.get(j)));
    }

    @Property
    void aClassAtMinusInfinityChangesNothingElse(@ForAll("logits") Tensor o, @ForAll @IntRange(max = 6) int at) {
        int q = o.shape().extent(1);
        int k = Math.min(at, q);
        Variable x = Variable.of(o);
        Variable none = Variable.of(Tensor.full(Shape.of(o.shape().extent(0), 1), Double.NEGATIVE_INFINITY));
        Variable p =
                Variable.concat(1, x.slice(1, 0, k), none, x.slice(1, k, q)).softmax();
        assertThat(p.slice(1, k, k + 1).value())
                .isEqualTo(Tensor.zeros(o.shape().extent(0), 1));
        Tensor others =
                Variable.concat(1, p.slice(1, 0, k), p.slice(1, k + 1, q + 1)).value();
        close("p of the others", others, exact(o), bound(o), ExactSoftmax::p);
    }

    @Property
    void oneClassIsCertain(@ForAll("logits") Tensor o) {
        Variable single = Variable.of(o).reshape(-1, 1);
        assertThat(single.softmax().value()).isEqualTo(Tensor.ones(single.shape()));
    }

    /** The odds of two classes depend on the two logits alone: p_j/p_k = exp(o_j − o_k). */
    @Property
    void theOddsOfTwoClassesAreTheExponentialOfTheirDifference(@ForAll("logits") Tensor o) {
        Tensor logP = Variable.of(o).logSoftmax().value();
        for (int i = 0; i < o.shape().extent(0); i++) {
            ExactSoftmax row = exact(o).get(i);
            for (int j = 1; j < row.q; j++) {
                BigDecimal difference = row.o(j).subtract(row.o(0));
                BigDecimal scale = row.minusLogP(j).add(row.minusLogP(0));
                BigDecimal logOdds = Exact.of(logP.get(i, j)).subtract(Exact.of(logP.get(i, 0)));
                assertThat(logOdds.subtract(difference).abs())
                        .isLessThanOrEqualTo(scale.multiply(Exact.of(bound(o) * Exact.U)));
            }
        }
    }

    /** sigmoid is to (0, x) what softmax is to more classes. Its argument is rounded, which costs |o_0 − o_1| u more. */
    @Property
    void ofTwoClassesItIsTheSigmoid(@ForAll("twoClasses") Tensor o) {
        Variable x = Variable.of(o);
        Tensor sigmoid = x.slice(1, 0, 1).sub(x.slice(1, 1, 2)).sigmoid().value();
        List<ExactSoftmax> rows = exact(o);
        for (int i = 0; i < rows.size(); i++) {
            double difference = Math.abs(o.get(i, 0) - o.get(i, 1));
            close("sigmoid", sigmoid.get(i, 0), rows.get(i).p(0), bound(o) + Math.min(difference, 746));
        }
    }

    @Property
    void anyAxisIsAsGoodAsTheLast(@ForAll("logits") Tensor o) {
        Variable x = Variable.of(o);
        assertThat(x.transpose().softmax(0).value())
                .isEqualTo(x.softmax().transpose().value());
        assertThat(x.transpose().logSoftmax(0).value())
                .isEqualTo(x.logSoftmax().transpose().value());
        assertThat(x.transpose().softmin(-2).value())
                .isEqualTo(x.softmin(-1).transpose().value());
    }

    /** It is differentiable everywhere: its Jacobian is diag p − ppᵀ. */
    @Property
    void itsJacobianIsDiagPMinusPP(@ForAll("sample") Tensor o) {
        ExactSoftmax row = exact(o).get(0);
        Tensor jacobian = jacobian(x -> x.softmax()).apply(o.row(0));
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                close("J[" + i + ", " + j + "]", jacobian.get(i, j), row.jacobian(i, j), bound(o));
            }
        }
    }

    /** The Jacobian of log softmax is I − 1pᵀ. */
    @Property
    void theJacobianOfItsLogarithmIsTheIdentityMinusP(@ForAll("sample") Tensor o) {
        ExactSoftmax row = exact(o).get(0);
        Tensor jacobian = jacobian(x -> x.logSoftmax()).apply(o.row(0));
        for (int i = 0; i < row.q; i++) {
            for (int j = 0; j < row.q; j++) {
                close("J[" + i + ", " + j + "]", jacobian.get(i, j), row.centered(i, j), bound(o));
            }
        }
    }

    /** Its Jacobian is symmetric, so forward and reverse mode agree, here to the last bit. */
    @Property
    void itsJacobianIsSymmetric(@ForAll("maskedLogits") Tensor o, @ForAll("vectors") Tensor vectors) {
        Tensor v = Batches.like(o, vectors);
        assertThat(vjp(x -> x.softmax(), o, v)).isEqualTo(jvp(x -> x.softmax(), o, v));
    }
}
