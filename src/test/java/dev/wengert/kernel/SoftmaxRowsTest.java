package dev.wengert.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ch.obermuhlner.math.big.BigDecimalMath;
import dev.wengert.jqwik.Logits;
import dev.wengert.reference.SoftmaxReference;
import dev.wengert.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bounds and the special rows of MATH.md, section 9. */
class SoftmaxRowsTest {

    private static final double U = 0x1p-53;
    private static final double INFINITY = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;

    /** Far more digits than a double has, so that what cancels here does not matter. */
    private static final MathContext DIGITS = new MathContext(60);

    static List<SoftmaxReference> references() {
        return SoftmaxReference.all();
    }

    @ParameterizedTest
    @MethodSource("references")
    void valuesAreWithinTheBoundOfTheReference(SoftmaxReference c) {
        double[] o = c.logits().toArray();
        double[] t = c.target().toArray();
        int q = o.length;
        double[] p = c.softmax().toArray();
        close(softmax(o), p, p, q);
        double m = Arrays.stream(o).max().getAsDouble();
        close(logSumExp(o), c.logSumExp(), Math.max(Math.abs(m), Math.log(q)), q);
        close(crossEntropy(o, t), c.loss(), c.loss(), q);
        double[] expected = c.gradient().toArray();
        double[] scale = new double[q];
        for (int j = 0; j < q; j++) {
            for (int k = 0; k < q; k++) {
                scale[j] += k == j ? 0 : Math.abs(t[k]) * p[j] + Math.abs(t[j]) * p[k];
            }
        }
        close(residual(o, t), expected, scale, q);
        double[] logP = logSoftmax(o);
        for (int j = 0; j < q; j++) {
            // The loss of the one-hot target at j.
            close(logP[j], -crossEntropy(o, oneHot(q, j)), Math.abs(logP[j]), q);
        }
    }

    @ParameterizedTest
    @MethodSource("references")
    void columnsOfTheHessianAreWithinTheBoundOfTheReference(SoftmaxReference c) {
        double[] o = c.logits().toArray();
        int q = o.length;
        double s = Arrays.stream(c.target().toArray()).sum();
        c.hessian().ifPresent(hessian -> {
            for (int j = 0; j < q; j++) {
                double[] column = Arrays.stream(jacobianProduct(o, oneHot(q, j)))
                        .map(x -> s * x)
                        .toArray();
                double[] expected = hessian.row(j).toArray();
                close(column, expected, expected, q);
            }
        });
    }

    @Test
    void manyClassesKeepTheBound() {
        RandomGenerator random = new SplittableRandom(5);
        for (double scale : new double[] {0, 0.01, 1, 10, 60}) {
            int q = 300;
            double[] o = random.doubles(q, -scale, scale + 1e-300).toArray();
            double[] t = random.doubles(q).toArray();
            BigDecimal[] e = Arrays.stream(o)
                    .mapToObj(x -> BigDecimalMath.exp(new BigDecimal(x), DIGITS))
                    .toArray(BigDecimal[]::new);
            BigDecimal z = sum(e);
            double[] p = new double[q];
            double[] gradient = new double[q];
            double[] scales = new double[q];
            for (int j = 0; j < q; j++) {
                BigDecimal pj = e[j].divide(z, DIGITS);
                BigDecimal s = sum(Arrays.stream(t).mapToObj(BigDecimal::new).toArray(BigDecimal[]::new));
                p[j] = pj.doubleValue();
                gradient[j] = s.multiply(pj).subtract(new BigDecimal(t[j])).doubleValue();
                scales[j] = s.subtract(new BigDecimal(t[j]))
                        .multiply(pj)
                        .add(new BigDecimal(t[j]).multiply(BigDecimal.ONE.subtract(pj)))
                        .doubleValue();
            }
            close(softmax(o), p, p, q);
            close(residual(o, t), gradient, scales, q);
            for (int j : new int[] {0, 1, 150, 299}) {
                double[] column = new double[q];
                double[] centered = new double[q];
                for (int k = 0; k < q; k++) {
                    BigDecimal pj = e[j].divide(z, DIGITS);
                    BigDecimal pk = e[k].divide(z, DIGITS);
                    BigDecimal deviation = k == j ? BigDecimal.ONE.subtract(pj) : pj.negate();
                    centered[k] = deviation.doubleValue();
                    column[k] = pk.multiply(deviation).doubleValue();
                }
                close(jacobianProduct(o, oneHot(q, j)), column, column, q);
                close(center(o, oneHot(q, j)), centered, centered, q);
            }
        }
    }

