package dev.wengert.autodiff.op;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.message.Arguments;
import dev.wengert.message.Text;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.Arrays;
import java.util.List;

/** A custom operation as a kernel. It copies its operands into tensors, which must not change when the arrays of a plan do. */
public record Snapshots(CustomOp op) implements Kernel {

    @Override
    public void eval(double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {
        Tensor[] snapshots = new Tensor[x.length];
        Arrays.setAll(snapshots, i -> TensorArrays.wrap(s[i], Arrays.copyOf(x[i], s[i].size())));
        System.arraycopy(TensorArrays.of(value(op, out, List.of(snapshots))), 0, y, 0, out.size());
    }

    /** The shape of a result, for which a custom operation may have no answer. */
    public static Shape shape(Op op, Shape... x) {
        if (op instanceof Primitive) {
            return op.shape(x);
        }
        try {
            Shape shape = op.shape(x.clone());
            if (shape == null) {
                throw new NullPointerException(Text.name(op.label()) + ": shape must return a shape, got null");
            }
            return shape;
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    Text.name(op.label()) + ": there must be as many operands as shape() asks for, got " + x.length, e);
        }
    }

    /** The value of a custom operation, checked against the shape that it stated. */
    public static Tensor value(CustomOp op, Shape out, List<Tensor> x) {
        List<Tensor> operands = new Arguments<>("eval", "an operand", x);
        Tensor value = op.eval(operands);
        if (value == null) {
            throw new NullPointerException(Text.name(op.label()) + ": eval must return a tensor, got null");
        }
        if (!value.shape().equals(out)) {
            throw new ShapeException(
                    Text.name(op.label()),
                    "eval must return the shape that shape() states",
                    "value " + value.shape() + " and stated " + out);
        }
        return value;
    }
}
