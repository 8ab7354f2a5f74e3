package dev.wengert.autodiff;

import dev.wengert.tensor.Key;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * A random expression graph for tests: steps that take their operands from what is there already, a vector [3], a matrix [2, 3]
 * and a number at first. All shapes that come up broadcast to [2, 3]. The result is the sum of everything.
 */
public record GeneratedProgram(List<Step> steps) {

    /** An operation with the places of its operands, which count modulo the number of what is there. */
    public record Step(Operation operation, int left, int right) {}

    /** What the numbers of a point are made of: [3] and [2, 3] and []. */
    public static final int SIZE = 3 + 6 + 1;

    public static final Shape MATRIX = Shape.of(2, 3);

    /** Two rows of [2, 3]. */
    public static final Tensor INDEX = Tensor.of(1, 1);

    /** One class of three for each row. */
    public static final Tensor LABELS = Tensor.of(2, 0);

    private static final Variable KEY = Variable.of(Key.of(1).tensor());

    /** Where a step may lead: at least one of every family, in forms that keep to the shapes. */
    public enum Operation {
        NEG((a, b) -> a.neg()),
        EXP((a, b) -> a.exp()),
        EXPM1((a, b) -> a.expm1()),
        LOG((a, b) -> a.log()),
        LOG1P((a, b) -> a.log1p()),
        SQRT((a, b) -> a.sqrt()),
        SQUARE((a, b) -> a.square()),
        RECIPROCAL((a, b) -> a.reciprocal()),
        SIN((a, b) -> a.sin()),
        COS((a, b) -> a.cos()),
        TANH((a, b) -> a.tanh()),
        SIGMOID((a, b) -> a.sigmoid()),
        SOFTPLUS((a, b) -> a.softplus()),
        ERF((a, b) -> a.erf()),
        GELU((a, b) -> a.gelu()),
        ELU((a, b) -> a.elu(0.5)),
        POW((a, b) -> a.pow(2.5)),
        POW_VARIABLE((a, b) -> a.pow(b)),
        SCALE((a, b) -> a.mul(0.25)),
        SHIFT((a, b) -> a.sub(1.5)),
        QUOTIENT((a, b) -> a.div(3)),
        REVERSE_DIFFERENCE((a, b) -> a.rsub(2)),
        ADD(Variable::add),
        SUB(Variable::sub),
        MUL(Variable::mul),
        DIV(Variable::div),
        TWICE((a, b) -> a.mul(a)),
        CONSTANT((a, b) -> a.mul(Variable.of(Tensor.of(0.5, -1, 2)))),
        ABS((a, b) -> a.abs()),
        RELU((a, b) -> a.relu()),
        LEAKY_RELU((a, b) -> a.leakyRelu(0.1)),
        CLAMP((a, b) -> a.clamp(-0.5, 0.5)),
        MAXIMUM(Variable::maximum),
        MINIMUM(Variable::minimum),
        WHERE((a, b) -> Variable.where(a.gt(b), a, b.mul(2))),
        MASK((a, b) -> a.mul(a.le(b))),
        SIGN((a, b) -> a.mul(b.sign())),
        DETACH((a, b) -> a.mul(b.detach())),
        SUM((a, b) -> a.sum()),
        SUM_KEPT((a, b) -> matrix(a).sum(true, -1)),
        SUM_ROWS((a, b) -> matrix(a).sum(0)),
        MEAN((a, b) -> a.mean()),
        VARIANCE((a, b) -> a.variance()),
        MAX((a, b) -> a.max()),
        MAX_KEPT((a, b) -> matrix(a).max(true, 0)),
        MIN((a, b) -> matrix(a).min(true, 1)),
        MATMUL((a, b) -> matrix(a).matmul(matrix(b).transpose()).mean(true, 1)),
        MATMUL_TRANSPOSED((a, b) -> matrix(a).transpose().matmul(matrix(b)).sum(0)),
        AFFINE((a, b) -> matrix(a)
                .affine(matrix(b).transpose().matmul(matrix(a)), matrix(b).sum(0))),
        RESHAPE((a, b) -> matrix(a).reshape(3, 2).permute(1, 0)),
        SLICE((a, b) -> matrix(a).slice(1, 1, 2)),
        CONCAT((a, b) -> Variable.concat(1, matrix(a).slice(1, 0, 1), matrix(b).slice(1, 1, 3))),
        SOFTMAX((a, b) -> matrix(a).softmax()),
        LOG_SOFTMAX((a, b) -> matrix(a).logSoftmax(0)),
        LOG_SUM_EXP((a, b) -> matrix(a).logSumExp(true, -1)),
        REAL_SOFT_MAX((a, b) -> matrix(a).realSoftMax(2).reshape(2, 1)),
        CROSS_ENTROPY((a, b) -> matrix(a).crossEntropy(matrix(b))),
        GATHER((a, b, index, labels) -> matrix(a).gather(index)),
        SCATTER_ADD((a, b, index, labels) -> matrix(a).scatterAdd(index, 2)),
        ONE_HOT((a, b, index, labels) -> a.mul(labels.oneHot(3))),
        CROSS_ENTROPY_WITH_LABELS((a, b, index, labels) -> matrix(a).crossEntropyWithLabels(labels)),
        TAN((a, b) -> a.tan()),
        ATAN((a, b) -> a.atan()),
        ASINH((a, b) -> a.asinh()),
        RSQRT((a, b) -> a.rsqrt()),
        SILU((a, b) -> a.silu()),
        MISH((a, b) -> a.mish()),
        SOFTSIGN((a, b) -> a.softsign()),
        ERFC((a, b) -> a.erfc()),
        NORMAL_CDF((a, b) -> a.normalCdf()),
        LOG_NORMAL_CDF((a, b) -> a.logNormalCdf()),
        LGAMMA((a, b) -> a.lgamma()),
        DIGAMMA((a, b) -> a.digamma()),
        ATAN2(Variable::atan2),
        HYPOT(Variable::hypot),
        LOG_ADD_EXP(Variable::logAddExp),
        XLOGY(Variable::xlogy),
        MOD(Variable::mod),
        FLOOR((a, b) -> a.mul(b.floor())),
        ROUND((a, b) -> a.mul(b.round())),
        PROD((a, b) -> matrix(a).prod(true, 1)),
        NORM((a, b) -> matrix(a).norm(2, true, 1)),
        NORM_OF_POWER((a, b) -> matrix(a).norm(3)),
        STD((a, b) -> matrix(a).std(1, true, 1)),
        MEDIAN((a, b) -> matrix(a).median()),
        QUANTILE((a, b) -> matrix(a).quantile(0.25, true, 1)),
        CUM_SUM((a, b) -> matrix(a).cumSum(1)),
        CUM_PROD((a, b) -> matrix(a).cumProd(1)),
        LOG_CUM_SUM_EXP((a, b) -> matrix(a).logCumSumExp(0)),
        LINEAR_RECURRENCE((a, b) ->
                Variable.linearRecurrence(1, matrix(a), matrix(b), matrix(a).sum(1))),
        OUTER((a, b) -> matrix(a).sum(1).outer(matrix(b).sum(0))),
        DIAG((a, b) -> matrix(a).sum(1).diag(1).slice(0, 0, 2)),
        DIAGONAL((a, b) -> matrix(a).diagonal(1).reshape(2, 1)),
        TRACE((a, b) -> matrix(a).trace()),
        TRIL((a, b) -> matrix(a).tril(0)),
        TRIU((a, b) -> matrix(a).triu(1)),
        TILE((a, b) -> matrix(a).slice(1, 0, 1).tile(1, 3)),
        SPLIT((a, b) -> Variable.concat(
                1, matrix(a).split(1, 1, 2).get(1), matrix(b).split(1, 1, 2).get(0))),
        STACK((a, b) -> Variable.stack(0, matrix(a).sum(0), matrix(b).sum(0))),
        PAD((a, b) -> matrix(a).slice(1, 0, 1).pad(1, 1, 1)),
        FLIP((a, b) -> matrix(a).flip(1)),
        ROLL((a, b) -> matrix(a).roll(1, 1)),
        SORT((a, b) -> matrix(a).sort(1)),
        TOP_K((a, b) -> matrix(a).topK(1, 1)),
        ARGSORT((a, b) -> matrix(a).takeAlong(1, matrix(b).argsort(1))),
        PICK((a, b, index, labels) -> matrix(a).pick(labels).reshape(2, 1)),
        SCATTER_ADD_ALONG(
                (a, b, index, labels) -> matrix(a).slice(1, 0, 1).scatterAddAlong(1, labels.reshape(2, 1), 3)),
        DROPOUT((a, b) -> matrix(a).dropout(0.5, KEY)),
        CUBE((a, b) -> new Cube().apply(a));