    @Test
    void confidentAndRight() {
        double epsilon = 4.248354255291589e-18;
        double[] o = {40, 0};
        assertThat(crossEntropy(o, oneHot(2, 0))).isEqualTo(epsilon);
        assertThat(residual(o, oneHot(2, 0))).containsExactly(-epsilon, epsilon);
        assertThat(jacobianProduct(o, oneHot(2, 0))).containsExactly(epsilon, -epsilon);
        assertThat(jacobianProduct(o, oneHot(2, 1))).containsExactly(-epsilon, epsilon);
    }

    @Test
    void confidentAndWrong() {
        double[] o = {0, 1000};
        assertThat(crossEntropy(o, oneHot(2, 0))).isEqualTo(1000);
        equal(residual(o, oneHot(2, 0)), -1, 1);
        double[] far = {1000, -1000, 0};
        assertThat(crossEntropy(far, oneHot(3, 0))).isZero();
        assertThat(crossEntropy(far, oneHot(3, 1))).isEqualTo(2000);
        assertThat(crossEntropy(far, oneHot(3, 2))).isEqualTo(1000);
        equal(residual(far, oneHot(3, 0)), 0, 0, 0);
        equal(residual(far, oneHot(3, 1)), 1, -1, 0);
        equal(residual(far, oneHot(3, 2)), 1, 0, -1);
        for (int j = 0; j < 3; j++) {
            equal(jacobianProduct(far, oneHot(3, j)), 0, 0, 0);
        }
    }

    @Test
    void hugeLogits() {
        double[] equal = {1e308, 1e308};
        assertThat(crossEntropy(equal, oneHot(2, 1))).isEqualTo(Math.log(2));
        equal(softmax(equal), 0.5, 0.5);
        equal(residual(equal, oneHot(2, 1)), 0.5, -0.5);
        double[] opposite = {1e308, -1e308};
        assertThat(crossEntropy(opposite, oneHot(2, 0))).isZero();
        assertThat(crossEntropy(opposite, oneHot(2, 1))).isEqualTo(INFINITY);
        equal(softmax(opposite), 1, 0);
        equal(residual(opposite, oneHot(2, 0)), 0, 0);
        equal(residual(opposite, oneHot(2, 1)), 1, -1);
        for (int j = 0; j < 2; j++) {
            equal(jacobianProduct(opposite, oneHot(2, j)), 0, 0);
        }
        assertThat(logSumExp(opposite)).isEqualTo(1e308);
    }

    @Test
    void classAtMinusInfinityTakesNoPart() {
        double[] masked = {0.5, -INFINITY, -1.25};
        double[] without = {0.5, -1.25};
        double[] p = softmax(without);
        equal(softmax(masked), p[0], 0, p[1]);
        assertThat(logSumExp(masked)).isEqualTo(logSumExp(without));
        assertThat(crossEntropy(masked, oneHot(3, 2))).isEqualTo(crossEntropy(without, oneHot(2, 1)));
        assertThat(crossEntropy(masked, new double[] {0.5, 0.25, 0.25})).isEqualTo(INFINITY);
        assertThat(logSoftmax(masked)[1]).isEqualTo(-INFINITY);
        equal(residual(masked, oneHot(3, 1)), p[0], -1, p[1]);
        double[] g = residual(without, oneHot(2, 1));
        equal(residual(masked, oneHot(3, 2)), g[0], 0, g[1]);
        double[] h = jacobianProduct(without, oneHot(2, 0));
        equal(jacobianProduct(masked, oneHot(3, 0)), h[0], 0, h[1]);
        equal(jacobianProduct(masked, oneHot(3, 1)), 0, 0, 0);
        equal(jacobianProduct(masked, new double[] {1, INFINITY, 0}), h[0], 0, h[1]);
        equal(jacobianProduct(masked, new double[] {1, NAN, 0}), h[0], 0, h[1]);
    }

    /** Its exponential is the smallest number, its probability is 0. */
    @Test
    void aClassWhoseProbabilityUnderflowsTakesNoPart() {
        double[] o = {0, 0, -744.4};
        assertThat(softmax(o)).containsExactly(0.5, 0.5, 0);
        equal(jacobianProduct(o, new double[] {1, 0, INFINITY}), 0.25, -0.25, 0);
    }

