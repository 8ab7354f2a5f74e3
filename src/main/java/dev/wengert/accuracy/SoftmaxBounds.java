package dev.wengert.accuracy;

import dev.wengert.autodiff.op.Blocks;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.kernel.SoftmaxRows;
import dev.wengert.tensor.Shape;
import java.util.Arrays;

/**
 * Error bounds of the softmax family for one row: the stated errors of the kernels (MATH.md §9), and the effect of errors of the operands.
 *
 * <p>If each logit moves by δ_k with |δ_k| ≤ d_k, then {@code p′_j/p_j − 1 = (e^{δ_j} − D)/D} with {@code D = Σ p_k e^{δ_k}}. The numerator
 * is {@code Σ_{k≠j} p_k (e^{δ_j} − e^{δ_k})}, where nothing cancels for a confident class, and {@code D ≥ e^{−⟨p,d⟩}}.
 */
final class SoftmaxBounds {

    private static final double TINY = 2 * Double.MIN_VALUE;

    private final int q;
    private final double[] o;
    private final double[] d;
    private final double[] p;
    private final double[] logP;
    private final int largest;

    /** For each class, a bound of its gain in probability when its logit moves: {@code p_k (e^{d_k} − 1)/D}. */
    private final double[] moved;

    private final double inflation;
    private final Others othersMoved;
    private final double rest;

    /** The relative error that the kernels state for results without cancellation. */
    private final double rounding;

    /** A row of logits o, with bounds d of their errors. */
    private SoftmaxBounds(double[] o, double[] d) {
        this.q = o.length;
        this.o = o;
        this.d = new double[q];
        Arrays.setAll(this.d, k -> o[k] == Double.NEGATIVE_INFINITY ? 0 : d[k]); // a masked class stays masked
        this.p = new double[q];
        this.logP = new double[q];
        SoftmaxRows.softmax(o, p, 1, q, new double[SoftmaxRows.width(q)]);
        SoftmaxRows.logSoftmax(o, logP, 1, q);
        int a = 0;
        for (int k = 1; k < q; k++) {
            a = p[k] > p[a] ? k : a;
        }
        this.largest = a;
        this.rounding = (q + 16) * 0x1p-53;
        this.moved = new double[q];
        this.inflation = StrictMath.exp(mean(this.d));
        Arrays.setAll(moved, k -> this.d[k] == 0 ? 0 : inflation * gain(k));
        this.othersMoved = new Others(moved);
        this.rest = new Others(p).than(largest);
    }

    /**
     * The gain of p_k by the move of its own logit, without the factor 1/D. For a large move it starts from log p_k, because p_k may have
     * underflowed.
     */
    private double gain(int k) {
        return d[k] <= 1 ? p[k] * StrictMath.expm1(d[k]) : StrictMath.exp(logP[k] + d[k]);
    }

    /** Sums without one element. Only the largest class is left out exactly; for any other class the whole sum serves as a bound. */
    private final class Others {
        private final double all;
        private final double rest;

        Others(double[] x) {
            double sum = 0;
            for (int k = 0; k < q; k++) {
                sum += k == largest ? 0 : x[k];
            }
            this.rest = sum;
            this.all = q == 0 ? 0 : sum + x[largest];
        }

        double than(int j) {
            return j == largest ? rest : all;
        }
    }

    static double[] bound(SoftmaxOp op, double[] y, double[][] x, double[][] dx, Shape logits) {
        int q = logits.extent(-1);
        int rows = Blocks.outer(logits, logits.rank() - 1);
        double[] dy = new double[y.length];
        for (int row = 0; row < rows; row++) {
            int from = row * q;
            int to = from + q;
            double[] o = Arrays.copyOfRange(x[0], from, to);
            double[] d = Arrays.copyOfRange(dx[0], from, to);
            switch (op) {
                case LOG_SUM_EXP -> dy[row] = new SoftmaxBounds(o, d).logSumExp();
                case REAL_SOFT_MAX -> dy[row] = realSoftMax(o, d, x[1][0], dx[1][0]);
                case SOFTMAX, LOG_SOFTMAX -> {
                    SoftmaxBounds bounds = new SoftmaxBounds(o, d);
                    for (int j = 0; j < q; j++) {
                        dy[from + j] = op == SoftmaxOp.SOFTMAX ? bounds.softmax(j) : bounds.logSoftmax(j);
                    }
                }
                default -> {
                    SoftmaxBounds bounds = new SoftmaxBounds(o, d);
                    double[] v = Arrays.copyOfRange(x[1], from, to);
                    double[] dv = Arrays.copyOfRange(dx[1], from, to);
                    if (op == SoftmaxOp.CROSS_ENTROPY) {
                        dy[row] = bounds.crossEntropy(v, dv);
                    } else {
                        System.arraycopy(bounds.bound(op, v, dv), 0, dy, from, q);
                    }
                }
            }
        }
        return dy;
    }

    private double[] bound(SoftmaxOp op, double[] v, double[] dv) {
        return switch (op) {
            case RESIDUAL -> residual(v, dv);
            case JACOBIAN_PRODUCT -> jacobianProduct(v, dv);
            case CENTER -> center(v, dv);
            default -> throw new AssertionError(op);
        };
    }

    private double logSumExp() {
        return sum(moved) + rounding * Math.max(Math.abs(q == 0 ? 0 : o[largest]), StrictMath.log(q));
    }

