package dev.wengert.kernel;

import dev.wengert.kernel.vector.VectorElementary;
import java.util.Arrays;

/**
 * Softmax, its logarithm, the cross-entropy and their derivatives, for each row of a matrix of logits o with q classes.
 *
 * <p>Everything uses one decomposition (MATH.md, section 9). Let a be an index of the largest logit, {@code m = o_a}, {@code e_k = exp(o_k
 * − m)}, and let {@code r = Σ_{k≠a} e_k} be the weight of the other classes, summed without a rather than subtracted. Then {@code p_k =
 * e_k/(1 + r)}, {@code 1 − p_a = r/(1 + r)} and {@code −log p_j = (m − o_j) + log1p(r)}. The terms of this sum have the same sign, so
 * nothing cancels where the model is confident.
 *
 * <p>If the largest logit of a row is not finite (all are −∞, or one is +∞ or NaN), the row has no distribution. Its results are NaN,
 * except for {@link #logSumExp} and {@link #realSoftMax}, which return that largest logit. A class with logit −∞ beside finite logits has
 * probability 0 and takes no part. Each row's result depends on that row only. An output array must not be an input array.
 */
public final class SoftmaxRows {

    private static final Twin TWIN = new Rehearsal();

    /** Rows with fewer classes than this use plain loops: they fill no vector. */
    private static final int MANY = 8;

    /** Approximate time of one exponential in ns. */
    private static final int NANOS = 5;

    /**
     * Offset of r behind the 2q exponentials and probabilities of a row in {@link #weights}; offset 0 holds the index a, {@link #Z} and
     * {@link #Z_LOW} the two parts of Σ e_k.
     */
    private static final int R = 1;

    private static final int Z = 2;
    private static final int Z_LOW = 3;
    private static final int BESIDES = 4;

    private SoftmaxRows() {}

    /** p = softmax(o), relative error at most (q + 16)u with u = 2⁻⁵³. The scratch has {@link #width} entries or more. */
    public static void softmax(double[] o, double[] p, int rows, int q, double[] work) {
        for (int row = 0; row < rows; row++) {
            weights(o, row * q, work, 0, q);
            System.arraycopy(work, q, p, row * q, q);
        }
    }

