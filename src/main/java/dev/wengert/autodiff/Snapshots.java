package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A custom operation in a plan: it works on tensors, which must not change when the plan's buffers do. */
record Snapshots(CustomOp op) implements Kernel {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        List<Tensor> snapshots = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            snapshots.add(TensorArrays.wrap(s[i], Arrays.copyOf(x[i], s[i].size())));
        }
        Tensor value = Variable.evaluate(op, out, snapshots);
        System.arraycopy(TensorArrays.of(value), 0, y, 0, y.length);
    }
}
