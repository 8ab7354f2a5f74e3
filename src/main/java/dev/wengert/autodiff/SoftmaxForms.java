package dev.wengert.autodiff;

import dev.wengert.kernel.SoftmaxRows;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The softmax family to many digits, straight from its definition, and the error bounds of its kernels (MATH.md §9). */
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
            case SOFTMAX -> softmax(o, a);
            case LOG_SOFTMAX -> {
                BigReal max = max(o);
                BigReal surprise = max.isFinite() ? surprise(o, a) : BigReal.NaN;
                yield map(o.length, j -> a.sub(a.sub(o[j], max), surprise));
            }
            case LOG_SUM_EXP -> new BigReal[] {logSumExp(o, a)};
            case REAL_SOFT_MAX -> new BigReal[] {a.div(logSumExp(map(o.length, j -> a.mul(v[0], o[j])), a), v[0])};
            case CROSS_ENTROPY -> new BigReal[] {crossEntropy(o, v, a)};
            case RESIDUAL -> {
                BigReal[] p = softmax(o, a);
                yield map(o.length, j -> a.sub(a.mul(sumExcept(v, j, a), p[j]), a.mul(v[j], sumExcept(p, j, a))));
            }
            case JACOBIAN_PRODUCT -> {
                BigReal[] p = softmax(o, a);
                yield map(o.length, j -> p[j].isZero() ? p[j] : a.mul(p[j], center(p, v, j, a)));
            }
            case CENTER -> {
                BigReal[] p = softmax(o, a);
                yield map(o.length, j -> center(p, v, j, a));
            }
        };
    }

    private static BigReal[] map(int q, IntFunction<BigReal> f) {
        BigReal[] y = new BigReal[q];
        Arrays.setAll(y, f);
        return y;
    }

    private static BigReal max(BigReal[] o) {
        BigReal max = BigReal.NEGATIVE_INFINITY;
        for (BigReal v : o) {
            max = v.isNaN() || max.lessThan(v) ? v : max;
            if (v.isNaN()) {
                return v;
            }
        }
        return max;
    }

    private static BigReal[] exponentials(BigReal[] o, BigArithmetic a) {
        BigReal max = max(o);
        return map(o.length, j -> a.exp(a.sub(o[j], max)));
    }

    private static BigReal[] softmax(BigReal[] o, BigArithmetic a) {
        BigReal[] e = exponentials(o, a);
        BigReal z = sum(e, a);
        return map(o.length, j -> a.div(e[j], z));
    }

    private static BigReal logSumExp(BigReal[] o, BigArithmetic a) {
        BigReal max = max(o);
        return max.isFinite() ? a.add(max, surprise(o, a)) : max;
    }

    /** {@code L(o) − max o = log1p(Σ_{k≠a} exp(o_k − o_a))}. */
    private static BigReal surprise(BigReal[] o, BigArithmetic a) {
        BigReal[] e = exponentials(o, a);
        BigReal max = max(o);
        int first = 0;
        while (!o[first].sameAs(max)) {
            first++;
        }
        return a.log1p(sumExcept(e, first, a));
    }

    private static BigReal crossEntropy(BigReal[] o, BigReal[] y, BigArithmetic a) {
        BigReal max = max(o);
        if (!max.isFinite()) {
            return o.length == 0 ? BigReal.ZERO : BigReal.NaN;
        }
        BigReal surprise = surprise(o, a);
        BigReal loss = BigReal.ZERO;
        for (int j = 0; j < o.length; j++) {
            if (!y[j].isZero()) {
                loss = a.add(loss, a.mul(y[j], a.add(a.sub(max, o[j]), surprise)));
            }
        }
        return loss;
    }

    private static BigReal sum(BigReal[] x, BigArithmetic a) {
        BigReal sum = BigReal.ZERO;
        for (BigReal v : x) {
            sum = a.add(sum, v);
        }
        return sum;
    }

    /** The sum without one term, so that 1 − p_j keeps its digits. */
    private static BigReal sumExcept(BigReal[] x, int j, BigArithmetic a) {
        BigReal sum = BigReal.ZERO;
        for (int k = 0; k < x.length; k++) {
            sum = k == j ? sum : a.add(sum, x[k]);
        }
        return sum;
    }

    /** {@code v_j − ⟨p, v⟩ = Σ p_k (v_j − v_k)}, to which a class of probability 0 contributes nothing. */
    private static BigReal center(BigReal[] p, BigReal[] v, int j, BigArithmetic a) {
        BigReal sum = BigReal.ZERO;
        for (int k = 0; k < p.length; k++) {
            if (k != j && !p[k].isZero()) {
                sum = a.add(sum, a.mul(p[k], a.sub(v[j], v[k])));
            }
        }
        return p[j].isNaN() ? p[j] : sum;
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
                        case JACOBIAN_PRODUCT -> p[j] * (centered(j, rounding) + shift * Math.abs(center(j)));
                        case CENTER -> centered(j, rounding);
                        default -> throw new AssertionError(op);
                    };
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
                error += p[k] == 0 ? 0 : p[k] * ((dx[0][k] + shift) * Math.abs(center(k)) + rounding * w);
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
