package dev.wengert.autodiff;

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