        private final Call call;

        Operation(BinaryOperator<Variable> f) {
            this((a, b, index, labels) -> f.apply(a, b));
        }

        Operation(Call call) {
            this.call = call;
        }

        public Variable apply(Variable a, Variable b) {
            return call.apply(a, b, Variable.of(INDEX), Variable.of(LABELS));
        }
    }

    private interface Call {
        Variable apply(Variable a, Variable b, Variable index, Variable labels);
    }

    private static Variable matrix(Variable x) {
        return x.broadcastTo(MATRIX);
    }

    /** x³, an operation from outside. */
    public record Cube() implements CustomOp {
        @Override
        public Shape shape(Shape... x) {
            return x[0];
        }

        @Override
        public Tensor eval(List<Tensor> x) {
            return x.get(0).map(v -> v * v * v);
        }

        @Override
        public Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
            return g.mul(x.get(0).square().mul(3));
        }
    }

    /** The result at a point of {@link #SIZE} numbers, with a parameter, rows to gather, and labels. */
    public Variable apply(Variable z, Variable parameter, Variable index, Variable labels) {
        List<Variable> pool = new ArrayList<>();
        pool.add(z.slice(0, 0, 3));
        pool.add(z.slice(0, 3, 9).reshape(2, 3));
        pool.add(z.slice(0, 9, 10).sum());
        pool.add(parameter);
        for (Step step : steps) {
            Variable a = pool.get(step.left % pool.size());
            Variable b = pool.get(step.right % pool.size());
            pool.add(step.operation.call.apply(a, b, index, labels));
        }
        Variable total = Variable.of(0);
        for (Variable x : pool) {
            total = total.add(x.sum());
        }
        return total;
    }
}
