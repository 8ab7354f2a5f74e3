package dev.wengert.accuracy;

import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.Operands;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.precise.BigArithmetic;
import dev.wengert.precise.BigReal;
import dev.wengert.precise.ExactForm;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;

/** One evaluation of a tape at a point: all values, bounds of their errors, and the branches of steps with kinks. */
public final class Evaluation {

    /** The rounding error assumed for an operation without a row that states none, in ulps. */
    private static final double ASSUMED_ULPS = 16;

    private static final double AMPLIFICATION = 0x1p20;

    /** A result below this size may contain the error of an underflow, amplified afterwards; {@link #LOST} bounds it. */
    private static final double TINY = 0x1p-960;

    private static final double LOST = 0x1p-1014;

    private final Tape tape;
    private final double[][] values;

    /**
     * Evaluates a tape with its double kernels.
     *
     * @param tape the tape
     * @param x one tensor for each input, parameters included
     * @throws dev.wengert.tensor.ShapeException if an input has another shape than that of the tape
     */
    public Evaluation(Tape tape, List<Tensor> x) {
        this.tape = tape;
        int n = tape.inputs().size();
        Operands.requireShapes(
                "evaluate",
                "value",
                "input",
                tape.inputs().stream().map(Variable::shape).toList(),
                x.stream().map(Tensor::shape).toList());
        values = new double[n + tape.steps().size()][];
        for (int i = 0; i < n; i++) {
            values[i] = TensorArrays.of(x.get(i));
        }
        for (int k = 0; k < tape.steps().size(); k++) {
            Variable y = tape.steps().get(k);
            values[n + k] = Kernel.of(tape.op(k)).eval(y.shape(), operands(k), shapes(y));
        }
    }

    private double[][] operands(int k) {
        List<Variable> x = tape.steps().get(k).inputs();
        double[][] operands = new double[x.size()][];
        Arrays.setAll(operands, i -> {
            int number = tape.operand(k, i);
            return number < 0 ? TensorArrays.of(x.get(i).value()) : values[number];
        });
        return operands;
    }

    private static Shape[] shapes(Variable y) {
        return y.inputs().stream().map(Variable::shape).toArray(Shape[]::new);
    }

    /** The outputs of the tape. */
    public List<Tensor> outputs() {
        return outputs(values, tape.outputs().stream().map(Variable::value).toList());
    }

    /** The entries of the outputs; for an output that is a constant, the given tensor. */
    private List<Tensor> outputs(double[][] of, List<Tensor> constants) {
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            Shape shape = tape.outputs().get(i).shape();
            outputs.add(number < 0 ? constants.get(i) : Tensor.of(shape, of[number]));
        }
        return outputs;
    }

    /**
     * Bounds of the absolute errors of {@link #outputs}, by a running error analysis to first order (N. J. Higham, Accuracy and Stability
     * of Numerical Algorithms, 2002, §3.3): each step adds the stated error of its kernel to the effect of the errors of its operands.
     * Constants are exact. For an operation without a row, the bound is an estimate.
     *
     * @param dx for each input, bounds of the errors of its elements
     * @return for each output, a bound for each element
     */
    public List<Tensor> errorBounds(List<Tensor> dx) {
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
            double[] bound = Bounds.of(tape.op(k), values[n + k], y.shape(), x, e, shapes(y));
            errors[n + k] = bound != null ? bound : estimate(tape.op(k), values[n + k], y.shape(), x, e, shapes(y));
            addUnderflow(values[n + k], errors[n + k]);
        }
        return outputs(
                errors,
                tape.outputs().stream().map(v -> Tensor.zeros(v.shape())).toList());
    }

    /** Adds the error of underflows, in the result or before it: it is not proportional to the result. */
    private static void addUnderflow(double[] y, double[] errors) {
        for (int j = 0; j < y.length; j++) {
            if (y[j] != 0 && Math.abs(y[j]) < TINY) {
                errors[j] += LOST;
            }
        }
    }

    /**
     * The branch of each step with kinks: its slopes, or the mask of a comparison. Two points with equal branches lie on the same smooth
     * piece; at a kink the branch differs from those on both sides.
     *
     * @return one tensor for each step, empty for a smooth operation
     */
    public List<Tensor> branches() {
        List<Tensor> branches = new ArrayList<>();
        for (int k = 0; k < tape.steps().size(); k++) {
            Primitive branch = tape.op(k) instanceof Primitive op ? op.branch() : null;
            if (branch == null) {
                branches.add(Tensor.zeros(0));
            } else {
                Shape[] s = shapes(tape.steps().get(k));
                Shape out = branch.shape(s);
                branches.add(Tensor.of(out, branch.eval(out, operands(k), s))
                        .map(v -> v + 0.0)); // −0.0 and 0.0 are the same branch, but different numbers
            }
        }
        return branches;
    }

    /**
     * An estimate for an operation without a row: twice the largest change when its operands move by their errors, amplified and with four
     * patterns of signs, plus its rounding error.
     */
    private static double[] estimate(Op op, double[] y, Shape out, double[][] x, double[][] dx, Shape[] s) {
        double stated = op instanceof ExactForm form ? form.ulps() : Double.NaN;
        double ulps = Double.isNaN(stated) ? ASSUMED_ULPS : stated;
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
            double[] z = Kernel.of(op).eval(out, moved, s);
            for (int j = 0; j < dy.length; j++) {
                dy[j] = Math.max(dy[j], 2 * Math.abs(z[j] - y[j]) / AMPLIFICATION);
            }
        }
        Arrays.setAll(dy, j -> dy[j] + ulps * Math.ulp(y[j]));
        return dy;
    }

    /**
     * The outputs of a tape to many digits. Each step is computed by its mathematical function, not by its double algorithm.
     *
     * @param tape the tape
     * @param x the elements of each input, parameters included, in row-major order
     * @param arithmetic the arithmetic to use
     * @return the elements of each output, in row-major order
     * @throws IllegalStateException if an operation has no exact form
     */
    public static List<BigReal[]> exact(Tape tape, List<BigReal[]> x, BigArithmetic arithmetic) {
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
            values[n + k] = exact(tape.op(k), y, operands, arithmetic);
        }
        List<BigReal[]> outputs = new ArrayList<>();
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            outputs.add(number < 0 ? exact(tape.outputs().get(i)) : values[number].clone());
        }
        return outputs;
    }

    private static BigReal[] exact(Variable constant) {
        return Arrays.stream(TensorArrays.of(constant.value()))
                .mapToObj(BigReal::of)
                .toArray(BigReal[]::new);
    }

    private static BigReal[] exact(Op op, Variable y, BigReal[][] x, BigArithmetic arithmetic) {
        BigReal[] result;
        try {
            result = op instanceof ExactForm form
                    ? form.exact(List.of(x), List.of(shapes(y)), arithmetic)
                    : ExactForms.of(op, y.shape(), x, shapes(y), arithmetic);
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (RuntimeException thrown) {
            throw new IllegalStateException("evaluate: exact of " + op.label() + " throws " + thrown, thrown);
        }
        if (result == null) {
            throw new IllegalStateException(
                    "evaluate: operation " + op.label() + " has no exact form; implement ExactForm to give it one");
        }
        if (result.length != y.shape().size()) {
            throw new IllegalStateException("evaluate: exact of " + op.label() + " must return "
                    + y.shape().size() + " numbers, got " + result.length);
        }
        return result;
    }
}
