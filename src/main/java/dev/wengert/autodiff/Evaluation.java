package dev.wengert.autodiff;

import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;

/** One evaluation of a tape at a point: all values, and the bounds of their errors. */
final class Evaluation {

    /** Where a custom operation states no error, this many ulps are assumed, and its estimate is doubled. */
    private static final double ASSUMED_ULPS = 16;

    private static final double AMPLIFICATION = 0x1p20;

    /** Below this, a result may hold what was lost in an underflow and made larger after it, by up to {@link #LOST}. */
    private static final double TINY = 0x1p-960;

    private static final double LOST = 0x1p-1014;

    private final Tape tape;
    private final double[][] values;

    Evaluation(Tape tape, List<Tensor> x) {
        this.tape = tape;
        int n = tape.inputs().size();
        Sweep.requireShapes(
                "evaluate",
                "value",
                "input",
                tape.inputs(),
                x.stream().map(Tensor::shape).toList());
        values = new double[n + tape.steps().size()][];
        for (int i = 0; i < n; i++) {
            values[i] = TensorArrays.of(x.get(i));
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            values[n + k] = evaluate(y.opOrNull(), y.shape(), operands(k), shapes(y));
        }
    }

    private static double[] evaluate(Op op, Shape out, double[][] x, Shape[] s) {
        if (op instanceof Primitive primitive) {
            double[] y = new double[out.size()];
            primitive.eval(y, out, x, s, Primitive.work(primitive.workLengths(s)));
            return y;
        }
        List<Tensor> operands = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            operands.add(Tensor.of(s[i], x[i]));
        }
        return TensorArrays.of(Variable.evaluate((CustomOp) op, out, operands));
    }

    private double[][] operands(int k) {
        List<Variable> x = tape.steps().get(k).inputs();
        double[][] operands = new double[x.size()][];
        Arrays.setAll(operands, i -> {
            int number = tape.operand(k, i);
            return number < 0 ? TensorArrays.of(x.get(i).tensor()) : values[number];
        });
        return operands;
    }

    private static Shape[] shapes(Variable y) {
        return y.inputs().stream().map(Variable::shape).toArray(Shape[]::new);
    }

    List<Tensor> outputs() {
        return outputs(values, tape.outputs().stream().map(Variable::tensor).toList());
    }

    /** The entries of the outputs; for an output that is a constant, what is given. */
    private List<Tensor> outputs(double[][] of, List<Tensor> constants) {
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            Shape shape = tape.outputs().get(i).shape();
            outputs.add(number < 0 ? constants.get(i) : Tensor.of(shape, of[number]));
        }
        return outputs;
    }

    List<Tensor> errorBounds(List<Tensor> dx) {
        int n = tape.inputs().size();
        double[][] errors = new double[values.length][];
        for (int i = 0; i < n; i++) {
            errors[i] = TensorArrays.of(dx.get(i));
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            double[][] x = operands(k);
            double[][] e = new double[x.length][];
            for (int i = 0; i < x.length; i++) {
                int number = tape.operand(k, i);
                e[i] = number < 0 ? new double[x[i].length] : errors[number];
            }
            errors[n + k] = y.opOrNull() instanceof Primitive primitive
                    ? primitive.bound(values[n + k], y.shape(), x, e, shapes(y))
                    : estimate((CustomOp) y.opOrNull(), values[n + k], y.shape(), x, e, shapes(y));
            addUnderflow(values[n + k], errors[n + k]);
        }
        return outputs(
                errors,
                tape.outputs().stream().map(v -> Tensor.zeros(v.shape())).toList());
    }

    /** What was lost below the smallest normal number, in the result or on the way to it, is no multiple of the result. */
    private static void addUnderflow(double[] y, double[] errors) {
        for (int j = 0; j < y.length; j++) {
            if (y[j] != 0 && Math.abs(y[j]) < TINY) {
                errors[j] += LOST;
            }
        }
    }

    List<Tensor> branches() {
        List<Tensor> branches = new ArrayList<>();
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            branches.add(branch(y, k, values[tape.inputs().size() + k]));
        }
        return branches;
    }

    private Tensor branch(Variable y, int k, double[] value) {
        Op op = y.opOrNull();
        Shape[] s = shapes(y);
        if (op instanceof Comparison || op instanceof Slope || op == Flat.SIGN) {
            return Tensor.of(y.shape(), value);
        }
        if (op instanceof PiecewiseLinear || op instanceof Max) {
            return Tensor.of(s[0], evaluate(new Slope((SelectOp) op), s[0], operands(k), s));
        }
        if (op instanceof Elu) {
            return Tensor.of(s[0], operands(k)[0]).map(v -> Math.signum(v) + 0.0); // +0.0, as −0.0 is another number
        }
        if (op instanceof Choice choice) {
            return Tensor.of(y.shape(), evaluate(choice.slopeOfFirst(), y.shape(), operands(k), s));
        }
        return Tensor.zeros(0);
    }

    /** What moving the operands by their errors, amplified and with changing signs, does to a custom operation. */
    private static double[] estimate(CustomOp op, double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double ulps = Double.isNaN(op.ulps()) ? ASSUMED_ULPS : op.ulps();
        double[] dy = new double[y.length];
        for (int sign = 0; sign < 4; sign++) {
            double[][] moved = new double[x.length][];
            for (int i = 0; i < x.length; i++) {
                moved[i] = x[i].clone();
                for (int j = 0; j < moved[i].length; j++) {
                    boolean plus = sign < 2 ? sign == 0 : (i + j) % 2 == sign - 2;
                    moved[i][j] += (plus ? AMPLIFICATION : -AMPLIFICATION) * dx[i][j];
                }
            }
            double[] z = evaluate(op, out, moved, s);
            for (int j = 0; j < dy.length; j++) {
                dy[j] = Math.max(dy[j], 2 * Math.abs(z[j] - y[j]) / AMPLIFICATION);
            }
        }
        Arrays.setAll(dy, j -> dy[j] + ulps * Math.ulp(y[j]));
        return dy;
    }

    /** The outputs to many digits. */
    static List<BigReal[]> exact(Tape tape, List<BigReal[]> x, BigArithmetic arithmetic) {
        int n = tape.inputs().size();
        BigReal[][] values = new BigReal[n + tape.steps().size()][];
        for (int i = 0; i < n; i++) {
            values[i] = x.get(i);
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            BigReal[][] operands = new BigReal[y.inputs().size()][];
            for (int i = 0; i < operands.length; i++) {
                int number = tape.operand(k, i);
                operands[i] = number < 0 ? exact(y.inputs().get(i)) : values[number];
            }
            values[n + k] = exact(y, operands, arithmetic);
        }
        List<BigReal[]> outputs = new ArrayList<>();
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            outputs.add(number < 0 ? exact(tape.outputs().get(i)) : values[number].clone());
        }
        return outputs;
    }

    private static BigReal[] exact(Variable constant) {
        return Arrays.stream(TensorArrays.of(constant.tensor()))
                .mapToObj(BigReal::of)
                .toArray(BigReal[]::new);
    }

    private static BigReal[] exact(Variable y, BigReal[][] x, BigArithmetic arithmetic) {
        if (y.opOrNull() instanceof Primitive primitive) {
            return primitive.exact(y.shape(), x, shapes(y), arithmetic);
        }
        CustomOp op = (CustomOp) y.opOrNull();
        BigReal[] result;
        try {
            result = op.exact(List.of(x), List.of(shapes(y)), arithmetic);
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException thrown) {
            throw new IllegalStateException("evaluate: exact of " + op.label() + " throws " + thrown, thrown);
        }
        if (result == null) {
            throw new IllegalStateException(
                    "evaluate: operation " + op.label() + " has no exact form; override CustomOp.exact to give it one");
        }
        if (result.length != y.shape().size()) {
            throw new IllegalStateException("evaluate: exact of " + op.label() + " must return "
                    + y.shape().size() + " numbers, got " + result.length);
        }
        return result;
    }
}
