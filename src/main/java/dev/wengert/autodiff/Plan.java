package dev.wengert.autodiff;

import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A tape with its buffers: replays it on new inputs, with the same results as the eager run, bit for bit.
 *
 * <p>A plan has only a forward direction, because a gradient is recorded as ordinary operations: a plan of a loss and its gradients
 * is a training step, a plan of a Hessian-vector product is one. Inputs that are leaves of a {@link Parameter} are read from it at
 * each run; the others are set by the caller, in order. A plan may {@linkplain Tape#compile(List) assign} its last outputs to
 * parameters at the end of each run; then it is a whole training step, the optimiser's update included.
 *
 * <p>There are two ways to run. {@link #run(Tensor...)} takes and returns tensors. {@link #set}, {@link #run()} and {@link #get} copy
 * from and to the caller's arrays and allocate nothing (unless there is a {@link CustomOp}, which works on tensors; and but for the
 * short-lived arrays that the JDK makes in {@code StrictMath.pow}, and in its {@code sin} and {@code cos}, which serve beyond 2³⁰).
 *
 * <p>A plan runs on one thread at a time; a tape can be compiled once for each thread. Shapes and Java control flow are those of the
 * recording.
 */
public final class Plan {

    private final List<Shape> inputShapes = new ArrayList<>();
    private final List<double[]> inputs = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();
    private final List<double[]> parameterValues = new ArrayList<>();
    private final long[] loaded;
    private final List<Shape> outputShapes = new ArrayList<>();
    private final List<double[]> outputs = new ArrayList<>();
    private final Instruction[] instructions;
    private final List<Parameter> assigned;
    private final List<double[]> assignedValues = new ArrayList<>();

    /** The buffers that hold the values of the assigned parameters between runs; those of inputs, if they are. */
    private final List<double[]> assignedBuffers = new ArrayList<>();

    private final AtomicBoolean running = new AtomicBoolean();

    /** Which inputs were ever set. */
    private final boolean[] given;

    private boolean ran;

    /** One step with its buffers. */
    private record Instruction(Op op, double[] y, Shape out, double[][] x, Shape[] s, double[][] work) {

        void run() {
            if (op instanceof Primitive primitive) {
                primitive.eval(y, out, x, s, work);
                return;
            }
            List<Tensor> snapshots = new ArrayList<>();
            for (int i = 0; i < x.length; i++) {
                snapshots.add(TensorArrays.wrap(s[i], Arrays.copyOf(x[i], s[i].size())));
            }
            Tensor value = Variable.evaluate((CustomOp) op, out, snapshots);
            System.arraycopy(TensorArrays.of(value), 0, y, 0, y.length);
        }
    }

    Plan(Tape tape, List<Parameter> assigned) {
        int n = tape.inputs().size();
        List<Variable> steps = tape.steps();
        double[][] buffers = new double[n + steps.size()][];
        for (int i = 0; i < n; i++) {
            Variable input = tape.inputs().get(i);
            buffers[i] = new double[input.shape().size()];
            if (input.parameterOrNull() != null) {
                parameters.add(input.parameterOrNull());
                parameterValues.add(buffers[i]);
            } else {
                inputShapes.add(input.shape());
                inputs.add(buffers[i]);
            }
        }
        this.assigned = assigned;
        for (Parameter parameter : assigned) {
            int input = parameters.indexOf(parameter);
            assignedBuffers.add(input < 0 ? new double[parameter.shape().size()] : parameterValues.get(input));
        }
        loaded = new long[parameters.size()];
        Arrays.fill(loaded, -1);
        given = new boolean[inputs.size()];
        List<Instruction> program = new ArrayList<>(assignBuffers(tape, buffers));
        for (int i = 0; i < tape.outputs().size(); i++) {
            Variable output = tape.outputs().get(i);
            int number = tape.result(i);
            double[] result = number < 0 ? constant(output) : buffers[number];
            if (number >= 0 && number < n) {
                // an input may be set again before this output is read
                double[] input = result;
                result = new double[input.length];
                Shape[] shape = {output.shape()};
                program.add(new Instruction(
                        Identity.IDENTITY, result, output.shape(), new double[][] {input}, shape, new double[0][]));
            }
            if (i < tape.outputs().size() - assigned.size()) {
                outputShapes.add(output.shape());
                outputs.add(result);
            } else {
                assignedValues.add(result);
            }
        }
        instructions = program.toArray(Instruction[]::new);
    }

    /** The value of a constant. A variable that is being recorded has only that of its example. */
    private static double[] constant(Variable x) {
        if (x.isRecording()) {
            throw new IllegalStateException(
                    "compile: the tape uses a variable that is being recorded and is not one of its inputs;"
                            + " a plan would freeze the value of its example");
        }
        return TensorArrays.of(x.tensor());
    }

    /** Gives each step a buffer: its own while the result is needed, then another step's of the same length. */
    private static List<Instruction> assignBuffers(Tape tape, double[][] buffers) {
        int n = tape.inputs().size();
        List<Variable> steps = tape.steps();
        int[] lastUse = lastUses(tape);
        Map<Integer, Deque<double[]>> free = new HashMap<>();
        double[][] work = Primitive.work(workLengths(steps));
        List<Instruction> instructions = new ArrayList<>();
        for (int k = 0; k < steps.size(); k++) {
            Variable y = steps.get(k);
            int operands = y.inputs().size();
            double[][] x = new double[operands][];
            Shape[] s = new Shape[operands];
            for (int i = 0; i < operands; i++) {
                Variable input = y.inputs().get(i);
                int number = tape.operand(k, i);
                x[i] = number < 0 ? constant(input) : buffers[number];
                s[i] = input.shape();
            }
            int size = y.shape().size();
            Deque<double[]> reusable = free.computeIfAbsent(size, length -> new ArrayDeque<>());
            buffers[n + k] = reusable.isEmpty() ? new double[size] : reusable.pop();
            instructions.add(new Instruction(y.opOrNull(), buffers[n + k], y.shape(), x, s, work));
            for (int i = 0; i < operands; i++) {
                int number = tape.operand(k, i);
                if (number >= n && lastUse[number] == k) {
                    lastUse[number] = Integer.MAX_VALUE;
                    free.get(buffers[number].length).push(buffers[number]);
                }
            }
        }
        return instructions;
    }

    /** The last step that reads each input or step; one past the end for what is an output. */
    private static int[] lastUses(Tape tape) {
        int[] lastUse = new int[tape.inputs().size() + tape.steps().size()];
        for (int k = 0; k < tape.steps().size(); k++) {
            for (int i = 0; i < tape.steps().get(k).inputs().size(); i++) {
                if (tape.operand(k, i) >= 0) {
                    lastUse[tape.operand(k, i)] = k;
                }
            }
        }
        for (int i = 0; i < tape.outputs().size(); i++) {
            if (tape.result(i) >= 0) {
                lastUse[tape.result(i)] = Integer.MAX_VALUE;
            }
        }
        return lastUse;
    }

    /** The lengths of scratch arrays that serve every step. */
    private static int[] workLengths(List<Variable> steps) {
        int[] most = Primitive.NO_WORK;
        for (Variable y : steps) {
            if (y.opOrNull() instanceof Primitive primitive) {
                Shape[] shapes = y.inputs().stream().map(Variable::shape).toArray(Shape[]::new);
                int[] lengths = primitive.workLengths(shapes);
                most = Arrays.copyOf(most, Math.max(most.length, lengths.length));
                for (int i = 0; i < lengths.length; i++) {
                    most[i] = Math.max(most[i], lengths[i]);
                }
            }
        }
        return most;
    }

    /**
     * Replays the program.
     *
     * @param x one tensor for each input that is no parameter, of the recorded shapes
     * @return the outputs; they stay as they are whatever the plan does later
     * @throws ShapeException if a shape is not the recorded one
     * @throws IllegalArgumentException if there are more or less tensors than inputs
     * @throws IllegalStateException if the plan is running on another thread
     */
    public List<Tensor> run(Tensor... x) {
        if (x.length != inputs.size()) {
            throw new IllegalArgumentException(
                    "run: there must be one tensor for each input, got " + x.length + " for " + inputs.size());
        }
        for (int i = 0; i < x.length; i++) {
            checkShape("run", i, x[i]);
        }
        enter("run");
        try {
            for (int i = 0; i < x.length; i++) {
                System.arraycopy(TensorArrays.of(x[i]), 0, inputs.get(i), 0, inputs.get(i).length);
                given[i] = true;
            }
            execute();
            List<Tensor> results = new ArrayList<>();
            for (int i = 0; i < outputs.size(); i++) {
                results.add(
                        TensorArrays.wrap(outputShapes.get(i), outputs.get(i).clone()));
            }
            return results;
        } finally {
            running.set(false);
        }
    }

    /**
     * Sets an input for {@link #run()}. It keeps its value until it is set again.
     *
     * @param i which input, not counting parameters
     * @param x its elements in row-major order; they are copied
     * @throws IllegalArgumentException if there is no such input, or there are more or less elements than it has
     * @throws IllegalStateException if the plan is running on another thread
     */
    public void set(int i, double[] x) {
        checkIndex("set", i, inputs.size(), "inputs that are not parameters");
        copy("set", "input", i, inputShapes.get(i), x, inputs.get(i), x.length);
        given[i] = true;
    }

    /**
     * Sets an input for {@link #run()}. It keeps its value until it is set again.
     *
     * @param i which input, not counting parameters
     * @param x the tensor, of the recorded shape
     * @throws ShapeException if the shape is not the recorded one
     * @throws IllegalArgumentException if there is no such input
     * @throws IllegalStateException if the plan is running on another thread
     */
    public void set(int i, Tensor x) {
        checkIndex("set", i, inputs.size(), "inputs that are not parameters");
        checkShape("set", i, x);
        set(i, TensorArrays.of(x));
    }

    /**
     * Replays the program on the inputs that were {@link #set}.
     *
     * @throws IllegalStateException if an input was never set, or the plan is running on another thread
     */
    public void run() {
        for (int i = 0; i < given.length; i++) {
            if (!given[i]) {
                throw new IllegalStateException("run: every input must be set before, and input " + i
                        + " never was; set it, or give run a tensor for each");
            }
        }
        enter("run");
        try {
            execute();
        } finally {
            running.set(false);
        }
    }

    /**
     * Copies an output of the last run (of one that threw: what it had computed by then).
     *
     * @param i which output
     * @param y takes its elements in row-major order
     * @throws IllegalArgumentException if there is no such output, or the array is longer or shorter than it
     * @throws IllegalStateException if the plan has not run yet, or is running on another thread
     */
    public void get(int i, double[] y) {
        checkIndex("get", i, outputs.size(), "outputs");
        if (!ran) {
            throw new IllegalStateException("get: there is no output before the first run; call run");
        }
        copy("get", "output", i, outputShapes.get(i), outputs.get(i), y, y.length);
    }

    /**
     * An output of the last run (of one that threw: what it had computed by then).
     *
     * @param i which output
     * @return the output, which stays as it is whatever the plan does later
     * @throws IllegalArgumentException if there is no such output
     * @throws IllegalStateException if the plan has not run yet, or is running on another thread
     */
    public Tensor get(int i) {
        checkIndex("get", i, outputs.size(), "outputs");
        double[] y = new double[outputs.get(i).length];
        get(i, y);
        return TensorArrays.wrap(outputShapes.get(i), y);
    }

    private void checkShape(String verb, int i, Tensor x) {
        if (!x.shape().equals(inputShapes.get(i))) {
            throw new ShapeException(
                    verb,
                    "shapes must be the recorded ones",
                    "recorded " + inputShapes.get(i) + " and input " + i + " " + x.shape(),
                    "record again for another shape");
        }
    }

    private static void checkIndex(String verb, int i, int count, String of) {
        if (i < 0 || i >= count) {
            throw new IllegalArgumentException(verb + ": the index must be at least 0 and less than " + count
                    + ", the number of " + of + ", got " + i);
        }
    }

    private void copy(String verb, String what, int i, Shape shape, double[] from, double[] to, int callers) {
        if (callers != shape.size()) {
            throw new IllegalArgumentException(verb + ": " + what + " " + i + " has shape " + shape
                    + ", so the array must have " + shape.size() + " elements, got " + callers);
        }
        enter(verb);
        System.arraycopy(from, 0, to, 0, callers);
        running.set(false);
    }

    private void enter(String verb) {
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    verb
                            + ": a plan runs on one thread at a time, and it is running; compile the tape once for each thread");
        }
    }

    private void execute() {
        ran = true;
        for (int i = 0; i < loaded.length; i++) {
            Parameter parameter = parameters.get(i);
            if (parameter.version() != loaded[i]) {
                loaded[i] = parameter.copyTo(parameterValues.get(i));
            }
        }
        for (Instruction instruction : instructions) {
            instruction.run();
        }
        for (int i = 0; i < assigned.size(); i++) {
            Parameter parameter = assigned.get(i);
            long version = parameter.assign(assignedValues.get(i), assignedBuffers.get(i));
            int input = parameters.indexOf(parameter);
            if (input >= 0) {
                loaded[input] = version;
            }
        }
    }
}
