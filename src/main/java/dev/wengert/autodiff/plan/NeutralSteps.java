package dev.wengert.autodiff.plan;

import dev.wengert.autodiff.op.BinaryOp;
import dev.wengert.autodiff.op.Broadcast;
import dev.wengert.autodiff.op.Flat;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.NumberOp;
import dev.wengert.autodiff.op.Permute;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.Sum;

/**
 * The pass that removes copies and multiplications by 1, and turns constant operands whose elements are all equal into numbers.
 *
 * <p>Each replacement gives the same bits, also for signed zeros, infinities and NaN: {@code x·1 = x} and {@code x − c = x + (−c)} hold for
 * all doubles. {@code x + 0} stays, because −0 + 0 is 0.
 */
final class NeutralSteps implements Draft.Rewrite {

    private final Draft draft;

    NeutralSteps(Draft draft) {
        this.draft = draft;
    }

    @Override
    public Draft.Value apply(Draft.Value step) {
        Kernel kernel = step.kernel;
        if (kernel == Identity.IDENTITY || kernel == Flat.DETACH) {
            return step.x[0];
        }
        boolean sameSize = step.x.length == 1 && step.x[0].size() == step.size();
        if (kernel instanceof Reshape || kernel instanceof Broadcast && sameSize) {
            return shown(step.x[0], step);
        }
        if (kernel instanceof Permute permute && permute.axes().keepsOrder(step.x[0].shape)) {
            return shown(step.x[0], step);
        }
        if (kernel instanceof Sum && sameSize) {
            return shown(
                    draft.add(NumberOp.add(0), step.x[0].shape, step.x[0]), step); // sums begin with 0, and −0 + 0 = 0
        }
        if (kernel.equals(NumberOp.mul(1)) || kernel.equals(NumberOp.div(1))) {
            return step.x[0];
        }
        return kernel instanceof BinaryOp op ? withNumber(op, step) : step;
    }

    private Draft.Value withNumber(BinaryOp op, Draft.Value step) {
        Draft.Value left = step.x[0];
        Draft.Value right = step.x[1];
        boolean commutes = op == BinaryOp.ADD || op == BinaryOp.MUL;
        if (commutes && left.isUniform() && right.size() == step.size()) {
            return withNumber(op, right, left.constant[0], step);
        }
        if (right.isUniform() && left.size() == step.size()) {
            return withNumber(op, left, right.constant[0], step);
        }
        return step;
    }

    private Draft.Value withNumber(BinaryOp op, Draft.Value x, double c, Draft.Value step) {
        boolean neutral = c == 1 && (op == BinaryOp.MUL || op == BinaryOp.DIV);
        return shown(neutral ? x : draft.add(numeric(op, c), x.shape, x), step);
    }

    private static Kernel numeric(BinaryOp op, double c) {
        return switch (op) {
            case ADD -> NumberOp.add(c);
            case SUB -> NumberOp.add(-c);
            case MUL -> NumberOp.mul(c);
            case DIV -> NumberOp.div(c);
        };
    }

    /** A value under the shape of a step, which has as many elements. */
    private Draft.Value shown(Draft.Value x, Draft.Value step) {
        Draft.Value root = x.root();
        return root.shape.equals(step.shape) ? root : draft.add(new Reshape(step.shape), step.shape, root);
    }
}