    /** y = log softmax(o), relative error at most (q + 16)u. */
    public static void logSoftmax(double[] o, double[] y, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            int at = row * q;
            int a = indexOfMax(o, at, q);
            if (!hasDistribution(o, at, q, a)) {
                Arrays.fill(y, at, at + q, Double.NaN);
                continue;
            }
            logSoftmaxRow(o, at, q, a, rest(o, at, q, a, 1.0), y);
        }
    }

    /** y = log Σ exp(o_k), one number for each row, to (q + 16)u·max(|m|, log q); −∞ for a row without classes. */
    public static void logSumExp(double[] o, double[] y, int rows, int q) {
        realSoftMax(o, 1.0, y, rows, q);
    }

    /**
     * y = (1/λ)·log Σ exp(λ·o_k) for λ &gt; 0, one number for each row. It is never below the largest logit m, and exceeds m + log(q)/λ by
     * at most one ulp; −∞ for a row without classes.
     */
    public static void realSoftMax(double[] o, double lambda, double[] y, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            int at = row * q;
            int a = indexOfMax(o, at, q);
            double m = q == 0 ? Double.NEGATIVE_INFINITY : o[at + a];
            y[row] = hasDistribution(o, at, q, a) ? m + Elementary.log1p(rest(o, at, q, a, lambda)) / lambda : m;
        }
    }

    /**
     * l = Σ_{t_j≠0} t_j·(−log p_j), one number for each row, for targets t. A NaN in the row, in o or in t, gives NaN; a row without
     * classes gives 0.
     */
    public static void crossEntropy(double[] o, double[] t, double[] l, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            int at = row * q;
            int a = indexOfMax(o, at, q);
            if (!hasDistribution(o, at, q, a)) {
                l[row] = q == 0 ? 0.0 : Double.NaN;
                continue;
            }
            l[row] = crossEntropyRow(o, t, at, q, a, rest(o, at, q, a, 1.0));
        }
    }

    /**
     * y = S·p − t with S = Σ t_k, the gradient of the cross-entropy in o. For class a it is computed as (Σ_{k≠a} t_k)·p_a − t_a·(1 − p_a).
     * The scratch has {@link #width} entries or more.
     */
    public static void residual(double[] o, double[] t, double[] y, int rows, int q, double[] work) {
        for (int row = 0; row < rows; row++) {
            weights(o, row * q, work, 0, q);
            residual(work, 0, t, y, row * q, q);
        }
    }

    /**
     * y = J(o, v) = p∘(w − ⟨p, w⟩) with w = v − v_a·1, the derivative of softmax at o along v. A class of probability 0 takes no part,
     * whatever its v. The scratch has {@link #width} entries or more.
     */
    public static void jacobianProduct(double[] o, double[] v, double[] y, int rows, int q, double[] work) {
        for (int row = 0; row < rows; row++) {
            weights(o, row * q, work, 0, q);
            deviations(work, 0, v, y, row * q, q, true);
        }
    }

    /**
     * y = v − ⟨p, v⟩·1, computed as w − ⟨p, w⟩ with w = v − v_a·1; a class of probability 0 takes no part in ⟨p, w⟩. The
     * scratch has {@link #width} entries or more.
     */
    public static void center(double[] o, double[] v, double[] y, int rows, int q, double[] work) {
        for (int row = 0; row < rows; row++) {
            weights(o, row * q, work, 0, q);
            deviations(work, 0, v, y, row * q, q, false);
        }
    }

    /** Returns the number of weights in a row of q classes. */
    public static int width(int q) {
        return 2 * q + BESIDES;
    }

    /** Returns the number of classes in a row of {@code width} weights. */
    public static int classes(int width) {
        return (width - BESIDES) / 2;
    }

    /**
     * Computes the weights of each row, from which the other functions start, so that they can share them: the exponentials e, the
     * probabilities p, an index a of the largest logit, r, and Σ e_k as an unevaluated sum of two doubles. If the row has no distribution,
     * p and r are NaN. {@code w} has {@link #width} entries for each row. The functions whose names end in Of start from weights, and
     * return the same bits as those that start from logits.
     */
    public static void weights(double[] o, double[] w, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            weights(o, row * q, w, row * width(q), q);
        }
    }

    private static void weights(double[] o, int at, double[] w, int to, int q) {
        int a = indexOfMax(o, at, q);
        int behind = to + 2 * q;
        w[behind] = a;
        if (!hasDistribution(o, at, q, a)) {
            Arrays.fill(w, to + q, behind, Double.NaN);
            w[behind + R] = Double.NaN;
            return;
        }
        exponentials(o, at, q, a, w, to);
        double sum = 0.0;
        double low = 0.0;
        for (int k = to; k < to + q; k++) {
            if (k != to + a) {
                double s = sum + w[k];
                low += Special.lost(sum, w[k], s);
                sum = s;
            }
        }
        double z = 1.0 + sum;
        double zLow = Special.lost(1.0, sum, z) + low;
        double total = z + zLow;
        for (int k = to; k < to + q; k++) {
            w[k + q] = w[k] / total;
        }
        w[behind + R] = sum + low;
        w[behind + Z] = z;
        w[behind + Z_LOW] = zLow;
    }

    /** Computes {@link #softmax} from weights. */
    public static void softmaxOf(double[] w, double[] p, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(w, row * width(q) + q, p, row * q, q);
        }
    }

    /** Computes {@link #logSoftmax} from weights and logits. */
    public static void logSoftmaxOf(double[] w, double[] o, double[] y, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            int behind = row * width(q) + 2 * q;
            if (q != 0) {
                logSoftmaxRow(o, row * q, q, (int) w[behind], w[behind + R], y);
            }
        }
    }

    /** Computes {@link #logSumExp} from weights and logits. */
    public static void logSumExpOf(double[] w, double[] o, double[] y, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            int behind = row * width(q) + 2 * q;
            double r = w[behind + R];
            double m = q == 0 ? Double.NEGATIVE_INFINITY : o[row * q + (int) w[behind]];
            y[row] = r == r ? m + Elementary.log1p(r) : m;
        }
    }

    /** Computes {@link #crossEntropy} from weights and logits. */
    public static void crossEntropyOf(double[] w, double[] o, double[] t, double[] l, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            int behind = row * width(q) + 2 * q;
            double r = w[behind + R];
            l[row] = r == r ? crossEntropyRow(o, t, row * q, q, (int) w[behind], r) : q == 0 ? 0.0 : Double.NaN;
        }
    }

    /** Computes {@link #residual} from weights. */
    public static void residualOf(double[] w, double[] t, double[] y, int rows, int q) {
        for (int row = 0; row < rows; row++) {
            residual(w, row * width(q), t, y, row * q, q);
        }
    }

    /** Computes {@link #jacobianProduct} from weights. */
    public static void jacobianProductOf(double[] w, double[] v, double[] y, int rows, int q) {
        deviationsOf(w, v, y, rows, q, true);
    }

    /** Computes {@link #center} from weights. */
    public static void centerOf(double[] w, double[] v, double[] y, int rows, int q) {
        deviationsOf(w, v, y, rows, q, false);
    }

    private static void deviationsOf(double[] w, double[] v, double[] y, int rows, int q, boolean weighted) {
        for (int row = 0; row < rows; row++) {
            deviations(w, row * width(q), v, y, row * q, q, weighted);
        }
    }

    private static void logSoftmaxRow(double[] o, int at, int q, int a, double r, double[] y) {
        double m = o[at + a];
        double logZ = Elementary.log1p(r);
        for (int k = at; k < at + q; k++) {
            y[k] = (o[k] - m) - logZ;
        }
    }

    private static double crossEntropyRow(double[] o, double[] t, int at, int q, int a, double r) {
        double m = o[at + a];
        double logZ = Elementary.log1p(r);
        double loss = 0.0;
        for (int k = at; k < at + q; k++) {
            if (t[k] != 0.0) {
                loss += t[k] * ((m - o[k]) + logZ);
            }
        }
        return loss;
    }

    private static void residual(double[] w, int from, double[] t, double[] y, int at, int q) {
        if (q == 0) {
            return;
        }
        int behind = from + 2 * q;
        int a = (int) w[behind];
        double others = sumExcept(t, at, q, a);
        double s = others + t[at + a];
        for (int k = 0; k < q; k++) {
            y[at + k] = s * w[from + q + k] - t[at + k];
        }
        y[at + a] = others * w[from + q + a] - t[at + a] * (w[behind + R] / (w[behind + Z] + w[behind + Z_LOW]));
    }

    /**
     * Sets y_j = w_j − ⟨p, w⟩, times p_j if weighted, from the weights e of a row.
     *
     * <p>With z = Σ e_k, w_j − ⟨p, w⟩ = (w_j·z − Σ e_k·w_k)/z. The difference cancels: for the Hessian's column a, where v is a unit
     * vector, it is smaller than its terms by a factor of up to q. So z and Σ e_k·w_k are kept as unevaluated sums of two doubles (T.
     * Ogita, S. M. Rump and S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26, 2005). Then only the errors of the
     * exponentials remain, and they do not cancel.
     *
     * <p>The deviation is the same for all j with w_j = 0, so it is computed once. If v is a unit vector other than the a-th, that is all
     * but one j.
     */
    private static void deviations(double[] e, int from, double[] v, double[] y, int at, int q, boolean weighted) {
        if (q == 0) {
            return;
        }
        int behind = from + 2 * q;
        if (e[behind + R] != e[behind + R]) {
            Arrays.fill(y, at, at + q, Double.NaN);
            return;
        }
        int a = (int) e[behind];
        double z = e[behind + Z];
        double zLow = e[behind + Z_LOW];
        double va = v[at + a];
        double dot = 0.0;
        double dotLow = 0.0;
        for (int k = 0; k < q; k++) {
            double ek = e[from + k];
            double w = v[at + k] - va;
            if (w != 0.0 && k != a && e[from + q + k] != 0.0) {
                double product = ek * w;
                double sum = dot + product;
                dotLow += Special.lost(dot, product, sum) + Fma.of(ek, w, -product);
                dot = sum;
            }
        }
        double total = z + zLow;
        double resting = ((0.0 - dot) + (0.0 - dotLow)) / total;
        for (int j = 0; j < q; j++) {
            double w = v[at + j] - va;
            double deviation = w == 0.0 ? resting : deviation(w, z, zLow, dot, dotLow) / total;
            if (weighted) {
                double p = e[from + q + j];
                y[at + j] = p == 0.0 ? 0.0 : p * deviation;
            } else {
                y[at + j] = deviation;
            }
        }
    }

    /** Returns w·(z + zLow) − (dot + dotLow). */
    private static double deviation(double w, double z, double zLow, double dot, double dotLow) {
        double product = w * z;
        double difference = product - dot;
        return difference + (Special.lost(product, -dot, difference) + (Fma.of(w, z, -product) + (w * zLow - dotLow)));
    }

    /** Returns the index of the largest of the q logits, counted from {@code at}; the index of a NaN if there is one; 0 if q is 0. */
    private static int indexOfMax(double[] o, int at, int q) {
        double m = Double.NEGATIVE_INFINITY;
        for (int k = at; k < at + q; k++) {
            m = Math.max(m, o[k]);
        }
        int a = 0;
        while (a < q - 1 && o[at + a] != m && o[at + a] == o[at + a]) {
            a++;
        }
        return a;
    }

    private static boolean hasDistribution(double[] o, int at, int q, int a) {
        return q > 0 && Math.abs(o[at + a]) <= Double.MAX_VALUE;
    }

    /** Sets e_k = exp(o_k − o_a) for all k. */
    private static void exponentials(double[] o, int at, int q, int a, double[] e, int eAt) {
        double m = o[at + a];
        if (q >= MANY && TWIN.serves((long) NANOS * q)) {
            VectorElementary.expOfDifferences(o, at, m, e, eAt, q);
        } else {
            plain(o, at, m, e, eAt, q);
        }
    }

    private static void plain(double[] o, int at, double m, double[] e, int eAt, int q) {
        for (int k = 0; k < q; k++) {
            e[eAt + k] = Elementary.expOfDifference(o[at + k], m);
        }
    }

    /** Returns Σ_{k≠a} exp(λ(o_k − o_a)). */
    private static double rest(double[] o, int at, int q, int a, double lambda) {
        double m = o[at + a];
        double sum = 0.0;
        double low = 0.0;
        for (int k = 0; k < q; k++) {
            if (k != a) {
                double x = exp(o[at + k], m, lambda);
                double s = sum + x;
                low += Special.lost(sum, x, s);
                sum = s;
            }
        }
        return sum + low;
    }

    /** Returns Σ_{k≠a} x_k. */
    private static double sumExcept(double[] x, int at, int q, int a) {
        double sum = 0.0;
        double low = 0.0;
        for (int k = 0; k < q; k++) {
            if (k != a) {
                double s = sum + x[at + k];
                low += Special.lost(sum, x[at + k], s);
                sum = s;
            }
        }
        return sum + low;
    }

    /** Returns exp(λ(o − m)) for o ≤ m, m finite, corrected for the rounding of the exponent. */
    private static double exp(double o, double m, double lambda) {
        double d = o - m;
        double x = lambda * d;
        return x < Elementary.EXP_IS_ZERO
                ? 0.0
                : Elementary.exp(x, Fma.of(lambda, d, -x) + lambda * Special.lost(o, -m, d));
    }

    /** Rehearses rows of ten classes, one long row, and one long row with masked classes. */
    private static final class Rehearsal extends VectorTwin {

        private static final int LENGTH = 1000;
        private static final int TIMES = 20;

        Rehearsal() {
            super("softmax");
        }

        @Override
        protected int parts() {
            return 3;
        }

        @Override
        protected void rehearse(int part, boolean vector) {
            double[] o = new double[LENGTH];
            double[] e = new double[LENGTH];
            for (int l = 0; l < LENGTH; l++) {
                o[l] = part == 2 && l % 100 == 0 ? Double.NEGATIVE_INFINITY : -0.01 * l;
            }
            int q = part == 0 ? 10 : LENGTH;
            for (int i = 0; i < TIMES; i++) {
                for (int at = 0; at < LENGTH; at += q) {
                    if (vector) {
                        VectorElementary.expOfDifferences(o, at, 0.5, e, at, q);
                    } else {
                        plain(o, at, 0.5, e, at, q);
                    }
                }
            }
        }
    }
}