    /** The bound for {@code L(λo)/λ}, which falls with λ at a rate of at most log(q)/λ². */
    private static double realSoftMax(double[] o, double[] d, double lambda, double dLambda) {
        double[] scaled = Arrays.stream(o).map(v -> lambda * v).toArray();
        double[] errors = Arrays.stream(d).map(v -> lambda * v).toArray();
        double log = StrictMath.log(o.length);
        double flatter = dLambda == 0
                ? 0
                : dLambda < lambda ? log * dLambda / (lambda * (lambda - dLambda)) : Double.POSITIVE_INFINITY;
        return new SoftmaxBounds(scaled, errors).logSumExp() / lambda + flatter;
    }

    private double softmax(int j) {
        return p[j] * spread(j) + lost(j);
    }

    private double logSoftmax(int j) {
        return spread(j) + rounding * Math.abs(logP[j]) + TINY;
    }

    /** The bound for Σ t_j(−log p_j), whose slope in o_j is the residual. */
    private double crossEntropy(double[] t, double[] dt) {
        double[] others = sumsWithoutEach(t);
        double error = TINY;
        double curvature = 0;
        for (int j = 0; j < q; j++) {
            if (t[j] != 0 || dt[j] != 0) {
                error += (Math.abs(t[j]) * rounding + dt[j]) * -logP[j] + dt[j] * spread(j);
            }
            if (d[j] != 0) {
                error += Math.abs(others[j] * p[j] - t[j] * complement(j)) * d[j];
                curvature += moved[j] * d[j];
            }
        }
        return error + Math.abs(sum(t)) * curvature;
    }

    /** The bounds for {@code p_j Σ_{k≠j} t_k − t_j (1 − p_j)}. */
    private double[] residual(double[] t, double[] dt) {
        double total = Math.abs(sum(t));
        double errors = sum(dt);
        double[] otherErrors = sumsWithoutEach(dt);
        double[] others = sumsWithoutEach(Arrays.stream(t).map(Math::abs).toArray());
        double[] dy = new double[q];
        for (int j = 0; j < q; j++) {
            dy[j] = p[j] * spread(j) * (total + errors)
                    + p[j] * otherErrors[j]
                    + complement(j) * dt[j]
                    + lost(j) * others[j]
                    + (rounding * complement(j) + TINY) * Math.abs(t[j])
                    + TINY;
        }
        return dy;
    }

    private double[] jacobianProduct(double[] v, double[] dv) {
        double[] centered = center(v, dv);
        double mean = mean(v, largest);
        double[] dy = new double[q];
        for (int j = 0; j < q; j++) {
            if (o[j] != Double.NEGATIVE_INFINITY) {
                double spread = spread(j);
                dy[j] = p[j] * (1 + spread) * centered[j]
                        + (p[j] * spread + lost(j)) * Math.abs(v[j] - v[largest] - mean)
                        + TINY;
            }
        }
        return dy;
    }

    /**
     * The bounds for {@code w_j − ⟨p, w⟩} with w = v − v_a. Since ⟨p, v − ⟨p,v⟩⟩ = 0, errors of the logits move it by {@code Σ p_k (e^{δ_k}
     * − 1)(v_k − ⟨p,v⟩)/D}.
     */
    private double[] center(double[] v, double[] dv) {
        double common = TINY;
        double mean = mean(v, largest);
        double[] weights = new double[q];
        double[] errors = new double[q];
        for (int k = 0; k < q; k++) {
            weights[k] = p[k] + moved[k];
            errors[k] = weights[k] == 0 ? 0 : weights[k] * dv[k];
            if (o[k] != Double.NEGATIVE_INFINITY) {
                double w = v[k] - v[largest];
                common += (moved[k] == 0 ? 0 : moved[k] * Math.abs(w - mean)) + lost(k) * Math.abs(w);
            }
        }
        Others otherWeights = new Others(weights);
        Others otherErrors = new Others(errors);
        double[] dy = new double[q];
        for (int j = 0; j < q; j++) {
            double own = dv[j] == 0 ? 0 : dv[j] * otherWeights.than(j);
            dy[j] = common + own + otherErrors.than(j) + rounding * Math.abs(v[j] - v[largest]);
        }
        return dy;
    }

    /** A bound of the relative change of p_j by errors of the logits. */
    private double spread(int j) {
        return othersMoved.than(j) + (d[j] == 0 ? 0 : complement(j) * StrictMath.expm1(d[j]) * inflation);
    }

    /** The rounding error of p_k, which may be subnormal or 0. */
    private double lost(int k) {
        return p[k] * rounding + TINY;
    }

    /** 1 − p_j. */
    private double complement(int j) {
        return j == largest ? rest : 1 - p[j];
    }

    /** ⟨p, x − x_a⟩, without classes of probability 0. */
    private double mean(double[] x, int a) {
        double mean = 0;
        for (int k = 0; k < q; k++) {
            mean += p[k] == 0 || k == a ? 0 : p[k] * (x[k] - x[a]);
        }
        return mean;
    }

    private double mean(double[] x) {
        double mean = 0;
        for (int k = 0; k < q; k++) {
            mean += p[k] == 0 ? 0 : p[k] * x[k];
        }
        return mean;
    }

    /** {@code Σ_{k≠j} x_k} for every j, without a subtraction, which would lose small elements. */
    private static double[] sumsWithoutEach(double[] x) {
        double[] sums = new double[x.length];
        double before = 0;
        double behind = 0;
        for (int j = 0; j < x.length; j++) {
            sums[j] += before;
            before += x[j];
            int k = x.length - 1 - j;
            sums[k] += behind;
            behind += x[k];
        }
        return sums;
    }

    private static double sum(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v;
        }
        return sum;
    }
}