    @Test
    void rowsWithoutADistribution() {
        double[][] rows = {
            {-INFINITY, -INFINITY},
            {-INFINITY},
            {1, INFINITY},
            {INFINITY, INFINITY},
            {INFINITY, -INFINITY},
            {INFINITY},
            {NAN, 1},
            {1, NAN},
            {INFINITY, NAN},
            {NAN, -INFINITY},
            {NAN}
        };
        double[] logSumExp = {-INFINITY, -INFINITY, INFINITY, INFINITY, INFINITY, INFINITY, NAN, NAN, NAN, NAN, NAN};
        for (int i = 0; i < rows.length; i++) {
            double[] o = rows[i];
            int q = o.length;
            double[] nan = new double[q];
            Arrays.fill(nan, NAN);
            equal(new double[] {logSumExp(o), realSoftMax(o, 3)}, logSumExp[i], logSumExp[i]);
            for (double[] t : new double[][] {oneHot(q, 0), oneHot(q, q - 1), new double[q]}) {
                assertThat(crossEntropy(o, t)).as(Arrays.toString(o)).isNaN();
                equal(residual(o, t), nan);
                equal(jacobianProduct(o, t), nan);
                equal(center(o, t), nan);
            }
            equal(softmax(o), nan);
            equal(logSoftmax(o), nan);
        }
    }

    @Test
    void nanInATargetIsNotSwallowed() {
        double[] o = {1, 2, 3};
        for (int k = 0; k < 3; k++) {
            double[] t = oneHot(3, 0);
            t[k] = NAN;
            assertThat(crossEntropy(o, t)).isNaN();
            equal(residual(o, t), NAN, NAN, NAN);
        }
        assertThat(crossEntropy(new double[] {1, NAN}, oneHot(2, 0))).isNaN();
    }

    @Test
    void oneClassIsCertain() {
        for (double o : new double[] {0, -3.5, 1e308, -1e308, Double.MIN_VALUE}) {
            double[] row = {o};
            double[] t = {1};
            equal(softmax(row), 1);
            equal(logSoftmax(row), 0);
            assertThat(logSumExp(row)).isEqualTo(o);
            assertThat(crossEntropy(row, t)).isZero();
            equal(residual(row, t), 0);
            equal(jacobianProduct(row, t), 0);
            equal(center(row, t), 0);
        }
    }

    @Test
    void noClasses() {
        double[] none = {};
        double[] y = {7, 7, 7};
        SoftmaxRows.logSumExp(none, y, 3, 0);
        assertThat(y).containsOnly(-INFINITY);
        SoftmaxRows.crossEntropy(none, none, y, 3, 0);
        assertThat(y).containsOnly(0.0);
        SoftmaxRows.softmax(none, none, 3, 0, scratch(0));
        SoftmaxRows.logSoftmax(none, none, 3, 0);
        SoftmaxRows.residual(none, none, none, 3, 0, scratch(0));
        SoftmaxRows.jacobianProduct(none, none, none, 3, 0, scratch(0));
        SoftmaxRows.center(none, none, none, 3, 0, scratch(0));
    }

    @Test
    void neighbouringLogitsKeepTheirOrder() {
        RandomGenerator random = new SplittableRandom(9);
        for (int i = 0; i < 200_000; i++) {
            double m = random.nextGaussian() * Math.exp(random.nextDouble(-4, 4));
            double lower = m - Math.exp(random.nextDouble(-4, 4));
            double[] p = softmax(new double[] {lower, m, Math.nextUp(lower)});
            assertThat(p[0]).as("%s, %s", m, lower).isLessThanOrEqualTo(p[2]);
            assertThat(p[2]).as("%s, %s", m, lower).isLessThanOrEqualTo(p[1]);
        }
    }

    @Property
    void eachRowDependsOnItselfAlone(@ForAll("logits") Tensor logits) {
        int n = logits.shape().extent(0);
        int q = logits.shape().extent(1);
        double[] o = logits.toArray();
        double[] t = IntStream.range(0, n * q).mapToDouble(i -> i % 3 - 0.5).toArray();
        double[][] batched = new double[7][n * q];
        SoftmaxRows.softmax(o, batched[0], n, q, scratch(q));
        SoftmaxRows.logSoftmax(o, batched[1], n, q);
        SoftmaxRows.residual(o, t, batched[2], n, q, scratch(q));
        SoftmaxRows.jacobianProduct(o, t, batched[3], n, q, scratch(q));
        SoftmaxRows.center(o, t, batched[4], n, q, scratch(q));
        SoftmaxRows.logSumExp(o, batched[5], n, q);
        SoftmaxRows.crossEntropy(o, t, batched[6], n, q);
        for (int i = 0; i < n; i++) {
            double[] row = Arrays.copyOfRange(o, i * q, (i + 1) * q);
            double[] target = Arrays.copyOfRange(t, i * q, (i + 1) * q);
            double[][] single = {
                softmax(row), logSoftmax(row), residual(row, target), jacobianProduct(row, target), center(row, target)
            };
            for (int f = 0; f < single.length; f++) {
                equal(Arrays.copyOfRange(batched[f], i * q, (i + 1) * q), single[f]);
            }
            assertThat(batched[5][i]).isEqualTo(logSumExp(row));
            assertThat(batched[6][i]).isEqualTo(crossEntropy(row, target));
        }
    }

