package dev.wengert.autodiff;

import dev.wengert.autodiff.loop.Drafts;
import dev.wengert.autodiff.plan.Code;
import dev.wengert.autodiff.plan.Pass;
import dev.wengert.autodiff.plan.Target;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import dev.wengert.tensor.Tensor;
import dev.wengert.tensor.internal.TensorArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A compiled tape with its buffers. It replays the tape on new inputs, with the same bits as an eager run.
 *
 * <p>A plan only runs forward, because gradients are recorded as ordinary operations: the plan of a loss and its gradients computes both.
 * Inputs that are leaves of a {@link Parameter} are read from it at each run; the caller sets the others, in order. A plan may {@linkplain
 * Tape#compile(List) assign} its last outputs to parameters at the end of each run; then it is a whole training step, with the optimiser's
 * update.
 *
 * <p>There are two ways to run. {@link #run(Tensor...)} takes and returns tensors. {@link #set}, {@link #run()} and {@link #get} copy from
 * and to the caller's arrays and allocate nothing. There are two exceptions: a {@link CustomOp} works on tensors, and the JDK makes
 * short-lived arrays in {@code StrictMath.sin} and its like, which are used beyond 2³⁰.
 *
 * <p>A plan runs on one thread at a time; a tape can be compiled once for each thread. Shapes and Java control flow are frozen as recorded.
 */
public final class Plan {

    private final Code code;

    /** The numbers on the tape of the inputs that the caller sets; {@link #inputShapes} holds their shapes. */
    private final List<Integer> inputs = new ArrayList<>();

    private final List<Shape> inputShapes = new ArrayList<>();
    private final List<Shape> outputShapes = new ArrayList<>();

    /** By input of the tape: the parameter to read, or null; {@link #loaded} holds the version that was read last. */
    private final Parameter[] parameters;

    private final long[] loaded;
    private final AtomicBoolean running = new AtomicBoolean();

    /** Which of the caller's inputs were ever set. */
    private final boolean[] given;

    private boolean ran;

    Plan(Tape tape, List<Parameter> assigned, Set<Pass> passes) {
        parameters = new Parameter[tape.inputs().size()];
        Map<Parameter, Integer> numbers = new IdentityHashMap<>();
        for (int i = 0; i < parameters.length; i++) {
            Variable input = tape.inputs().get(i);
            parameters[i] = input.parameterOrNull();
            if (parameters[i] == null) {
                inputs.add(i);
                inputShapes.add(input.shape());
            } else {
                numbers.put(parameters[i], i);
            }
        }
        loaded = new long[parameters.length];
        Arrays.fill(loaded, -1);
        given = new boolean[inputs.size()];
        int first = tape.outputs().size() - assigned.size();
        for (Variable output : tape.outputs().subList(0, first)) {
            outputShapes.add(output.shape());
        }
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < assigned.size(); i++) {
            Parameter parameter = assigned.get(i);
            int input = numbers.getOrDefault(parameter, Tape.CONSTANT);
            targets.add(new Target(
                    first + i, input, (array, write) -> new Assignment(parameter, array, write, loaded, input)));
        }
        code = new Code(Drafts.of(tape), targets, passes);
    }

    /**
     * Replays the program.
     *
     * @param tensors one tensor for each input that is not a parameter, of the recorded shapes
     * @return the outputs; later runs do not change them
     * @throws ShapeException if a shape is not the recorded one
     * @throws IllegalArgumentException if there are more or fewer tensors than inputs
     * @throws IllegalStateException if the plan is running on another thread
     */
    public List<Tensor> run(Tensor... tensors) {
        Tensor[] x = Given.value("run", "the array of inputs", tensors).clone();
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
                load(i, TensorArrays.of(x[i]));
            }
            execute();
            List<Tensor> results = new ArrayList<>();
            for (int i = 0; i < outputShapes.size(); i++) {
                results.add(output(i));
            }
            code.assign();
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
     * @throws IllegalArgumentException if there is no such input, or the number of elements differs from its size
     * @throws IllegalStateException if the plan is running on another thread
     */
    public void set(int i, double[] x) {
        checkIndex("set", i, inputs.size(), "inputs that are not parameters");
        checkLength("set", "input", i, inputShapes.get(i), Given.value("set", "the array", x).length);
        enter("set");
        load(i, x);
        running.set(false);
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
            code.assign();
        } finally {
            running.set(false);
        }
    }

    /**
     * Copies an output of the last run. If that run threw, the output may be incomplete.
     *
     * @param i which output
     * @param y receives its elements in row-major order
     * @throws IllegalArgumentException if there is no such output, or the length of the array differs from its size
     * @throws IllegalStateException if the plan has not run yet, or is running on another thread
     */
    public void get(int i, double[] y) {
        checkIndex("get", i, outputShapes.size(), "outputs");
        if (!ran) {
            throw new IllegalStateException("get: there is no output before the first run; call run");
        }
        checkLength("get", "output", i, outputShapes.get(i), Given.value("get", "the array", y).length);
        enter("get");
        code.store(i, y, 0);
        running.set(false);
    }

    /**
     * An output of the last run. If that run threw, the output may be incomplete.
     *
     * @param i which output
     * @return the output; later runs do not change it
     * @throws IllegalArgumentException if there is no such output
     * @throws IllegalStateException if the plan has not run yet, or is running on another thread
     */
    public Tensor get(int i) {
        checkIndex("get", i, outputShapes.size(), "outputs");
        double[] y = new double[outputShapes.get(i).size()];
        get(i, y);
        return TensorArrays.wrap(outputShapes.get(i), y);
    }

    private void checkShape(String verb, int i, Tensor x) {
        if (x == null) {
            throw new NullPointerException(verb + ": input " + i + " must be a tensor, got null");
        }
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

    private static void checkLength(String verb, String what, int i, Shape shape, int length) {
        if (length != shape.size()) {
            throw new IllegalArgumentException(verb + ": " + what + " " + i + " has shape " + shape
                    + ", so the array must have " + shape.size() + " elements, got " + length);
        }
    }

    private void load(int i, double[] x) {
        code.load(inputs.get(i), x, 0);
        given[i] = true;
    }

    private Tensor output(int i) {
        double[] y = new double[outputShapes.get(i).size()];
        code.store(i, y, 0);
        return TensorArrays.wrap(outputShapes.get(i), y);
    }

    private void enter(String verb) {
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    verb + ": a plan does one thing at a time, and it is busy, on another thread or around this call;"
                            + " compile the tape once for each");
        }
    }

    private void execute() {
        ran = true;
        for (int i = 0; i < parameters.length; i++) {
            Parameter parameter = parameters[i];
            if (parameter != null && parameter.version() != loaded[i]) {
                loaded[i] = parameter.copyTo(code.input(i));
            }
        }
        code.run();
    }
}
