package dev.wengert.math;

import static dev.wengert.math.Exact.add;
import static dev.wengert.math.Exact.div;
import static dev.wengert.math.Exact.mul;
import static dev.wengert.math.Exact.sub;

import dev.wengert.jqwik.Classification;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Softmax, cross-entropy and their derivatives for one sample, in 45 digits: MATH.md §3–§7 as they are written there. With each
 * number that can cancel goes its scale, the sum of the absolute values of its terms, in which §9 states the accuracy.
 */
final class ExactSoftmax {

    final int q;
    /** S = Σ y_k. */
    final BigDecimal s;
    /** Σ |y_k|. */
    final BigDecimal absS;

    private final BigDecimal[] o;
    private final BigDecimal[] y;
    private final BigDecimal m;
    private final BigDecimal logZ;
    private final BigDecimal[] p;
    private final BigDecimal[] notP;

    /** Logits, of which some but not all may be −∞, and targets. */
    ExactSoftmax(double[] o, double[] y) {
        this(
                Arrays.stream(o)
                        .mapToObj(v -> v == Double.NEGATIVE_INFINITY ? null : Exact.of(v))
                        .toArray(BigDecimal[]::new),
                y);
    }

    /** Logits, null for −∞. */
    ExactSoftmax(BigDecimal[] o, double[] y) {
        this.q = o.length;
        this.o = o;
        this.y = Arrays.stream(y).mapToObj(Exact::of).toArray(BigDecimal[]::new);
        this.s = Exact.sum(List.of(this.y));
        this.absS = Exact.sum(Arrays.stream(this.y).map(BigDecimal::abs).toList());
        int a = 0;
        for (int k = 1; k < q; k++) {
            a = o[a] == null || o[k] != null && o[k].compareTo(o[a]) > 0 ? k : a;
        }
        this.m = o[a];
        BigDecimal[] e = Arrays.stream(o)
                .map(x -> x == null ? BigDecimal.ZERO : Exact.exp(x.subtract(m)))
                .toArray(BigDecimal[]::new);
        int top = a;
        BigDecimal rest = Exact.sum(
                IntStream.range(0, q).filter(k -> k != top).mapToObj(k -> e[k]).toList());
        BigDecimal z = add(BigDecimal.ONE, rest);
        this.logZ = Exact.log1p(rest);
        this.p = Arrays.stream(e).map(x -> div(x, z)).toArray(BigDecimal[]::new);
        this.notP = IntStream.range(0, q)
                .mapToObj(k -> div(k == top ? rest : sub(z, e[k]), z))
                .toArray(BigDecimal[]::new);
    }

    /** The samples of a batch. */
    static List<ExactSoftmax> rows(Classification c) {
        return rows(c.logits(), c.targets());
    }

    static List<ExactSoftmax> rows(Tensor logits, Tensor targets) {
        return IntStream.range(0, logits.shape().extent(0))
                .mapToObj(i ->
                        new ExactSoftmax(logits.row(i).toArray(), targets.row(i).toArray()))
                .toList();
    }

    /** The same logits times λ, with no targets. */
    ExactSoftmax times(double lambda) {
        BigDecimal[] scaled = Arrays.stream(o)
                .map(x -> x == null ? null : x.multiply(Exact.of(lambda)))
                .toArray(BigDecimal[]::new);
        return new ExactSoftmax(scaled, new double[q]);
    }

    BigDecimal y(int j) {
        return y[j];
    }

    BigDecimal o(int j) {
        return o[j];
    }

    boolean isMasked(int j) {
        return o[j] == null;
    }

    BigDecimal max() {
        return m;
    }

    BigDecimal p(int j) {
        return p[j];
    }

    /** 1 − p_j, without cancellation. */
    BigDecimal notP(int j) {
        return notP[j];
    }

    /** −log p_j of a class that is not masked. */
    BigDecimal minusLogP(int j) {
        return add(m.subtract(o[j]), logZ);
    }

    /** L(o) = log Σ exp(o_k). */
    BigDecimal logSumExp() {
        return m.add(logZ);
    }

    /** L(o) − max o, without cancellation. */
    BigDecimal gap() {
        return logZ;
    }

    /** H(p) = −Σ p_j log p_j. */
    BigDecimal entropy() {
        return sum(j -> isMasked(j) ? BigDecimal.ZERO : mul(p[j], minusLogP(j)));
    }

    /** Whether a target asks for a class that cannot be. */
    boolean isImpossible() {
        return IntStream.range(0, q).anyMatch(j -> isMasked(j) && y[j].signum() != 0);
    }

    BigDecimal loss() {
        return sum(j -> y[j].signum() == 0 ? BigDecimal.ZERO : mul(y[j], minusLogP(j)));
    }

    BigDecimal lossScale() {
        return sum(j -> y[j].signum() == 0 ? BigDecimal.ZERO : mul(y[j].abs(), minusLogP(j)));
    }

    /** S·p_j − y_j as (Σ_{k≠j} y_k)·p_j − y_j(1 − p_j). */
    BigDecimal gradient(int j) {
        return sub(mul(sum(k -> k == j ? BigDecimal.ZERO : y[k]), p[j]), mul(y[j], notP[j]));
    }

    BigDecimal gradientScale(int j) {
        return add(mul(sum(k -> k == j ? BigDecimal.ZERO : y[k].abs()), p[j]), mul(y[j].abs(), notP[j]));
    }

    /** ∂p_i/∂o_j = p_i(δ_ij − p_j). */
    BigDecimal jacobian(int i, int j) {
        return i == j ? mul(p[i], notP[i]) : mul(p[i], p[j]).negate();
    }

    /** δ_ij − p_j, without cancellation. */
    BigDecimal centered(int i, int j) {
        return i == j ? notP[j] : p[j].negate();
    }

    /** ∂³L/∂o_i∂o_j∂o_k. */
    BigDecimal third(int i, int j, int k) {
        return Exact.sum(List.of(thirdTerms(i, j, k)));
    }

    BigDecimal thirdScale(int i, int j, int k) {
        return Exact.sum(Arrays.stream(thirdTerms(i, j, k)).map(BigDecimal::abs).toList());
    }

    /** E[(x_i − p_i)(x_j − p_j)(x_k − p_k)] for a one-hot draw x with distribution p: one term for each class. */
    private BigDecimal[] thirdTerms(int i, int j, int k) {
        return IntStream.range(0, q)
                .mapToObj(l -> mul(mul(p[l], centered(l, i)), mul(centered(l, j), centered(l, k))))
                .toArray(BigDecimal[]::new);
    }

    /** v_j − ⟨p, v⟩ as Σ p_k(v_j − v_k), which is exactly 0 for a constant vector. */
    BigDecimal deviation(double[] v, int j) {
        BigDecimal vj = Exact.of(v[j]);
        return sum(k -> mul(p[k], vj.subtract(Exact.of(v[k]))));
    }

    /** The r-th central moment Σ p_j (v_j − ⟨p,v⟩)ʳ of a vector under p. */
    BigDecimal centralMoment(double[] v, int r) {
        return sum(j -> mul(p[j], deviation(v, j).pow(r, Exact.DIGITS)));
    }

    BigDecimal sum(IntFunction<BigDecimal> term) {
        return Exact.sum(IntStream.range(0, q).mapToObj(term).toList());
    }
}