    @Property
    void realSoftMaxIsBetweenItsBounds(
            @ForAll("logits") Tensor logits, @ForAll @IntRange(min = -10, max = 20) int power) {
        double[] o = logits.row(0).toArray();
        double lambda = Math.scalb(1.1, power);
        double m = Arrays.stream(o).max().getAsDouble();
        assertThat(realSoftMax(o, lambda)).isBetween(m, m + gap(o.length, lambda));
    }

    /** The largest distance from the maximum, and 3 ulps of it: the kernel and this line each take a logarithm, to 1 ulp, and divide. */
    private static double gap(int q, double lambda) {
        double gap = StrictMath.log(q) / lambda;
        return gap + 3 * Math.ulp(gap);
    }

    /** The maximum, −1, and the distance from it, 0.9987, cancel: an error of an ulp of theirs is a thousand of the result. */
    @Test
    void realSoftMaxKeepsToItsBoundWhereTheTermsCancel() {
        double y = realSoftMax(new double[] {-1, -1, -1}, 1.1);
        assertThat(y).isBetween(-1.0, -1 + gap(3, 1.1));
        assertThat(y).isCloseTo(-1 + StrictMath.log(3) / 1.1, offset(2 * Math.ulp(1.0)));
    }

    @Property
    void probabilitiesAreInTheOrderOfTheLogits(@ForAll("logits") Tensor logits) {
        double[] o = logits.row(0).toArray();
        double[] p = softmax(o);
        Integer[] order = IntStream.range(0, o.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (i, j) -> Double.compare(o[i], o[j]));
        for (int k = 1; k < order.length; k++) {
            assertThat(p[order[k - 1]]).isLessThanOrEqualTo(p[order[k]]);
        }
    }

    @Provide
    Arbitrary<Tensor> logits() {
        return Logits.upTo(4, 6);
    }

    private static BigDecimal sum(BigDecimal[] x) {
        return Arrays.stream(x).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Asserts an error of at most (q + 16)u times the scale, or of four subnormal spacings. */
    private static void close(double actual, double expected, double scale, int q) {
        double bound = Math.abs(scale) < Double.MIN_NORMAL ? 4 * Double.MIN_VALUE : (q + 16) * U * Math.abs(scale);
        assertThat(Math.abs(actual - expected))
                .as("%s for %s", actual, expected)
                .isLessThanOrEqualTo(bound);
    }

    private static void close(double[] actual, double[] expected, double[] scale, int q) {
        for (int j = 0; j < q; j++) {
            close(actual[j], expected[j], scale[j], q);
        }
    }

    /** Asserts equality, in which the sign of zero does not count and NaN equals NaN. */
    private static void equal(double[] actual, double... expected) {
        double[] withoutSign = Arrays.stream(actual).map(x -> x == 0 ? 0.0 : x).toArray();
        assertThat(withoutSign)
                .containsExactly(
                        Arrays.stream(expected).map(x -> x == 0 ? 0.0 : x).toArray());
    }

    private static double[] oneHot(int q, int c) {
        double[] t = new double[q];
        t[c] = 1;
        return t;
    }

    private static double[] softmax(double[] o) {
        double[] y = new double[o.length];
        SoftmaxRows.softmax(o, y, 1, o.length, scratch(o.length));
        return y;
    }

    private static double[] logSoftmax(double[] o) {
        double[] y = new double[o.length];
        SoftmaxRows.logSoftmax(o, y, 1, o.length);
        return y;
    }

    private static double logSumExp(double[] o) {
        double[] y = new double[1];
        SoftmaxRows.logSumExp(o, y, 1, o.length);
        return y[0];
    }

    private static double realSoftMax(double[] o, double lambda) {
        double[] y = new double[1];
        SoftmaxRows.realSoftMax(o, lambda, y, 1, o.length);
        return y[0];
    }

    private static double crossEntropy(double[] o, double[] t) {
        double[] l = new double[1];
        SoftmaxRows.crossEntropy(o, t, l, 1, o.length);
        return l[0];
    }

    private static double[] residual(double[] o, double[] t) {
        double[] y = new double[o.length];
        SoftmaxRows.residual(o, t, y, 1, o.length, scratch(o.length));
        return y;
    }

    private static double[] scratch(int q) {
        return new double[SoftmaxRows.width(q)];
    }

    private static double[] jacobianProduct(double[] o, double[] v) {
        double[] y = new double[o.length];
        SoftmaxRows.jacobianProduct(o, v, y, 1, o.length, scratch(o.length));
        return y;
    }

    private static double[] center(double[] o, double[] v) {
        double[] y = new double[o.length];
        SoftmaxRows.center(o, v, y, 1, o.length, scratch(o.length));
        return y;
    }
}
