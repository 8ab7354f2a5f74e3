package dev.wengert.autodiff.op;

import dev.wengert.autodiff.Variable;
import dev.wengert.tensor.Shape;
import java.util.List;

/**
 * Linear operations of one operand (a second one, if any, holds indices). The vjp applies another operation, the {@link #transpose}; the
 * jvp applies the operation itself.
 */
public sealed interface LinearOp extends Primitive
        permits Identity,
                Sum,
                Broadcast,
                Reshape,
                Permute,
                Slice,
                Pad,
                Gather,
                ScatterAdd,
                TakeAlong,
                ScatterAddAlong,
                Flip,
                Triangle,
                CumSum,
                Windows,
                AddWindows {

    /** The transpose, for an operand of shape {@code x}. */
    LinearOp transpose(Shape x);

    @Override
    default Variable vjp(int i, Variable g, Variable y, List<Variable> x) {
        return transpose(x.get(0).shape()).apply(g);
    }

    @Override
    default Variable jvp(int i, Variable t, Variable y, List<Variable> x) {
        return apply(t);
    }
}
