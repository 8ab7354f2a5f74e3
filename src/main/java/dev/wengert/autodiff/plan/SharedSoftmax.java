package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.Blocks;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.SoftmaxOp;
import dev.wengert.kernel.SoftmaxRows;
import dev.wengert.tensor.Shape;

/**
 * The pass that makes the exponentials in operations of the softmax family a separate step. If a loss, its gradient and products with its
 * Hessian have the same logits, {@link CommonSubexpressions} then merges these steps.
 */
final class SharedSoftmax implements Draft.Rewrite {

    /** The step that computes {@link SoftmaxRows#weights}: {@code exp(o − max o)} and numbers derived from it. */
    private enum Weights implements Kernel {
        WEIGHTS;

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            SoftmaxRows.weights(x[0], y, rows(s[0]), s[0].extent(-1));
        }
    }

    /**
     * An operation of the softmax family whose operands are the weights, then the logits (if it needs them), then its other operand (if
     * any).
     */
    private record OfWeights(SoftmaxOp op) implements Kernel {

        @Override
        public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
            double[] w = x[0];
            int q = SoftmaxRows.classes(s[0].extent(-1));
            int rows = rows(s[0]);
            switch (op) {
                case SOFTMAX -> SoftmaxRows.softmaxOf(w, y, rows, q);
                case LOG_SOFTMAX -> SoftmaxRows.logSoftmaxOf(w, x[1], y, rows, q);
                case LOG_SUM_EXP -> SoftmaxRows.logSumExpOf(w, x[1], y, rows, q);
                case CROSS_ENTROPY -> SoftmaxRows.crossEntropyOf(w, x[1], x[2], y, rows, q);
                case RESIDUAL -> SoftmaxRows.residualOf(w, x[1], y, rows, q);
                case JACOBIAN_PRODUCT -> SoftmaxRows.jacobianProductOf(w, x[1], y, rows, q);
                case CENTER -> SoftmaxRows.centerOf(w, x[1], y, rows, q);
                // realSoftMax takes exponentials of other numbers
                default -> throw new AssertionError(op);
            }
        }
    }

    private static int rows(Shape s) {
        return Blocks.outer(s, s.rank() - 1);
    }

    private final Draft draft;

    SharedSoftmax(Draft draft) {
        this.draft = draft;
    }

    @Override
    public Draft.Value apply(Draft.Value step) {
        if (!(step.kernel instanceof SoftmaxOp op) || op == SoftmaxOp.REAL_SOFT_MAX) {
            return step;
        }
        Draft.Value o = step.x[0];
        Shape shape = o.shape.with(-1, SoftmaxRows.width(o.shape.extent(-1)));
        Draft.Value weights = draft.add(Weights.WEIGHTS, shape, o);
        return switch (op) {
            case SOFTMAX -> draft.add(new OfWeights(op), step.shape, weights);
            case LOG_SOFTMAX, LOG_SUM_EXP -> draft.add(new OfWeights(op), step.shape, weights, o);
            case CROSS_ENTROPY -> draft.add(new OfWeights(op), step.shape, weights, o, step.x[1]);
            default -> draft.add(new OfWeights(op), step.shape, weights, step.x[1]);
        };
    }
}
