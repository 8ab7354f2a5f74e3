package dev.wengert.accuracy;

import dev.wengert.autodiff.op.Blocks;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import java.util.Arrays;
import java.util.function.IntFunction;

/** Exact forms of the softmax family: its operations to many digits. */
final class SoftmaxForms {

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
     * The weights of a row: {@code e_k = exp(o_k − m)}, where m is the largest logit, and their sum without the largest class. That sum is
     * kept apart because adding 1 to {@code e⁻ⁿ} would need digits in proportion to n. A row whose largest logit is not finite has no
     * distribution.
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
}
