package dev.wengert.accuracy;

import dev.wengert.autodiff.CustomOp;
import dev.wengert.autodiff.Op;
import dev.wengert.autodiff.Tape;
import dev.wengert.autodiff.Variable;
import dev.wengert.autodiff.op.Argsort;
import dev.wengert.autodiff.op.Choice;
import dev.wengert.autodiff.op.Comparison;
import dev.wengert.autodiff.op.Identity;
import dev.wengert.autodiff.op.Kernel;
import dev.wengert.autodiff.op.Max;
import dev.wengert.autodiff.op.Operands;
import dev.wengert.autodiff.op.Primitive;
import dev.wengert.autodiff.op.Reshape;
import dev.wengert.autodiff.op.Slice;
import dev.wengert.autodiff.op.TakeAlong;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One evaluation of a tape at a point: all values, bounds of their errors, and the branches of steps with kinks. */
public final class Evaluation {

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

    /** The evaluation that made a tape: its values are those of its variables. */
    public Evaluation(Tape tape) {
        this.tape = tape;
        values = Stream.concat(tape.inputs().stream(), tape.steps().stream())
                .map(v -> TensorArrays.of(v.value()))
                .toArray(double[][]::new);
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

    static Shape[] shapes(Variable y) {
        return y.inputs().stream().map(Variable::shape).toArray(Shape[]::new);
    }

    /** The outputs of the tape. */
    public List<Tensor> outputs() {
        return outputs(values, i -> tape.outputs().get(i).value());
    }

    /** The entries of the outputs; for an output that is a constant, the tensor that belongs to its position. */
    private List<Tensor> outputs(double[][] of, IntFunction<Tensor> constant) {
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < tape.outputs().size(); i++) {
            int number = tape.result(i);
            Shape shape = tape.outputs().get(i).shape();
            outputs.add(number < 0 ? constant.apply(i) : Tensor.of(shape, of[number]));
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
        return outputs(
                allErrorBounds(dx), i -> Tensor.zeros(tape.outputs().get(i).shape()));
    }

    /** The bounds for the inputs and all steps. */
    double[][] allErrorBounds(List<Tensor> dx) {
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
            int selection = ownSelection(k);
            double[] bound = selection >= 0
                    ? Bounds.mask(selection, y.shape(), x, e, shapes(y))
                    : isSortedByItself(k)
                            ? LineBounds.sorted(((TakeAlong) tape.op(k)).axis(), y.shape(), e[0], shapes(y)[0])
                            : Bounds.of(tape.op(k), values[n + k], y.shape(), x, e, shapes(y));
            errors[n + k] = bound != null ? bound : estimate(k).bounds(e);
            addUnderflow(values[n + k], errors[n + k]);
        }
        return errors;
    }

    /**
     * If a step compares an operand of another step with the result of that step, which copies elements of its operands, the operand of the
     * comparison that is the result; −1 otherwise. The errors of the two are the same error.
     */
    private int ownSelection(int k) {
        for (int i = 0; tape.op(k) instanceof Comparison && i < 2; i++) {
            int other = tape.operand(k, 1 - i);
            int step = tape.operand(k, i) - tape.inputs().size();
            while (step >= 0 && (tape.op(step) instanceof Reshape || tape.op(step) instanceof Identity)) {
                step = tape.operand(step, 0) - tape.inputs().size();
            }
            if (step >= 0 && other >= 0 && isOperand(other, step) && selects(step)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a step takes elements along indices, some or all, that sort these elements. */
    private boolean isSortedByItself(int k) {
        if (!(tape.op(k) instanceof TakeAlong)) {
            return false;
        }
        int step = tape.operand(k, 1) - tape.inputs().size();
        while (step >= 0 && tape.op(step) instanceof Slice) {
            step = tape.operand(step, 0) - tape.inputs().size();
        }
        return step >= 0 && tape.op(step) instanceof Argsort && tape.operand(step, 0) == tape.operand(k, 0);
    }

    private boolean isOperand(int number, int step) {
        int operands = tape.steps().get(step).inputs().size();
        return IntStream.range(0, operands).anyMatch(i -> tape.operand(step, i) == number);
    }

    private boolean selects(int step) {
        Op op = tape.op(step);
        return op instanceof Max
                || op instanceof Choice
                || op instanceof CustomOp && estimate(step).selects();
    }

    private Estimate estimate(int step) {
        Variable y = tape.steps().get(step);
        return new Estimate(tape.op(step), values[tape.inputs().size() + step], y.shape(), operands(step), shapes(y));
    }

    /** The custom operations that do not state their errors, and whose values show larger ones than are assumed. */
    public List<Op> noisy() {
        return IntStream.range(0, tape.steps().size())
                .filter(k -> tape.op(k) instanceof CustomOp && estimate(k).isNoisy())
                .mapToObj(tape::op)
                .distinct()
                .toList();
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
}
