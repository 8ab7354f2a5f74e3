package dev.wengert.autodiff;

import dev.wengert.kernel.SoftmaxRows;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The softmax family to many digits, and the error bounds of its kernels (MATH.md §9). */
final class SoftmaxForms {

    private static final double U = 0x1p-53;

    private SoftmaxForms() {}

    static BigReal[] exact(SoftmaxOp op, Shape out, BigReal[][] x, Shape logits, BigArithmetic a) {
        int q = logits.extent(-1);
        int rows = Blocks.outer(logits, logits.rank() - 1);
        int width = out.extent(-1);
        BigReal[] y = new BigReal[out.size()];
        for (int row = 0; row < rows; row++) {
            BigReal[] o = Arrays.copyOfRange(x[0], row * q, (row + 1) * q);
            BigReal[] second = x.length < 2
                    ? null
                    : op == SoftmaxOp.REAL_SOFT_MAX ? x[1] : Arrays.copyOfRange(x[1], row * q, (row + 1) * q);
            System.arraycopy(row(op, o, second, a), 0, y, row * width, width);
        }
        return y;
    }

    private static BigReal[] row(SoftmaxOp op, BigReal[] o, BigReal[] v, BigArithmetic a) {
        return switch (op) {
            case SOFTMAX -> new Weights(o, a).softmax();
            case LOG_SOFTMAX -> new Weights(o, a).logSoftmax();
            case LOG_SUM_EXP -> new BigReal[] {new Weights(o, a).logSumExp()};
            case REAL_SOFT_MAX -> {
                BigReal[] scaled = map(o.length, j -> a.mul(v[0], o[j]));
                yield new BigReal[] {a.div(new Weights(scaled, a).logSumExp(), v[0])};
            }
            case CROSS_ENTROPY -> new BigReal[] {new Weights(o, a).crossEntropy(v)};
            case RESIDUAL -> new Weights(o, a).residual(v);
            case JACOBIAN_PRODUCT -> {
                Weights weights = new Weights(o, a);
                BigReal[] p = weights.softmax();
                BigReal[] centered = weights.center(v);
                yield map(o.length, j -> p[j].isZero() ? p[j] : a.mul(p[j], centered[j]));
            }
            case CENTER -> new Weights(o, a).center(v);
        };
    }

    private static BigReal[] map(int q, IntFunction<BigReal> f) {
        BigReal[] y = new BigReal[q];
        Arrays.setAll(y, f);
        return y;
    }

    /**
     * {@code e_k = exp(o_k − m)} with m the largest logit, and what is left if its class is left out: formulas that add one to
     * {@code e⁻ⁿ} would need n more digits. A row whose largest logit is not finite has no distribution.
     */
    private static final class Weights {
        private final BigReal[] o;
        private final BigArithmetic a;
        private final int largest;
        private final BigReal m;
        private final BigReal[] e;
        private final BigReal rest;
        private final BigReal z;

        Weights(BigReal[] o, BigArithmetic a) {
            this.o = o;
            this.a = a;
            this.largest = largest(o);
            this.m = o.length == 0 ? BigReal.NEGATIVE_INFINITY : o[largest];
            this.e = map(o.length, k -> m.isFinite() ? a.exp(a.sub(o[k], m)) : BigReal.NaN);
            this.rest = sumWithoutLargest(e);
            this.z = a.add(BigReal.ONE, rest);
        }

        private static int largest(BigReal[] o) {
            int largest = 0;
            for (int k = 1; k < o.length; k++) {
                largest = o[k].isNaN() || o[largest].lessThan(o[k]) ? k : largest;
            }
            return largest;
        }

        private BigReal sumWithoutLargest(BigReal[] x) {
            BigReal sum = BigReal.ZERO;
            for (int k = 0; k < x.length; k++) {
                sum = k == largest ? sum : a.add(sum, x[k]);
            }
            return sum;
        }

        BigReal[] softmax() {
            return map(o.length, k -> a.div(e[k], z));
        }

        BigReal[] logSoftmax() {
            BigReal logZ = a.log1p(rest);
            return map(o.length, k -> m.isFinite() ? a.sub(a.sub(o[k], m), logZ) : BigReal.NaN);
        }

        BigReal logSumExp() {
            return m.isFinite() ? a.add(m, a.log1p(rest)) : m;
        }

        BigReal crossEntropy(BigReal[] y) {
            BigReal[] logP = logSoftmax();
            BigReal loss = m.isFinite() || o.length == 0 ? BigReal.ZERO : BigReal.NaN;
            for (int k = 0; k < o.length; k++) {
                loss = y[k].isZero() ? loss : a.sub(loss, a.mul(y[k], logP[k]));
            }
            return loss;
        }

        BigReal[] residual(BigReal[] y) {
            if (o.length == 0) {
                return y;
            }
            BigReal[] p = softmax();
            BigReal others = sumWithoutLargest(y);
            BigReal total = a.add(others, y[largest]);
            BigReal[] residual = map(o.length, k -> a.sub(a.mul(total, p[k]), y[k]));
            residual[largest] = a.sub(a.mul(others, p[largest]), a.mul(y[largest], a.div(rest, z)));
            return residual;
        }

        /** {@code w − ⟨p, w⟩} with {@code w = v − v_a}; a class of probability 0 contributes nothing to the mean. */
        BigReal[] center(BigReal[] v) {
            BigReal[] w = map(o.length, k -> a.sub(v[k], v[largest]));
            BigReal mean = m.isFinite() ? BigReal.ZERO : BigReal.NaN;
            for (int k = 0; k < o.length; k++) {
                mean = k == largest || e[k].isZero() ? mean : a.add(mean, a.mul(a.div(e[k], z), w[k]));
            }
            BigReal center = mean;
            return map(o.length, k -> a.sub(w[k], center));
        }
    }

    static double[] bound(SoftmaxOp op, double[] y, double[][] x, double[][] dx, Shape logits) {
        int q = logits.extent(-1);
        int rows = Blocks.outer(logits, logits.rank() - 1);
        double[] p = new double[logits.size()];
        double lambda = op == SoftmaxOp.REAL_SOFT_MAX ? x[1][0] : 1;
        double[] scaled = Arrays.stream(x[0]).map(v -> lambda * v).toArray();
        double[] logP = new double[logits.size()];
        SoftmaxRows.softmax(scaled, p, rows, q);
        SoftmaxRows.logSoftmax(scaled, logP, rows, q);
        double[] dy = new double[y.length];
        for (int row = 0; row < rows; row++) {
            new Row(op, q, row * q, y, row, x, dx, p, logP).bound(dy);
        }
        return dy;
    }

    /** The bounds of one row, which begins at {@code at}. */
    private record Row(
            SoftmaxOp op, int q, int at, double[] y, int row, double[][] x, double[][] dx, double[] p, double[] logP) {

        void bound(double[] dy) {
            double rounding = (q + 16) * U;
            switch (op) {
                case LOG_SUM_EXP -> dy[row] = mean(dx[0]) + rounding * Math.max(Math.abs(y[row]), StrictMath.log(q));
                case REAL_SOFT_MAX -> {
                    double lambda = x[1][0];
                    double gap = StrictMath.log(q) / lambda;
                    dy[row] = mean(dx[0])
                            + rounding * Math.max(Math.abs(y[row]), gap)
                            + (dx[1][0] == 0 ? 0 : gap * dx[1][0] / lambda);
                }
                case CROSS_ENTROPY -> dy[row] = crossEntropy(rounding);
                default -> {
                    for (int j = at; j < at + q; j++) {
                        dy[j] = element(j, rounding);
                    }
                }
            }
        }

        private double element(int j, double rounding) {
            double shift = dx[0][j] + mean(dx[0]);
            return Double.MIN_VALUE * 4
                    + switch (op) {
                        case SOFTMAX -> p[j] * (shift + rounding);
                        case LOG_SOFTMAX -> shift + rounding * Math.abs(y[j]);
                        case RESIDUAL -> residual(j, shift, rounding);
                        case JACOBIAN_PRODUCT -> jacobianProduct(j, shift, rounding);
                        case CENTER -> centered(j, rounding);
                        default -> throw new AssertionError(op);
                    };
        }

        private double jacobianProduct(int j, double shift, double rounding) {
            if (x[0][j] == Double.NEGATIVE_INFINITY) {
                return 0;
            }
            return p[j] * (centered(j, rounding) + shift * Math.abs(center(j)))
                    + lost(j, rounding) * Math.abs(center(j));
        }

        /** The rounding error of p_k, which is subnormal or 0 where its class is hopeless. */
        private double lost(int k, double rounding) {
            return p[k] * rounding + 2 * Double.MIN_VALUE;
        }

        private double crossEntropy(double rounding) {
            double total = 0;
            double error = 0;
            for (int j = at; j < at + q; j++) {
                total += x[1][j];
            }
            double shift = mean(dx[0]);
            for (int j = at; j < at + q; j++) {
                double surprise = -logP[j];
                double t = Math.abs(x[1][j]);
                if (t != 0 || dx[1][j] != 0) {
                    error += (t * rounding + dx[1][j]) * surprise + t * rounding;
                }
                error += Math.abs(total * p[j] - x[1][j]) * dx[0][j];
            }
            return error + Math.abs(total) * U * shift;
        }

        private double residual(int j, double shift, double rounding) {
            double others = 0;
            double errors = 0;
            double total = 0;
            for (int k = at; k < at + q; k++) {
                total += x[1][k];
                if (k != j) {
                    others += Math.abs(x[1][k]);
                    errors += dx[1][k];
                }
            }
            double complement = complement(j);
            return Math.abs(total) * p[j] * shift
                    + p[j] * errors
                    + complement * dx[1][j]
                    + rounding * (others * p[j] + Math.abs(x[1][j]) * complement);
        }

        /** 1 − p_j. */
        private double complement(int j) {
            double complement = 0;
            for (int k = at; k < at + q; k++) {
                complement += k == j ? 0 : p[k];
            }
            return complement;
        }

        /** The error of {@code v_j − ⟨p, v⟩}. */
        private double centered(int j, double rounding) {
            double shift = mean(dx[0]);
            double error = dx[1][j] + mean(dx[1]);
            double reference = x[1][largest()];
            for (int k = at; k < at + q; k++) {
                double w = Math.abs(x[1][k] - reference);
                if (x[0][k] > Double.NEGATIVE_INFINITY) {
                    error += p[k] * (dx[0][k] + shift) * Math.abs(center(k)) + lost(k, rounding) * w;
                }
            }
            return error + rounding * Math.abs(x[1][j] - reference);
        }

        private int largest() {
            int a = at;
            for (int k = at; k < at + q; k++) {
                a = p[k] > p[a] ? k : a;
            }
            return a;
        }

        /** {@code v_j − ⟨p, v⟩}, well enough for a bound. */
        private double center(int j) {
            double mean = 0;
            for (int k = at; k < at + q; k++) {
                mean += p[k] == 0 ? 0 : p[k] * (x[1][k] - x[1][j]);
            }
            return -mean;
        }

        private double mean(double[] v) {
            double mean = 0;
            for (int k = at; k < at + q; k++) {
                mean += p[k] == 0 ? 0 : p[k] * v[k];
            }
            return mean;
        }
    }
}
